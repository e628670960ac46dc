"""The queries: one snapshot of the database for each, answered as of a day or now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import grpc.aio
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.risk.api import messages, parse, portfolio
from services.risk.policy.counterfactual import counterfactual
from services.risk.policy.cursor import Cursor
from services.risk.policy.evaluate import FED, evaluate, watched
from services.risk.policy.rules import WAKE
from services.risk.reads import standing, status, texts
from services.risk.reads.portfolio import Row, rows
from services.risk.reads.responses import responses
from services.risk.settings import Settings
from services.risk.shipped import handling
from shared import ids
from shared.clock import Clock
from shared.errors import Invalid, NotFound
from shared.protos import risk_pb2 as pb
from shared.protos.accounts_pb2 import GetEventRequest, GetEventResponse
from shared.protos.risk_pb2_grpc import RiskQueriesServicer

Context = grpc.aio.ServicerContext[Any, Any]
SERVICE = "risk"
DAYS = (30, 60, 90)


class Queries(RiskQueriesServicer):
    """`RiskQueries` of the .proto."""

    def __init__(self, engine: AsyncEngine, settings: Settings, clock: Clock, consumer: str, projection: str) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._consumer, self._projection, self._handling = consumer, projection, handling()

    async def ListRisk(self, r: pb.ListRiskRequest, _: Context) -> pb.ListRiskResponse:
        """The portfolio."""
        before, now = parse.before(r.as_of, self._settings.zone, self._clock)
        async with self.snapshot() as conn:
            found = await self._rows(conn, before, now)
            freshness = await self._freshness(conn)
        return portfolio.response(found, r, before, freshness, self._settings.company_currency)

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
        forecast, _sweep = standing.ahead(stands, known, zone, since, at, self._handling.plan_days)
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
            forecast=[messages.forecast_step(s) for s in forecast.steps] if now else [],
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
        to.items.extend(messages.item(i, today, i.id in escalated) for i in told.items.values())
        to.escalations.extend(messages.escalation(e, words, names) for e in told.escalations.values())
        to.overrides.extend(messages.override(o, words) for o in told.overrides.values())

    async def GetForecast(self, r: pb.GetForecastRequest, _: Context) -> pb.GetForecastResponse:
        """What the clock will bring, for an account or the portfolio."""
        days, now = r.days or 90, self._clock.now()
        if days not in DAYS:
            raise Invalid(slug="fields-invalid", fields={"days": f"{days} is none of 30, 60, 90"})
        fields = parse.Fields()
        only = fields.uuid("account_id", r.account_id) if r.account_id else None
        fields.done()
        async with self.snapshot() as conn:
            found = await self._rows(conn, now + parse.TICK, True)
            if only is not None and only not in found:
                raise NotFound(f"account {only} has no colour", slug="account-unknown")
            accounts = [only] if only else list(found)
            known, since = await standing.models(conn), await standing.begin(conn)
            stands = await standing.standings(conn, accounts)
        zone, how = self._settings.zone, self._handling
        ahead = {a: standing.ahead(stands[a], known, zone, since, now, how.plan_days, days)[0] for a in accounts}
        return portfolio.forecast(found, ahead, now, days, only is not None)

    async def GetModel(self, r: pb.GetModelRequest, _: Context) -> pb.GetModelResponse:
        """A version of the model (0: the active one), and how a version on trial differs."""
        async with self.snapshot() as conn:
            known = await standing.models(conn)
            number = r.version or standing.active(known, self._clock.now())[0]
            v = known.version_of(number)
            differences = await portfolio.differences(conn, number) if v.status in ("Shadow", "SignedOff") else []
        return pb.GetModelResponse(
            version=number, status=v.status, signed_off=bool(v.signer), author=v.author, digest=v.digest,
            document_json=messages.document(v.document), effective_from=messages.instant(v.effective_from),
            versions=[
                pb.ModelVersion(
                    version=n, status=x.status, author=x.author, signer=x.signer, signed_off=bool(x.signer),
                    effective_from=messages.instant(x.effective_from),
                )
                for n, x in sorted(known.versions.items())
            ],
            differences=differences,
        )  # fmt: skip

    async def ListEscalations(self, r: pb.ListEscalationsRequest, _: Context) -> pb.ListEscalationsResponse:
        """Open escalations, the gravest first."""
        fields = parse.Fields()
        only = [fields.uuid("account_id", r.account_id)] if r.account_id else None
        fields.done()
        async with self.snapshot() as conn:
            told = await responses(conn, self._clock.now() + parse.TICK, only)
            words = await texts.bodies(conn, {t for x in told.values() for t in x.texts()})
            names = await portfolio.names(conn)
        found = [e for x in told.values() for e in x.escalations.values() if r.with_closed or e.status != "Closed"]
        order = {s: n for n, s in enumerate(("critical", "high", "medium", "low"))}
        found.sort(key=lambda e: (e.status == "Closed", order[e.severity], e.at))
        return pb.ListEscalationsResponse(rows=[messages.escalation(e, words, names) for e in found])

    async def GetEvent(self, r: GetEventRequest, _: Context) -> GetEventResponse:
        """One stored event. Events of other services live in their logs; ours name them as their evidence."""
        service, _sep, number = r.event_id.partition(":")
        if not number.isdecimal() or len(number) > 18:
            raise Invalid(slug="fields-invalid", fields={"event_id": f"{r.event_id[:80]!r} is not like risk:42"})
        if service != SERVICE:
            raise NotFound(f"{r.event_id} is in the log of the service {service}", slug="event-of-another-service")
        async with self.snapshot() as conn:
            row = await status.event(conn, int(number))
            names = await portfolio.crm_ids(conn)
        if row is None:
            raise NotFound(f"there is no event {r.event_id}", slug="event-unknown")
        account = orjson.loads(row["state"]).get("account_id") or ""
        plain = {n: str(row[n] or "") for n in ("command_id", "correlation_id", "causation_id")}
        return GetEventResponse(
            event_id=r.event_id, type=row["topic"], stream_id=str(row["stream_id"]), version=row["version"],
            effective_at=messages.instant(row["effective_at"]), recorded_at=messages.instant(row["recorded_at"]),
            actor=row["actor"], source_json=row["source"] or "", policy_refs_json=row["policy_refs"] or "",
            data_json=row["state"], account_id=account, crm_id=names.get(UUID(account), "") if account else "", **plain,
        )  # fmt: skip

    async def GetStatus(self, _: pb.GetRiskStatusRequest, __: Context) -> pb.GetRiskStatusResponse:
        """How far the service has come."""
        async with self.snapshot() as conn:
            s, freshness = await self._status(conn), await self._freshness(conn)
        return pb.GetRiskStatusResponse(
            freshness=freshness, events=s.events, accounts=s.accounts, armed_timers=s.armed, dead_letters=s.dead
        )

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which all queries see the same state."""
        async with self._engine.begin() as conn:
            await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield conn

    async def _rows(self, conn: AsyncConnection, before: datetime, now: bool) -> dict[UUID, Row]:
        model = standing.active(await standing.models(conn), before)[1]
        s = self._settings
        return await rows(conn, before, s.zone, model, s.company_currency, now=now)

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
