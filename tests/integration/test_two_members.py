"""Two members of one group, under load, one of them killed and one stopped: each message has its effect once.

Against Apache Kafka: when the leader of a group leaves it during a rebalance, the embedded broker keeps it as leader.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deploy.local.kafka import KafkaCluster
from deploy.local.postgres import Postgres
from shared.kafka import Kafka
from shared.migrate import kernel_ddl
from shared.relay import Relay, public_events
from tests.integration.on_kafka import emptied
from tests.kernel import COUNTS, append, publish_tick, running, sql, tick, until

pytestmark = pytest.mark.kafka
STREAMS, VERSIONS = 40, 100


@pytest.fixture
async def broker(kafka: KafkaCluster) -> KafkaCluster:
    """Apache Kafka in the place of the embedded broker."""
    return await emptied(kafka)


class Group:
    """Member processes of the counting group."""

    def __init__(self, dsn: str, broker: KafkaCluster, log: Path) -> None:
        self.command = [sys.executable, "-m", "tests.integration.member", dsn, broker.servers]
        self.log, self.running = log.open("ab"), list[subprocess.Popen[bytes]]()

    def start(self) -> subprocess.Popen[bytes]:
        env = {**os.environ, "STELLWERK_LOG_LEVEL": "INFO", "STELLWERK_LOG_FORMAT": "console"}
        self.running.append(subprocess.Popen(self.command, env=env, stderr=self.log))
        return self.running[-1]

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()
        self.log.close()


@pytest.fixture
def group(postgres: Postgres, dsn: str, broker: KafkaCluster, tmp_path: Path) -> Iterator[Group]:
    made = Group(dsn, broker, tmp_path / "members.log")
    yield made
    made.end()
    print((tmp_path / "members.log").read_text()[-4_000:])


@pytest.mark.timeout(900)
async def test_each_message_has_its_effect_once(
    engine: AsyncEngine, dsn: str, postgres: Postgres, broker: KafkaCluster, group: Group
) -> None:
    """The ticker's log is in another database than the counting group's rows and events."""
    await sql(dsn, COUNTS)
    ticker_dsn = postgres.create("ticker")
    ticker = create_async_engine(ticker_dsn.replace("postgresql:", "postgresql+asyncpg:"))
    async with ticker.begin() as conn:
        for statement in (kernel_ddl(),):
            raw = (await conn.get_raw_connection()).driver_connection
            assert raw is not None
            await raw.execute(statement)
    streams = [uuid4() for _ in range(STREAMS)]
    relay = Relay(
        ticker_dsn, Kafka(broker.servers, idempotent=True), "kam.crm.v1", public_events("ticker", publish_tick)
    )

    async def load() -> None:
        for v in range(1, VERSIONS + 1):
            await append(ticker, [tick(s, v) for s in streams])
            await asyncio.sleep(0.15)

    async def counted(n: int) -> bool:
        return bool(await sql(dsn, "SELECT coalesce(sum(n), 0) >= $1 FROM counts", n))

    first, second = group.start(), group.start()
    async with running(relay.run):
        loading = asyncio.create_task(load())
        await until(lambda: counted(300), 240)
        first.kill()  # no goodbye: the broker gives its partitions away after the session timeout
        third = group.start()
        await until(lambda: counted(2_000), 240)
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
        await loading
        await until(lambda: counted(STREAMS * VERSIONS), 240)
        await asyncio.sleep(1)  # would anything come twice?
    assert third.poll() is None
    total = await sql(dsn, "SELECT sum(n) || ' ' || sum(disorder) || ' ' || min(n) || ' ' || max(n) FROM counts")
    assert total == f"{STREAMS * VERSIONS} 0 {VERSIONS} {VERSIONS}"
    assert await sql(dsn, "SELECT count(*) FROM events") == STREAMS * VERSIONS
    assert await sql(dsn, "SELECT count(*) FROM dead_letters") == 0
    await ticker.dispose()
    postgres.drop("ticker")
