"""Log → relay → broker → consumer → rows, with the real parts: PostgreSQL, a Kafka protocol, FastStream."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from aiokafka.record.util import calc_crc32c_py as crc32c
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from deploy.local.broker import Tansu
from shared.consumer import Consumer, Message
from shared.contracts.topics import topic
from shared.eventstore.events import NewEvent, Recorded
from shared.group import consume
from shared.kafka import Kafka
from shared.relay import Relay, public_events
from tests.kernel import (
    COUNTS,
    PublicTick,
    append,
    count,
    count_message,
    decode_count,
    decode_tick,
    running,
    sql,
    tick,
    until,
)


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


def with_bad_header_name(batch: Any) -> Any:
    """What no client in Python can send: the name of the header `name` is not UTF-8."""
    raw = bytearray(batch._build())
    at = raw.index(b"name")
    raw[at : at + 4] = b"\xff\xfe\xfd\xfc"
    struct.pack_into(">I", raw, 17, crc32c(raw[21:]))
    batch._buffer = raw
    return batch


async def test_headers_that_are_not_utf8_hold_up_nothing(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    await sql(dsn, COUNTS)
    kafka, stream = Kafka(broker.servers, idempotent=False), uuid4()
    await kafka.ensure_topics([topic("sugar")])
    producer = kafka.producer()
    await producer.start()
    for n in range(1, 10, 3):
        batch = producer.create_batch()
        for i in range(n, n + 3):
            odd = [("name", b"x"), ("value", b"\xc3\x28")] if i % 2 == 0 else [("value", None)]
            batch.append(key=b"k", value=count_message(stream, i), timestamp=None, headers=odd)
        await (await producer.send_batch(with_bad_header_name(batch), "sugar", partition=0))
    await producer.stop()
    seen: list[Any] = []

    async def note(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        seen.extend(dict(m.headers).get("value") for m in messages)
        return await count(conn, messages)

    consumer = Consumer("counter", ["sugar"], engine, decode_count, note, chained=False)
    async with running(lambda stop: consume(kafka, consumer, stop)):
        await until(lambda: sql(dsn, "SELECT n = 9 AND disorder = 0 FROM counts"))
    assert seen == [None, b"\xc3\x28"] * 4 + [None]


async def test_nobody_is_caught_up_while_another_member_is_behind(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    await sql(dsn, COUNTS)
    kafka, streams = Kafka(broker.servers, idempotent=False), [uuid4() for _ in range(40)]
    relay = Relay(dsn, kafka, "kam.crm.v1", public_events("ticker", publish))
    gate = asyncio.Event()

    async def held_up(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        await gate.wait()
        return await count(conn, messages)

    quick = Consumer("counter", ["kam.crm.v1"], engine, decode_tick, count, chained=True, idle=0.3)
    slow = Consumer("counter", ["kam.crm.v1"], engine, decode_tick, held_up, chained=True, idle=0.3)
    async with running(relay.run, lambda s: consume(kafka, quick, s), lambda s: consume(kafka, slow, s)):
        await asyncio.wait_for(quick.caught_up.wait(), 40)
        await asyncio.wait_for(slow.caught_up.wait(), 40)
        await asyncio.sleep(5)  # both have joined, whoever was first
        await append(engine, [tick(s, 1) for s in streams])
        await until(lambda: sql(dsn, "SELECT count(*) > 0 FROM counts"))
        await asyncio.sleep(6)
        assert not slow.caught_up.is_set()
        assert not quick.caught_up.is_set(), "its own partitions are read, the other's are not"
        gate.set()
        await asyncio.wait_for(quick.caught_up.wait(), 20)
        assert await sql(dsn, "SELECT sum(n) = 40 FROM counts")
