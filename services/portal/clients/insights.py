"""The insights service: KPIs, accounts as of any day, readiness, data quality, what-if; its commands by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.portal.clients.channel import DEADLINE, Deciding, Target, text
from services.portal.models import (
    AccountInsight,
    Dashboard,
    Findings,
    Insights,
    InsightsStatus,
    InsightTimeline,
    Kpi,
    KpiDefinitions,
    Readiness,
    Reviews,
    Rollout,
    Search,
    StakeholderMap,
    StoredEvent,
    Trail,
    View,
    WhatIf,
    WhatIfs,
)
from shared.protos import accounts_pb2 as common
from shared.protos import insights_pb2 as pb
from shared.protos.insights_pb2_grpc import InsightsCommandsStub, InsightsQueriesStub

PAST_DEADLINE = 15.0  # seconds: a past day is folded from all facts


class _Nothing(View):
    """An answer that says nothing."""


class InsightsClient(Deciding):
    """Projections: what was true on a day, with what was known on another one; days as the services write them."""

    service = "insights"

    def __init__(self, target: Target | str, *, deadline: float = DEADLINE) -> None:
        super().__init__(target, deadline=deadline)
        self._stub = InsightsQueriesStub(self.channel)  # type: ignore[no-untyped-call]
        self._commands = InsightsCommandsStub(self.channel)  # type: ignore[no-untyped-call]

    async def kpis(self) -> KpiDefinitions:
        """Every definition in force."""
        return await self.ask(KpiDefinitions, self._stub.ListKpis, pb.ListKpisRequest())

    async def dashboard(self, scope: str = "", as_of: date | None = None, known_at: date | None = None) -> Dashboard:
        """The six figures of `company` or `tier:A`, and all others."""
        request = pb.GetDashboardRequest(scope=scope, as_of=text(as_of), known_at=text(known_at), every=True)
        return await self.ask(Dashboard, self._stub.GetDashboard, request, PAST_DEADLINE)

    async def kpi(self, kpi: str, scope: str = "", as_of: date | None = None, known_at: date | None = None) -> Kpi:
        """One figure down to its accounts; the scope may be `account:<id>` too. Raises Invalid for one not defined."""
        request = pb.GetKpiRequest(kpi=kpi, scope=scope, as_of=text(as_of), known_at=text(known_at))
        return await self.ask(Kpi, self._stub.GetKpi, request, PAST_DEADLINE)

    async def account(self, account_id: str, as_of: date | None = None, known_at: date | None = None) -> AccountInsight:
        """An account as it stood, as it was known. Raises NotFound if nobody knew it then."""
        request = pb.GetInsightRequest(account_id=account_id, as_of=text(as_of), known_at=text(known_at))
        return await self.ask(AccountInsight, self._stub.GetAccount, request, PAST_DEADLINE)

    async def portfolio(
        self, as_of: date | None = None, known_at: date | None = None, tier: str = "", owner_id: str = ""
    ) -> Insights:
        """Every customer as they stood."""
        request = pb.ListInsightsRequest(as_of=text(as_of), known_at=text(known_at), tier=tier, owner_id=owner_id)
        return await self.ask(Insights, self._stub.ListPortfolio, request, PAST_DEADLINE)

    async def timeline(
        self,
        account_id: str,
        as_of: date | None = None,
        known_at: date | None = None,
        *,
        limit: int = 0,
        before: str = "",
        services: Sequence[str] = (),
        types: Sequence[str] = (),
    ) -> InsightTimeline:
        """What happened at an account, over all services, the newest first."""
        request = pb.GetTimelineRequest(
            account_id=account_id,
            as_of=text(as_of),
            known_at=text(known_at),
            limit=limit,
            before=before,
            services=services,
            types=types,
        )
        return await self.ask(InsightTimeline, self._stub.GetTimeline, request, PAST_DEADLINE)

    async def stakeholders(
        self, account_id: str, as_of: date | None = None, known_at: date | None = None
    ) -> StakeholderMap:
        """The people of an account; gaps first. Raises NotFound if nobody knew it then."""
        request = pb.GetInsightRequest(account_id=account_id, as_of=text(as_of), known_at=text(known_at))
        return await self.ask(StakeholderMap, self._stub.GetStakeholderMap, request, PAST_DEADLINE)

    async def search(self, query: str, limit: int = 0, kinds: Sequence[str] = ()) -> Search:
        """Everything with a title that has these words. Raises Invalid for a query that says too little."""
        return await self.ask(Search, self._stub.Search, pb.SearchRequest(query=query, limit=limit, kinds=kinds))

    async def trail(
        self, kind: str, ident: str, *, before: str = "", limit: int = 0, services: Sequence[str] = ()
    ) -> Trail:
        """A page of everything public about a thing. Raises NotFound if nothing is."""
        request = pb.GetTrailRequest(kind=kind, id=ident, before=before, limit=limit, services=services)
        return await self.ask(Trail, self._stub.GetTrail, request, PAST_DEADLINE)

    async def readiness(self, as_of: date | None = None) -> Readiness:
        """The ten questions."""
        request = pb.GetReadinessRequest(as_of=text(as_of))
        return await self.ask(Readiness, self._stub.GetReadiness, request, PAST_DEADLINE)

    async def rollout(self, as_of: date | None = None) -> Rollout:
        """The phases with their exit tests."""
        request = pb.GetRolloutRequest(as_of=text(as_of))
        return await self.ask(Rollout, self._stub.GetRollout, request, PAST_DEADLINE)

    async def findings(self, as_of: date | None = None, rule: str = "", account_id: str = "") -> Findings:
        """Data quality by rule. Raises Invalid for a rule that there is not."""
        request = pb.ListFindingsRequest(as_of=text(as_of), rule=rule, account_id=account_id)
        return await self.ask(Findings, self._stub.ListFindings, request, PAST_DEADLINE)

    async def reviews(self) -> Reviews:
        """Reviews of data quality, the newest first."""
        return await self.ask(Reviews, self._stub.ListReviews, pb.ListReviewsRequest())

    async def note_view(self, user_id: str, view: str) -> None:
        """A view was opened: counted by hash, weekly, never who."""
        await self.ask(_Nothing, self._commands.NoteView, pb.NoteViewRequest(user_id=user_id, view=view))

    async def what_if(self, whatif_id: str) -> WhatIf:
        """Progress and report of a run. Raises NotFound."""
        return await self.ask(WhatIf, self._stub.GetWhatIf, pb.GetWhatIfRequest(whatif_id=whatif_id), PAST_DEADLINE)

    async def what_ifs(self) -> WhatIfs:
        """What was tried, newest first, without reports."""
        return await self.ask(WhatIfs, self._stub.ListWhatIfs, pb.ListWhatIfsRequest())

    async def event(self, event_id: str) -> StoredEvent:
        """One public event of any service, as it was told."""
        return await self.ask(StoredEvent, self._stub.GetEvent, common.GetEventRequest(event_id=event_id))

    async def status(self) -> InsightsStatus:
        """How far the service has come."""
        return await self.ask(InsightsStatus, self._stub.GetStatus, pb.GetInsightsStatusRequest())
