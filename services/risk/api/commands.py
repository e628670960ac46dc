"""The commands: parse, keep the free text, call the use case, answer with the events it led to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import grpc.aio
from sqlalchemy.ext.asyncio import AsyncEngine

from services.risk.api.parse import Fields
from services.risk.api.whatifs import WhatIfs
from services.risk.app import Risk
from services.risk.domain import AccountRisk, Escalation, RiskItem, RiskModels
from services.risk.reads import texts
from services.risk.settings import Settings
from shared import ids
from shared.clock import Clock
from shared.contracts.risk.base import Money
from shared.errors import Conflict, NotFound
from shared.eventstore.events import Aggregate, Meta
from shared.eventstore.repository import Result
from shared.protos import risk_pb2 as pb
from shared.protos.accounts_pb2 import CommandResult
from shared.protos.risk_pb2_grpc import RiskCommandsServicer

Context = grpc.aio.ServicerContext[Any, Any]
Do = Callable[[Meta], Awaitable[Result[Any]]]


class Commands(WhatIfs, RiskCommandsServicer):
    """`RiskCommands` of the .proto."""

    def __init__(
        self, app: Risk, engine: AsyncEngine, settings: Settings, clock: Clock, consumer: str, projection: str
    ) -> None:
        super().__init__(engine, settings, clock, consumer, projection)
        self._app = app

    # -- risk items

    async def IdentifyRisk(self, r: pb.IdentifyRiskRequest, _: Context) -> CommandResult:
        f = Fields()
        account, risk = f.uuid("account_id", r.account_id), self._new(f, "risk_id", r.risk_id, r)
        category, cause, title = f.text("category", r.category), r.cause or "other", f.text("title", r.title)
        owner = f.text("owner", r.owner)
        return await self._run(r, f, RiskItem, risk, lambda m: self._app.identify_risk(
            risk, account, category, cause, title, owner, m))  # fmt: skip

    async def AssessRisk(self, r: pb.AssessRiskRequest, _: Context) -> CommandResult:
        f, risk = self._for("risk_id", r.risk_id)
        arr = self._money(f.amount("arr_exposed_minor", r.arr_exposed_minor))
        return await self._run(r, f, RiskItem, risk, lambda m: self._app.assess_risk(
            risk, r.likelihood, r.impact, arr, m))  # fmt: skip

    async def PlanCountermeasure(self, r: pb.PlanCountermeasureRequest, _: Context) -> CommandResult:
        f, risk = self._for("risk_id", r.risk_id)
        measure, due = self._new(f, "countermeasure_id", r.countermeasure_id, r), f.day("due", r.due)
        title, owner = f.text("title", r.title), f.text("owner", r.owner)
        done = await self._run(r, f, RiskItem, risk, lambda m: self._app.plan_countermeasure(
            risk, measure, title, owner, due, r.link, m))  # fmt: skip
        done.id = str(measure)
        return done

    async def CompleteCountermeasure(self, r: pb.CountermeasureRequest, _: Context) -> CommandResult:
        f, risk = self._for("risk_id", r.risk_id)
        measure = f.uuid("countermeasure_id", r.countermeasure_id)
        return await self._run(r, f, RiskItem, risk, lambda m: self._app.complete_countermeasure(risk, measure, m))

    async def FailCountermeasure(self, r: pb.CountermeasureRequest, _: Context) -> CommandResult:
        f, risk = self._for("risk_id", r.risk_id)
        measure, ref = f.uuid("countermeasure_id", r.countermeasure_id), self._ref(r)
        return await self._run(
            r, f, RiskItem, risk, lambda m: self._app.fail_countermeasure(risk, measure, ref, m), text=r.text
        )

    async def AcceptRisk(self, r: pb.AcceptRiskRequest, _: Context) -> CommandResult:
        f, risk = self._for("risk_id", r.risk_id)
        until, ref = f.until("until", r.until, self._settings.zone), self._ref(r)
        return await self._run(r, f, RiskItem, risk, lambda m: self._app.accept_risk(risk, until, ref, m), text=r.text)

    async def ResolveRisk(self, r: pb.ResolveRiskRequest, _: Context) -> CommandResult:
        f, risk = self._for("risk_id", r.risk_id)
        return await self._run(r, f, RiskItem, risk, lambda m: self._app.resolve_risk(risk, list(r.evidence), m))

    async def RecordMaterialised(self, r: pb.RecordMaterialisedRequest, _: Context) -> CommandResult:
        f, risk = self._for("risk_id", r.risk_id)
        loss = self._money(f.amount("loss_minor", r.loss_minor))
        return await self._run(r, f, RiskItem, risk, lambda m: self._app.record_materialised(risk, loss, m))

    # -- escalations

    async def OpenEscalation(self, r: pb.OpenEscalationRequest, _: Context) -> CommandResult:
        f = Fields()
        account, new = f.uuid("account_id", r.account_id), self._new(f, "escalation_id", r.escalation_id, r)
        severity, title, cause = f.text("severity", r.severity), f.text("title", r.title), r.cause or "other"
        risk = f.uuid("risk_id", r.risk_id) if r.risk_id else None
        return await self._run(r, f, Escalation, new, lambda m: self._app.open_escalation(
            new, account, severity, title, cause, risk, m))  # fmt: skip

    async def AssignDri(self, r: pb.AssignDriRequest, _: Context) -> CommandResult:
        f, found = self._for("escalation_id", r.escalation_id)
        dri = f.text("dri", r.dri)
        return await self._run(r, f, Escalation, found, lambda m: self._app.assign_dri(found, dri, m))

    async def ChangeSeverity(self, r: pb.ChangeSeverityRequest, _: Context) -> CommandResult:
        f, found = self._for("escalation_id", r.escalation_id)
        severity = f.text("severity", r.severity)
        return await self._run(r, f, Escalation, found, lambda m: self._app.change_severity(found, severity, m))

    async def UpdateEscalation(self, r: pb.EscalationTextRequest, _: Context) -> CommandResult:
        f, found = self._for("escalation_id", r.escalation_id)
        ref = self._ref(r)
        return await self._run(
            r, f, Escalation, found, lambda m: self._app.update_escalation(found, ref, m), text=r.text
        )

    async def ProposeResolution(self, r: pb.EscalationTextRequest, _: Context) -> CommandResult:
        f, found = self._for("escalation_id", r.escalation_id)
        ref = self._ref(r)
        return await self._run(
            r, f, Escalation, found, lambda m: self._app.propose_resolution(found, ref, m), text=r.text
        )

    async def CloseEscalation(self, r: pb.CloseEscalationRequest, _: Context) -> CommandResult:
        f, found = self._for("escalation_id", r.escalation_id)
        agreed = f.uuid("agreed_by_customer", r.agreed_by_customer) if r.agreed_by_customer else None
        return await self._run(r, f, Escalation, found, lambda m: self._app.close_escalation(found, agreed, m))

    async def ReopenEscalation(self, r: pb.EscalationTextRequest, _: Context) -> CommandResult:
        f, found = self._for("escalation_id", r.escalation_id)
        ref = self._ref(r)
        return await self._run(
            r, f, Escalation, found, lambda m: self._app.reopen_escalation(found, ref, m), text=r.text
        )

    # -- overrides

    async def OverrideColour(self, r: pb.OverrideColourRequest, _: Context) -> CommandResult:
        f, account = self._for("account_id", r.account_id)
        to, reason, ref = f.text("to", r.to), f.text("reason", r.reason), self._ref(r)
        until = f.until("until", r.until, self._settings.zone)
        return await self._run(
            r, f, AccountRisk, AccountRisk.create_id(account),
            lambda m: self._app.override_colour(account, to, reason, ref, until, m), text=r.text, account=account,
        )  # fmt: skip

    async def ConfirmOverride(self, r: pb.AccountOverrideRequest, _: Context) -> CommandResult:
        f, account = self._for("account_id", r.account_id)
        stream = AccountRisk.create_id(account)
        return await self._run(r, f, AccountRisk, stream, lambda m: self._app.confirm_override(account, m))

    async def LiftOverride(self, r: pb.AccountOverrideRequest, _: Context) -> CommandResult:
        f, account = self._for("account_id", r.account_id)
        stream = AccountRisk.create_id(account)
        return await self._run(r, f, AccountRisk, stream, lambda m: self._app.lift_override(account, m))

    # -- models

    async def DraftModel(self, r: pb.DraftModelRequest, _: Context) -> CommandResult:
        f = Fields()
        document = f.document("document_json", r.document_json)
        drafted = 0

        async def draft(meta: Meta) -> Result[RiskModels]:
            nonlocal drafted
            done = await self._app.draft_model(document, meta)
            drafted = max(done.aggregate.versions) if done.aggregate else 0
            return done

        done = await self._models(r, f, draft)
        done.id = str(drafted)
        return done

    async def ShadowModel(self, r: pb.ModelRequest, _: Context) -> CommandResult:
        f = Fields()
        version = f.version("version", r.version)
        return await self._models(r, f, lambda m: self._app.shadow_model(version, m))

    async def SignOffModel(self, r: pb.ModelRequest, _: Context) -> CommandResult:
        f = Fields()
        version = f.version("version", r.version)
        return await self._models(r, f, lambda m: self._app.sign_off_model(version, list(r.meta.roles), m))

    async def ActivateModel(self, r: pb.ModelRequest, _: Context) -> CommandResult:
        f = Fields()
        version = f.version("version", r.version)
        since = f.until("effective_from", r.effective_from, self._settings.zone) if r.effective_from else None
        return await self._models(r, f, lambda m: self._app.activate_model(version, since, m))

    async def RetireModel(self, r: pb.ModelRequest, _: Context) -> CommandResult:
        f = Fields()
        version = f.version("version", r.version)
        return await self._models(r, f, lambda m: self._app.retire_model(version, m))

    # -- how each of them runs

    def _for(self, field: str, value: str) -> tuple[Fields, UUID]:
        f = Fields()
        return f, f.uuid(field, value)

    def _new(self, f: Fields, field: str, value: str, r: Any) -> UUID:
        """The id that the caller chose, or one that a repeat of the command finds again."""
        return f.uuid(field, value) if value else ids.derived(field, r.meta.command_id)

    def _ref(self, r: Any) -> UUID:
        """The name of the command's free text."""
        return ids.derived("text", r.meta.command_id)

    def _money(self, amount: int) -> Money:
        return Money(amount=amount, currency=self._settings.company_currency)

    async def _models(self, r: Any, f: Fields, do: Do) -> CommandResult:
        return await self._run(r, f, RiskModels, RiskModels.create_id(), do)

    async def _run(
        self, r: Any, f: Fields, cls: type[Aggregate], stream: UUID, do: Do, *, text: str | None = None,
        account: UUID | None = None,
    ) -> CommandResult:  # fmt: skip
        meta = f.meta(r.meta, self._clock)
        if text is not None:
            f.text("text", text)
        f.done()
        if r.meta.HasField("expected_version"):
            await self._expect(cls, stream, r.meta.expected_version)
        if text is not None:
            at = meta.effective_at or self._clock.now()
            await texts.write(self._engine, self._ref(r), account, cls.__name__, text, meta.actor, at)
        done = await do(meta)
        return CommandResult(event_ids=list(done.event_ids), repeated=done.repeated, id=str(stream))

    async def _expect(self, cls: type[Aggregate], stream: UUID, version: int) -> None:
        """The caller decided on what they saw: refuse if it changed since."""
        try:
            found = (await self._app.get(cls, stream)).version
        except NotFound:
            found = 0
        if found != version:
            raise Conflict(
                f"you saw version {version}, it is {found} now: look again, then decide", slug="version-changed"
            )
