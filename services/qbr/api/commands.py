"""The commands of templates, series and QBRs. Roles and rules are the domain's."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.api.actions import ActionCommands
from services.qbr.api.packs import Packs
from services.qbr.api.parse import Fields
from services.qbr.api.run import Context, Make
from services.qbr.app import Reviews
from services.qbr.domain import QbrTemplate
from services.qbr.domain import commands as c
from services.qbr.domain.commands import Command
from services.qbr.domain.values import Audience, Locale
from services.qbr.process import RHYTHMIC
from shared.clock import Clock
from shared.protos import qbr_pb2 as pb
from shared.protos.accounts_pb2 import CommandResult
from shared.protos.qbr_pb2_grpc import QbrCommandsServicer


class Commands(ActionCommands, QbrCommandsServicer):
    """`QbrCommands` of the .proto; those of action items are in `actions.py`."""

    def __init__(self, app: Reviews, packs: Packs, clock: Clock) -> None:
        super().__init__(app, clock)
        self._packs = packs

    # -- templates

    async def DefineTemplate(self, r: pb.DefineTemplateRequest, _: Context) -> CommandResult:
        f = Fields()
        name, document = f.text("template_id", r.template_id), f.document("document_json", r.document_json)
        return await self._run(
            r, f, QbrTemplate.create_id(name), lambda: c.DefineTemplate(template_id=name, document=document)
        )

    async def PublishTemplate(self, r: pb.TemplateRequest, _: Context) -> CommandResult:
        f = Fields()
        name = f.text("template_id", r.template_id)
        return await self._run(
            r, f, QbrTemplate.create_id(name), lambda: c.PublishTemplate(template_id=name, version=r.version)
        )

    # -- series

    async def StartSeries(self, r: pb.StartSeriesRequest, _: Context) -> CommandResult:
        return await self._of_account(r, lambda i, f: c.StartSeries(
            account_id=i, tier=f.one_of("tier", r.tier, RHYTHMIC),
            anchor=f.day_or_none("anchor", r.anchor)))  # fmt: skip

    async def RetimeSeries(self, r: pb.RetimeSeriesRequest, _: Context) -> CommandResult:
        return await self._of_account(
            r, lambda i, f: c.RetimeSeries(account_id=i, tier=f.one_of("tier", r.tier, RHYTHMIC))
        )

    async def PauseSeries(self, r: pb.PauseSeriesRequest, _: Context) -> CommandResult:
        return await self._of_account(
            r, lambda i, f: c.PauseSeries(account_id=i, reason=r.reason, until=f.day_or_none("until", r.until))
        )

    async def ResumeSeries(self, r: pb.AccountRequest, _: Context) -> CommandResult:
        return await self._of_account(r, lambda i, f: c.ResumeSeries(account_id=i))

    async def EndSeries(self, r: pb.AccountReasonRequest, _: Context) -> CommandResult:
        return await self._of_account(r, lambda i, f: c.EndSeries(account_id=i, reason=r.reason))

    async def PullForwardQBR(self, r: pb.AccountRequest, _: Context) -> CommandResult:
        return await self._of_account(r, lambda i, f: c.PullForwardQBR(account_id=i))

    async def DismissPullForward(self, r: pb.AccountReasonRequest, _: Context) -> CommandResult:
        return await self._of_account(r, lambda i, f: c.DismissPullForward(account_id=i, reason=r.reason))

    # -- before the QBR

    async def PlanQBR(self, r: pb.AccountRequest, _: Context) -> CommandResult:
        return await self._of_account(r, lambda i, f: c.PlanQBR(account_id=i))

    async def ScheduleQBR(self, r: pb.ScheduleQBRRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.ScheduleQBR(
            qbr_id=i, at=f.instant("at", r.at), invitees=f.uuids("invitees", r.invitees),
            accepted=f.uuids("accepted", r.accepted)))  # fmt: skip

    async def RecordAcceptance(self, r: pb.RecordAcceptanceRequest, _: Context) -> CommandResult:
        return await self._of_qbr(
            r, lambda i, f: c.RecordAcceptance(qbr_id=i, subject_id=f.uuid("subject_id", r.subject_id))
        )

    async def RescheduleQBR(self, r: pb.RescheduleQBRRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.RescheduleQBR(qbr_id=i, to=f.instant("to", r.to), reason=r.reason))

    async def PostponeQBR(self, r: pb.PostponeQBRRequest, _: Context) -> CommandResult:
        return await self._of_qbr(
            r, lambda i, f: c.PostponeQBR(qbr_id=i, reason=r.reason, until=f.day_or_none("until", r.until))
        )

    async def CancelQBR(self, r: pb.QbrReasonRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.CancelQBR(qbr_id=i, reason=r.reason))

    async def WaiveQBR(self, r: pb.WaiveQBRRequest, _: Context) -> CommandResult:
        return await self._of_qbr(
            r, lambda i, f: c.WaiveQBR(qbr_id=i, reason=r.reason, approver=r.approver, roles=tuple(r.meta.roles))
        )

    async def StartPreparation(self, r: pb.QbrRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.StartPreparation(qbr_id=i))

    async def RecordPreparationActivity(self, r: pb.QbrRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.RecordPreparationActivity(qbr_id=i))

    async def NoteAgenda(self, r: pb.SectionTextRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.NoteAgenda(
            qbr_id=i, section=f.text("section", r.section), text=f.text("text", r.text)))  # fmt: skip

    async def FreezeDataPack(self, r: pb.FreezeDataPackRequest, _: Context) -> CommandResult:
        def make(qbr_id: UUID, f: Fields) -> Make:
            locale: Locale = f.one_of("locale", r.locale or "de", get_args(Locale))

            async def freeze(conn: AsyncConnection) -> Command:
                return c.FreezeDataPack(qbr_id=qbr_id, pack=await self._packs.freeze(conn, qbr_id, locale))

            return freeze

        return await self._of_qbr(r, make)

    async def AnnotatePack(self, r: pb.AnnotatePackRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.AnnotatePack(
            qbr_id=i, section=f.text("section", r.section), text=f.text("text", r.text),
            customer=r.customer))  # fmt: skip

    async def PublishPack(self, r: pb.PublishPackRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.PublishPack(
            qbr_id=i, audience=f.one_of("audience", r.audience, get_args(Audience)), share=tuple(r.share)))  # fmt: skip

    # -- the QBR and after

    async def HoldQBR(self, r: pb.HoldQBRRequest, _: Context) -> CommandResult:
        return await self._told(r, c.HoldQBR)

    async def CorrectQBR(self, r: pb.HoldQBRRequest, _: Context) -> CommandResult:
        return await self._told(r, c.CorrectQBR)

    async def ConfirmProposedQBR(self, r: pb.HoldQBRRequest, _: Context) -> CommandResult:
        return await self._told(r, c.ConfirmProposedQBR)

    async def DismissProposedQBR(self, r: pb.QbrReasonRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.DismissProposedQBR(qbr_id=i, reason=r.reason))

    async def RetractQBR(self, r: pb.QbrReasonRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.RetractQBR(qbr_id=i, reason=r.reason))

    async def RateQBR(self, r: pb.RateQBRRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.RateQBR(qbr_id=i, ratings=tuple(r.ratings)))

    async def RecordDecision(self, r: pb.RecordDecisionRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.RecordDecision(
            qbr_id=i, text=f.text("text", r.text), agreed_by=tuple(r.agreed_by),
            action=f.action("action", r.action) if r.HasField("action") else None))  # fmt: skip

    async def ApproveMinutes(self, r: pb.QbrTextRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.ApproveMinutes(qbr_id=i, text=f.text_or_empty("text", r.text)))

    async def SendSummary(self, r: pb.QbrRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.SendSummary(qbr_id=i))

    async def CloseQBR(self, r: pb.CloseQBRRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.CloseQBR(qbr_id=i, no_action_reason=r.no_action_reason))

    async def _told(self, r: pb.HoldQBRRequest, kind: type[c.HoldQBR]) -> CommandResult:
        """`meta.effective_at` says when it took place; empty: now, of a proposal: as the CRM has it."""

        def make(qbr_id: UUID, f: Fields) -> Make:
            at = f.instant("meta.effective_at", r.meta.effective_at) if r.meta.effective_at else self._clock.now()
            meeting = f.meeting(r, at)
            results = {key: f.text(f"results.{key}", body) for key, body in r.results.items()}
            return kind(qbr_id=qbr_id, meeting=meeting, results=results, approver=r.approver)

        return await self._of_qbr(r, make)
