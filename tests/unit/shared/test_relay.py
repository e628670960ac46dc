"""The relay: in order, chained, once acknowledged; one leader; a lost log gets everything again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.errors import KafkaError
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.broker import Tansu
from services.crm import vault
from shared.contracts.base import Envelope
from shared.contracts.people import Person
from shared.contracts.topics import topic
from shared.errors import Broken, ClusterChanged
from shared.eventstore.events import Recorded
from shared.kafka import Kafka
from shared.relay import ChainedProducer, Outgoing, Relay, public_events
from tests.kernel import AT, PublicTick, append, running, sql, tick, until

TOPIC = "kam.crm.v1"


def publish(r: Recorded) -> tuple[UUID, PublicTick] | None:
    return (r.stream_id, PublicTick(n=r.version)) if r.version % 5 else None


def relay(dsn: str, broker: Tansu, **options: Any) -> Relay:
    return Relay(dsn, Kafka(broker.servers, idempotent=False), TOPIC, public_events("ticker", publish), **options)


async def messages(broker: Tansu, count: int, name: str = TOPIC) -> dict[int, list[Any]]:
    """The first `count` records of the topic, by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.servers, auto_offset_reset="earliest", group_id=None)
    found: dict[int, list[Any]] = defaultdict(list)
    await consumer.start()
    consumer.assign([TopicPartition(name, p) for p in range(4)])
    try:
        async with asyncio.timeout(20):
            while sum(map(len, found.values())) < count:
                for tp, records in (await consumer.getmany(timeout_ms=200)).items():
                    found[tp.partition] += records
    finally:
        await consumer.stop()
    return found


def header(record: Any, name: str) -> str:
    return dict(record.headers)[name].decode()


async def sent_up_to(dsn: str, position: int) -> None:
    await until(lambda: sql(dsn, "SELECT max(position) >= $1 FROM positions WHERE partition = -1", position))


