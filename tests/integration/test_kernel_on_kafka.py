"""The kernel against Apache Kafka: idempotent producers, three brokers with one killed, topics as the contract says."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.kafka import KafkaCluster
from shared.consumer import Consumer
from shared.contracts.topics import topic
from shared.group import consume
from shared.kafka import Kafka
from shared.relay import Relay, public_events
from tests.integration.on_kafka import emptied
from tests.kernel import COUNTS, append, count, decode_tick, publish_tick, running, sql, tick, until

pytestmark = pytest.mark.kafka


async def test_each_message_counts_once_while_one_of_three_brokers_dies(
    engine: AsyncEngine, dsn: str, kafka3: KafkaCluster
) -> None:
    await sql(dsn, COUNTS)
    await emptied(kafka3)
    kafka, streams = Kafka(kafka3.servers, idempotent=True, replication=3), [uuid4() for _ in range(10)]
    relay = Relay(dsn, kafka, "kam.crm.v1", public_events("ticker", publish_tick))
    consumer = Consumer(f"counter-{uuid4().hex}", ["kam.crm.v1"], engine, decode_tick, count, chained=True)

    async def load() -> None:
        for v in range(1, 101):
            await append(engine, [tick(s, v) for s in streams])
            await asyncio.sleep(0.1)

    async with running(relay.run, lambda stop: consume(kafka, consumer, stop)):
        loading = asyncio.create_task(load())
        await until(lambda: sql(dsn, "SELECT sum(n) > 200 FROM counts"), 90)
        kafka3.kill(2)
        await loading
        await until(lambda: sql(dsn, "SELECT sum(n) >= 1000 FROM counts"), 120)
        kafka3.start()
        await append(engine, [tick(s, 101) for s in streams])
        await until(lambda: sql(dsn, "SELECT sum(n) >= 1010 FROM counts"), 90)
        await asyncio.wait_for(consumer.caught_up.wait(), 60)
    assert await sql(dsn, "SELECT sum(n) || ' ' || sum(disorder) || ' ' || max(n) FROM counts") == "1010 0 101"
    assert await sql(dsn, "SELECT count(*) FROM dead_letters") == 0


async def test_topics_are_created_as_the_contract_says(kafka3: KafkaCluster) -> None:
    kafka = Kafka(kafka3.servers, replication=3)
    names = ["kam.people.v1", "kam.accounts.v1", "crm.usage.v1"]
    for _ in range(2):
        await kafka.ensure_topics(map(topic, names))
    async with kafka.admin() as admin:
        found = {t["topic"]: len(t["partitions"]) for t in await admin.describe_topics(names)}
        [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, n) for n in names])
    assert found == {n: topic(n).partitions for n in names}
    settings = {r[3]: {entry[0]: entry[1] for entry in r[4]} for r in answer.resources}
    assert [settings[n]["cleanup.policy"] for n in names] == ["compact", "delete", "delete"]
    assert [settings[n]["retention.ms"] for n in names[1:]] == ["-1", "-1"]
