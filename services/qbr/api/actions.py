"""The commands of action items."""

from __future__ import annotations

from services.qbr.api.run import Context, Runs
from services.qbr.domain import commands as c
from services.qbr.domain.values import Promotion
from shared.protos import qbr_pb2 as pb
from shared.protos.accounts_pb2 import CommandResult


class ActionCommands(Runs):
    """Mixed into `Commands`."""

    async def AgreeAction(self, r: pb.AgreeActionRequest, _: Context) -> CommandResult:
        return await self._of_qbr(r, lambda i, f: c.AgreeAction(
            qbr_id=i, action=f.action("action", r.action),
            decision_id=f.uuid("decision_id", r.decision_id) if r.decision_id else None))  # fmt: skip

    async def ConvertToInitiative(self, r: pb.ConvertToInitiativeRequest, _: Context) -> CommandResult:
        return await self._of_action(r, lambda i, f: c.ConvertToInitiative(action_id=i, promotion=Promotion(
            goal_ids=f.uuids("goal_ids", r.goal_ids), stakeholders=f.uuids("stakeholders", r.stakeholders),
            opportunity_id=r.opportunity_id or None,
            no_opportunity_reason=r.no_opportunity_reason or None)))  # fmt: skip

    async def StartAction(self, r: pb.ActionRequest, _: Context) -> CommandResult:
        return await self._of_action(r, lambda i, f: c.StartAction(action_id=i))

    async def BlockAction(self, r: pb.ActionReasonRequest, _: Context) -> CommandResult:
        return await self._of_action(r, lambda i, f: c.BlockAction(action_id=i, reason=r.reason))

    async def UnblockAction(self, r: pb.ActionRequest, _: Context) -> CommandResult:
        return await self._of_action(r, lambda i, f: c.UnblockAction(action_id=i))

    async def RescheduleAction(self, r: pb.RescheduleActionRequest, _: Context) -> CommandResult:
        return await self._of_action(
            r, lambda i, f: c.RescheduleAction(action_id=i, to=f.day("to", r.to), reason=r.reason)
        )

    async def ReassignAction(self, r: pb.ReassignActionRequest, _: Context) -> CommandResult:
        return await self._of_action(r, lambda i, f: c.ReassignAction(action_id=i, owner=f.text("owner", r.owner)))

    async def CompleteAction(self, r: pb.CompleteActionRequest, _: Context) -> CommandResult:
        return await self._of_action(r, lambda i, f: c.CompleteAction(action_id=i, evidence_ref=r.evidence_ref))

    async def DropAction(self, r: pb.DropActionRequest, _: Context) -> CommandResult:
        return await self._of_action(r, lambda i, f: c.DropAction(
            action_id=i, reason=r.reason, by_us=tuple(r.agreed_by_us),
            by_customer=tuple(r.agreed_by_customer)))  # fmt: skip

    async def ReopenAction(self, r: pb.ActionReasonRequest, _: Context) -> CommandResult:
        return await self._of_action(r, lambda i, f: c.ReopenAction(action_id=i, reason=r.reason))
