"""Facts → the tables of the schema `bi` and the rows of `kam.bi.v1`: fold whole accounts, write what differs.

A batch of dirty accounts is folded and written in the transaction that takes them off the list: the list is the
checkpoint. The tables have the shape of this program's contracts; another shape is built beside the one in use and put
in its place in one transaction (`rebuild`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.insights.policy.book import Book
from services.insights.policy.marts import Row, Scene, following, rows
from services.insights.policy.world import Terms
from services.insights.reads import bi, loading, metrics, writing
from services.insights.reads.writing import Made
from shared import positions, telemetry
from shared.clock import Clock
from shared.contracts.bi import tables
from shared.positions import IDLE, driver
from shared.projector import PLACE

__all__ = ["Marts"]

log = logging.getLogger(__name__)

NAME = "insights_bi_v1"
PAGE = 5
"""Accounts in a transaction: all their facts are in memory at once, a thousand and more of a large one."""
SHADOW = "bi_rebuild"
_LAX = text("SET LOCAL synchronous_commit = off")
FEW = 3
"""As many dirty accounts are written at once. While history streams in, all are told of all the time, and a fold costs
as much as the history is long: then an account waits until it is quiet, but not for ever."""
_RIPE = """
(SELECT count(*) FROM dirty) <= $2 OR touched_at < clock_timestamp() - interval '1 second'
OR since < clock_timestamp() - interval '15 seconds'"""
_TAKE = f"SELECT account_id, version FROM dirty WHERE {_RIPE} ORDER BY account_id LIMIT $1"
_DONE = loading.DONE.format("dirty")
_ALL = "SELECT DISTINCT account_id FROM facts WHERE account_id IS NOT NULL ORDER BY account_id"
_FRESH = """
INSERT INTO {schema}.freshness (topic, partition, position, newest)
SELECT source, partition, position, effective_at FROM positions WHERE consumer = 'insights.facts'
ON CONFLICT (topic, partition) DO UPDATE SET position = excluded.position, newest = excluded.newest
WHERE (freshness.position, freshness.newest) IS DISTINCT FROM (excluded.position, excluded.newest)"""
_DIRTY = "SELECT count(*) FROM dirty"
_TOLD = "SELECT max(effective_at) FROM positions WHERE consumer = 'insights.facts'"
_STATE = """
INSERT INTO bi_state (projection, digest, until, built_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (projection) DO UPDATE SET digest = excluded.digest, until = excluded.until, built_at = excluded.built_at"""


class Marts:
    """Keeps the BI tables up to date. Any number of processes may run it; one works at a time."""

    def __init__(self, engine: AsyncEngine, terms: Terms, clock: Clock, reader: str | None = None) -> None:
        self.engine, self.terms, self.clock, self.reader = engine, terms, clock, reader
        self._there = False

    @property
    def until(self) -> date:
        """The last day of the month for which months are told: the present one."""
        return self.terms.day(self.clock.now())

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the facts until `stop`. Raises what no retry cures."""
        await positions.repeat("bi tables", self._ready, stop, idle=IDLE * 4)

    async def _ready(self) -> int:
        self._there = self._there or bool(await self.ensure())
        return await self.step(FEW)

    async def ensure(self) -> int:
        """Make the tables if they are not there, or not in this program's shape. Returns 1, or the accounts told."""
        async with self.engine.connect() as conn:
            await conn.begin()
            raw = driver(conn)
            known = await raw.fetchval("SELECT digest FROM bi_state WHERE projection = $1", NAME)
            there = await raw.fetchval("SELECT to_regclass('bi.dim_account')") is not None
        if known == bi.digest() and there:
            async with self.engine.begin() as conn:
                await self._let_in(conn, bi.SCHEMA)
            return 1
        return 1 + await self.rebuild()

    async def step(self, few: int = 1_000_000) -> int:
        """Write the rows of the next dirty accounts; returns how many accounts. If more than `few` are dirty, those
        that something is told of just now wait."""
        async with self.engine.begin() as conn:
            await conn.execute(_LAX)
            await positions.fence(conn, NAME, [PLACE])
            await self._new_month(conn)
            done, newest = await self._page(conn, bi.SCHEMA, few)
            waiting, told = await driver(conn).fetchval(_DIRTY), await driver(conn).fetchval(_TOLD)
        metrics.DIRTY.set(waiting or 0)
        if told is not None:
            metrics.LAG.set((self.clock.now() - told).total_seconds())
        if newest is not None:
            delay = self.clock.now() - newest
            telemetry.PROJECTION_DELAY.labels(NAME).observe(max(delay.total_seconds(), 0))
        return done

    async def _page(self, conn: AsyncConnection, schema: str, few: int) -> tuple[int, datetime | None]:
        raw = driver(conn)
        taken = await raw.fetch(_TAKE, PAGE, few)
        if not taken:
            return 0, None
        accounts = [UUID(int=r["account_id"].int) for r in taken]
        made, newest = await self._rows(conn, accounts)
        await writing.merge(conn, schema, accounts, made)
        await raw.execute(_FRESH.format(schema=schema))
        await raw.execute(_DONE, [r["account_id"] for r in taken], [r["version"] for r in taken])
        return len(accounts), newest

    async def _rows(self, conn: AsyncConnection, accounts: Sequence[UUID]) -> tuple[Made, datetime | None]:
        by_account = await loading.of_accounts(conn, accounts)
        scene = Scene(await loading.merges(conn), self.terms, self.until)
        metrics.FACTS_FOLDED.inc(sum(map(len, by_account.values())))
        made: dict[str, list[Row]] = {name: [] for name in tables()}
        for account in accounts:
            book = Book(account, by_account.get(account, ()))
            for name, found in rows(book, scene).items():
                made[name] += found
        return made, max((f.recorded_at for facts in by_account.values() for f in facts), default=None)

    async def _new_month(self, conn: AsyncConnection) -> None:
        """When a month begins, every account with a contract gets a row more."""
        raw, month = driver(conn), self.until.replace(day=1)
        until = await raw.fetchval("SELECT until FROM bi_state WHERE projection = $1", NAME)
        if until is not None and following(until) <= month:
            await raw.execute(f"INSERT INTO dirty SELECT a, 1 FROM ({_ALL}) AS f(a) ON CONFLICT DO NOTHING")
            await raw.execute("UPDATE bi_state SET until = $2 WHERE projection = $1", NAME, self.until)

    async def rebuild(self) -> int:
        """Fold all facts into new tables, in a schema of their own, and put them in the place of the old ones in one
        transaction; readers, the consumer and the running projector go on. Returns the number of accounts.

        Begin again after a crash: what was half done is thrown away. Not twice at the same time.
        """
        with metrics.REBUILD.time():
            return await self._rebuild()

    async def _rebuild(self) -> int:
        async with self.engine.begin() as conn:
            raw = driver(conn)
            await positions.fence(conn, f"{NAME} rebuild", [PLACE])
            await raw.execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")
            for statement in bi.statements(SHADOW, await self._reader(conn)):
                await raw.execute(statement)
            await raw.execute("DROP TABLE IF EXISTS bi_rows_new; CREATE TABLE bi_rows_new (LIKE bi_rows)")
            accounts = [UUID(int=r["account_id"].int) for r in await raw.fetch(_ALL)]
        for n in range(0, len(accounts), PAGE):
            async with self.engine.begin() as conn:
                await conn.execute(_LAX)
                some = accounts[n : n + PAGE]
                await writing.copy(conn, SHADOW, (await self._rows(conn, some))[0])
        async with self.engine.begin() as conn:
            await positions.fence(conn, NAME, [PLACE])  # the running projector waits until the commit
            await self._switch(conn, set(accounts))
        log.info("bi tables rebuilt from the facts of %d accounts", len(accounts))
        return len(accounts)

    async def _switch(self, conn: AsyncConnection, built: set[UUID]) -> None:
        raw = driver(conn)
        taken = await raw.fetch("SELECT account_id, version FROM dirty ORDER BY account_id FOR UPDATE")
        again = [UUID(int=r["account_id"].int) for r in taken]
        if again:  # what came meanwhile
            await writing.forget(conn, SHADOW, [a for a in again if a in built])
            await writing.copy(conn, SHADOW, (await self._rows(conn, again))[0])
            await raw.execute(_DONE, [r["account_id"] for r in taken], [r["version"] for r in taken])
        await writing.copy_kpis(conn, SHADOW)
        await raw.execute(_FRESH.format(schema=SHADOW))
        await writing.adopt(conn)
        await raw.execute(f"DROP SCHEMA IF EXISTS {bi.SCHEMA} CASCADE; ALTER SCHEMA {SHADOW} RENAME TO {bi.SCHEMA}")
        await raw.execute(_STATE, NAME, bi.digest(), self.until, self.clock.now())

    async def _reader(self, conn: AsyncConnection) -> str | None:
        exists = await driver(conn).fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", self.reader)
        if self.reader and not exists:
            log.warning("the role %s does not exist: nobody but the owner can read the schema bi", self.reader)
        return self.reader if exists else None

    async def _let_in(self, conn: AsyncConnection, schema: str) -> None:
        reader: Any = await self._reader(conn)
        for statement in bi.grants(schema, reader):
            await driver(conn).execute(statement)
