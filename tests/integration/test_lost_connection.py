"""A producer without idempotence ends with its first lost connection, and nothing of it reaches the next log."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from deploy.local.broker import Tansu
from shared.contracts.topics import topic
from shared.kafka import Kafka, quietly

TOPIC = "kam.crm.v1"


async def test_what_was_on_its_way_never_reaches_an_empty_log(broker: Tansu) -> None:
    """The embedded broker would store it for a topic that does not exist yet, and refuse what comes after it does."""
    kafka = Kafka(broker.servers, idempotent=False)
    await kafka.ensure_topics([topic(TOPIC)])
    old = kafka.producer()
    await old.start()
    await old.send_and_wait(TOPIC, b"before", partition=0)
    waiting = [asyncio.create_task(old.send_and_wait(TOPIC, b"%d" % n, partition=n % 4)) for n in range(100)]
    await asyncio.sleep(0)
    broker.kill()
    broker.start()
    failed = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert any(isinstance(f, KafkaConnectionError) for f in failed)
    with pytest.raises(KafkaConnectionError):
        await old.send_and_wait(TOPIC, b"after", partition=0)
    await quietly(old.stop)
    await kafka.ensure_topics([topic(TOPIC)])
    new = kafka.producer()
    await new.start()
    try:
        assert [(await new.send_and_wait(TOPIC, b"new", partition=p)).offset for p in range(4)] == [0, 0, 0, 0]
    finally:
        await new.stop()
