"""The real Apache Kafka of `make test-kafka`: it keeps data over a kill, and three brokers survive the loss of one."""

from __future__ import annotations

from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.kafka import KafkaCluster

pytestmark = pytest.mark.kafka


async def test_data_and_cluster_id_survive_a_kill(kafka: KafkaCluster) -> None:
    topic = await _topic(kafka)
    await _produce(kafka, topic, [b"a", b"b"])
    before = await _cluster_id(kafka)
    kafka.kill()
    assert not kafka.alive
    kafka.start()
    assert await _cluster_id(kafka) == before == kafka.cluster_id
    await _produce(kafka, topic, [b"c"])
    assert await _consume(kafka, topic, 3) == [b"a", b"b", b"c"]


async def test_three_brokers_take_and_give_while_one_is_dead(kafka3: KafkaCluster) -> None:
    topic = await _topic(kafka3)
    await _produce(kafka3, topic, [b"a"])
    for number in (1, 2, 3):
        kafka3.kill(number)
        await _produce(kafka3, topic, [str(number).encode()])
        kafka3.start()
    kafka3.kill(2)
    assert await _consume(kafka3, topic, 4) == [b"a", b"1", b"2", b"3"]
    kafka3.start()


async def _topic(cluster: KafkaCluster) -> str:
    name = f"t-{uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.servers)
    await admin.start()
    await admin.create_topics([NewTopic(name, 1, cluster.replication)])
    await admin.close()
    return name


async def _cluster_id(cluster: KafkaCluster) -> str:
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.servers)
    await admin.start()
    try:
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()


async def _produce(cluster: KafkaCluster, topic: str, values: list[bytes]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=cluster.servers, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def _consume(cluster: KafkaCluster, topic: str, count: int) -> list[bytes | None]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=cluster.servers, auto_offset_reset="earliest", group_id=uuid4().hex
    )
    await consumer.start()
    try:
        return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()
