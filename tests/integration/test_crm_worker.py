"""The crm service as it runs: its processes between broker and database, from change events to facts and persons."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import orjson
import pytest
from aiokafka import AIOKafkaConsumer

from deploy.local.broker import Tansu
from deploy.local.capture import Line
from deploy.local.feeder import feed
from services.crm.main import CONSUMER
from shared.contracts.base import Envelope
from shared.contracts.crm import CrmAccountSeen
from shared.contracts.topics import topic
from shared.kafka import Kafka
from tests.crm import ROOT, capture, edition
from tests.crm_oracle import Records

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(dsn: str, broker: Tansu) -> Iterator[Start]:
    """Starts a role of the crm service against this test's database and broker."""
    running: list[subprocess.Popen[bytes]] = []
    settings = {
        "STELLWERK_DATABASE": dsn,
        "STELLWERK_KAFKA": broker.servers,
        "STELLWERK_KAFKA_IDEMPOTENT": "false",
        "STELLWERK_LOG_FORMAT": "console",
    }

    def run(*role: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "services.crm", *role]
        running.append(subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()


async def until(what: Callable[[], Any], seconds: float = 150) -> None:
    """Poll; fails after so long."""
    deadline = time.monotonic() + seconds
    while not await what():
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.2)


async def messages(servers: str, name: str, count: int) -> list[Any]:
    consumer = AIOKafkaConsumer(name, bootstrap_servers=servers, auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    found: list[Any] = []
    try:
        async with asyncio.timeout(150):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
    finally:
        await consumer.stop()
    return found


async def test_from_change_events_to_facts_and_persons(dsn: str, broker: Tansu, start: Start) -> None:
    kafka = Kafka(broker.servers, idempotent=False)
    lines = [
        Line(t, orjson.loads(k) if k else None, orjson.loads(v) if v else None)
        for t, k, v in capture("crm_cdc_small.jsonl.gz")
    ]
    bad = "sugar.suitecrm.accounts"
    assert start("migrate").wait(60) == 0
    await kafka.ensure_topics([topic("sugar.suitecrm.kam_plans"), *map(topic, edition().topics())])
    worker, relay = start("worker"), start("relay")
    sent = await feed(lines[:2_000], kafka)
    conn = await asyncpg.connect(dsn)

    async def taken() -> bool:
        rows = await conn.fetch("SELECT source, position FROM positions WHERE consumer = $1", CONSUMER)
        return {r["source"].partition("@")[0]: r["position"] for r in rows} == dict(sent)

    async def rejected() -> bool:
        found: bool = await conn.fetchval("SELECT count(*) = 2 FROM events WHERE topic ~ 'FactRejected|SchemaDrift'")
        return found

    await until(taken)
    sent += await feed(
        [*lines[2_000:], Line(bad, {"id": "x"}, [1])], kafka
    )  # the persons erased in it were told before
    await until(taken)
    await until(rejected)
    public = await messages(broker.servers, "kam.crm.v1", await conn.fetchval("SELECT count(*) FROM events"))
    seen: dict[int, int] = {}
    for record in public:
        headers = dict(record.headers)
        assert int(headers["prev"]) == seen.get(record.partition, 0)
        seen[record.partition] = int(headers["position"])
    facts = Records(e for r in public if (e := Envelope.model_validate_json(r.value).event()) is not None)
    assert len(facts.live(CrmAccountSeen)) == 12
    people = await messages(broker.servers, "kam.people.v1", await conn.fetchval("SELECT count(*) FROM people"))
    assert {r.value is None for r in people} == {True, False}, "the erased contact's pseudonym comes with null"
    for process in (worker, relay):
        process.send_signal(signal.SIGTERM)
    assert [p.wait(20) for p in (worker, relay)] == [0, 0]
    listed = start("dead-letters", "list")
    assert listed.wait(30) == 0
    assert start("rebuild").wait(60) == 0
    assert await conn.fetchval("SELECT count(*) FROM events") == len(public), "nothing was missing"
    await conn.close()
