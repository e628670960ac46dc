"""The queries: parse, read, answer. Each runs in one read-only transaction on one snapshot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import grpc.aio
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.growth import process
from services.growth.api import messages, plan_page
from services.growth.api.parse import Fields
from services.growth.domain.whitespace import OWN_UNIT
from services.growth.reads import events, foreign, words
from services.growth.reads.asof import AsOf
from services.growth.reads.tables import opportunities
from services.growth.reads.things import Thing, of_accounts, of_kinds, things
from services.growth.settings import Settings
from shared import ids
from shared.clock import Clock
from shared.errors import Invalid, NotFound
from shared.protos import growth_pb2 as pb
from shared.protos.growth_pb2_grpc import GrowthQueriesServicer

SERVICE = "growth"
Context = grpc.aio.ServicerContext[Any, Any]


class Queries(GrowthQueriesServicer):
    """`GrowthQueries` of the .proto. `consumers`, `projection`, `arming`: their positions say how fresh we are."""

    def __init__(
        self, engine: AsyncEngine, settings: Settings, clock: Clock, consumers: Sequence[str], projection: str,
        arming: str,
    ) -> None:  # fmt: skip
        self._engine, self._settings, self._clock = engine, settings, clock
        self._followers = projection, arming, consumers

    async def GetPlan(self, r: pb.GetPlanRequest, _: Context) -> pb.GetPlanResponse:
        """A plan of an account with all that is in it, its critical path and what a slip proposes."""
        asof = self.asof(r.as_of)
        async with self.snapshot() as conn:
            if r.plan_id:
                plan_id, account_id = await plan_page.whose(conn, r.plan_id)
            else:
                plan_id, account_id = None, self._account(r.account_id, r.account_crm_id)
            return await plan_page.plan_page(conn, asof, account_id, plan_id, self._settings.calendar)

    async def ListPlans(self, r: pb.ListPlansRequest, _: Context) -> pb.ListPlansResponse:
        """Every plan, and the accounts that owe one and have none."""
        asof = self.asof(r.as_of)
        async with self.snapshot() as conn:
            return await plan_page.plans(conn, asof)

    async def ListMilestones(self, r: pb.ListMilestonesRequest, _: Context) -> pb.ListMilestonesResponse:
        """Milestones of one account or of all, the earliest due first."""
        asof, f = self.asof(r.as_of), Fields()
        until = f.day_or_none("due_until", r.due_until)
        account = f.uuid("account_id", r.account_id) if r.account_id else None
        f.done()
        async with self.snapshot() as conn:
            return await plan_page.milestones(
                conn, asof, self._settings.calendar, account=account, overdue=r.overdue, until=until, owner=r.owner,
                only_open=r.open,
            )  # fmt: skip

    async def ListPlaybooks(self, _r: pb.ListPlaybooksRequest, _: Context) -> pb.ListPlaybooksResponse:
        """The version of each play book that new runs get."""
        async with self.snapshot() as conn:
            found = await self._playbooks(conn)
        newest = {t["playbook"]: t for t in sorted(found, key=lambda t: t["position"]) if t["published"]}
        return pb.ListPlaybooksResponse(playbooks=[messages.playbook(newest[k]) for k in sorted(newest)])

    async def GetPlaybook(self, r: pb.GetPlaybookRequest, _: Context) -> pb.Playbook:
        """One version (0: the one that new runs get)."""
        async with self.snapshot() as conn:
            found = [t for t in await self._playbooks(conn) if t["playbook"] == r.playbook]
        found = [t for t in found if t["playbook_version"] == r.version or (r.version == 0 and t["published"])]
        if not found:
            raise NotFound(f"there is no play book {r.playbook!r} {r.version or ''}", slug="playbook-unknown")
        return messages.playbook(max(found, key=lambda t: t["position"]))

    async def GetWhitespace(self, r: pb.GetWhitespaceRequest, _: Context) -> pb.GetWhitespaceResponse:
        """The matrix of an account; what no cell says is Unknown."""
        asof, account = self.asof(r.as_of), self._account(r.account_id, r.account_crm_id)
        async with self.snapshot() as conn:
            cells = (await things(conn, asof, of_accounts([account]), of_kinds("cell"))).get("cell").values()
            body = await words.bodies(conn, [c.get("reason_ref") for c in cells])
            known = await foreign.products(conn)
        shown = sorted(cells, key=lambda c: (c["org_unit"] != OWN_UNIT, c["org_unit"], c["product"]))
        return pb.GetWhitespaceResponse(
            as_of=messages.instant(asof.shown),
            org_units=list(dict.fromkeys([OWN_UNIT, *(c["org_unit"] for c in shown)])),
            products=sorted({*known, *(c["product"] for c in shown)}),
            cells=[messages.cell(c, body) for c in shown],
        )

    async def ListOpportunities(self, r: pb.ListOpportunitiesRequest, _: Context) -> pb.ListOpportunitiesResponse:
        """The account's deals, and which initiatives they belong to."""
        asof, account = self.asof(r.as_of), self._account(r.account_id, r.account_crm_id)
        async with self.snapshot() as conn:
            rows = await foreign.deals(conn, account, opportunities.c.effective_at < asof.before)
            everyone = await foreign.family(conn, account, asof.before)
            found = await things(conn, asof, of_accounts(everyone), of_kinds("link", "plan"))
            known = await foreign.products(conn)
        links = plan_page.live_links(found)
        return pb.ListOpportunitiesResponse(
            as_of=messages.instant(asof.shown),
            opportunities=[
                _opportunity(d, links.get(d["opportunity_id"], []), foreign.product_of(d["name"], known))
                for d in sorted(rows, key=lambda d: (not d["open"], str(d["closes_on"]), d["opportunity_id"]))
                if d["open"] or not r.open
            ],
        )

    async def GetEvent(self, r: pb.GetEventRequest, _: Context) -> pb.GetEventResponse:
        """One stored event. Events of other services live in their logs; ours name them as their cause."""
        service, _sep, number = r.event_id.partition(":")
        if not number.isdecimal() or len(number) > 18:
            raise Invalid(slug="fields-invalid", fields={"event_id": f"{r.event_id[:80]!r} is not like growth:42"})
        if service != SERVICE:
            raise NotFound(
                f"{r.event_id} is in the log of the service {service}, not here; our events name it as their cause",
                slug="event-of-another-service",
            )
        async with self.snapshot() as conn:
            row = await events.event(conn, int(number))
        if row is None:
            raise NotFound(f"there is no event {r.event_id}", slug="event-unknown")
        w = messages.words
        return pb.GetEventResponse(
            event_id=r.event_id, type=row["topic"], stream_id=str(row["stream_id"]), version=row["version"],
            effective_at=messages.instant(row["effective_at"]), recorded_at=messages.instant(row["recorded_at"]),
            actor=row["actor"], command_id=w(row["command_id"]), correlation_id=w(row["correlation_id"]),
            causation_id=w(row["causation_id"]), source_json=w(row["source"]), policy_refs_json=w(row["policy_refs"]),
            data_json=row["state"], account_id=w(orjson.loads(row["state"]).get("account_id")),
        )  # fmt: skip

    async def GetStatus(self, _r: pb.GetStatusRequest, _: Context) -> pb.GetStatusResponse:
        """How far the service has come."""
        async with self.snapshot() as conn:
            s = await events.status(conn, *self._followers, process.WAKE)
        return pb.GetStatusResponse(
            events=s.events, shown=s.shown, followed=s.followed, read=s.read, armed_timers=s.armed,
            dead_letters=s.dead, told_at=messages.instant(s.told), caught_up=s.caught_up,
        )  # fmt: skip

    def asof(self, text_: str) -> AsOf:
        """The end of a day in the company's zone; empty: now."""
        zone = ZoneInfo(self._settings.company_time_zone)
        if not text_:
            return AsOf.at(self._clock.now(), zone)
        fields = Fields()
        day: date = fields.day("as_of", text_)
        fields.done()
        return AsOf.end_of(day, zone)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which all queries see the same state."""
        async with self._engine.begin() as conn:
            await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield conn

    def _account(self, account_id: str, crm_id: str) -> UUID:
        if crm_id:
            return ids.account_id(self._settings.crm_system, crm_id)
        fields = Fields()
        account = fields.uuid("account_id", account_id)
        fields.done()
        return account

    async def _playbooks(self, conn: AsyncConnection) -> list[Thing]:
        everything = AsOf.end_of(date(2199, 12, 31), ZoneInfo("UTC"))
        return list((await things(conn, everything, of_kinds("playbook"))).get("playbook").values())


def _opportunity(d: dict[str, Any], initiatives: list[str], product: str | None) -> pb.Opportunity:
    w = messages.words
    return pb.Opportunity(
        opportunity_id=d["opportunity_id"], name=d["name"], stage=d["stage"], probability=d["probability"],
        amount_minor=d["amount"], currency=w(d["currency"]), closes_on=w(d["closes_on"]), motion=w(d["motion"]),
        owner=w(d["owner_id"]), open=d["open"], initiative_ids=initiatives,
        primary_initiative_id=initiatives[0] if initiatives else "", event_id=d["event_id"], product=w(product),
    )  # fmt: skip
