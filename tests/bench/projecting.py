"""Targets 9–11: own events to a read model: rebuild, live catch-up, and how late the read model is under load."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from sqlalchemy import BigInteger, Column, MetaData, Table, Uuid
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from deploy.local.postgres import Postgres
from shared.eventstore.events import Recorded, encode
from shared.eventstore.store import EventStore
from shared.ids import new_id
from shared.migrate import kernel_ddl
from shared.projector import Projector, copy_merge
from tests.bench.measure import Run, Target, rotate, timed
from tests.bench.model import STATE, Deal, meta, opened, ready

STREAMS, EACH = 20_000, 10
COPY = """DROP TABLE IF EXISTS copied; CREATE TABLE copied (stream_id uuid, version bigint, topic text, state bytea,
    PRIMARY KEY (stream_id, version))"""
DEALS = Table(
    "deals",
    MetaData(),
    Column("stream_id", Uuid, primary_key=True),
    Column("version", BigInteger),
    Column("arr", BigInteger),
)


class Deals:
    """The last known value of each deal."""

    name = "bench_deals_v1"
    tables = (DEALS,)

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        last: dict[Any, tuple[Any, int, int]] = {}
        for e in events:
            event = e.event
            last[e.stream_id] = (e.stream_id, e.version, event.arr if isinstance(event, Deal.Renewed) else 0)
        await copy_merge(conn, tables["deals"], last.values(), ["stream_id"], newest="version")


def url(dsn: str) -> str:
    return dsn.replace("postgresql://", "postgresql+asyncpg://", 1)


async def prepare(pg: Postgres, name: str) -> tuple[str, Any]:
    dsn = pg.create(name)
    conn: Any = await asyncpg.connect(dsn)
    await conn.execute(kernel_ddl())
    await conn.execute("CREATE TABLE deals (stream_id uuid PRIMARY KEY, version bigint NOT NULL, arr bigint NOT NULL)")
    return dsn, conn


async def run(pg: Postgres, rotations: int) -> list[Target]:
    dsn, conn = await prepare(pg, "bench_projecting")
    streams = [new_id() for _ in range(STREAMS)]
    async with EventStore(dsn, "bench", max_batch=5_000) as store:
        deals = [opened(s) for s in streams]
        for n in range(EACH):
            new = []
            for deal in deals:
                if n:
                    deal.renew(n)
                new += encode(deal.collect_events(), meta())
            for i in range(0, len(new), 5_000):
                await store.append(new[i : i + 5_000])
    await conn.execute("VACUUM ANALYZE events")
    rows = [(s, v, "bench.Deal.Renewed", STATE) for v in range(1, EACH + 1) for s in streams]
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
        await conn.execute(COPY)
        await conn.execute("TRUNCATE deals; DELETE FROM positions")

    runs: dict[str, Run] = {
        "copy": lambda: timed(copy),
        "live": lambda: timed(live),
        "rebuild": lambda: timed(rebuild),
    }
    compared = [
        Target("9", "rebuild beside the live tables and swap / COPY of event-sized rows", "rebuild", "copy", 0.75),
        Target("10", "live catch-up, COPY to staging and merge / COPY of event-sized rows", "live", "copy", 0.5),
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
    sent = 0
    async with EventStore(dsn, "bench") as store, asyncio.TaskGroup() as tasks:
        started = time.perf_counter()
        while (elapsed := time.perf_counter() - started) < seconds:
            due = int(elapsed * rate)
            for _ in range(sent, due):
                tasks.create_task(store.append([ready(new_id())]))
            sent = max(sent, due)
            await asyncio.sleep(0.002)
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
