"""The accounts service: its queries as typed models, its commands by step."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.portal.clients.channel import DEADLINE, Deciding, Target, text
from services.portal.models import Account, PeopleFound, Portfolio, Scope, Status, StoredEvent, TierPolicy
from services.portal.models.confidential import Employees, SensitiveTopics
from services.portal.models.handovers import Handovers
from shared.protos import accounts_pb2 as pb
from shared.protos.accounts_pb2_grpc import AccountCommandsStub, AccountQueriesStub


class AccountsClient(Deciding):
    """Accounts: portfolio, one account, people, events, policy, what is confidential."""

    service = "accounts"

    def __init__(self, target: Target | str, *, deadline: float = DEADLINE) -> None:
        super().__init__(target, deadline=deadline)
        self._stub = AccountQueriesStub(self.channel)  # type: ignore[no-untyped-call]
        self._commands = AccountCommandsStub(self.channel)  # type: ignore[no-untyped-call]

    async def portfolio(self, as_of: date | None = None) -> Portfolio:
        """Every live customer account; `as_of` means the end of that day, None means now."""
        return await self.ask(Portfolio, self._stub.ListPortfolio, pb.ListPortfolioRequest(as_of=text(as_of)))

    async def account(self, crm_id: str, as_of: date | None = None) -> Account:
        """One account by its CRM id, or by the id of a duplicate that was merged into it."""
        return await self.ask(Account, self._stub.GetAccount, pb.GetAccountRequest(crm_id=crm_id, as_of=text(as_of)))

    async def people(self, query: str, limit: int = 0) -> PeopleFound:
        """Persons of customers by name, title or department. Raises Invalid for a query that says too little."""
        return await self.ask(PeopleFound, self._stub.SearchPeople, pb.SearchPeopleRequest(query=query, limit=limit))

    async def event(self, event_id: str) -> StoredEvent:
        """One stored event, as it was recorded."""
        return await self.ask(StoredEvent, self._stub.GetEvent, pb.GetEventRequest(event_id=event_id))

    async def tier_policy(self, version: int = 0) -> TierPolicy:
        """A version of the tier policy with the standards; 0 is the active one."""
        return await self.ask(TierPolicy, self._stub.GetTierPolicy, pb.GetTierPolicyRequest(version=version))

    async def handovers(self, crm_id: str, as_of: date | None = None) -> Handovers:
        """The handovers of an account, those that run first."""
        request = pb.ListHandoversRequest(crm_id=crm_id, as_of=text(as_of))
        return await self.ask(Handovers, self._stub.ListHandovers, request)

    async def scope(self, user_id: str) -> frozenset[UUID]:
        """The accounts of an employee's teams, with those below them."""
        found = await self.ask(Scope, self._stub.ListScope, pb.ListScopeRequest(user_id=user_id))
        return frozenset(found.account_ids)

    async def sensitive_topics(self, account_id: str, as_of: date | None = None) -> SensitiveTopics:
        """The topics of an account that concern whoever acts."""
        request = pb.ListSensitiveTopicsRequest(account_id=account_id, as_of=text(as_of))
        return await self.ask(SensitiveTopics, self._stub.ListSensitiveTopics, request)

    async def employees(self) -> Employees:
        """Our people who work here now."""
        return await self.ask(Employees, self._stub.ListEmployees, pb.ListEmployeesRequest())

    async def status(self) -> Status:
        """How far the accounts service has read."""
        return await self.ask(Status, self._stub.GetStatus, pb.GetStatusRequest())
