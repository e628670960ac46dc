"""The queries: answered from worlds in memory, as of an instant and as known at another one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import grpc.aio
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.insights.api import events, messages, parse, whatifs
from services.insights.api.looking import Looking
from services.insights.api.worlds import Worlds
from services.insights.policy import readiness, rollout, search, timeline
from services.insights.policy.kpi import Catalogue, Result, compute, findings
from services.insights.policy.standing import known, standing
from services.insights.policy.world import Customer, World
from services.insights.reads import status
from services.insights.reads.loading import FAR, When
from services.insights.settings import Settings
from shared import ids
from shared.clock import Clock
from shared.edge.passport import caller
from shared.errors import NotFound
from shared.protos import insights_pb2 as pb
from shared.protos.accounts_pb2 import GetEventRequest, GetEventResponse
from shared.protos.insights_pb2_grpc import InsightsQueriesServicer

Context = grpc.aio.ServicerContext[Any, Any]
MOST = 200  # groups of a timeline in one answer


class Queries(Looking, InsightsQueriesServicer):
    """`InsightsQueries` of the .proto."""

    def __init__(
        self, engine: AsyncEngine, settings: Settings, clock: Clock, worlds: Worlds, catalogue: Catalogue
    ) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._worlds, self._catalogue, self._terms = worlds, catalogue, settings.terms
        self._index = search.Index()

    # -- KPIs

    async def ListKpis(self, _: pb.ListKpisRequest, __: Context) -> pb.ListKpisResponse:
        """The definitions in force."""
        kpis = [messages.definition(d) for d in self._catalogue.definitions.values()]
        return pb.ListKpisResponse(kpis=kpis, version=self._catalogue.version)

    async def GetDashboard(self, r: pb.GetDashboardRequest, _: Context) -> pb.GetDashboardResponse:
        """Six figures of a tier or the company, with their trends; all others too if that is asked for."""
        fields = parse.Fields()
        scope = fields.scope(r.scope)
        fields.done()
        when, before = self._when(r.as_of, r.known_at)
        boards = self._catalogue.dashboards
        board = boards.get(scope.partition(":")[2] or "company", boards["company"])
        kpis = (*board, *(k for k in self._catalogue.definitions if r.every and k not in board))
        world = await self._worlds.at(when)
        found = await asyncio.to_thread(self._compute, world, kpis, before, scope)
        async with self.snapshot() as conn:
            rows = await status.told(conn, list(kpis), scope, self._day(before), when.known or FAR)
            freshness = await self._freshness(conn, world)
        figures = [messages.figure(x, [t for t in rows if t["kpi"] == x.definition.id]) for x in found]
        return pb.GetDashboardResponse(
            scope=scope, as_of=self._shown(before), figures=figures[: len(board)], others=figures[len(board) :],
            currency=self._terms.currency, freshness=freshness,
        )  # fmt: skip

    async def GetKpi(self, r: pb.GetKpiRequest, _: Context) -> pb.GetKpiResponse:
        """One figure down to its accounts and their events."""
        fields = parse.Fields()
        scope = fields.scope(r.scope)
        if r.kpi not in self._catalogue.definitions:
            fields.wrong("kpi", f"{r.kpi[:40]!r} is not defined; ListKpis tells which are")
        fields.done()
        when, before = self._when(r.as_of, r.known_at)
        world = await self._worlds.at(when)
        (result,) = await asyncio.to_thread(self._compute, world, [r.kpi], before, scope)
        async with self.snapshot() as conn:
            rows = await status.told(conn, [r.kpi], scope, self._day(before), when.known or FAR)
        start = self._terms.end(result.period.t0)
        old = {x["position"]: x for x in rows}
        parts = [messages.part(world, result.definition, a, p, start) for a, p in result.parts.items()]
        parts.sort(key=lambda p: (bool(p.apart), -abs(p.denominator or p.numerator), p.name))
        return pb.GetKpiResponse(
            figure=messages.figure(result, rows), scope=scope, period_start=messages.day(result.period.t0),
            as_of=messages.day(result.period.t1), currency=self._terms.currency, parts=parts,
            restatements=[messages.restatement(x, old) for x in reversed(rows) if x["restates"] is not None],
        )  # fmt: skip

    def _compute(self, w: World, kpis: Any, before: datetime, scope: str) -> list[Result]:
        return [compute(self._catalogue, w, id, self._day(before), [scope])[scope] for id in kpis]

    # -- accounts

    async def GetAccount(self, r: pb.GetInsightRequest, _: Context) -> pb.AccountInsight:
        """An account as of an instant, as known at another one."""
        when, before = self._when(r.as_of, r.known_at)
        world, customer = await self._customer(r, when)
        return messages.account(standing(world, customer, before), self._shown(before), r.known_at)

    async def ListPortfolio(self, r: pb.ListInsightsRequest, _: Context) -> pb.ListInsightsResponse:
        """All customers, alike."""
        when, before = self._when(r.as_of, r.known_at)
        world = await self._worlds.at(when)
        mine = caller().reaches
        every = await asyncio.to_thread(
            lambda: [standing(world, c, before) for c in world.customers if known(c, before) and mine(c.account)]
        )
        shown = [
            s for s in every
            if (not r.tier or (s.tier or "N") == r.tier)
            and (not r.owner_id or dict(s.owners).get("COMMERCIAL") == r.owner_id)
        ]  # fmt: skip
        shown.sort(key=lambda s: (-s.arr, s.name or ""))
        return pb.ListInsightsResponse(
            as_of=self._shown(before), known_at=r.known_at, currency=self._terms.currency,
            accounts=[messages.account(s, self._shown(before), r.known_at) for s in shown],
            arr_minor=sum(s.arr for s in shown), by_tier=Counter(s.tier or "N" for s in shown),
            by_colour=Counter(s.colour or "GREY" for s in shown),
            first_at=messages.instant(min((s.first for s in every if s.first), default=None)),
        )  # fmt: skip

    async def GetTimeline(self, r: pb.GetTimelineRequest, _: Context) -> pb.GetTimelineResponse:
        """What happened, newest first, over all services."""
        when, before = self._when(r.as_of, r.known_at)
        fields = parse.Fields()
        if not 0 <= r.limit <= MOST:
            fields.wrong("limit", f"{r.limit} is not from 1 to {MOST}")
        until = fields.before("before", r.before, self._terms, self._clock) if r.before else FAR
        fields.done()
        account = self._account(r)
        facts = await self._worlds.facts(account, when)
        if not facts:
            raise NotFound(f"account {account} is not known at that time", slug="account-unknown")
        facts = [f for f in facts if f.effective_at < before and f.type not in timeline.SILENT]
        by_service = Counter(f.topic.split(".")[1] for f in facts)
        first = min((f.effective_at for f in facts), default=None)
        if r.services:
            facts = [f for f in facts if f.topic.split(".")[1] in r.services]
        by_type = Counter(f.type for f in facts)
        if r.types:
            facts = [f for f in facts if f.type in r.types]
        limit = r.limit or 50
        groups = [g for g in timeline.groups(facts) if g.at < min(until, before)]
        more = messages.instant(groups[limit - 1].at - parse.TICK) if len(groups) > limit else ""
        return pb.GetTimelineResponse(
            groups=[messages.group(g) for g in groups[:limit]], next_before=more, by_service=by_service,
            by_type=by_type, as_of=self._shown(before), known_at=r.known_at, first_at=messages.instant(first),
        )  # fmt: skip

    async def GetStakeholderMap(self, r: pb.GetInsightRequest, _: Context) -> pb.StakeholderMap:
        """The customer's people: gaps, lines, who knows whom."""
        when, before = self._when(r.as_of, r.known_at)
        world, customer = await self._customer(r, when)
        return messages.stakeholders(world, customer, before, self._catalogue.rules, self._shown(before))

    # -- readiness and data quality

    async def GetReadiness(self, r: pb.GetReadinessRequest, _: Context) -> pb.GetReadinessResponse:
        """The ten questions."""
        world, before, answers = await self._answers(r.as_of)
        total = readiness.total(answers)
        return pb.GetReadinessResponse(
            total=total, light=readiness.light(total), as_of=self._shown(before),
            answers=[messages.answer(world, a) for a in answers],
        )  # fmt: skip

    async def GetRollout(self, r: pb.GetRolloutRequest, _: Context) -> pb.GetRolloutResponse:
        """The four phases, with their exit tests; features by phase."""
        _world, _before, answers = await self._answers(r.as_of)
        on = self._settings.rollout_phase
        gates = rollout.gates(answers, on)
        return pb.GetRolloutResponse(phases=[messages.phase(g) for g in gates], features=rollout.features(on))

    async def ListFindings(self, r: pb.ListFindingsRequest, _: Context) -> pb.ListFindingsResponse:
        """Data quality by rule."""
        fields = parse.Fields()
        if r.rule and r.rule not in {x.id for x in findings.RULES}:
            fields.wrong("rule", f"{r.rule[:60]!r} is no rule")
        only = fields.uuid("account_id", r.account_id) if r.account_id else None
        fields.done()
        when, before = self._when(r.as_of, "")
        world, day = await self._worlds.at(when), self._day(before)
        rules = [x for x in findings.RULES if not r.rule or x.id == r.rule]

        def look() -> list[pb.FindingRule]:
            made = []
            for rule in rules:
                found = findings.check(rule, world, day, self._catalogue.rules)
                bad = [messages.failing(world, a, f.what, f.events) for a, c in found.items() for f in c.failing
                       if only is None or a == only]  # fmt: skip
                count = sum(c.applies for a, c in found.items() if only is None or a == only)
                made.append(
                    pb.FindingRule(rule=rule.id, weight=rule.weight, applies=count, failing_count=len(bad), failing=bad)
                )
            return made

        return pb.ListFindingsResponse(rules=await asyncio.to_thread(look), as_of=self._shown(before))

    async def ListReviews(self, _: pb.ListReviewsRequest, __: Context) -> pb.ListReviewsResponse:
        """Reviews of data quality, newest first."""
        async with self.snapshot() as conn:
            rows = await status.reviews(conn)
        return pb.ListReviewsResponse(
            reviews=[
                pb.Review(
                    review_id=str(r["review_id"]), due_on=messages.day(r["due_on"]),
                    opened_at=messages.instant(r["opened_at"]), completed_at=messages.instant(r["completed_at"]),
                    findings=orjson.loads(r["findings"]),
                )
                for r in rows
            ]
        )  # fmt: skip

    async def _answers(self, as_of: str) -> tuple[World, datetime, list[readiness.Answer]]:
        when, before = self._when(as_of, "")
        world, day = await self._worlds.at(when), self._day(before)
        async with self.snapshot() as conn:
            active, views = await status.use(conn, day)
            due = [r for r in await status.reviews(conn) if r["due_on"] < day]
        in_time = sum(r["completed_at"] is not None and self._terms.day(r["completed_at"]) <= r["due_on"] for r in due)
        use = readiness.Use(active, self._settings.licensed_users, views)
        reviews = readiness.Reviews(len(due), in_time)
        answers = await asyncio.to_thread(readiness.answers, world, self._catalogue, day, use, reviews)
        return world, before, answers

    # -- what-if, events, health

    async def GetWhatIf(self, r: pb.GetWhatIfRequest, _: Context) -> pb.WhatIf:
        """Progress and report of a what-if run."""
        fields = parse.Fields()
        id = fields.uuid("whatif_id", r.whatif_id)
        fields.done()
        async with self.snapshot() as conn:
            return await whatifs.shown(conn, id, self._clock.now())

    async def ListWhatIfs(self, _: pb.ListWhatIfsRequest, __: Context) -> pb.ListWhatIfsResponse:
        """What was tried, newest first."""
        async with self.snapshot() as conn:
            return pb.ListWhatIfsResponse(rows=await whatifs.listed(conn, self._clock.now()))

    async def GetEvent(self, r: GetEventRequest, _: Context) -> GetEventResponse:
        """One public event of any service, as it was told."""
        async with self.snapshot() as conn:
            return await events.shown(conn, r.event_id)

    async def GetStatus(self, _: pb.GetInsightsStatusRequest, __: Context) -> pb.GetInsightsStatusResponse:
        """How far the service has come."""
        async with self.snapshot() as conn:
            s = await status.status(conn)
            freshness = await self._freshness(conn, None)
        return pb.GetInsightsStatusResponse(
            facts=s.facts, accounts=s.accounts, bi_rows=s.bi_rows, kpi_values=s.kpi_values, dead_letters=s.dead,
            freshness=freshness, bi_built_at=messages.instant(s.built_at),
        )  # fmt: skip

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which all queries see the same state."""
        async with self._engine.begin() as conn:
            await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield conn

    async def _freshness(self, conn: AsyncConnection, world: World | None) -> pb.Freshness:
        s = await status.status(conn)
        behind = [x for x, since in world.company.behind.items() if since] if world else []
        return pb.Freshness(
            crm_event_at=messages.instant(s.told),
            caught_up=bool(s.caught_up),
            accounts_waiting=s.waiting,
            behind=behind,
        )

    async def _customer(self, r: Any, when: When) -> tuple[World, Customer]:
        account = self._account(r)
        world = await self._worlds.of(account, when)
        if account not in world.by_account or not known(world.by_account[account], self._before(when)):
            raise NotFound(f"account {account} is not known at that time", slug="account-unknown")
        return world, world.by_account[account]

    def _account(self, r: Any) -> UUID:
        if r.crm_id:
            return ids.account_id(self._settings.crm_system, r.crm_id)
        fields = parse.Fields()
        account = fields.uuid("account_id", r.account_id)
        fields.done()
        return account

    def _when(self, as_of: str, known_at: str) -> tuple[When, datetime]:
        when = parse.when(as_of, known_at, self._terms, self._clock)
        return when, self._before(when)

    def _before(self, when: When) -> datetime:
        return when.effective or self._clock.now() + parse.TICK

    def _day(self, before: datetime) -> date:
        return self._terms.day(before - parse.TICK)

    @staticmethod
    def _shown(before: datetime) -> str:
        return messages.instant(before - parse.TICK)
