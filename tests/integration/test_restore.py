"""One service's database is put back to a moment in the past from a base backup and archived WAL, as docs/runbook.md
tells: others keep theirs, it catches up from Kafka, and what it announces again nobody takes for new."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer
from psycopg import sql as q
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from deploy.local.broker import Tansu
from deploy.local.postgres import Postgres, account, binaries
from deploy.local.server import run_as
from shared.consumer import Consumer, Message
from shared.contracts.base import PublicEvent
from shared.contracts.topics import topic
from shared.eventstore.events import NewEvent, Recorded
from shared.group import consume
from shared.kafka import Kafka
from shared.migrate import kernel_ddl
from shared.positions import driver
from shared.relay import Relay, public_events
from tests.kernel import (
    COUNTS,
    PublicTick,
    append,
    decode_tick,
    publish_tick,
    running,
    sql,
    tick,
    ticks_counter,
    until,
)
from tests.scratch import scratch

STREAMS, BEFORE, AFTER, LATER = 6, 20, 15, 10


class Archiving(Postgres):
    """A server that hands each finished piece of WAL to an archive, as the operator sets it up."""

    archive: Path

    def command(self) -> list[str]:
        copy = f"archive_command=cp %p {self.archive}/%f"
        return [*super().command(), "-c", "archive_mode=on", "-c", copy]


def own(folder: Path) -> Path:
    """A directory that PostgreSQL's account may write."""
    folder.mkdir(mode=0o700)
    if who := account():
        os.chown(folder, *who)
    return folder


def tool(name: str, *arguments: str) -> None:
    command = [str(binaries() / name), *arguments]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **run_as(account()))
    assert done.returncode == 0, done.stderr


@pytest.fixture
def live() -> Iterator[Archiving]:
    with scratch() as home:
        Archiving.archive = own(home / "archive")
        server = Archiving(home / "live")
        server.start()
        yield server
        server.remove()


class Archived(Postgres):
    """A second server that recovers."""


