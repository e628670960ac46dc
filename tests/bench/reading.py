"""Targets 7 and 8: loading streams and reading the log, against the bare queries."""

from __future__ import annotations

from typing import Any

import asyncpg

from deploy.local.postgres import Postgres
from shared.eventstore.events import encode
from shared.eventstore.repository import Repository
from shared.eventstore.store import EventStore, read_in
from shared.ids import new_id
from shared.migrate import kernel_ddl
from shared.testing import head
from tests.bench.measure import Run, Target, clients, rotate, timed
from tests.bench.model import Deal, meta, opened

RAW = "SELECT version, topic, state FROM events WHERE stream_id = $1 ORDER BY version"
PAGE = "SELECT position, stream_id, version, topic, state FROM events WHERE position > $1 ORDER BY position LIMIT 5000"
LOG = 100_000


def targets() -> list[Target]:
    return [
        Target("7", "time to load an aggregate of 10 events / raw fetch", "raw 10", "load 10", 1.5, at_most=True),
        Target(
            "7b", "time to load an aggregate of 1000 events / raw fetch", "raw 1000", "load 1000", 2.5, at_most=True
        ),
        Target("8", "log read, raw rows / raw pages", "log", "pages", 0.8),
        Target("8b", "log read, events (payload on first use) / raw pages", "decoded", "pages", 0.6),
        Target("8c", "log read, events and every payload / raw pages", "payloads", "pages", None),
    ]


async def run(pg: Postgres, rotations: int) -> list[Target]:
    dsn = pg.create("bench_reading")
    conn: Any = await asyncpg.connect(dsn)
    await conn.execute(kernel_ddl())
    async with EventStore(dsn, "bench", max_batch=5_000) as store:
        streams = {}
        for length in (10, 1000):
            streams[length] = [new_id() for _ in range(20)]
            for stream in streams[length]:
                deal = opened(stream)
                for n in range(length - 1):
                    deal.renew(n + 1)
                await store.append(encode(deal.collect_events(), meta()))
        while await head(store) < LOG:
            stream = new_id()
            first = encode(opened(stream).collect_events(), meta())
            more = encode(_renewed(stream, 999), meta())
            await store.append([*first, *more])
        await conn.execute("VACUUM ANALYZE events")
        repository = Repository(store)
        turn = iter(range(10**12))

        def load(length: int) -> Run:
            async def work() -> int:
                await repository.get(Deal, streams[length][next(turn) % 20])
                return 1

            return lambda: clients(1, work, 1.0)

        def raw(length: int) -> Run:
            async def work() -> int:
                await conn.fetch(RAW, streams[length][next(turn) % 20])
                return 1

            return lambda: clients(1, work, 1.0)

        async def pages() -> int:
            last = n = 0
            while rows := await conn.fetch(PAGE, last):
                last, n = rows[-1][0], n + len(rows)
            return n

        async def log(decoded: bool = False, payloads: bool = False) -> int:
            last = n = 0
            while rows := await read_in(conn, last, 5_000):
                last, n = rows[-1]["position"], n + len(rows)
                if decoded:  # and used as a projection does that has no interest in most topics
                    seen = [(e.stream_id, e.version, e.effective_at) for e in rows if e.topic]
                    assert seen
                if payloads:
                    for row in rows:
                        assert row.event
            return n

        async def nothing() -> None: ...

        runs: dict[str, Run] = {
            "raw 10": raw(10),
            "load 10": load(10),
            "raw 1000": raw(1000),
            "load 1000": load(1000),
            "pages": lambda: timed(pages),
            "log": lambda: timed(log),
            "decoded": lambda: timed(lambda: log(decoded=True)),
            "payloads": lambda: timed(lambda: log(payloads=True)),
        }
        compared = targets()
        await rotate(rotations, runs, compared, nothing)
    await conn.close()
    pg.drop("bench_reading")
    return compared


def _renewed(stream: Any, count: int) -> list[Any]:
    deal = opened(stream)
    deal.collect_events()
    for n in range(count):
        deal.renew(n + 1)
    return list(deal.collect_events())
