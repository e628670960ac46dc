"""Facts → books and worlds: the one place that reads table `facts` for folding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from sys import intern
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.insights.policy.book import Book
from services.insights.policy.company import company
from services.insights.policy.facts import TERMS, Fact, cut, known
from services.insights.policy.world import Terms, World, survivors
from shared.positions import driver

PAGE = 1_000
FAR = datetime.max.replace(tzinfo=UTC)
MERGES = ("AccountsMerged", "AccountMergeReverted")
_COLUMNS = """
SELECT topic, position, event_id, account_id, type, stream_id, version, actor, cause, correlation, effective_at,
    recorded_at, data::text AS data, also_id, partition FROM facts """
DONE = """
DELETE FROM {0} d USING (
    SELECT t.account_id FROM {0} t
    JOIN unnest($1::uuid[], $2::bigint[]) AS u(a, v) ON (t.account_id, t.version) = (a, v)
    ORDER BY t.account_id FOR UPDATE OF t) x
WHERE d.account_id = x.account_id"""
"""Takes accounts off a list (`dirty`, `stale`) unless something was told of them meanwhile. The list is not locked
while they are folded: the consumer would wait."""
CAUSES = 20
_COUNTS = """
SELECT a, sum(n)::bigint AS n FROM (
    SELECT account_id AS a, count(*) AS n FROM facts WHERE account_id IS NOT NULL GROUP BY 1
    UNION ALL SELECT also_id, count(*) FROM facts WHERE also_id IS NOT NULL GROUP BY 1) c GROUP BY a"""
_CAUSES = """
SELECT event_id FROM facts LEFT JOIN unnest($2::text[], $3::bigint[]) AS s(topic, top) USING (topic)
WHERE (account_id = ANY($1) OR also_id = ANY($1)) AND position > coalesce(top, 0)
    AND (effective_at < $4 OR type = ANY($5))
GROUP BY event_id ORDER BY min(recorded_at), event_id COLLATE "C" LIMIT $6"""
_LOADED = "SELECT min(recorded_at) FROM facts WHERE type = 'SourceLagCleared'"


@dataclass(frozen=True, slots=True)
class When:
    """What counts: true before `effective`, known before `known`; None: everything."""

    effective: datetime | None = None
    known: datetime | None = None

    def of(self, facts: list[Fact]) -> list[Fact]:
        """The facts that count."""
        if self.effective is None and self.known is None:
            return facts
        return cut(facts, self.effective or FAR, self.known or FAR)


def fact(r: Any, loaded_at: datetime | None) -> Fact:
    """A row."""
    at, told = r["effective_at"], r["recorded_at"]
    return Fact(
        intern(r["topic"]), r["position"], r["event_id"], _uuid(r["account_id"]), intern(r["type"]),
        UUID(int=r["stream_id"].int), r["version"], intern(r["actor"]), r["cause"], _uuid(r["correlation"]), at, told,
        known(at, told, r["actor"], loaded_at), orjson.loads(r["data"]),
    )  # fmt: skip


def _uuid(value: UUID | None) -> UUID | None:
    """The driver has a UUID class of its own, which is slower to compare and hash."""
    return UUID(int=value.int) if value is not None else None


async def loaded_at(conn: AsyncConnection) -> datetime | None:
    """When the first load of the CRM's history was through."""
    found: datetime | None = await driver(conn).fetchval(_LOADED)
    return found


async def of_accounts(
    conn: AsyncConnection, accounts: Collection[UUID] | None, seen: Mapping[str, int] | None = None
) -> dict[UUID, list[Fact]]:
    """account → all its facts, those of things that left it too. None: of all accounts. `seen`: only what a watermark
    covers."""
    since = await loaded_at(conn)
    where, values = "WHERE account_id IS NOT NULL", list[Any]()
    if accounts is not None:
        where, values = "WHERE account_id = ANY($1) OR also_id = ANY($1)", [list(accounts)]
    found: dict[UUID, list[Fact]] = defaultdict(list)
    raw = driver(conn)
    async with raw.transaction():
        async for r in raw.cursor(_COLUMNS + where, *values, prefetch=PAGE):  # not all of them twice in memory
            if seen is not None and r["position"] > seen.get(f"{r['topic']}/{r['partition']}", 0):
                continue
            f = fact(r, since)
            for account in {f.account, _uuid(r["also_id"])} - {None}:
                if account is not None and (accounts is None or account in accounts):
                    found[account].append(f)
    return dict(found)


async def of_company(conn: AsyncConnection) -> list[Fact]:
    """Facts that belong to no account."""
    since = await loaded_at(conn)
    return [fact(r, since) for r in await driver(conn).fetch(_COLUMNS + "WHERE account_id IS NULL")]


async def merges(conn: AsyncConnection, when: When | None = None) -> dict[UUID, UUID]:
    """absorbed → survivor."""
    since = await loaded_at(conn)
    rows = await driver(conn).fetch(_COLUMNS + "WHERE type = ANY($1)", list(MERGES))
    facts = [fact(r, since) for r in rows]
    return survivors((when or When()).of(facts))


async def accounts_of(conn: AsyncConnection, account: UUID) -> set[UUID]:
    """The customer of an account: its survivor and all that it absorbed."""
    merged = await merges(conn)
    final = merged.get(account, account)
    return {final, *(a for a, s in merged.items() if s == final)}


async def world(
    conn: AsyncConnection, terms: Terms, when: When, accounts: Collection[UUID] | None = None,
    seen: Mapping[str, int] | None = None,
) -> World:  # fmt: skip
    """Everything that is known then; `accounts`: only of these; `seen`: only what a watermark covers."""
    by_account = await of_accounts(conn, accounts, seen)
    merged = await merges(conn, when)
    return folded(by_account, await of_company(conn), merged, terms, when)


def folded(
    by_account: Mapping[UUID, list[Fact]], of_all: Iterable[Fact], merged: Mapping[UUID, UUID], terms: Terms, when: When
) -> World:
    """A world of facts."""
    return World(books(by_account, when), company(when.of(list(of_all))), terms, merged)


def books(by_account: Mapping[UUID, list[Fact]], when: When) -> dict[UUID, Book]:
    """account → its book, of those of whom something counts."""
    return {a: Book(a, found) for a, facts in by_account.items() if (found := when.of(facts))}


async def sizes(conn: AsyncConnection) -> dict[UUID, int]:
    """account → how many facts there are of it, those of things that left it too."""
    return {UUID(int=r["a"].int): r["n"] for r in await driver(conn).fetch(_COUNTS)}


async def causes(
    conn: AsyncConnection, accounts: Collection[UUID], seen: Mapping[str, int], end: datetime
) -> list[str]:
    """The first events of some accounts that were learned after a watermark and that a period before `end` can feel."""
    top = dict[str, int]()
    for place, n in seen.items():
        topic = place.rpartition("/")[0]
        top[topic] = max(n, top.get(topic, 0))
    terms = sorted(TERMS)
    rows = await driver(conn).fetch(_CAUSES, list(accounts), list(top), list(top.values()), end, terms, CAUSES)
    return [r["event_id"] for r in rows]


async def watermark(conn: AsyncConnection) -> dict[str, int]:
    """`<topic>/<partition>` → the highest position that was read there."""
    query = "SELECT source, partition, position FROM positions WHERE consumer = 'insights.facts'"
    return {f"{r['source']}/{r['partition']}": r["position"] for r in await driver(conn).fetch(query)}
