"""Own events → read model, in process: fold a page, write it once, move the position in the same transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import MetaData, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import positions, telemetry
from shared.eventstore.events import Recorded, decode
from shared.eventstore.store import Connection, read_in
from shared.faults import transient
from shared.positions import BUSY, IDLE, driver, wait

log = logging.getLogger(__name__)

PLACE = ("store", 0)
_LAX = text("SET LOCAL synchronous_commit = off")  # rows and position vanish together: a lost tail is read again


class Projection(Protocol):
    """Folds events into tables. `name` carries a version (`accounts_reads_v1`): another shape is another name."""

    name: str
    tables: Sequence[Table]

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        """Write a page of events. `tables` by name: those in use, or the ones being rebuilt beside them."""
        ...


class Projector:
    """Keeps one projection up to date. Any number of processes may run it; one works at a time."""

    def __init__(self, projection: Projection, engine: AsyncEngine, *, page: int = 5_000) -> None:
        self.projection, self.engine, self.page = projection, engine, page
        self.tables = {t.name: t for t in projection.tables}

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the log until `stop`. Raises what no retry cures: an event that cannot be projected stops it loudly."""
        pause = BUSY
        while not stop.is_set():
            try:
                done = await self.step()
            except Exception as e:
                if not transient(e):
                    raise
                log.warning("projection %s: %r", self.projection.name, e)
                await wait(stop, 0.5)
                continue
            pause = BUSY if done else min(pause * 1.5, IDLE)
            if done < self.page:
                await wait(stop, pause)

    async def step(self) -> int:
        """Project the next page; returns its length."""
        async with self.engine.begin() as conn:
            await conn.execute(_LAX)
            return await self._page(conn, self.projection.name, self.tables, self.page)

    async def _page(self, conn: AsyncConnection, name: str, tables: Mapping[str, Table], page: int) -> int:
        await positions.fence(conn, name, [PLACE])
        raw = driver(conn)
        rows = await read_in(raw, (await positions.places(raw, name)).get(PLACE, 0), page)
        if rows:
            events = [decode(r) for r in rows]
            await self.projection.apply(conn, events, tables)
            await positions.save(raw, name, {PLACE: events[-1].position})
            telemetry.PROJECTION_POSITION.labels(name).set(events[-1].position)
        return len(rows)

    async def rebuild(self, *, page: int = 20_000) -> int:
        """Fold the whole log into new tables beside those in use, then put them in their place in one transaction. Readers and
        the running projector go on meanwhile. Returns the log position reached. A second rebuild at the same time waits its
        turn page by page and is not useful; one that was killed leaves nothing that matters.
        """
        name, schema = f"{self.projection.name} rebuild", f"rebuild_{self.projection.name}"
        shadow = {n: t.to_metadata(MetaData(), schema=schema) for n, t in self.tables.items()}
        async with self.engine.begin() as conn:
            await positions.fence(conn, name, [PLACE])
            raw = driver(conn)
            await raw.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
            await raw.execute("DELETE FROM positions WHERE consumer = $1", name)
            later = [ddl for n in self.tables for ddl in await _clone(raw, n, schema)]
        while True:
            async with self.engine.begin() as conn:
                await conn.execute(_LAX)
                if await self._page(conn, name, shadow, page) < page:
                    break
        async with self.engine.begin() as conn:
            await conn.execute(_LAX)
            for ddl in later:
                await driver(conn).execute(ddl)
        async with self.engine.begin() as conn:
            await positions.fence(
                conn, self.projection.name, [PLACE]
            )  # the running projector waits from here to the commit
            while await self._page(conn, name, shadow, page):
                pass
            raw = driver(conn)
            for n in self.tables:
                await raw.execute(f"DROP TABLE {n}; ALTER TABLE {schema}.{n} SET SCHEMA {await _home(raw)}")
            reached = (await positions.places(raw, name)).get(PLACE, 0)
            await positions.save(raw, self.projection.name, {PLACE: reached})
            await raw.execute("DELETE FROM positions WHERE consumer = $1", name)
            await raw.execute(f"DROP SCHEMA {schema}")
        return reached


async def _home(raw: Connection) -> str:
    home: str = await raw.fetchval("SELECT quote_ident(current_schema())")
    return home


async def _clone(raw: Connection, table: str, schema: str) -> list[str]:
    """Create an empty copy with its keys, under the same names; returns what is cheaper to do once it is filled."""
    await raw.execute(f"CREATE TABLE {schema}.{table} (LIKE {table} INCLUDING ALL EXCLUDING INDEXES)")
    keys = await raw.fetch(
        "SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', $2::text, $1::text, conname, pg_get_constraintdef(oid)) "
        "FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('p', 'u', 'x')",
        table, schema,
    )  # fmt: skip
    for row in keys:
        await raw.execute(row[0])
    indexes = await raw.fetch(
        "SELECT replace(pg_get_indexdef(indexrelid), format(' ON %I.', current_schema()), format(' ON %I.', $2::text)) "
        "FROM pg_index WHERE indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        table,
        schema,
    )
    return [row[0] for row in indexes]


async def copy_in(
    conn: AsyncConnection, table: Table, rows: Sequence[Sequence[Any]], columns: Sequence[str] = ()
) -> None:
    """COPY new rows in the caller's transaction (the projector has opened it). `columns`: all, in the table's order."""
    if rows:
        columns = list(columns or table.columns.keys())
        await driver(conn).copy_records_to_table(table.name, schema_name=table.schema, records=rows, columns=columns)


async def copy_merge(
    conn: AsyncConnection,
    table: Table,
    rows: Iterable[Sequence[Any]],
    key: Sequence[str],
    *,
    columns: Sequence[str] = (),
    newest: str | None = None,
) -> None:
    """COPY to a staging table and merge in one statement: insert, or overwrite the row with the same `key` columns.

    Of several rows with one key the last counts; with `newest`, the one with the highest value in that column, and a row already
    there with a higher value stays.
    """
    names = list(columns or table.columns.keys())
    at, by = [names.index(k) for k in key], names.index(newest) if newest else None
    merged: dict[tuple[Any, ...], Sequence[Any]] = {}
    for row in rows:
        k = tuple(row[i] for i in at)
        if by is None or k not in merged or merged[k][by] <= row[by]:
            merged[k] = row
    if not merged:
        return
    raw, stage = driver(conn), f"stage_{table.name}"
    full = f"{table.schema}.{table.name}" if table.schema else table.name
    listed, rest = ", ".join(names), [n for n in names if n not in key]
    action = f"UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in rest)}" if rest else "NOTHING"
    guard = f" WHERE t.{newest} <= excluded.{newest}" if newest and rest else ""
    await raw.execute(f"CREATE TEMP TABLE IF NOT EXISTS {stage} (LIKE {full} INCLUDING DEFAULTS)")
    await raw.copy_records_to_table(stage, records=merged.values(), columns=names)
    await raw.execute(
        f"INSERT INTO {full} AS t ({listed}) SELECT {listed} FROM {stage} ON CONFLICT ({', '.join(key)}) DO {action}{guard}; TRUNCATE {stage}"
    )


async def fingerprint(conn: AsyncConnection, tables: Iterable[Table]) -> dict[str, tuple[int, str]]:
    """(rows, hash of the rows in any order) of each table: equal for a projection and its rebuild."""
    found = {}
    for t in tables:
        sql = f"SELECT count(*), coalesce(md5(string_agg(h, '' ORDER BY h)), '') FROM (SELECT md5(r::text) AS h FROM {t.fullname} r) s"
        found[t.name] = tuple(await driver(conn).fetchrow(sql) or ())
    return found
