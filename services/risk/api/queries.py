"""The queries: one snapshot of the database for each, answered as of a day or now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import grpc.aio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.risk.api import messages, parse, portfolio, stored, whatifs
from services.risk.policy.counterfactual import counterfactual
from services.risk.policy.cursor import Cursor
from services.risk.policy.evaluate import FED, evaluate, watched
from services.risk.policy.rules import WAKE
from services.risk.reads import escalations, standing, status, texts, trend
from services.risk.reads.portfolio import Row, rows
from services.risk.reads.responses import responses
from services.risk.settings import Settings
from services.risk.shipped import handling
from shared import ids
from shared.clock import Clock
from shared.edge.passport import caller
from shared.errors import Invalid, NotFound
from shared.protos import risk_pb2 as pb
from shared.protos.accounts_pb2 import GetEventRequest, GetEventResponse
from shared.protos.risk_pb2_grpc import RiskQueriesServicer

Context = grpc.aio.ServicerContext[Any, Any]
DAYS = (30, 60, 90)
MOST_WEEKS = 104


class Queries(RiskQueriesServicer):
    """`RiskQueries` of the .proto."""

    def __init__(self, engine: AsyncEngine, settings: Settings, clock: Clock, consumer: str, projection: str) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._consumer, self._projection, self._handling = consumer, projection, handling(settings.business)

    async def ListRisk(self, r: pb.ListRiskRequest, _: Context) -> pb.ListRiskResponse:
        """The portfolio."""
        before, now = parse.before(r.as_of, self._settings.zone, self._clock)
        async with self.snapshot() as conn:
            found = await self._rows(conn, before, now)
            freshness = await self._freshness(conn)
        return portfolio.response(found, r, before, freshness, self._settings.company_currency)

    async def GetTrend(self, r: pb.GetTrendRequest, _: Context) -> pb.GetTrendResponse:
        """The portfolio week by week."""
        zone = self._settings.zone
        before, _now = parse.before(r.as_of, zone, self._clock)
        weeks = r.weeks or 13
        if not 1 <= weeks <= MOST_WEEKS:
            raise Invalid(slug="fields-invalid", fields={"weeks": f"{weeks} is none of 1 to {MOST_WEEKS}"})
        instants = [before - timedelta(weeks=n) for n in range(weeks, -1, -1)]
        async with self.snapshot() as conn:
            points = await trend.points(conn, instants, zone, self._handling.at_risk_days, r.tier)
        return portfolio.trend(points, self._settings.company_currency)

    async def GetRisk(self, r: pb.GetRiskRequest, _: Context) -> pb.GetRiskResponse:
        """One account: colour, why, what would help, what will come, what is done."""
        zone = self._settings.zone
        account = self._account(r.crm_id, r.account_id)
        before, now = parse.before(r.as_of, zone, self._clock)
        at = before - parse.TICK
        async with self.snapshot() as conn:
            found = await self._rows(conn, before, now)
            if account not in found:
                raise NotFound(f"account {account} has no colour at that time", slug="account-unknown")
            known = await standing.models(conn)
            version, model = standing.active(known, at)
            stands = (await standing.standings(conn, [account]))[account]
            since = await standing.begin(conn)
            history = await standing.steps(conn, account, before)
            path = await standing.path(conn, account, at.astimezone(zone).date())
            mine = found[account]
            words = await texts.bodies(conn, mine.responses.texts())
            freshness = await self._freshness(conn)
        book, cursor = stands.history.folded(at), stands.folds.get(0, Cursor())
        dead = _dead(freshness, now)
        e = evaluate(book, model, at, zone, dead)
        plan = self._handling.plan
        forecast, _sweep = standing.ahead(stands, known, zone, since, at, plan, from_begin=not now)
        names = {a: x.name for a, x in found.items()}
        weights = {name: rule.signals for name, rule in model.factors.items()}
        ahead = standing.clocks_of(book, model, at, zone) if watched(book) else []
        response = pb.GetRiskResponse(
            as_of=messages.instant(at), freshness=freshness, row=messages.row(mine, names), model_version=version,
            contributions=messages.contributions(
                e, weights, cursor.values_on(at.astimezone(zone).date() - timedelta(days=14))
            ),
            floors=messages.floors(e),
            counterfactual=messages.counterfactuals(counterfactual(book, model, at, zone, mine.colour, e)),
            history=[messages.colour_step(s) for s in history],
            path=[portfolio.point(p) for p in path],
            forecast=[messages.forecast_step(s) for s in forecast.steps],
            timers=messages.timers(ahead),
            children=[messages.row(x, names) for x in found.values() if x.parent_id == account],
            warnings=[messages.warning(w) for w in mine.warnings],
            shadows=[
                pb.ShadowColour(
                    model_version=n, colour=c.shown, score=c.score_told, since=messages.instant(c.state.since)
                )
                for n, c in sorted(stands.folds.items()) if n
            ],
        )  # fmt: skip
        self._responses(response, mine, words, names, at)
        return response

    def _responses(
        self, to: pb.GetRiskResponse, mine: Row, words: dict[UUID, str], names: dict[UUID, str], at: datetime
    ) -> None:
        told, today = mine.responses, at.astimezone(self._settings.zone).date()
        escalated = {e.risk_id for e in told.escalations.values() if e.status != "Closed"}
        to.items.extend(messages.item(i, words, today, i.id in escalated) for i in told.items.values())
        to.escalations.extend(messages.escalation(e, words, names) for e in told.escalations.values())
        to.overrides.extend(messages.override(o, words) for o in told.overrides.values())

    async def GetForecast(self, r: pb.GetForecastRequest, _: Context) -> pb.GetForecastResponse:
        """What the clock will bring, for an account or the portfolio; of a day before: what it promised then."""
        before, today = parse.before(r.as_of, self._settings.zone, self._clock)
        days, now = r.days or 90, before - parse.TICK
        if days not in DAYS:
            raise Invalid(slug="fields-invalid", fields={"days": f"{days} is none of 30, 60, 90"})
        fields = parse.Fields()
        only = fields.uuid("account_id", r.account_id) if r.account_id else None
        fields.done()
        async with self.snapshot() as conn:
            found = await self._rows(conn, before, today)
            if only is not None and only not in found:
                raise NotFound(f"account {only} has no colour", slug="account-unknown")
            accounts = [only] if only else list(found)
            known, since = await standing.models(conn), await standing.begin(conn)
            stands = await standing.standings(conn, accounts)
        zone, how = self._settings.zone, self._handling
        ahead = {
            a: standing.ahead(stands[a], known, zone, since, now, how.plan, days, from_begin=not today)
            for a in accounts
        }
        risky = portfolio.RiskLater(now, zone, how.at_risk_days)
        return portfolio.forecast(found, ahead, risky, days, only is not None)

    async def GetModel(self, r: pb.GetModelRequest, _: Context) -> pb.GetModelResponse:
        """A version of the model (0: the active one), and how a version on trial differs."""
        async with self.snapshot() as conn:
            known = await standing.models(conn)
            number = r.version or standing.active(known, self._clock.now())[0]
            v = known.version_of(number)
            differences = await portfolio.differences(conn, number) if v.status in ("Shadow", "SignedOff") else []
        return pb.GetModelResponse(
            version=number, status=v.status, signed_off=bool(v.signer), author=messages.who(v.author), digest=v.digest,
            document_json=messages.document(v.document), effective_from=messages.instant(v.effective_from),
            versions=[
                pb.ModelVersion(
                    version=n, status=x.status, author=messages.who(x.author), signer=messages.who(x.signer),
                    signed_off=bool(x.signer), effective_from=messages.instant(x.effective_from),
                )
                for n, x in sorted(known.versions.items())
            ],
            differences=differences,
        )  # fmt: skip

    async def GetWhatIf(self, r: pb.GetWhatIfRequest, _: Context) -> pb.WhatIf:
        """A what-if: its progress, then its report."""
        fields = parse.Fields()
        id = fields.uuid("whatif_id", r.whatif_id)
        fields.done()
        async with self.snapshot() as conn:
            return await whatifs.shown(conn, id, self._clock.now())

    async def ListWhatIfs(self, _: pb.ListWhatIfsRequest, __: Context) -> pb.ListWhatIfsResponse:
        """What was tried, newest first."""
        async with self.snapshot() as conn:
            return pb.ListWhatIfsResponse(rows=await whatifs.listed(conn, self._clock.now()))

    async def ListEscalations(self, r: pb.ListEscalationsRequest, _: Context) -> pb.ListEscalationsResponse:
        """Open escalations, the gravest first."""
        before, _now = parse.before(r.as_of, self._settings.zone, self._clock)
        fields = parse.Fields()
        only = [fields.uuid("account_id", r.account_id)] if r.account_id else None
        fields.done()
        async with self.snapshot() as conn:
            told = await responses(conn, before, only)
            words = await texts.bodies(conn, {t for x in told.values() for t in x.texts()})
            names = await portfolio.names(conn)
        found = [e for x in told.values() for e in x.escalations.values() if r.with_closed or e.status != "Closed"]
        order = {s: n for n, s in enumerate(("critical", "high", "medium", "low"))}
        found.sort(key=lambda e: (e.status == "Closed", order[e.severity], e.at))
        return pb.ListEscalationsResponse(rows=[messages.escalation(e, words, names) for e in found])

    async def GetEscalation(self, r: pb.GetEscalationRequest, _: Context) -> pb.GetEscalationResponse:
        """One escalation, and every step of it."""
        before, _now = parse.before(r.as_of, self._settings.zone, self._clock)
        fields = parse.Fields()
        wanted = fields.uuid("escalation_id", r.escalation_id)
        fields.done()
        async with self.snapshot() as conn:
            account, steps = await escalations.steps(conn, wanted, before)
            if account is None:
                raise NotFound(f"there is no escalation {wanted} at that time", slug="escalation-unknown")
            told = (await responses(conn, before, [account]))[account].escalations[str(wanted)]
            words = await texts.bodies(conn, {s.text for s in steps if s.text})
            names = await portfolio.names(conn)
        return pb.GetEscalationResponse(
            as_of=messages.instant(before - parse.TICK), row=messages.escalation(told, words, names),
            steps=[messages.escalation_step(s, words) for s in steps],
        )  # fmt: skip

    async def GetEvent(self, r: GetEventRequest, _: Context) -> GetEventResponse:
        """One stored event, or a fact of another service that colours are made of."""
        async with self.snapshot() as conn:
            return await stored.event(conn, r.event_id)

    async def GetStatus(self, _: pb.GetRiskStatusRequest, __: Context) -> pb.GetRiskStatusResponse:
        """How far the service has come."""
        async with self.snapshot() as conn:
            s, freshness = await self._status(conn), await self._freshness(conn)
        return pb.GetRiskStatusResponse(
            freshness=freshness, events=s.events, accounts=s.accounts, armed_timers=s.armed, dead_letters=s.dead,
            shown=s.shown,
        )  # fmt: skip

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which all queries see the same state."""
        async with self._engine.begin() as conn:
            await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield conn

    async def _rows(self, conn: AsyncConnection, before: datetime, now: bool) -> dict[UUID, Row]:
        model = standing.active(await standing.models(conn), before)[1]
        s = self._settings
        found = await rows(conn, before, s.zone, model, s.company_currency, self._handling.at_risk_days, now=now)
        return {a: row for a, row in found.items() if caller().reaches(a)}

    def _account(self, crm_id: str, account_id: str) -> UUID:
        if crm_id:
            return ids.account_id(self._settings.crm_system, crm_id)
        fields = parse.Fields()
        account = fields.uuid("account_id", account_id)
        fields.done()
        return account

    async def _status(self, conn: AsyncConnection) -> status.Status:
        return await status.status(conn, self._consumer, self._projection, WAKE)

    async def _freshness(self, conn: AsyncConnection) -> pb.RiskFreshness:
        s = await self._status(conn)
        return pb.RiskFreshness(
            evaluated_until=messages.instant(s.judged), crm_event_at=messages.instant(s.told), caught_up=s.caught_up,
            feed_dead=s.feed_dead(self._clock.now(), self._handling.dead_after),
            feed_dead_since=messages.instant(s.behind_since),
        )  # fmt: skip


def _dead(freshness: pb.RiskFreshness, now: bool) -> frozenset[str]:
    return FED if now and freshness.feed_dead else frozenset()
