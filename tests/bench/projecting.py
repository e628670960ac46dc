"""Targets 9–11: own events to a read model: rebuild, live catch-up, and how late the read model is under load."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, MetaData, Numeric, Table, Text, Uuid
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from deploy.local.postgres import Postgres
from shared.eventstore.events import Recorded, encode
from shared.eventstore.store import EventStore
from shared.ids import new_id
from shared.migrate import kernel_ddl
from shared.projector import Projector, copy_merge
from tests.bench.measure import Run, Target, rotate, timed
from tests.bench.model import NOW, meta, opened

STREAMS, EACH, LIVE = 20_000, 10, 2_000
"""Streams, events of each, and how many of the streams are written to at the same time."""
DEALS = Table(
    "deals",
    MetaData(),
    Column("stream_id", Uuid, primary_key=True),
    Column("version", BigInteger),
    Column("product", Text),
    Column("arr", Numeric(14, 2)),
    Column("highest", Numeric(14, 2)),
    Column("opened_at", DateTime(timezone=True)),
    Column("changed_at", DateTime(timezone=True), index=True),
)
COPIED = """DROP TABLE IF EXISTS copied; CREATE TABLE copied (LIKE deals INCLUDING ALL)"""


class Deals:
    """The last known values of each deal."""

    name = "bench_deals_v1"
    tables = (DEALS,)

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        last = {e.stream_id: e for e in events}
        rows = [row(e.stream_id, e.version, getattr(e.event, "arr", 0), e.effective_at) for e in last.values()]
        await copy_merge(conn, tables["deals"], rows, ["stream_id"])


def row(stream: Any, version: int, arr: int, at: datetime) -> tuple[Any, ...]:
    return stream, version, "GTX Pro", Decimal(arr), Decimal(arr) + 10, NOW, at


def url(dsn: str) -> str:
    return dsn.replace("postgresql://", "postgresql+asyncpg://", 1)


async def prepare(pg: Postgres, name: str) -> tuple[str, Any]:
    dsn = pg.create(name)
    conn: Any = await asyncpg.connect(dsn)
    await conn.execute(kernel_ddl())
    await conn.execute("""CREATE TABLE deals (stream_id uuid PRIMARY KEY, version bigint, product text,
        arr numeric(14, 2), highest numeric(14, 2), opened_at timestamptz, changed_at timestamptz)""")
    await conn.execute("CREATE INDEX ON deals (changed_at)")
    return dsn, conn


async def run(pg: Postgres, rotations: int) -> list[Target]:
    dsn, conn = await prepare(pg, "bench_projecting")
    streams = [new_id() for _ in range(STREAMS)]
    async with EventStore(dsn, "bench", max_batch=5_000) as store:
        for i in range(0, STREAMS, LIVE):
            deals = [opened(s) for s in streams[i : i + LIVE]]
            for n in range(EACH):
                for deal in deals:
                    if n:
                        deal.renew(n)
                at = meta().at(NOW + timedelta(seconds=i + n))
                await store.append([new for deal in deals for new in encode(deal.collect_events(), at)])
    await conn.execute("VACUUM ANALYZE events")
    rows = [row(new_id(), n, n, NOW + timedelta(seconds=n)) for n in range(STREAMS * EACH)]
    engine = create_async_engine(url(dsn))
    projector = Projector(Deals(), engine, page=10_000)

    async def copy() -> int:
        await conn.copy_records_to_table("copied", records=rows)
        return len(rows)

    async def rebuild() -> int:
        await projector.rebuild()
        return len(rows)

    async def live() -> int:
        n = 0
        while done := await projector.step():
            n += done
        return n

    async def forget() -> None:
        await conn.execute(COPIED)
        await conn.execute("TRUNCATE deals; DELETE FROM positions")

    runs: dict[str, Run] = {
        "copy": lambda: timed(copy),
        "live": lambda: timed(live),
        "rebuild": lambda: timed(rebuild),
    }
    compared = [
        Target("9", "rebuild beside the live tables and swap / COPY of as many ready rows", "rebuild", "copy", 0.75),
        Target("10", "live catch-up, COPY to staging and merge / COPY of as many ready rows", "live", "copy", 0.5),
    ]
    await rotate(rotations, runs, compared, forget)
    await engine.dispose()
    await conn.close()
    pg.drop("bench_projecting")
    return compared


async def lag(pg: Postgres, rate: int = 5_000, seconds: float = 8.0) -> list[Target]:
    """Milliseconds from `recorded_at` in the store to the commit of the row in the read model."""
    dsn, conn = await prepare(pg, "bench_lag")
    engine = create_async_engine(url(dsn))
    seen: list[float] = []

    class Timed(Deals):
        async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
            await super().apply(conn, events, tables)
            waiting.extend(e.recorded_at.timestamp() for e in events)

    class Watching(Projector):
        async def step(self) -> int:
            done = await super().step()
            now = time.time()
            seen.extend(1_000 * (now - at) for at in waiting)
            waiting.clear()
            return done

    waiting: list[float] = []
    stop = asyncio.Event()
    projecting = asyncio.create_task(Watching(Timed(), engine, page=10_000).run(stop))
    command = [sys.executable, "-m", "tests.bench.writer", dsn, str(rate), str(seconds)]
    writer = await asyncio.create_subprocess_exec(*command)
    if await writer.wait():
        raise RuntimeError("the writer failed")
    await asyncio.sleep(0.5)
    stop.set()
    await projecting
    await engine.dispose()
    await conn.close()
    pg.drop("bench_lag")
    warm = sorted(seen[len(seen) // 10 :])
    p50, p99 = statistics.median(warm), warm[int(len(warm) * 0.99)]
    found = [
        Target("11", f"lag store → read model at {rate} events/s, p50 in ms", "", "", 6, at_most=True, unit="ms"),
        Target("11b", f"lag store → read model at {rate} events/s, p99 in ms", "", "", 25, at_most=True, unit="ms"),
    ]
    for target, value in zip(found, (p50, p99), strict=True):
        target.take(value, 0.0)
    return found
