"""What the consumer must survive: a log that starts in the middle, another log, repeats, gaps, any bad message."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import TopicPartition
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.consumer import Consumer, Message, decode_envelope
from shared.contracts.base import Envelope
from shared.errors import Broken, Conflict, TooManyDead
from shared.eventstore.events import NewEvent
from shared.kafka import safe_parser
from shared.positions import driver, watermark
from tests.kernel import AT, COUNTS, append, count, count_message, counter, decode_count, record, sql, tick

P0 = TopicPartition("kam.crm.v1", 0)


@pytest.fixture
async def counts(engine: AsyncEngine, dsn: str) -> AsyncEngine:
    await sql(dsn, COUNTS)
    return engine


def chain(stream: UUID, numbers: Sequence[int], offset: int = 0) -> list[Any]:
    return [record(count_message(stream, n), offset + i, position=n, prev=n - 1) for i, n in enumerate(numbers)]


async def state(dsn: str, stream: UUID) -> tuple[Any, ...]:
    conn = await asyncpg.connect(dsn)
    row = await conn.fetchrow("SELECT n, last, disorder FROM counts WHERE stream = $1", stream)
    await conn.close()
    return tuple(row or ())


# --- a chain


async def test_each_message_counts_once_however_often_it_comes(counts: AsyncEngine, dsn: str) -> None:
    stream, rng, at = uuid4(), random.Random(1), 0
    log, consumer = chain(stream, range(1, 401)), counter(counts)
    while at < len(log):
        start, end = max(0, at - rng.choice((0, 0, 5, 60))), min(len(log), at + rng.randrange(1, 50))
        assert await consumer.apply(log[start:end] + log[max(start, end - 7) : end]) == {}
        at = end
    assert await state(dsn, stream) == (400, 400, 0)


async def test_a_log_that_begins_in_the_middle_is_read_again(counts: AsyncEngine, dsn: str) -> None:
    """A producer's retry reached the new, empty broker before the relay noticed: 60 … 100, then the history 1 … 100."""
    stream, consumer = uuid4(), counter(counts)
    log = chain(stream, [*range(60, 101), *range(1, 101)])
    assert await consumer.apply(chain(stream, [1])) == {}
    assert await consumer.apply(log[:41]) == {P0: 0}
    assert await state(dsn, stream) == (1, 1, 0)
    assert await consumer.apply(log) == {}  # from the start: the history behind the stray ones closes the gap
    assert await state(dsn, stream) == (100, 100, 0)


async def test_a_gap_stays_a_gap_until_it_is_filled(counts: AsyncEngine, dsn: str) -> None:
    stream, consumer = uuid4(), counter(counts)
    await consumer.apply(chain(stream, [1, 2]))
    assert await consumer.apply(chain(stream, [5, 6], offset=2)) == {P0: 0}
    assert await state(dsn, stream) == (2, 2, 0)
    assert await consumer.apply(chain(stream, [1, 2, 3, 4, 5, 6])) == {}
    assert await state(dsn, stream) == (6, 6, 0)


async def test_partitions_do_not_share_a_chain(counts: AsyncEngine, dsn: str) -> None:
    a, b, consumer = uuid4(), uuid4(), counter(counts)
    mixed = [
        record(count_message(a, 1), 0, partition=0, position=1, prev=0),
        record(count_message(b, 1), 0, partition=1, position=2, prev=0),
        record(count_message(b, 2), 1, partition=1, position=9, prev=5),
        record(count_message(a, 2), 1, partition=0, position=3, prev=1),
    ]
    assert await consumer.apply(mixed) == {TopicPartition("kam.crm.v1", 1): 0}
    assert await state(dsn, a) == (2, 2, 0)
    assert await state(dsn, b) == (1, 1, 0)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("position", b"3")],
        [("prev", b"2")],
        [("position", None), ("prev", b"2")],
        [("position", b"\xff\xfe"), ("prev", b"2")],
        [("position", b"3"), ("prev", b"7")],
        [("position", b"99999999999999999999999"), ("prev", b"2")],
    ],
)
async def test_a_message_without_a_readable_chain_is_dead_and_moves_nothing(
    counts: AsyncEngine, dsn: str, headers: list[tuple[str, bytes | None]]
) -> None:
    stream, consumer = uuid4(), counter(counts)
    stray = record(count_message(stream, 77), 2, headers=headers)
    for _ in range(2):
        assert await consumer.apply([*chain(stream, [1, 2]), stray, *chain(stream, [3], offset=3)]) == {}
    assert await state(dsn, stream) == (3, 3, 0)
    assert await sql(dsn, "SELECT count(*) FROM dead_letters WHERE reason LIKE 'headers position and prev%'") == 1


