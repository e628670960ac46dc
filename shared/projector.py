"""Own events → read model, in process: fold a page, write it once, move the position in the same transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import MetaData, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import positions, telemetry
from shared.clock import SystemClock
from shared.eventstore.events import Recorded
from shared.eventstore.store import read_in
from shared.positions import driver

log = logging.getLogger(__name__)

PLACE = ("store", 0)
FEW = 200  # rows
_LAX = text("SET LOCAL synchronous_commit = off")  # rows and position vanish together: a lost tail is read again
_KEYS = """
SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', $2::text, $1::text, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('p', 'u', 'x')"""
_INDEXES = """
SELECT replace(pg_get_indexdef(indexrelid), format(' ON %I.', current_schema()), format(' ON %I.', $2::text))
FROM pg_index i WHERE indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""


class Projection(Protocol):
    """Folds events into tables. `name` carries a version (`accounts_reads_v1`): another shape is another name.

    What it writes follows from the events alone: no clock, no sequences (`serial`), nothing read from elsewhere.
    """

    name: str
    tables: Sequence[Table]

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        """Write a page of events. `tables` by name: those in use, or the ones that are built beside them."""


class Projector:
    """Keeps one projection up to date. Any number of processes may run it; one works at a time. With pages of 5,000
    a worker takes 50 MB more and is hardly faster."""

    def __init__(self, projection: Projection, engine: AsyncEngine, *, page: int = 500) -> None:
        self.projection, self.engine, self.page, self.clock = projection, engine, page, SystemClock()
        self.tables = {t.name: t for t in projection.tables}

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the log until `stop`. Raises what no retry cures: who cannot project an event stops loudly."""
        await positions.follow(self.engine, self.projection.name, self.step, self.page, stop)

    async def step(self) -> int:
        """Project the next page; returns its length."""
        if events := await self._lax_page(self.projection.name, self.tables, self.page):
            delay, name = self.clock.now() - events[-1].recorded_at, self.projection.name
            telemetry.PROJECTION_POSITION.labels(name).set(events[-1].position)
            telemetry.PROJECTION_DELAY.labels(name).observe(max(delay.total_seconds(), 0))
        return len(events)

    async def _lax_page(self, name: str, into: Mapping[str, Table], page: int) -> Sequence[Recorded]:
        async with self.engine.begin() as conn:
            await conn.execute(_LAX)
            return await self._page(conn, name, into, page)

    async def _page(self, conn: AsyncConnection, name: str, into: Mapping[str, Table], page: int) -> Sequence[Recorded]:
        await positions.fence(conn, name, [PLACE])
        raw = driver(conn)
        events = await read_in(raw, (await positions.places(raw, name)).get(PLACE, 0), page)
        if events:
            await self.projection.apply(conn, events, into)
            await positions.save(raw, name, {PLACE: events[-1].position})
        return events

    async def rebuild(self, *, page: int = 20_000) -> int:
        """Fold the whole log into new tables (in a schema of their own) and put them in the place of the old ones in
        one transaction; readers, writers and the running projector go on. Returns the position reached.

        Begin again after a crash: what was half done is thrown away. Not twice at the same time.
        """
        name, schema, indexes = f"{self.projection.name} rebuild", f"rebuild_{self.projection.name}", list[str]()
        shadow = {n: t.to_metadata(MetaData(), schema=schema) for n, t in self.tables.items()}
        async with self.engine.begin() as conn:
            await positions.fence(conn, name, [PLACE])
            raw = driver(conn)
            await raw.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
            await raw.execute("DELETE FROM positions WHERE consumer = $1", name)
            for t in self.tables:
                await raw.execute(f"CREATE TABLE {schema}.{t} (LIKE {t} INCLUDING ALL EXCLUDING INDEXES)")
                for key in await raw.fetch(_KEYS, t, schema):
                    await raw.execute(key[0])
                indexes += [row[0] for row in await raw.fetch(_INDEXES, t, schema)]
        while len(await self._lax_page(name, shadow, page)) == page:
            pass
        async with self.engine.begin() as conn:
            await positions.fence(conn, name, [PLACE])
            for index in indexes:  # cheaper once the rows are there
                await driver(conn).execute(index)
        async with self.engine.begin() as conn:
            await positions.fence(conn, self.projection.name, [PLACE])  # the running projector waits until the commit
            while await self._page(conn, name, shadow, page):
                pass
            raw = driver(conn)
            home = await raw.fetchval("SELECT quote_ident(current_schema())")
            for t in self.tables:
                await raw.execute(f"DROP TABLE {t}; ALTER TABLE {schema}.{t} SET SCHEMA {home}")
            reached = (await positions.places(raw, name)).get(PLACE, 0)
            await positions.save(raw, self.projection.name, {PLACE: reached})
            await raw.execute("DELETE FROM positions WHERE consumer = $1", name)
            await raw.execute(f"DROP SCHEMA {schema}")
        return reached


async def copy_in(conn: AsyncConnection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """COPY new rows, with the table's columns in its order, in the caller's transaction."""
    if rows:
        names = table.columns.keys()
        await driver(conn).copy_records_to_table(table.name, schema_name=table.schema, records=rows, columns=names)


async def copy_merge(conn: AsyncConnection, table: Table, rows: Iterable[Sequence[Any]], key: Sequence[str]) -> None:
    """Insert rows, with the table's columns in its order, or overwrite the row with the same `key` columns: many by
    COPY to a staging table and one merge, few at once. Of several rows with one key the last counts: give them in the
    order of their events.
    """
    names = table.columns.keys()
    at = [names.index(k) for k in key]
    if merged := {tuple(row[i] for i in at): row for row in rows}:
        stage, listed, rest = f"stage_{table.name}", ", ".join(names), [n for n in names if n not in key]
        change = f"UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in rest)}" if rest else "NOTHING"
        raw, merge = driver(conn), f"ON CONFLICT ({', '.join(key)}) DO {change}"
        insert = f"INSERT INTO {table.fullname} ({listed})"
        if len(merged) <= FEW:  # one round trip instead of five: what few rows cost is waiting
            values = ", ".join(f"${i}" for i in range(1, len(names) + 1))
            await raw.executemany(f"{insert} VALUES ({values}) {merge}", merged.values())
            return
        await raw.execute(f"CREATE TEMP TABLE IF NOT EXISTS {stage} (LIKE {table.fullname}) ON COMMIT DELETE ROWS")
        await raw.copy_records_to_table(stage, records=merged.values(), columns=names)
        await raw.execute(f"{insert} SELECT {listed} FROM {stage} {merge}; DELETE FROM {stage}")
