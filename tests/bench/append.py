"""Targets 1–6: writing to the event store, against pgbench and plain asyncpg on a table of the same shape."""

from __future__ import annotations

import asyncio
import random
import subprocess
import tempfile
from typing import Any
from uuid import UUID

import asyncpg

from deploy.local.postgres import Postgres, binaries
from shared.eventstore.events import encode
from shared.eventstore.repository import Repository
from shared.eventstore.store import EventStore, append_in
from shared.ids import new_id
from shared.migrate import kernel_ddl
from tests.bench.measure import Run, Target, clients, rotate
from tests.bench.model import STATE, Deal, meta, opened, ready

PLAIN = """CREATE TABLE plain (stream_id uuid NOT NULL, version bigint NOT NULL, topic text, state bytea,
    position bigserial UNIQUE, PRIMARY KEY (stream_id, version))"""
ONE = "INSERT INTO plain(stream_id, version, topic, state) VALUES ($1, $2, $3, $4)"
UNNEST = (
    "INSERT INTO plain(stream_id, version, topic, state) "
    "SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[])"
)
STREAMS = 512  # as many aggregates as take turns in target 2
KEEP = 8  # an aggregate is replaced after so many events, so that loads stay alike


def targets() -> list[Target]:
    return [
        Target("1", "32 concurrent appends, full metadata and command_id / pgbench 32", "append 32", "pgbench 32", 1.5),
        Target("1b", "128 concurrent appends / pgbench 32", "append 128", "pgbench 32", 2),
        Target(
            "2", "whole commands (load, decide, encode, append), 128 in flight / asyncpg 8", "command 128", "raw 8", 1
        ),
        Target("3", "10-event commands, 32 in flight / asyncpg unnest 100", "ten 32", "unnest 100", 1),
        Target("4", "100 ready events in one append / asyncpg unnest 100", "hundred", "unnest 100", 0.9),
        Target("4b", "100 events from domain objects / asyncpg unnest 100", "hundred objects", "unnest 100", 0.35),
        Target("5", "one sequential append / asyncpg single", "append 1", "raw 1", 0.55),
    ]


async def run(pg: Postgres, rotations: int) -> list[Target]:
    dsn = pg.create("bench_append")
    conn: Any = await asyncpg.connect(dsn)
    await conn.execute(PLAIN)
    await conn.execute(kernel_ddl())
    pool = await asyncpg.create_pool(dsn, min_size=8, max_size=8)
    async with EventStore(dsn, "bench") as store:
        repository = Repository(store)
        ids: list[UUID] = []
        turn = iter(range(10**12))

        async def before() -> None:  # both tables grow alike within a rotation
            await conn.execute("ALTER TABLE events DISABLE TRIGGER append_only; TRUNCATE plain, events, commands")
            await conn.execute("ALTER TABLE events ENABLE TRIGGER append_only")
            ids[:] = [new_id() for _ in range(STREAMS)]
            for stream in ids:
                await store.append(encode(opened(stream).collect_events(), meta()))

        async def append() -> int:
            command = new_id()
            await store.append([ready(new_id(), 1, command)], command)
            return 1

        async def command() -> int:
            n = next(turn)
            slot = n % STREAMS
            if n // STREAMS % KEEP == KEEP - 1:
                ids[slot] = new_id()
            stream = ids[slot]

            def decide(deal: Deal | None) -> Deal:
                if deal is None:
                    return opened(stream)
                deal.renew(n + 1)
                return deal

            await repository.execute(Deal, stream, decide, meta(new_id()))
            return 1

        async def ten() -> int:
            command, stream = new_id(), new_id()
            await store.append([ready(stream, v, command) for v in range(1, 11)], command)
            return 10

        async def hundred() -> int:
            stream = new_id()
            await store.append([ready(stream, v) for v in range(1, 101)])
            return 100

        async def hundred_objects() -> int:
            deal = opened()
            for n in range(99):
                deal.renew(n + 1)
            await store.append(encode(deal.collect_events(), meta()))
            return 100

        async def raw() -> int:
            await pool.execute(ONE, new_id(), 1, "bench.Deal.Renewed", STATE)
            return 1

        async def unnest() -> int:
            await conn.execute(
                UNNEST, [new_id() for _ in range(100)], [1] * 100, ["bench.Deal.Renewed"] * 100, [STATE] * 100
            )
            return 100

        runs: dict[str, Run] = {
            "pgbench 32": lambda: pgbench(pg, dsn),
            "append 32": lambda: clients(32, append),
            "append 128": lambda: clients(128, append),
            "raw 8": lambda: clients(8, raw),
            "command 128": lambda: clients(128, command),
            "unnest 100": lambda: clients(1, unnest),
            "ten 32": lambda: clients(32, ten),
            "hundred": lambda: clients(1, hundred),
            "hundred objects": lambda: clients(1, hundred_objects),
            "raw 1": lambda: clients(1, raw),
            "append 1": lambda: clients(1, append),
        }
        compared = targets()
        await rotate(rotations, runs, compared, before)
    await pool.close()
    await conn.close()
    pg.drop("bench_append")
    return [*compared, commit_latency(compared[-1])]