# --- foreign topics


def foreign(stream: UUID, numbers: Sequence[int], offset: int) -> list[Any]:
    return [record(count_message(stream, n), offset + i, topic="sugar", headers=()) for i, n in enumerate(numbers)]


def foreign_counter(engine: AsyncEngine) -> Consumer:
    consumer = Consumer("counter", ["sugar"], engine, decode_count, count, chained=False)
    consumer.cluster = "first"
    return consumer


async def test_foreign_offsets_are_positions_within_one_cluster(counts: AsyncEngine, dsn: str) -> None:
    stream, consumer = uuid4(), foreign_counter(counts)
    log = foreign(stream, range(1, 11), 0)
    await consumer.apply(log[:6])
    await consumer.apply(log[3:])
    assert await state(dsn, stream) == (10, 10, 0)
    consumer.cluster = "second"  # the broker forgot everything; its first message has offset 0 again
    await consumer.apply(foreign(stream, [11], 0))
    assert await state(dsn, stream) == (11, 11, 0)
    assert await sql(dsn, "SELECT count(*) FROM positions WHERE source IN ('sugar@first', 'sugar@second')") == 2


async def test_a_group_offset_beyond_our_position_is_not_believed(counts: AsyncEngine, dsn: str) -> None:
    """The offset of a former log was committed into the new one: the partition is read from where we stopped, once."""
    stream, consumer = uuid4(), foreign_counter(counts)
    log = foreign(stream, range(1, 11), 0)
    sugar = TopicPartition("sugar", 0)
    assert await consumer.apply(log[5:]) == {sugar: 0}
    assert await consumer.apply(log) == {}
    restarted = foreign_counter(counts)
    later = foreign(stream, [11, 12], 40)  # offsets 10 … 39 do not exist: a compacted topic
    assert await restarted.apply(later) == {sugar: 10}
    assert await restarted.apply(later) == {}
    assert await restarted.apply(foreign(stream, [13], 90)) == {}  # its own fetches are contiguous: no second look
    assert await state(dsn, stream) == (13, 13, 0)


# --- bad messages


BAD = [b"not json", b'{"n": 1}', count_message(uuid4(), 1).replace(b"-", b"+"), b"\xff\xfe\x00", b"[" * 100_000, b""]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
async def test_a_bad_message_is_kept_byte_for_byte_and_spares_its_neighbours(
    counts: AsyncEngine, dsn: str, bad: bytes
) -> None:
    stream, consumer = uuid4(), counter(counts)
    odd = [("position", b"2"), ("prev", b"1"), ("trace", b"\xc3\x28\x00"), ("empty", None)]
    first, last = chain(stream, [1]), record(count_message(stream, 2), 2, position=3, prev=2)
    for _ in range(2):
        await consumer.apply([*first, record(bad, 1, key=b"\xfe", headers=odd), last])
    assert await state(dsn, stream) == (2, 2, 0)
    kept = "FROM dead_letters"
    assert await sql(dsn, f"SELECT count(*) {kept}") == 1
    assert await sql(dsn, f"SELECT value {kept}") == bad
    assert await sql(dsn, f"SELECT key {kept}") == b"\xfe"
    assert await sql(dsn, f"SELECT headers::json->2->>1 {kept}") == "%C3%28%00"
    assert await sql(dsn, f"SELECT (kafka_offset, position) = (1, 2) AND reason <> '' {kept}")


