"""The queries: parse, read, answer. Each runs in one read-only transaction on one snapshot."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import grpc.aio
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.accounts import process
from services.accounts.api import messages
from services.accounts.api.handovers import HandoverQueries
from services.accounts.api.parse import Fields
from services.accounts.api.topics import TopicQueries
from services.accounts.policy.standards import standards
from services.accounts.reads import events, policies, search, sensitive, states
from services.accounts.reads.account_page import account_page
from services.accounts.reads.asof import AsOf
from services.accounts.reads.portfolio import load
from services.accounts.reads.scope import scope
from services.accounts.settings import Settings
from shared import ids
from shared.clock import Clock
from shared.edge.passport import caller
from shared.edge.wording import words
from shared.errors import Invalid, NotFound
from shared.protos import accounts_pb2 as pb
from shared.protos.accounts_pb2_grpc import AccountQueriesServicer

SERVICE = "accounts"
SEARCHED = 1_000  # persons among whom those within reach are looked for
Context = grpc.aio.ServicerContext[Any, Any]


class Queries(TopicQueries, HandoverQueries, AccountQueriesServicer):
    """`AccountQueries` of the .proto. `consumer` and `projection`: whose positions tell how fresh an answer is."""

    def __init__(self, engine: AsyncEngine, settings: Settings, clock: Clock, consumer: str, projection: str) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._consumer, self._projection = consumer, projection

    async def ListPortfolio(self, request: pb.ListPortfolioRequest, _: Context) -> pb.ListPortfolioResponse:
        """Every customer account that lived on the day."""
        asof = self.asof(request.as_of)
        async with self.snapshot() as conn:
            found = await load(conn, asof, currency=self._settings.company_currency)
            found = replace(found, rows=[r for r in found.rows if caller().reaches(r.account_id)])
            held = policies.in_force(await policies.versions(conn, "standards"), asof.before)
        owed = standards(held.document) if held else None
        return messages.portfolio(found, owed, self._settings.company_currency)

    async def GetAccount(self, request: pb.GetAccountRequest, _: Context) -> pb.GetAccountResponse:
        """Everything about one account; a merged one shows its survivor."""
        asof, account = self.asof(request.as_of), self._account(request.crm_id, request.account_id)
        async with self.snapshot() as conn:
            page = await account_page(conn, asof, account, currency=self._settings.company_currency)
            if page is None:
                asked = request.crm_id or request.account_id
                raise NotFound(
                    f"no account {asked!r} was known at {messages.instant(asof.shown)}", slug="account-unknown"
                )
            tiers, owed = await policies.versions(conn, "tier"), await policies.versions(conn, "standards")
            freshness = await self._freshness(conn)
        judged_by = page.assessment["policy_version"] if page.assessment else None
        tier = next((v for v in tiers if v.version == judged_by), policies.in_force(tiers, asof.before))
        held = policies.in_force(owed, asof.before)
        if held is None:
            raise NotFound(
                "no standards are active yet: the role `worker` adopts the shipped ones", slug="no-active-policy"
            )
        return messages.account(page, tier, standards(held.document), freshness)

    async def GetEvent(self, request: pb.GetEventRequest, _: Context) -> pb.GetEventResponse:
        """One stored event. Events of other services live in their logs; ours name them as their cause."""
        service, _sep, number = request.event_id.partition(":")
        if not number.isdecimal() or len(number) > 18:
            raise Invalid(
                slug="fields-invalid", fields={"event_id": f"{request.event_id[:80]!r} is not like accounts:42"}
            )
        if service != SERVICE:
            raise NotFound(
                f"{request.event_id} is in the log of the service {service}, not here; our events name it as their "
                "cause and tell the CRM record it came from",
                slug="event-of-another-service",
            )
        async with self.snapshot() as conn:
            row = await events.event(conn, int(number))
            if row is None or not await _theirs(conn, row):
                raise NotFound(f"there is no event {request.event_id}", slug="event-unknown")
            crm_ids = await states.links(conn)
        data = orjson.loads(row["state"])
        account = data.get("account_id") or (str(row["stream_id"]) if row["stream_id"] in crm_ids else "")
        return pb.GetEventResponse(
            event_id=request.event_id, type=row["topic"], stream_id=str(row["stream_id"]), version=row["version"],
            effective_at=messages.instant(row["effective_at"]), recorded_at=messages.instant(row["recorded_at"]),
            actor=row["actor"], command_id=messages.words(row["command_id"]),
            correlation_id=messages.words(row["correlation_id"]), causation_id=messages.words(row["causation_id"]),
            source_json=messages.words(row["source"]), policy_refs_json=messages.words(row["policy_refs"]),
            data_json=row["state"], account_id=account, crm_id=crm_ids.get(UUID(account), "") if account else "",
        )  # fmt: skip

    async def GetTierPolicy(self, request: pb.GetTierPolicyRequest, _: Context) -> pb.GetTierPolicyResponse:
        """A version of the tier policy (0: the active one) and the standards in force."""
        async with self.snapshot() as conn:
            tiers, owed = await policies.versions(conn, "tier"), await policies.versions(conn, "standards")
        now = self._clock.now()
        found = next((v for v in tiers if v.version == request.version), None)
        if request.version == 0:
            found = policies.in_force(tiers, now)
        if found is None:
            raise NotFound(f"there is no tier policy version {request.version or 'in force'}", slug="policy-unknown")
        held = policies.in_force(owed, now)
        return messages.tier_policy(found, tiers, json.dumps(held.document) if held else "", json.dumps(found.document))

    async def SearchPeople(self, request: pb.SearchPeopleRequest, _: Context) -> pb.SearchPeopleResponse:
        """Persons of customers by name, title or department; the vault forgets who was erased."""
        fields = Fields()
        wanted = words(request.query)
        if len("".join(wanted)) < search.SHORTEST or len(request.query) > search.LONGEST:
            fields.wrong("query", f"give {search.SHORTEST} letters or more, at most {search.LONGEST}")
        if not 0 <= request.limit <= search.MOST:
            fields.wrong("limit", f"{request.limit} is not from 1 to {search.MOST}")
        fields.done()
        limit, who = request.limit or search.HITS, caller()
        async with self.snapshot() as conn:
            most = limit if who.accounts is None else SEARCHED
            found, hits = await search.people(conn, self.asof(""), wanted, most)
        if who.accounts is not None:
            hits = [h for h in hits if who.reaches(h.account_id)]
            found, hits = len(hits), hits[:limit]
        return pb.SearchPeopleResponse(found=found, hits=[messages.person_hit(h) for h in hits])

    async def GetStatus(self, _: pb.GetStatusRequest, __: Context) -> pb.GetStatusResponse:
        """How far the service has come."""
        async with self.snapshot() as conn:
            s = await self._status(conn)
            accounts = await events.count_accounts(conn, self.asof(""))
        return pb.GetStatusResponse(
            freshness=_freshness(s), events=s.events, accounts=accounts, armed_timers=s.armed, dead_letters=s.dead
        )

    async def ListScope(self, request: pb.ListScopeRequest, _: Context) -> pb.ListScopeResponse:
        """The accounts of an employee's teams, as they stand now."""
        fields = Fields()
        user_id = fields.text("user_id", request.user_id)
        fields.done()
        async with self.snapshot() as conn:
            found = await scope(conn, self.asof(""), user_id)
        return pb.ListScopeResponse(account_ids=map(str, found))

    def asof(self, text_: str) -> AsOf:
        """The end of a day in the company's zone; empty: now."""
        if not text_:
            return AsOf.at(self._clock.now(), self._settings.zone)
        fields = Fields()
        day = fields.day("as_of", text_)
        if not date(1970, 1, 1) <= day <= date(2200, 1, 1):
            fields.wrong("as_of", f"{text_[:20]} lies outside of what is kept")
        fields.done()
        return AsOf.end_of(day, self._settings.zone)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which all queries see the same state."""
        async with self._engine.begin() as conn:
            await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield conn

    def _account(self, crm_id: str, account_id: str) -> UUID:
        if crm_id:
            return ids.account_id(self._settings.crm_system, crm_id)
        fields = Fields()
        account = fields.uuid("account_id", account_id)
        fields.done()
        return account

    async def _freshness(self, conn: AsyncConnection) -> pb.Freshness:
        return _freshness(await self._status(conn))

    async def _status(self, conn: AsyncConnection) -> events.Status:
        return await events.status(conn, self._consumer, self._projection, process.WAKE)


async def _theirs(conn: AsyncConnection, row: Mapping[str, Any]) -> bool:
    """Whether an event is for the caller: what concerns a sensitive topic does not exist for anybody else."""
    return row["topic"] not in sensitive.TOPICS or await sensitive.concerns(conn, row["stream_id"], caller().user_id)


def _freshness(s: events.Status) -> pb.Freshness:
    return pb.Freshness(
        crm_event_at=messages.instant(s.told),
        received_at=messages.instant(s.received),
        position=s.read,
        caught_up=s.caught_up,
    )
