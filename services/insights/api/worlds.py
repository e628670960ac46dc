"""Worlds for questions: books of all accounts in memory, brought up to date account by account, cut for past instants.

Facts only grow, so an account whose number of facts is the same is the same. A question about a past instant folds the
facts in memory that counted then: nothing is read for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.insights.policy.book import Book
from services.insights.policy.facts import Fact
from services.insights.policy.world import Terms, World, survivors
from services.insights.reads import loading
from services.insights.reads.loading import When
from shared.positions import driver

_PULSE = """
SELECT (SELECT coalesce(sum(position), 0) FROM positions WHERE consumer = 'insights.facts'),
    (SELECT min(recorded_at) FROM facts WHERE type = 'SourceLagCleared')"""
_SNAPSHOT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


class Worlds:
    """What the API knows. One for the process."""

    def __init__(self, engine: AsyncEngine, terms: Terms) -> None:
        self._engine, self.terms = engine, terms
        self._facts: dict[UUID, list[Fact]] = {}
        self._counts: dict[UUID, int] = {}
        self._company: list[Fact] = []
        self._pulse: tuple[Any, ...] | None = None
        self._now: World | None = None
        self._lock = asyncio.Lock()

    async def at(self, when: When = When()) -> World:  # noqa: B008  immutable
        """Everything that counts."""
        now = await self._refresh()
        if when == When():
            return now
        return await asyncio.to_thread(self._cut, dict(self._facts), list(self._company), when)

    async def of(self, account: UUID, when: When) -> World:
        """Only what counts of one customer."""
        await self._refresh()
        merged = survivors(f for x in self._facts.values() for f in x if f.type in loading.MERGES)
        final = merged.get(account, account)
        own = {a: f for a, f in self._facts.items() if merged.get(a, a) == final}
        return await asyncio.to_thread(self._cut, own, list(self._company), when)

    @property
    def company(self) -> list[Fact]:
        """The facts that belong to no account, as of the last question."""
        return self._company

    async def facts(self, account: UUID, when: When) -> list[Fact]:
        """The facts of one customer that count."""
        world = await self.of(account, when)
        seen = {(f.topic, f.position): f for b in world.books.values() for f in b.facts}
        return list(seen.values())

    def _cut(self, facts: Mapping[UUID, list[Fact]], company: list[Fact], when: When) -> World:
        merges = [f for x in facts.values() for f in x if f.type in loading.MERGES]
        return loading.folded(facts, company, survivors(when.of(merges)), self.terms, when)

    async def _refresh(self) -> World:
        async with self._lock:
            async with self._engine.begin() as conn:
                await conn.execute(_SNAPSHOT)
                raw = driver(conn)
                row: Any = await raw.fetchrow(_PULSE)
                pulse = tuple(row)
                if self._now is not None and pulse == self._pulse:
                    return self._now
                if self._pulse is None or pulse[1] != self._pulse[1]:
                    self._counts.clear()  # the first load is through: when we knew things is another matter now
                counts = await loading.sizes(conn)
                changed = [a for a, n in counts.items() if self._counts.get(a) != n]
                fresh = await loading.of_accounts(conn, changed) if changed else {}
                self._company = await loading.of_company(conn)
            self._facts |= fresh
            old = self._now.books if self._now is not None else {}
            books = {a: Book(a, self._facts[a]) if a in fresh or a not in old else old[a] for a in self._facts}
            merged = survivors(f for x in self._facts.values() for f in x if f.type in loading.MERGES)
            self._counts, self._pulse = counts, pulse
            base = loading.folded({}, self._company, merged, self.terms, When())
            self._now = World(books, base.company, self.terms, merged)
            return self._now
