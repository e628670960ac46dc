"""The growth service: its queries as typed models, its commands by step."""

from __future__ import annotations

from datetime import date

from services.portal.clients.channel import DEADLINE, Deciding, Target, text
from services.portal.models import (
    GrowthPlan,
    GrowthStatus,
    Opportunities,
    Plans,
    Playbook,
    Playbooks,
    StoredEvent,
    Whitespace,
)
from shared.protos import growth_pb2 as pb
from shared.protos.growth_pb2_grpc import GrowthCommandsStub, GrowthQueriesStub


class GrowthClient(Deciding):
    """Plans, playbooks, whitespace."""

    service = "growth"

    def __init__(self, target: Target | str, *, deadline: float = DEADLINE) -> None:
        super().__init__(target, deadline=deadline)
        self._stub = GrowthQueriesStub(self.channel)  # type: ignore[no-untyped-call]
        self._commands = GrowthCommandsStub(self.channel)  # type: ignore[no-untyped-call]

    async def plan(self, account_id: str, plan_id: str = "", as_of: date | None = None) -> GrowthPlan:
        """The plan of an account: the active one, else its draft, else the one that ended last."""
        request = pb.GetPlanRequest(account_id=account_id, plan_id=plan_id, as_of=text(as_of))
        return await self.ask(GrowthPlan, self._stub.GetPlan, request)

    async def plans(self, as_of: date | None = None) -> Plans:
        """Every plan, and the accounts that must have one and have none."""
        return await self.ask(Plans, self._stub.ListPlans, pb.ListPlansRequest(as_of=text(as_of)))

    async def playbooks(self) -> Playbooks:
        """The gallery."""
        return await self.ask(Playbooks, self._stub.ListPlaybooks, pb.ListPlaybooksRequest())

    async def playbook(self, name: str, version: int = 0) -> Playbook:
        """One playbook; version 0 is the one that new plays get."""
        request = pb.GetPlaybookRequest(playbook=name, version=version)
        return await self.ask(Playbook, self._stub.GetPlaybook, request)

    async def whitespace(self, account_id: str, as_of: date | None = None) -> Whitespace:
        """Which unit of the account uses, could use or will not use which product."""
        request = pb.GetWhitespaceRequest(account_id=account_id, as_of=text(as_of))
        return await self.ask(Whitespace, self._stub.GetWhitespace, request)

    async def opportunities(self, account_id: str, as_of: date | None = None) -> Opportunities:
        """The open deals of an account."""
        request = pb.ListOpportunitiesRequest(account_id=account_id, as_of=text(as_of), open=True)
        return await self.ask(Opportunities, self._stub.ListOpportunities, request)

    async def event(self, event_id: str) -> StoredEvent:
        """One stored event, as it was recorded."""
        return await self.ask(StoredEvent, self._stub.GetEvent, pb.GetEventRequest(event_id=event_id))

    async def status(self) -> GrowthStatus:
        """How far the service has read and shown."""
        return await self.ask(GrowthStatus, self._stub.GetStatus, pb.GetStatusRequest())
