"""What the runbook promises on Apache Kafka: a cluster that is gone with all its data, a topic with more partitions."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from deploy.local.kafka import KafkaCluster
from shared.consumer import Consumer, Message
from shared.contracts import topics
from shared.eventstore.events import NewEvent
from shared.group import consume
from shared.kafka import Kafka
from shared.positions import driver
from shared.relay import Relay, public_events
from tests.kernel import COUNTS, append, count, decode_tick, publish_tick, running, sql, tick, until

pytestmark = pytest.mark.kafka

TOPIC = "kam.crm.v1"
TOTALS = "SELECT sum(n) || ' ' || sum(disorder) || ' ' || min(n) || ' ' || max(n) FROM counts"
STREAMS = [UUID(int=n) for n in range(1, 11)]
"""Among them each of four partitions has some, by the CRC of their text."""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[KafkaCluster]:
    """A cluster of one broker that this test may destroy."""
    cluster = KafkaCluster(tmp_path / "kafka")
    cluster.start()
    yield cluster
    cluster.stop()


def destroy(cluster: KafkaCluster) -> None:
    """The broker dies and its disk is gone; a new cluster answers at its address."""
    cluster.kill()
    shutil.rmtree(cluster.nodes[0].home / "data")
    cluster.cluster_id = KafkaCluster(cluster.home / "another").cluster_id
    cluster.start()


async def versions(engine: AsyncEngine, first: int, last: int, pause: float = 0.05) -> None:
    """Every stream goes on from version `first` to `last`."""
    for v in range(first, last + 1):
        await append(engine, [tick(s, v) for s in STREAMS])
        await asyncio.sleep(pause)


async def test_a_cluster_that_is_gone_is_rebuilt_from_the_stores(
    engine: AsyncEngine, dsn: str, own: KafkaCluster
) -> None:
    """Nobody does anything: the relay sees another cluster and sends the history, readers drop what they have."""
    await sql(dsn, COUNTS)
    kafka = Kafka(own.servers)
    relay = Relay(dsn, kafka, TOPIC, public_events("ticker", publish_tick))
    consumer = Consumer("counter", [TOPIC], engine, decode_tick, count, chained=True)
    async with running(relay.run, lambda stop: consume(kafka, consumer, stop)):
        loading = asyncio.create_task(versions(engine, 1, 200))
        await until(lambda: sql(dsn, "SELECT sum(n) > 500 FROM counts"), 90)
        await asyncio.to_thread(destroy, own)
        await loading
        await until(lambda: sql(dsn, "SELECT sum(n) >= 2000 FROM counts"), 120)
        await asyncio.wait_for(consumer.caught_up.wait(), 60)
    assert await sql(dsn, TOTALS) == "2000 0 200 200"
    assert await sql(dsn, "SELECT count(*) FROM positions WHERE consumer = $1 AND partition >= 0", relay.name) == 8
    async with kafka.admin() as admin:
        (found,) = await admin.describe_topics([TOPIC])
    assert len(found["partitions"]) == 4


async def held(servers: str) -> int:
    """Messages on the topic."""
    async with AIOKafkaConsumer(bootstrap_servers=servers) as reader:
        return sum((await reader.end_offsets([TopicPartition(TOPIC, n) for n in range(7)])).values())


async def drop_known(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """As our handlers do: what a stream already told, by its version, is dropped."""
    known: dict[UUID, int] = {
        r["stream"]: r["last"] for r in await driver(conn).fetch("SELECT stream, last FROM counts")
    }
    return await count(conn, [m for m in messages if m.body.n > known.get(m.body.stream, 0)])


async def test_a_topic_gets_more_partitions_and_no_account_is_reordered(
    engine: AsyncEngine, dsn: str, own: KafkaCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """docs/runbook.md, "Raise a partition count", word for word; events are appended all the time."""
    await sql(dsn, COUNTS)
    kafka = Kafka(own.servers)
    consumer = Consumer("counter", [TOPIC], engine, decode_tick, drop_known, chained=True)
    loading = asyncio.create_task(versions(engine, 1, 300))
    first = Relay(dsn, kafka, TOPIC, public_events("ticker", publish_tick))
    async with running(lambda stop: consume(kafka, consumer, stop)):
        async with running(first.run):
            await until(lambda: sql(dsn, "SELECT sum(n) > 500 FROM counts"), 90)
        sent = await sql(dsn, "SELECT position FROM positions WHERE consumer = $1 AND partition = -1", first.name)
        await until(lambda: sql(dsn, "SELECT sum(n) >= $1 FROM counts", sent), 60)  # lag 0
    async with kafka.admin() as admin:
        await admin.delete_topics([TOPIC])
        while TOPIC in await admin.list_topics():  # noqa: ASYNC110 - the brokers send no signal
            await asyncio.sleep(0.1)
    monkeypatch.setitem(topics.TOPICS, TOPIC, replace(topics.TOPICS[TOPIC], partitions=7))  # type: ignore[arg-type]
    await sql(dsn, "DELETE FROM positions WHERE consumer = $1", f"relay {TOPIC}")
    await sql(dsn, "DELETE FROM positions WHERE source = $1", TOPIC)
    again = Relay(dsn, kafka, TOPIC, public_events("ticker", publish_tick))
    async with running(again.run, lambda stop: consume(kafka, consumer, stop)):
        await loading
        await until(lambda: sql(dsn, "SELECT sum(n) >= 3000 FROM counts"), 120)
        await asyncio.wait_for(consumer.caught_up.wait(), 60)
    assert await sql(dsn, TOTALS) == "3000 0 300 300"
    used = "SELECT count(DISTINCT partition) FROM positions WHERE source = $1 AND position > 0"
    assert await sql(dsn, used, TOPIC) > 4
    assert await held(own.servers) == 3_000, "who reads the topic for the first time must find all of history there"
