"""The broker forgets everything, several times, while messages flow: nothing is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from uuid import uuid4

import pytest
from aiokafka.errors import KafkaError
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.broker import Tansu
from shared.consumer import Consumer
from shared.contracts.topics import topic
from shared.errors import ClusterChanged
from shared.group import consume
from shared.kafka import Kafka
from shared.relay import ChainedProducer, Outgoing, Relay, public_events
from tests.kernel import (
    COUNTS,
    append,
    count,
    count_message,
    decode_count,
    decode_tick,
    publish_tick,
    running,
    sql,
    tick,
    until,
)


async def restart(broker: Tansu, rng: random.Random) -> None:
    broker.kill()
    await asyncio.sleep(rng.random() * 0.5)
    broker.start()


async def test_a_chained_topic_survives_a_broker_that_forgets(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    await sql(dsn, COUNTS)
    kafka, streams, rng = Kafka(broker.servers, idempotent=False), [uuid4() for _ in range(10)], random.Random(3)
    relay = Relay(dsn, kafka, "kam.crm.v1", public_events("ticker", publish_tick))
    consumer = Consumer("counter", ["kam.crm.v1"], engine, decode_tick, count, chained=True)

    async def load() -> None:
        for v in range(1, 201):
            await append(engine, [tick(s, v) for s in streams])
            await asyncio.sleep(0.1)

    async with running(relay.run, partial(_consume, kafka, consumer)):
        loading = asyncio.create_task(load())
        for part in (0.2, 0.5, 0.8):
            await until(partial(sql, dsn, "SELECT coalesce(sum(n), 0) >= $1 FROM counts", int(part * 2_000)), 60)
            await restart(broker, rng)
        await loading
        await until(lambda: sql(dsn, "SELECT sum(n) >= 2000 FROM counts"), 60)
        await asyncio.sleep(1)
        await asyncio.wait_for(consumer.caught_up.wait(), 30)
    assert await sql(dsn, "SELECT sum(n) || ' ' || sum(disorder) || ' ' || max(n) FROM counts") == "2000 0 200"


async def _consume(kafka: Kafka, consumer: Consumer, stop: asyncio.Event) -> None:
    await consume(kafka, consumer, stop)


@pytest.mark.parametrize("again", [range(1, 121), range(96, 102), range(2, 102)], ids=["longer", "shorter", "as long"])
async def test_a_foreign_topic_is_read_from_the_start_of_another_log(
    engine: AsyncEngine, dsn: str, broker: Tansu, again: range
) -> None:
    """A connector sends its snapshot again; also when the new log ends before, or just where, the old one did."""
    await sql(dsn, "CREATE TABLE seen (n bigint PRIMARY KEY, times int NOT NULL)")

    async def note(conn, messages):  # type: ignore[no-untyped-def]
        for m in messages:
            await conn.exec_driver_sql(
                "INSERT INTO seen AS s VALUES ($1, 1) ON CONFLICT (n) DO UPDATE SET times = s.times + 1", (m.body.n,)
            )
        return ()

    kafka, stream = Kafka(broker.servers, idempotent=False), uuid4()
    consumer = Consumer("counter", ["sugar", "crm.usage.v1"], engine, decode_count, note, chained=False, idle=0.5)

    async def send(*numbers: int) -> None:
        while True:
            try:
                async with ChainedProducer(kafka, topic("kam.crm.v1")) as out:
                    out.topic = topic("sugar")
                    await out.send([Outgoing(n, b"k", count_message(stream, n)) for n in numbers], {})
                return
            except (KafkaError, ClusterChanged):
                await asyncio.sleep(0.2)

    async with running(partial(_consume, kafka, consumer)):
        await asyncio.wait_for(consumer.caught_up.wait(), 30)  # on empty topics
        await send(*range(1, 101))
        await until(lambda: sql(dsn, "SELECT count(*) = 100 FROM seen"))
        broker.kill()
        broker.start()
        await send(*again)
        await until(lambda: sql(dsn, "SELECT max(n) >= 101 FROM seen"))
        await until(lambda: sql(dsn, "SELECT min(times) = 2 FROM seen WHERE n BETWEEN 96 AND 100"))
    assert await sql(dsn, "SELECT max(times) FROM seen") == 2
