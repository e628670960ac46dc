"""Facts of accounts, from whatever log, in the form that the policy folds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from sys import intern
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.policy.book import Book
from services.risk.policy.facts import Fact, joined
from shared.positions import driver

_MERGES = text("SELECT absorbed_id, survivor_id, at FROM merges WHERE survivor_id = ANY(CAST(:accounts AS uuid[]))")
_FACTS = """
SELECT account_id, type, event_id, stream_id, number, data::text AS data, effective_at FROM facts
WHERE account_id = ANY($1)
UNION ALL
SELECT account_id, type, event_id, stream_id, version, data::text, effective_at FROM decisions
WHERE account_id = ANY($1)"""
_EMPLOYEES = """
SELECT NULL::uuid AS account_id, type, event_id, stream_id, number, data::text AS data, effective_at
FROM facts WHERE account_id IS NULL"""
PAGE = 500


@dataclass(frozen=True, slots=True)
class History:
    """All facts of an account and of those merged into it, in order."""

    account_id: UUID
    absorbed: tuple[UUID, ...]
    facts: list[Fact]

    def book(self) -> Book:
        """An empty one."""
        return Book(self.account_id, self.absorbed)

    def folded(self, until: datetime) -> Book:
        """What was known of the account at an instant."""
        book, n = self.book(), 0
        while n < len(self.facts) and self.facts[n].at <= until:
            at = self.facts[n].at
            while n < len(self.facts) and self.facts[n].at == at:
                book.apply(self.facts[n])
                n += 1
            book.settle(at)
        return book

    def count(self, until: datetime | None) -> int:
        """How many facts are true at an instant."""
        return 0 if until is None else sum(f.at <= until for f in self.facts)


async def histories(conn: AsyncConnection, accounts: Collection[UUID]) -> dict[UUID, History]:
    """Everything that the model may read about these accounts."""
    wanted, into = set(accounts), dict[UUID, dict[UUID, datetime]]()
    asked = set(wanted)
    while asked:
        rows = (await conn.execute(_MERGES, {"accounts": sorted(asked, key=str)})).all()
        for r in rows:
            into.setdefault(r.survivor_id, {})[r.absorbed_id] = r.at
        asked = {r.absorbed_id for r in rows} - wanted
        wanted |= asked
    raw = driver(conn)  # the statement above opened the transaction that its cursor needs
    employees = [_fact(r) for r in await raw.fetch(_EMPLOYEES)]
    own: dict[UUID, list[Fact]] = defaultdict(list)
    async for r in raw.cursor(_FACTS, sorted(wanted, key=str), prefetch=PAGE):  # not all of them twice in memory
        own[r["account_id"]].append(_fact(r))
    return {a: _joined(a, own, into, employees) for a in accounts}


def _joined(
    account: UUID, own: Mapping[UUID, list[Fact]], into: Mapping[UUID, Mapping[UUID, datetime]], employees: list[Fact]
) -> History:
    absorbed: dict[UUID, tuple[datetime, list[Fact]]] = {}

    def collect(survivor: UUID, since: datetime | None) -> None:
        for other, at in into.get(survivor, {}).items():
            if other not in absorbed and other != account:
                absorbed[other] = (max(at, since) if since else at, own.get(other, []))
                collect(other, absorbed[other][0])

    collect(account, None)
    owners = {f.data["owner_id"] for f in own.get(account, ()) if f.type == "CrmAccountSeen"}
    users = [f for f in employees if f.data["crm_id"] in owners]
    return History(account, tuple(absorbed), joined([*own.get(account, ()), *users], absorbed))


def _fact(r: Any) -> Fact:
    data = orjson.loads(r["data"])
    return Fact(r["effective_at"], intern(r["type"]), r["event_id"], r["stream_id"], r["number"], data, r["account_id"])