async def poisoned(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """Writes first, then stumbles: what it wrote for the poison must be gone."""
    await count(conn, messages)
    for m in messages:
        if m.body.n in (13, 14, 200):
            await driver(conn).execute("SELECT 1 / ($1::int - $1::int)", m.body.n)
    return [tick(m.body.stream, m.body.n) for m in messages]


async def test_a_handler_that_fails_on_three_of_300_applies_the_others_in_order(counts: AsyncEngine, dsn: str) -> None:
    stream = uuid4()
    consumer = Consumer("counter", ["kam.crm.v1"], counts, decode_count, poisoned, chained=True)
    await consumer.apply(chain(stream, range(1, 301)))
    assert (await state(dsn, stream))[:2] == (297, 300)
    assert await sql(dsn, "SELECT array_agg(position ORDER BY position) FROM dead_letters") == [13, 14, 200]
    assert await sql(dsn, "SELECT count(*) FROM events") == 297
    assert await sql(
        dsn, "SELECT array_agg(version ORDER BY position) = array_agg(version ORDER BY version) FROM events"
    )
    assert await sql(dsn, "SELECT position FROM positions") == 300


async def test_too_many_in_a_row_stop_the_consumer_and_move_nothing(counts: AsyncEngine, dsn: str) -> None:
    consumer = counter(counts, brake=10)
    with pytest.raises(TooManyDead, match="more than 10"):
        await consumer.apply([record(b"?", i, position=i + 1, prev=i) for i in range(11)])
    assert await sql(dsn, "SELECT count(*) FROM positions") == 0
    assert await sql(dsn, "SELECT count(*) FROM dead_letters") == 0


async def test_too_large_a_share_stops_the_consumer(counts: AsyncEngine) -> None:
    stream, consumer = uuid4(), counter(counts, brake=10, ratio=0.5)
    mixed = [record(count_message(stream, i) if i % 3 == 0 else b"?", i, position=i, prev=i - 1) for i in range(1, 121)]
    with pytest.raises(TooManyDead, match="of 120 messages"):
        await consumer.apply(mixed)


# --- failures that pass


async def test_a_passing_failure_moves_nothing_and_the_retry_applies_once(counts: AsyncEngine, dsn: str) -> None:
    stream, failures = (
        uuid4(),
        [OSError("network"), TimeoutError(), Conflict("race"), asyncpg.DeadlockDetectedError("x")],
    )

    async def shaky(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        await count(conn, messages)
        if failures:
            raise failures.pop()
        return ()

    consumer = Consumer("counter", ["kam.crm.v1"], counts, decode_count, shaky, chained=True)
    for n in range(4):
        assert consumer.failures == n
        with pytest.raises((OSError, TimeoutError, Conflict, asyncpg.DeadlockDetectedError)):
            await consumer.apply(chain(stream, [1, 2, 3]))
    await consumer.apply(chain(stream, [1, 2, 3]))
    assert await state(dsn, stream) == (3, 3, 0)
    assert consumer.failures == 0
    assert await sql(dsn, "SELECT count(*) FROM dead_letters") == 0


async def test_a_lost_database_connection_is_a_passing_failure(counts: AsyncEngine, dsn: str) -> None:
    stream, cut = uuid4(), [True]

    async def cutting(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        if cut:
            cut.clear()
            await sql(dsn, "SELECT pg_terminate_backend($1)", driver(conn).get_server_pid())
        return await count(conn, messages)

    consumer = Consumer("counter", ["kam.crm.v1"], counts, decode_count, cutting, chained=True)
    with pytest.raises(Exception, match=r"closed|terminat"):
        await consumer.apply(chain(stream, [1]))
    await consumer.apply(chain(stream, [1]))
    assert await state(dsn, stream) == (1, 1, 0)


async def test_a_lasting_conflict_is_the_message_after_all(counts: AsyncEngine, dsn: str) -> None:
    stream = uuid4()
    await append(counts, [tick(stream, 1)])

    async def stubborn(_: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        return [tick(stream, 1) for _ in messages]

    consumer = Consumer("counter", ["kam.crm.v1"], counts, decode_count, stubborn, chained=True)
    for _ in range(5):
        with pytest.raises(Conflict):
            await consumer.apply(chain(stream, [1]))
    await consumer.apply(chain(stream, [1]))
    assert await sql(dsn, "SELECT reason FROM dead_letters") != ""


async def test_a_broken_invariant_stops_instead_of_burying(counts: AsyncEngine, dsn: str) -> None:
    async def broken(_: AsyncConnection, __: Sequence[Message]) -> Sequence[NewEvent]:
        raise Broken("a hole in the log")

    consumer = Consumer("counter", ["kam.crm.v1"], counts, decode_count, broken, chained=True)
    with pytest.raises(Broken):
        await consumer.apply(chain(uuid4(), [1]))
    assert await sql(dsn, "SELECT count(*) FROM dead_letters") == 0


# --- events, tombstones, time, parsing


async def test_events_and_position_commit_together_and_appending_comes_last(counts: AsyncEngine, dsn: str) -> None:
    stream = uuid4()

    async def note(_: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        return [tick(m.body.stream, m.body.n) for m in messages]

    consumer = Consumer("counter", ["kam.crm.v1"], counts, decode_count, note, chained=True)
    await consumer.apply(chain(stream, [1, 2, 3]))
    await consumer.apply(chain(stream, [1, 2, 3]))
    assert await sql(dsn, "SELECT count(*) FROM events") == 3


async def test_of_types_that_nobody_takes_only_place_and_time_count(counts: AsyncEngine, dsn: str) -> None:
    stream, later = uuid4(), AT + timedelta(days=1)

    def typed(n: int, kind: bytes, value: bytes | None = None) -> Any:
        place = [("position", b"%d" % n), ("prev", b"%d" % (n - 1))]
        told = [("ce_type", kind), ("ce_time", later.isoformat().encode())]
        return record(value or count_message(stream, n), n, headers=[*place, *told])

    consumer = counter(counts, types=["Ticked"])
    await consumer.apply([typed(1, b"Ticked"), typed(2, b"Other", b"no JSON at all"), typed(3, b"Ticked")])
    assert (await state(dsn, stream))[:2] == (2, 3)
    assert await sql(dsn, "SELECT position FROM positions") == 3
    assert await sql(dsn, "SELECT count(*) FROM dead_letters") == 0
    async with counts.connect() as conn:
        assert await watermark(driver(conn), "counter") == later
    await consumer.apply([record(count_message(stream, 4), 4, position=4, prev=3)])  # without a type: it may be ours
    assert (await state(dsn, stream))[:2] == (3, 4)


async def test_what_needs_no_handling_moves_the_position(counts: AsyncEngine, dsn: str) -> None:
    consumer = counter(counts)
    await consumer.apply([record(None, 0, position=1, prev=0)])
    assert await sql(dsn, "SELECT position FROM positions") == 1


async def test_the_newest_business_time_is_kept(counts: AsyncEngine) -> None:
    consumer = counter(counts)
    await consumer.apply(chain(uuid4(), [1]))
    await consumer.apply([record(None, 1, position=2, prev=1)])
    async with counts.connect() as conn:
        assert await watermark(driver(conn), "counter") == AT
        assert await watermark(driver(conn), "nobody") is None


async def test_faststream_never_sees_a_header() -> None:
    seen: list[Any] = []

    class Parsed:
        raw_message: Any = None

    async def original(records: Any) -> Parsed:
        seen.extend({k: v.decode() for k, v in r.headers} for r in records)  # what FastStream does
        return Parsed()

    bad = [record(b"x", i, headers=[("h", b"\xff"), ("n", None)]) for i in range(3)]
    assert (await safe_parser(tuple(bad), original)).raw_message == tuple(bad)
    assert seen == [{}]


def test_an_envelope_is_decoded_and_a_tombstone_is_nothing() -> None:
    raw = (
        b'{"id":"crm:1","type":"X","schema":1,"position":1,"stream":"8f6f2c52-6a0b-5d0e-9a53-6f7f0f1f5a2e","version":1,'
        b'"effective_at":"2026-11-01T12:00:00Z","recorded_at":"2026-11-01T12:00:00Z","actor":"crm:sugar","data":{}}'
    )
    envelope = decode_envelope(None, raw, "kam.crm.v1")
    assert isinstance(envelope, Envelope)
    assert envelope.event() is None  # a type that this reader does not know
    assert decode_envelope(None, None, "kam.crm.v1") is None