async def test_public_events_arrive_in_order_and_chained(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    streams = [uuid4() for _ in range(9)]
    for v in range(1, 41):
        await append(engine, [tick(s, v) for s in streams])
    async with running(relay(dsn, broker, page=50).run):
        found = await messages(broker, 9 * 32)
    versions: dict[UUID, list[int]] = defaultdict(list)
    for records in found.values():
        before = 0
        for r in records:
            assert int(header(r, "prev")) == before
            before = int(header(r, "position"))
            e = Envelope.model_validate_json(r.value)
            assert (e.position, e.id, r.key.decode()) == (before, f"ticker:{before}", str(e.stream))
            assert e.event() == PublicTick(n=e.version)
            versions[e.stream].append(e.version)
    assert versions == {s: [v for v in range(1, 41) if v % 5] for s in streams}


async def test_a_message_is_a_cloud_event(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    stream = uuid4()
    await append(engine, [tick(stream, 1)])
    async with running(relay(dsn, broker).run):
        [record] = [r for rs in (await messages(broker, 1)).values() for r in rs]
    assert {k: v.decode() for k, v in record.headers} == {
        "ce_specversion": "1.0",
        "ce_id": "ticker:1",
        "ce_type": "PublicTick",
        "ce_source": "ticker",
        "ce_subject": str(stream),
        "ce_time": AT.isoformat(),
        "content-type": "application/json",
        "position": "1",
        "prev": "0",
    }
    value = orjson.loads(record.value)
    assert value["data"] == {"n": 1}
    assert (value["actor"], datetime.fromisoformat(value["effective_at"])) == ("system:ticker", AT)


async def test_a_restart_goes_on_where_it_stopped(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    stream = uuid4()
    await append(engine, [tick(stream, v) for v in range(1, 5)])
    async with running(relay(dsn, broker).run):
        await sent_up_to(dsn, 4)
    await append(engine, [tick(stream, v) for v in range(5, 10)])
    async with running(relay(dsn, broker).run):
        await sent_up_to(dsn, 9)
        [records] = (await messages(broker, 8)).values()
    assert [(header(r, "prev"), header(r, "position")) for r in records][3:5] == [("3", "4"), ("4", "6")]
    assert len(records) == 8


@pytest.mark.parametrize("idle", [True, False])
async def test_an_empty_log_gets_everything_again(engine: AsyncEngine, dsn: str, broker: Tansu, idle: bool) -> None:
    stream = uuid4()
    await append(engine, [tick(stream, v) for v in range(1, 5)])
    async with running(relay(dsn, broker).run):
        await sent_up_to(dsn, 4)
        broker.kill()
        broker.start()
        if not idle:
            await append(engine, [tick(stream, 5), tick(stream, 6)])
        [records] = (await messages(broker, 4 if idle else 5)).values()
    assert [header(r, "position") for r in records] == ["1", "2", "3", "4", "6"][: len(records)]
    assert header(records[0], "prev") == "0"


async def test_one_leads_and_another_takes_over(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    stream, first_stop = uuid4(), asyncio.Event()
    first = asyncio.create_task(relay(dsn, broker).run(first_stop))
    await append(engine, [tick(stream, 1)])
    await sent_up_to(dsn, 1)
    async with running(relay(dsn, broker).run):
        await append(engine, [tick(stream, 2)])
        await sent_up_to(dsn, 2)
        holders = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        assert await sql(dsn, holders) == 1
        await sql(dsn, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        await append(engine, [tick(stream, v) for v in range(3, 12)])
        await sent_up_to(dsn, 11)
        first_stop.set()
        await first
        await append(engine, [tick(stream, 12)])
        await sent_up_to(dsn, 12)
        [records] = (await messages(broker, 10)).values()
    positions = list(dict.fromkeys(int(header(r, "position")) for r in records))  # a repeat is no fault, disorder is
    assert positions == [1, 2, 3, 4, 6, 7, 8, 9, 11, 12]


async def test_another_partition_count_is_refused(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    async with Kafka(broker.servers).admin() as admin:
        await admin.create_topics([NewTopic(TOPIC, 3, 1)])
    with pytest.raises(Broken, match="3 partitions, the contract says 4"):
        await asyncio.wait_for(relay(dsn, broker).run(asyncio.Event()), 20)


async def test_a_hole_in_the_log_stops_it(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    await append(engine, [tick(uuid4(), 1), tick(uuid4(), 1), tick(uuid4(), 1)])
    conn = await asyncpg.connect(dsn)
    await conn.execute("ALTER TABLE events DISABLE TRIGGER append_only")
    await conn.execute("DELETE FROM events WHERE position = 2")
    await conn.close()
    with pytest.raises(Broken, match="hole"):
        await asyncio.wait_for(relay(dsn, broker).run(asyncio.Event()), 20)


async def test_batches_are_split_and_what_fits_nowhere_stops_it(broker: Tansu) -> None:
    async with ChainedProducer(Kafka(broker.servers, idempotent=False), topic(TOPIC)) as out:
        last: dict[int, int] = {}
        await out.send([Outgoing(n, b"k", b"x" * 400_000) for n in range(1, 8)], last)
        [records] = (await messages(broker, 7)).values()
        assert [header(r, "prev") for r in records] == ["0", "1", "2", "3", "4", "5", "6"]
        with pytest.raises(Broken, match="too large"):
            await out.send([Outgoing(8, b"k", b"x" * 2_000_000)], last)
        await out.check()
        broker.kill()
        broker.start()
        with pytest.raises((ClusterChanged, KafkaError)):  # the old connection breaks first
            await out.check()
        with pytest.raises(ClusterChanged):
            await out.check()


async def test_people_are_sent_as_state_and_erasures_as_null(engine: AsyncEngine, dsn: str, broker: Tansu) -> None:
    a, b = uuid4(), uuid4()
    kafka = Kafka(broker.servers, idempotent=False)
    async with engine.begin() as conn:
        await vault.write_in(
            conn, [Person(subject_id=s, kind="user", change=0, crm_id="1", name="Ana") for s in (a, b)]
        )
    async with running(vault.relay(dsn, kafka).run):
        await messages(broker, 2, "kam.people.v1")
        async with engine.begin() as conn:
            await vault.forget_in(conn, [a])
        found = await messages(broker, 3, "kam.people.v1")
        broker.kill()
        broker.start()
        again = await messages(broker, 2, "kam.people.v1")
    by_key = {r.key: (header(r, "position"), r.value is None) for rs in found.values() for r in rs}
    assert by_key == {str(a).encode(): ("3", True), str(b).encode(): ("2", False)}
    assert {r.key: (header(r, "position"), r.value is None) for rs in again.values() for r in rs} == by_key
    assert all("prev" not in dict(r.headers) for rs in found.values() for r in rs)
