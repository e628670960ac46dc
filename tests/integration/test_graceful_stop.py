"""SIGTERM: the batch at hand is finished and committed, the group is left at once, the exit code is 0, in time."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.broker import Tansu
from deploy.local.postgres import Postgres
from shared.contracts.base import Envelope
from shared.contracts.topics import topic
from shared.kafka import Kafka
from shared.relay import ChainedProducer, Outgoing
from tests.kernel import AT, COUNTS, sql, until


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Where a member writes its log; shown when the test fails."""
    yield tmp_path / "member.log"
    print((tmp_path / "member.log").read_text())


def member(dsn: str, broker: Tansu, log: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.integration.member", dsn, broker.servers], stderr=log.open("ab")
    )


async def send(broker: Tansu, numbers: range) -> None:
    stream = uuid4()
    times = {"effective_at": AT, "recorded_at": AT}
    envelopes = [
        Envelope(
            id=f"t:{n}", type="PublicTick", position=n, stream=stream, version=n, actor="a", data={"n": n}, **times
        )
        for n in numbers
    ]
    async with ChainedProducer(Kafka(broker.servers, idempotent=False), topic("kam.crm.v1")) as out:
        await out.send([Outgoing(e.position, b"k", e.model_dump_json(by_alias=True).encode()) for e in envelopes], {})


async def ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


async def test_a_stopped_member_has_finished_its_batch_and_its_successor_starts_at_once(
    engine: AsyncEngine, dsn: str, broker: Tansu, log: Path
) -> None:
    await sql(dsn, COUNTS)
    await send(broker, range(1, 5_001))
    first = member(dsn, broker, log)
    await until(lambda: sql(dsn, "SELECT sum(n) > 200 FROM counts"))
    first.send_signal(signal.SIGTERM)
    began = time.monotonic()
    await until(partial(ended, first), 20)
    assert first.returncode == 0
    assert time.monotonic() - began < 10
    at = await sql(dsn, "SELECT position FROM positions WHERE source = 'kam.crm.v1'")
    assert await sql(dsn, "SELECT sum(n) FROM counts") == at, "what was applied is what is committed"
    assert await sql(dsn, "SELECT count(*) FROM events") == at
    assert at < 5_000, "too late to see anything"
    second = member(dsn, broker, log)
    await until(lambda: sql(dsn, "SELECT sum(n) = 5000 FROM counts"))
    second.send_signal(signal.SIGTERM)
    await until(partial(ended, second), 20)
    assert second.returncode == 0
    assert await sql(dsn, "SELECT sum(disorder) FROM counts") == 0


@pytest.mark.parametrize("gone", ["broker", "database"])
async def test_it_stops_in_time_without_its_broker_or_database(
    engine: AsyncEngine, dsn: str, postgres: Postgres, broker: Tansu, log: Path, gone: str
) -> None:
    await sql(dsn, COUNTS)
    await send(broker, range(1, 2_001))
    process = member(dsn, broker, log)
    await until(lambda: sql(dsn, "SELECT sum(n) > 200 FROM counts"))
    (broker if gone == "broker" else postgres).kill()
    await asyncio.sleep(3)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    try:
        await until(partial(ended, process), 21)
    finally:
        process.kill()
        if gone == "database":
            postgres.start()
    print(f"stopped after {time.monotonic() - began:.1f} s")
    assert process.returncode == 0
