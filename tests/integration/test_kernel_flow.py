"""Log → relay → broker → consumer → rows, with the real parts: PostgreSQL, a Kafka protocol, FastStream."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.broker import Tansu
from shared.consumer import Consumer
from shared.eventstore.events import Recorded
from shared.group import consume
from shared.kafka import Kafka
from shared.relay import Relay, public_events
from tests.kernel import COUNTS, PublicTick, append, count, decode_tick, running, sql, tick, until


def publish(r: Recorded) -> tuple[UUID, PublicTick] | None:
    return (r.stream_id, PublicTick(n=r.version)) if r.version % 10 else None  # every tenth is private


async def test_every_public_event_arrives_once_and_in_order(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    await sql(dsn, COUNTS)
    kafka, streams = Kafka(broker.servers, idempotent=False), [uuid4() for _ in range(20)]
    relay = Relay(dsn, kafka, "kam.crm.v1", public_events("ticker", publish))
    consumer = Consumer("counter", ["kam.crm.v1"], engine, decode_tick, count, chained=True, idle=0.5)
    for version in range(1, 51):
        await append(engine, [tick(s, version) for s in streams])
    async with running(relay.run, lambda stop: consume(kafka, consumer, stop)):
        await until(lambda: sql(dsn, "SELECT sum(n) = 20 * 45 FROM counts"))
        assert not await sql(dsn, "SELECT bool_or(disorder > 5) FROM counts")
        await asyncio.wait_for(consumer.caught_up.wait(), 5)
        for version in range(51, 60):
            await append(engine, [tick(s, version) for s in streams])
        await until(lambda: sql(dsn, "SELECT sum(n) = 20 * 54 FROM counts"))