def commit_latency(sequential: Target) -> Target:
    """The floor under 1 and 1b: a batch cannot be faster than a commit, so their ratios grow with it."""
    found = Target("1c", "one commit of one row on one connection, in ms", "", "", None, unit="ms")
    for _, commits in sequential.pairs:
        found.take(1_000 / commits, 0)
    return found


async def pgbench(pg: Postgres, dsn: str) -> float:
    """Transactions per second of 32 clients that insert one event-sized row each."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(
            "INSERT INTO plain(stream_id, version, topic, state) "
            f"VALUES (gen_random_uuid(), 1, 'bench.Deal.Renewed', '{STATE.decode()}'::bytea);"
        )
        script.flush()
        command = [
            binaries() / "pgbench",
            "-n",
            "-M",
            "prepared",
            "-c",
            "32",
            "-j",
            "2",
            "-T",
            "2",
            "-f",
            script.name,
            dsn,
        ]
        child = await asyncio.create_subprocess_exec(*map(str, command), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = await child.communicate()
    if child.returncode:
        raise RuntimeError(err.decode())
    return float(out.decode().split("tps = ")[1].split()[0])


async def order(pg: Postgres, wanted: int) -> list[Target]:
    """What a tailing reader misses that only knows `position > last`, while 16 writers are at work.

    8 of them on 4 group committers, 8 appending in transactions of their own with delays and rollbacks.
    """
    dsn = pg.create("bench_order")
    conn: Any = await asyncpg.connect(dsn)
    await conn.execute(kernel_ddl())
    stores = [EventStore(dsn, "bench") for _ in range(4)]
    for s in stores:
        await s.__aenter__()
    seen = committed = 0
    last = 0
    done = False

    async def through_store(store: EventStore) -> None:
        nonlocal committed
        while committed < wanted:
            stream = new_id()
            n = random.randint(1, 40)
            await store.append([ready(stream, v) for v in range(1, n + 1)])
            committed += n

    async def in_transaction() -> None:
        nonlocal committed
        own: Any = await asyncpg.connect(dsn)
        while committed < wanted:
            stream, n = new_id(), random.randint(1, 40)
            transaction = own.transaction()
            await transaction.start()
            if random.random() < 0.1:
                await asyncio.sleep(random.uniform(0, 0.02))
            await append_in(own, [ready(stream, v) for v in range(1, n + 1)])
            if random.random() < 0.05:
                await transaction.rollback()
            else:
                await transaction.commit()
                committed += n
        await own.close()

    async def reader() -> None:
        nonlocal seen, last
        own: Any = await asyncpg.connect(dsn)
        while True:
            finished = done
            rows = await own.fetch("SELECT position FROM events WHERE position > $1 ORDER BY position LIMIT 5000", last)
            seen += len(rows)
            last = rows[-1][0] if rows else last
            if finished and not rows:
                break
            if not rows:
                await asyncio.sleep(0.002)
        await own.close()

    reading = asyncio.create_task(reader())
    await asyncio.gather(*(through_store(s) for s in stores for _ in range(2)), *(in_transaction() for _ in range(8)))
    done = True
    await reading
    for s in stores:
        await s.__aexit__(None, None, None)
    total = await conn.fetchval("SELECT count(*) FROM events")
    await conn.close()
    pg.drop("bench_order")
    target = Target(
        "6", f"events missed by a tailing reader, of {total:,} (16 writers)", "", "", 0, at_most=True, unit="events"
    )
    target.take(float(total - seen), 0.0)
    return [target]