def recovered(live: Archiving, backup: Path, moment: datetime) -> Postgres:
    """A server of its own with everything as it was at `moment`."""
    home = backup.parent
    shutil.copy2(live.home / "password", home / "password")
    with (backup / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {live.archive}/%f %p'\n")
        settings.write(f"recovery_target_time = '{moment.isoformat()}'\nrecovery_target_action = 'promote'\n")
    (backup / "recovery.signal").touch()
    if who := account():
        for name in ("postgresql.auto.conf", "recovery.signal"):
            os.chown(backup / name, *who)
    server = Archived(home)
    server.start()
    return server


async def made(dsn: str) -> AsyncEngine:
    """An empty service: the kernel's tables and a read model."""
    conn = await asyncpg.connect(dsn)
    await conn.execute(kernel_ddl())
    await conn.execute(COUNTS)
    await conn.close()
    return engine_of(dsn)


def engine_of(dsn: str) -> AsyncEngine:
    return create_async_engine(dsn.replace("postgresql:", "postgresql+asyncpg:"), pool_pre_ping=True)


def note(r: Recorded) -> tuple[UUID, PublicEvent]:
    """What the counting service publishes: that it has noted a tick."""
    return r.stream_id, Noted(n=r.version)


class Noted(PublicTick):
    """Its public event, on a topic of its own."""

    TYPE = "NotedTick"
    CHANNEL = "kam.accounts.v1"


async def once(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """As the handlers of our services: by the version of the stream, not by the position. What is decided anew after a
    restore may lie at another place of the log."""
    for m in messages:
        await driver(conn).execute(ONCE, m.body.stream, m.body.n)
    return ()


ONCE = """
INSERT INTO counts AS c VALUES ($1, 1, $2::bigint, 0)
ON CONFLICT (stream) DO UPDATE SET n = c.n + 1, last = $2 WHERE c.last < $2"""


@asynccontextmanager
async def counting(dsn: str, kafka: Kafka) -> AsyncIterator[None]:
    """The middle service: counts ticks, notes each in its log, and announces what it noted."""
    engine = engine_of(dsn)
    consumer = ticks_counter(engine)
    relay = Relay(dsn, kafka, "kam.accounts.v1", public_events("counter", note))
    async with running(relay.run, lambda stop: consume(kafka, consumer, stop)):
        yield
    await engine.dispose()


async def from_the_start(kafka: Kafka, group: str, name: str) -> None:
    """What `kafka-consumer-groups.sh --reset-offsets --to-earliest` does, while nobody of the group runs. As a member:
    the embedded broker takes no commit of anybody else."""
    consumer = AIOKafkaConsumer(name, **kafka.where(), group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:

        async def all_are_mine() -> bool:
            return len(consumer.assignment()) == topic(name).partitions

        await until(all_are_mine, 30)
        await consumer.commit(dict.fromkeys(consumer.assignment(), 0))
    finally:
        await consumer.stop()


async def test_one_service_is_put_back_and_catches_up(live: Archiving, broker: Tansu) -> None:
    ticker, counter, reader = (live.create(name) for name in ("ticker", "counter", "reader"))
    logs = [await made(dsn) for dsn in (ticker, counter, reader)]
    kafka, streams = Kafka(broker.servers, idempotent=False), [uuid4() for _ in range(STREAMS)]
    last = Consumer("reader", ["kam.accounts.v1"], logs[2], decode_tick, once, chained=True)
    ticks = Relay(ticker, kafka, "kam.crm.v1", public_events("ticker", publish_tick))

    async def say(first: int, number: int) -> None:
        for v in range(first, first + number):
            await append(logs[0], [tick(s, v) for s in streams])

    async def heard(dsn: str, number: int) -> None:
        await until(lambda: sql(dsn, "SELECT coalesce(sum(n), 0) >= $1 FROM counts", number * STREAMS))

    backup = own(live.home.parent / "old") / "data"
    await asyncio.to_thread(tool, "pg_basebackup", "-d", live.dsn(), "-D", str(backup), "-X", "none", "-c", "fast")
    async with running(ticks.run, lambda stop: consume(kafka, last, stop)):
        async with counting(counter, kafka):
            await say(1, BEFORE)
            await heard(reader, BEFORE)
            moment = await sql(live.dsn(), "SELECT clock_timestamp()")
            await asyncio.sleep(0.5)
            await say(1 + BEFORE, AFTER)
            await heard(reader, BEFORE + AFTER)
        announced = await sql(counter, "SELECT max(position) FROM events")
        await sql(live.dsn(), "SELECT pg_switch_wal()")
        await until(lambda: sql(live.dsn(), "SELECT last_archived_time > $1 FROM pg_stat_archiver", moment))

        was = await asyncio.to_thread(recovered, live, backup, moment)
        await until(lambda: sql(was.dsn(), "SELECT NOT pg_is_in_recovery()"))
        assert await sql(was.dsn("counter"), "SELECT sum(n) FROM counts") == BEFORE * STREAMS
        dump = own(live.home.parent / "dump") / "counter.dump"
        await asyncio.to_thread(tool, "pg_dump", "-Fc", "-f", str(dump), was.dsn("counter"))
        was.stop()
        await logs[1].dispose()
        with psycopg.connect(live.dsn(), autocommit=True) as admin:
            admin.execute(q.SQL("DROP DATABASE counter WITH (FORCE)"))
        assert live.create("counter") == counter
        await asyncio.to_thread(tool, "pg_restore", "--exit-on-error", "-d", live.dsn("counter"), str(dump))
        assert await sql(counter, "SELECT max(position) FROM events") == BEFORE * STREAMS < announced

        await from_the_start(kafka, "counter", "kam.crm.v1")  # Kafka remembers offsets that the database has forgotten
        async with counting(counter, kafka):
            await heard(counter, BEFORE + AFTER)
            await say(1 + BEFORE + AFTER, LATER)
            await heard(counter, BEFORE + AFTER + LATER)
            await heard(reader, BEFORE + AFTER + LATER)
            await asyncio.sleep(1)
    total = (BEFORE + AFTER + LATER) * STREAMS
    whole = "SELECT sum(n) || ' ' || sum(disorder) FROM counts"
    assert await sql(counter, whole) == f"{total} 0"
    assert await sql(counter, "SELECT count(*) || ' ' || count(DISTINCT stream_id) FROM events") == f"{total} {total}"
    assert await sql(reader, "SELECT count(*) || ' ' || max(n) FROM counts") == f"{total} 1"
    assert await sql(reader, "SELECT count(*) FROM dead_letters") == 0
    for engine in (logs[0], logs[2]):
        await engine.dispose()
