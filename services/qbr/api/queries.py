"""The queries: parse, read, answer. Each runs in one read-only transaction on one snapshot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.qbr.api import messages, system
from services.qbr.api.detail import detail
from services.qbr.api.messages import Names, instant, window
from services.qbr.api.packs import Packs
from services.qbr.api.parse import Fields
from services.qbr.api.run import Context
from services.qbr.api.showing import PackQueries
from services.qbr.app import Company, texts
from services.qbr.deadlines import Calendar
from services.qbr.domain.review.states import OPEN
from services.qbr.reads import accounts, states
from services.qbr.reads.accounts import Card
from services.qbr.reads.asof import AsOf
from services.qbr.reads.ledger import ledger
from services.qbr.reads.preparation import preparation_times
from services.qbr.settings import Settings
from shared.clock import Clock
from shared.edge.passport import caller
from shared.errors import NotFound
from shared.people import names
from shared.protos import qbr_pb2 as pb
from shared.protos.accounts_pb2 import GetEventRequest, GetEventResponse
from shared.protos.qbr_pb2_grpc import QbrQueriesServicer


class Queries(PackQueries, QbrQueriesServicer):
    """`QbrQueries` of the .proto; those of packs are in `showing.py`."""

    def __init__(
        self, engine: AsyncEngine, settings: Settings, clock: Clock, company: Company, packs: Packs,
        follows: system.Follows,
    ) -> None:  # fmt: skip
        self._engine, self._settings, self._clock, self._company = engine, settings, clock, company
        self._packs, self._follows = packs, follows

    async def ListQbrs(self, request: pb.ListQbrsRequest, _: Context) -> pb.ListQbrsResponse:
        """Calendar and list: every QBR, planned, proposed, missed, held; and every series."""
        fields = Fields()
        asked = fields.uuids("account_ids", request.account_ids)
        first, last = (
            fields.day_or_none(n, v) for n, v in (("from", getattr(request, "from")), ("until", request.until))
        )
        fields.done()
        asof = self.asof(request.as_of)
        async with self.snapshot() as conn:
            series = await states.series(conn, asof, asked or None)
            of = [x for a in asked for x in await accounts.family(conn, a, asof.before)]
            qbrs = await states.qbrs(conn, asof, of or None)
            counted = await states.counts(conn, asof)
            known = await self._accounts(conn, asof)
        open_ = {q["account_id"]: q["qbr_id"] for q in qbrs if q["state"] in OPEN}
        rows = [messages.qbr_row(q, known, asof.shown, counted.get(q["qbr_id"], (0, 0))) for q in qbrs]
        wanted, owner = set(request.states), request.owner_id
        shown = [
            r for r in rows
            if (not wanted or r.state in wanted) and (not owner or r.owner_id == owner)
            and window(messages.day(first), r.on, messages.day(last))
        ]  # fmt: skip
        all_series = [messages.series_row(s, known, open_.get(a)) for a, s in series.items()]
        return pb.ListQbrsResponse(
            as_of=instant(asof.shown), rows=sorted(shown, key=_place),
            series=sorted((s for s in all_series if not owner or s.owner_id == owner), key=_name),
        )  # fmt: skip

    async def GetQbr(self, request: pb.GetQbrRequest, _: Context) -> pb.GetQbrResponse:
        """One QBR with agenda, pack versions, notes, decisions, actions and history."""
        fields = Fields()
        qbr_id = fields.uuid("qbr_id", request.qbr_id)
        fields.done()
        asof = self.asof(request.as_of)
        async with self.snapshot() as conn:
            row = await states.qbr(conn, asof, qbr_id)
            if row is None:
                raise NotFound(f"no QBR {qbr_id} was known at {instant(asof.shown)}", slug="qbr-unknown")
            cards = await accounts.cards(conn, [row["account_id"]])
            answer = await detail(conn, asof, row, self._calendar(cards, row["account_id"]), self._clock.now())
        if not caller().is_about(answer.qbr.owner_id):
            answer.ClearField("preparation_minutes")  # how long one person worked
        return answer

    async def GetLedger(self, request: pb.GetLedgerRequest, _: Context) -> pb.GetLedgerResponse:
        """What both sides of an account promised, and what became of it; without an account: of all accounts."""
        fields = Fields()
        account = fields.uuid("account_id", request.account_id) if request.account_id else None
        fields.done()
        asof = self.asof(request.as_of)
        async with self.snapshot() as conn:
            among = await accounts.family(conn, account, asof.before) if account else None
            if among is None and (mine := caller().accounts) is not None:
                among = list(mine)
            chains, scores = await ledger(conn, asof, among)
            qbrs = await states.qbrs(conn, asof, among)
            cards = await accounts.cards(conn, among, asof.before)
            owners = [c.action for c in chains if c.action]
            persons = {UUID(a["owner"]) for a in owners if a["side"] == "customer"}
            staff = await accounts.staff_names(conn, [a["owner"] for a in owners if a["side"] == "ours"])
            refs = [UUID(c.decision["data"]["text_ref"]) for c in chains if c.decision]
            known = Names(
                cards, self._settings.zone, staff, await names(conn, persons) if persons else {},
                await texts.words(conn, refs),
            )  # fmt: skip
        held = {q["qbr_id"]: q["at"] for q in qbrs if q["held_on"]}
        return pb.GetLedgerResponse(
            as_of=instant(asof.shown), rows=[messages.chain(c, known, asof.day, held) for c in chains],
            sides=[messages.side(s) for s in scores],
        )  # fmt: skip

    async def ListTemplates(self, request: pb.ListTemplatesRequest, _: Context) -> pb.ListTemplatesResponse:
        """Every version of every template."""
        async with self.snapshot() as conn:
            rows = await states.templates(conn, self.asof(request.as_of))
        return pb.ListTemplatesResponse(templates=[messages.template(r) for r in rows])

    async def GetPreparationTimes(
        self, request: pb.GetPreparationTimesRequest, _: Context
    ) -> pb.GetPreparationTimesResponse:
        """Median active minutes by team, never of one person."""
        fields = Fields()
        first = fields.day_or_none("from", getattr(request, "from"))
        last = fields.day_or_none("until", request.until)
        fields.done()
        cycle = self._company.cycle
        async with self.snapshot() as conn:
            found = await preparation_times(conn, first, last, self._settings.zone, cycle)
            leads = await accounts.staff_names(conn, found)
        rows = [
            pb.PreparationTime(
                team=team, n=n, median_minutes=m if caller().tells(n) else None, team_name=leads.get(team, "")
            )
            for team, (n, m) in sorted(found.items())
        ]
        return pb.GetPreparationTimesResponse(target_minutes=cycle.preparation_target_minutes, rows=rows)

    async def GetEvent(self, request: GetEventRequest, _: Context) -> GetEventResponse:
        """One stored event of this service."""
        async with self.snapshot() as conn:
            return await system.event(conn, request.event_id)

    async def GetStatus(self, _: pb.GetQbrStatusRequest, __: Context) -> pb.GetQbrStatusResponse:
        """How far the service has come."""
        async with self.snapshot() as conn:
            return await system.status(conn, self._follows, self.asof(""))

    def asof(self, asked: str) -> AsOf:
        """The end of a day in the company's zone; empty: now."""
        if not asked:
            return AsOf.at(self._clock.now(), self._settings.zone)
        fields = Fields()
        on = fields.day("as_of", asked)
        if not date(1970, 1, 1) <= on <= date(2200, 1, 1):
            fields.wrong("as_of", f"{asked[:20]} lies outside of what is kept")
        fields.done()
        return AsOf.end_of(on, self._settings.zone)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which all queries see the same state."""
        async with self._engine.begin() as conn:
            await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield conn

    async def _accounts(self, conn: AsyncConnection, asof: AsOf) -> Names:
        cards = await accounts.cards(conn, None, asof.before)
        staff = await accounts.staff_names(conn, {c.owner_id for c in cards.values()})
        return Names(cards, self._settings.zone, staff)

    def _calendar(self, cards: Mapping[UUID, Card], account_id: UUID) -> Calendar:
        zone = Names(cards, self._settings.zone).zone_of(account_id)
        return Calendar(zone, self._company.off, self._company.cycle)


def _place(r: Any) -> tuple[str, str, str]:
    return r.on, r.account, r.qbr_id


def _name(s: Any) -> tuple[str, str]:
    return s.account, s.account_id
