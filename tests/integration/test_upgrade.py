"""N-1 → N under load: commands go on while the database is migrated under the running program, processes of both
versions start and stop, and nothing fails, is lost or counted twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deploy.local.broker import Tansu
from shared import version
from shared.consumer import Consumer
from shared.errors import Broken
from shared.eventstore.store import EventStore
from shared.group import consume
from shared.kafka import Kafka
from shared.migrate import upgrade
from shared.relay import Relay, public_events
from tests.kernel import COUNTS, count, decode_tick, publish_tick, running, sql, tick, until

OLD = f'''"""N-1."""
from shared.migrate import kernel_ddl, run_sql
revision, down_revision = "0001", None
def upgrade() -> None:
    run_sql(kernel_ddl())
    run_sql({COUNTS!r})
'''
NEW = '''"""N adds a column, a table and an index that only it knows; what N-1 writes stays right."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade() -> None:
    op.add_column("counts", sa.Column("colour", sa.Text(), server_default="none", nullable=False))
    op.create_table("palettes", sa.Column("name", sa.Text(), primary_key=True))
    op.create_index("counts_colour", "counts", ["colour"])
'''
STREAMS = 8
SETTLED = 3
"""Seconds after which a group knows who is in it; the embedded broker loses one whose members all change at once."""


def program(folder: Path, *versions: str) -> Path:
    """The migrations that a version of the program has."""
    (folder / "versions").mkdir(parents=True)
    for n, text in enumerate(versions, 1):
        (folder / "versions" / f"000{n}_step.py").write_text(text)
    return folder


@asynccontextmanager
async def replica(dsn: str, migrations: Path, kafka: Kafka, engine: AsyncEngine) -> AsyncIterator[None]:
    """A worker and a relay of one version, as a pod starts and stops them."""
    await version.check(dsn, migrations)
    relay = Relay(dsn, kafka, "kam.crm.v1", public_events("ticker", publish_tick))
    consumer = Consumer("counter", ["kam.crm.v1"], engine, decode_tick, count, chained=True)
    async with running(relay.run, lambda stop: consume(kafka, consumer, stop)):
        yield


async def load(dsn: str, streams: list[UUID], stop: asyncio.Event) -> int:
    """Commands, one after the other on each stream; returns how many were acknowledged. Raises the first failure."""
    done = 0
    async with EventStore(dsn, "ticker") as store:
        while not stop.is_set():
            n = done // len(streams) + 1
            for stream in streams:
                await store.append([tick(stream, n)], command_id=uuid4())
                done += 1
    return done


@pytest.mark.timeout(600)
async def test_an_upgrade_under_load_fails_and_loses_nothing(dsn: str, broker: Tansu, tmp_path: Path) -> None:
    old, new = program(tmp_path / "old", OLD), program(tmp_path / "new", OLD, NEW)
    await upgrade(dsn, old)
    with pytest.raises(Broken, match="at version 0001, this program needs 0002"):
        await version.check(dsn, new)  # pods of N wait for the migration
    kafka, stop = Kafka(broker.servers, idempotent=False), asyncio.Event()
    engine = create_async_engine(dsn.replace("postgresql:", "postgresql+asyncpg:"), pool_pre_ping=True)
    streams = [uuid4() for _ in range(STREAMS)]
    loading = asyncio.create_task(load(dsn, streams, stop))
    wanted = "SELECT count(*) >= $1 FROM counts WHERE stream = ANY($2)"
    async with AsyncExitStack() as before:
        await before.enter_async_context(replica(dsn, old, kafka, engine))
        await until(lambda: sql(dsn, wanted, STREAMS, streams))
        await upgrade(dsn, new)  # under the feet of N-1
        await asyncio.sleep(1)
        async with replica(dsn, new, kafka, engine):
            await asyncio.sleep(SETTLED)
            await before.aclose()  # one after the other, as a rolling upgrade does it
            await asyncio.sleep(SETTLED)
            async with replica(dsn, old, kafka, engine):  # a pod of N-1 was restarted meanwhile
                await asyncio.sleep(SETTLED)
            await asyncio.sleep(SETTLED)
            stop.set()
            acknowledged = await loading
            assert acknowledged > 100
            total = "SELECT coalesce(sum(n), 0) >= $1 FROM counts WHERE stream = ANY($2)"
            await until(lambda: sql(dsn, total, acknowledged, streams), 240)
    found = await sql(
        dsn, "SELECT sum(n) || ' ' || sum(disorder) || ' ' || min(colour) FROM counts WHERE stream = ANY($1)", streams
    )
    assert found == f"{acknowledged} 0 none"
    assert await sql(dsn, "SELECT count(*) FROM events WHERE stream_id = ANY($1)", streams) == acknowledged
    assert await sql(dsn, "SELECT count(*) FROM dead_letters") == 0
    await engine.dispose()
