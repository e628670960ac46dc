"""Kafka → one database transaction per batch: rows, events, positions and dead letters move together or not at all."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faststream.kafka.annotations import KafkaMessage
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import deadletters, positions, telemetry
from shared.contracts.base import Envelope
from shared.contracts.topics import topic
from shared.errors import Broken, Conflict, TooManyDead
from shared.eventstore.events import NewEvent
from shared.eventstore.store import append_in
from shared.faults import transient
from shared.kafka import Kafka, cluster_id, quietly, subscribe
from shared.positions import Place, driver, wait

log = logging.getLogger(__name__)

MAX_POSITION = 2**63 - 1
CONFLICTS = 5  # so often a version conflict is a race; after that it is the message
LOOK_EVERY, LINGER, REREAD_EVERY = 0.2, 2.0, 5.0  # seconds
_UNREAD = object()


@dataclass(slots=True)
class Message:
    """One Kafka record. `body` is what the Decode made of it; `reason` says why it is permanently bad."""

    topic: str
    partition: int
    offset: int
    sent_at: datetime
    key: bytes | None
    raw: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    place: Place = ("", 0)
    position: int = 0
    prev: int | None = None
    body: Any = _UNREAD
    reason: str | None = None

    def header(self, name: str) -> bytes | None:
        """The last header of that name."""
        return next((value for key, value in reversed(self.headers) if key == name), None)


Decode = Callable[[bytes | None, bytes | None, str], Any]
"""(key, value, topic) → body. Whatever it raises makes a dead letter; None: nothing to do, only the position moves."""

Handler = Callable[[AsyncConnection, Sequence[Message]], Awaitable[Sequence[NewEvent]]]
"""Writes its rows and returns the events to append, all in the batch's transaction. May be called again with the same
messages after a rollback, and with parts of them when one is bad."""


def decode_envelope(_: bytes | None, value: bytes | None, __: str) -> Envelope | None:
    """The Decode of every `kam.*` topic of events."""
    return Envelope.model_validate_json(value) if value else None


@dataclass(slots=True)
class _Sorted:
    """What a batch comes to, given how far we had come before."""

    taken: list[Message] = field(default_factory=list)
    after: dict[Place, int] = field(default_factory=dict)
    again: dict[TopicPartition, int] = field(default_factory=dict)
    repeats: int = 0


class Consumer:
    """`chained`: our own topics, whose messages carry `position` and `prev`; accepted only if `prev <= seen < position`, so a
    repeat is dropped and a gap makes the partition be read again. Otherwise (foreign topics): the position is the Kafka
    offset + 1 within one cluster, a new cluster begins at 0, and the handler must be idempotent record by record.

    Stops loudly (TooManyDead) after `brake` dead letters in a row, or when more than `ratio` of the last 10 × `brake`
    messages were dead: then not the messages are wrong but we are.
    """

    def __init__(
        self,
        name: str,
        topics: Sequence[str],
        engine: AsyncEngine,
        decode: Decode,
        handle: Handler,
        *,
        chained: bool,
        brake: int = 100,
        ratio: float = 0.5,
        idle: float = 1.0,
        max_records: int = 4_000,
    ) -> None:
        self.name, self.topics, self.engine, self.decode, self.handle = name, tuple(topics), engine, decode, handle
        self.chained, self.brake, self.ratio, self.idle, self.max_records = chained, brake, ratio, idle, max_records
        self.cluster = ""
        self.caught_up = asyncio.Event()
        """Set while nothing is left to read on any partition of this member."""
        self.last_effective: datetime | None = None
        """Newest `effective_at` of the bodies applied by this process."""
        self.failures = 0
        self._in_a_row = self._dead = self._taken = 0
        self._mine: dict[Place, int] = {}

    async def apply(self, records: Sequence[Any]) -> dict[TopicPartition, int]:
        """Apply a batch once. Returns the offsets to read again from, where messages are missing.

        Raises what a retry of the same batch can cure (`transient`, Conflict), and Broken for what a person must look at.
        """
        messages = [self._message(r) for r in records]
        try:
            with telemetry.BATCH_SECONDS.labels(self.name).time():
                try:
                    again = await self._commit(messages)
                except Exception as e:
                    if isinstance(e, Broken) or transient(e) or (isinstance(e, Conflict) and self.failures < CONFLICTS):
                        raise
                    log.warning("%s: %r; now searching for the message that causes it", self.name, e)
                    again = await self._commit(messages, searching=True)
        except Exception:
            self.failures += 1
            raise
        self.failures = 0
        return again

    def place(self, topic: str, partition: int, cluster: str | None = None) -> Place:
        """Where the position of a partition is kept: foreign offsets mean something within one cluster only."""
        return topic if self.chained else f"{topic}@{cluster or self.cluster}", partition

    def message(self, row: Mapping[str, Any], headers: Sequence[tuple[str, bytes | None]]) -> Message:
        """A dead letter as the message it was, decoded anew."""
        where = row["topic"], row["partition"], row["kafka_offset"]
        m = Message(*where, row["sent_at"], row["key"], row["value"], headers, position=row["position"])
        m.place = self.place(m.topic, m.partition, row["cluster"])
        self._decode(m)
        return m

    def _message(self, r: Any) -> Message:
        sent_at = datetime.fromtimestamp((r.timestamp or 0) / 1000, UTC)
        m = Message(r.topic, r.partition, r.offset, sent_at, r.key, r.value, r.headers)
        m.place = self.place(r.topic, r.partition)
        if not self.chained:
            m.position = r.offset + 1
            return m
        try:
            position, prev = int(m.header("position") or b""), int(m.header("prev") or b"")
            if not 0 <= prev < position <= MAX_POSITION:
                raise ValueError(f"prev {prev}, position {position}")
            m.position, m.prev = position, prev
        except ValueError as e:
            m.reason = f"headers position and prev are not as the relay writes them: {e}"
        return m

    def _decode(self, m: Message) -> None:
        try:
            m.body = self.decode(m.key, m.raw, m.topic)
        except (
            Exception
        ) as e:  # whatever a foreign message provokes is the message's fault; the brake sees a fault of ours
            m.body, m.reason = None, f"{type(e).__name__}: {e}"

    async def _commit(self, messages: Sequence[Message], searching: bool = False) -> dict[TopicPartition, int]:
        async with self.engine.begin() as conn:
            await positions.fence(conn, self.name, {m.place for m in messages})
            raw = driver(conn)
            batch = self._sort(messages, await positions.places(raw, self.name))
            fresh = [m for m in batch.taken if m.reason is None and m.body is not None]
            events: Sequence[NewEvent] = ()
            if searching:
                await self._search(conn, fresh)
            elif fresh:
                events = await self.handle(conn, fresh)
            dead = [m for m in batch.taken if m.reason is not None]
            counts = self._judge(batch.taken, dead)
            await deadletters.bury(raw, self.name, self.cluster, dead)
            newest = _newest(fresh)
            await positions.save(raw, self.name, batch.after, newest)
            if events:
                await append_in(raw, events)  # last before the commit: it holds the log's lock
        self._in_a_row, self._taken, self._dead = counts
        self._mine.update(batch.after)
        self.last_effective = max(filter(None, (self.last_effective, *newest.values())), default=None)
        left = len(messages) - len(batch.taken) - batch.repeats
        for outcome, n in (("applied", len(fresh)), ("repeat", batch.repeats), ("dead", len(dead)), ("missing", left)):
            telemetry.MESSAGES.labels(self.name, outcome).inc(n)
        return batch.again

    def _sort(self, messages: Sequence[Message], seen: dict[Place, int]) -> _Sorted:
        out = _Sorted()
        needed: dict[Place, tuple[TopicPartition, int]] = {}
        for m in messages:
            at = out.after.get(m.place, seen.get(m.place, 0))
            tp = TopicPartition(m.topic, m.partition)
            if m.position and m.position <= at:
                out.repeats += 1  # redelivered by Kafka, or sent twice by the relay
            elif m.prev is not None and m.prev > at:
                needed[m.place] = tp, m.prev  # something before it was lost on the way: do not step over it
            elif tp in out.again:
                continue
            elif not self.chained and m.offset > at and m.place not in out.after and self._mine.get(m.place) != at:
                self._mine[m.place] = out.again[tp] = at  # where Kafka says, not where we stopped: look between, once
            else:
                if m.body is _UNREAD and m.reason is None:
                    self._decode(m)
                out.taken.append(m)
                if m.position:
                    out.after[m.place] = m.position
        for place, (tp, prev) in needed.items():
            if prev > out.after.get(place, seen.get(place, 0)):
                out.again[tp] = 0
        return out

    async def _search(self, conn: AsyncConnection, fresh: Sequence[Message]) -> None:
        """Apply all but the bad ones, by halving: one bad message among 4,000 costs a dozen savepoints."""
        if not fresh:
            return
        try:
            async with conn.begin_nested():
                if events := await self.handle(conn, fresh):
                    await append_in(driver(conn), events)
        except Exception as e:
            if isinstance(e, Broken) or transient(e):
                raise
            if len(fresh) == 1:
                fresh[0].reason = f"{type(e).__name__}: {e}"
                return
            half = len(fresh) // 2
            await self._search(conn, fresh[:half])
            await self._search(conn, fresh[half:])

    def _judge(self, taken: Sequence[Message], dead: Sequence[Message]) -> tuple[int, int, int]:
        in_a_row = self._in_a_row
        for m in taken:
            in_a_row = in_a_row + 1 if m.reason is not None else 0
            if in_a_row > self.brake:
                raise TooManyDead(f"{self.name}: more than {self.brake} dead letters in a row, the last: {m.reason}")
        n, bad = self._taken + len(taken), self._dead + len(dead)
        if n < 10 * self.brake:
            return in_a_row, n, bad
        if bad > self.ratio * n:
            raise TooManyDead(f"{self.name}: {bad} of {n} messages are dead letters, the last: {dead[-1].reason}")
        return in_a_row, 0, 0

    def pause(self) -> float:
        """Seconds to wait after a failure; a nacked batch comes back at once."""
        return random.uniform(0.5, 1.5) * 0.05 * 2 ** min(self.failures, 6)


def _newest(fresh: Sequence[Message]) -> dict[Place, datetime]:
    newest: dict[Place, datetime] = {}
    for m in fresh:
        at = getattr(m.body, "effective_at", None)
        if isinstance(at, datetime) and (m.place not in newest or at > newest[m.place]):
            newest[m.place] = at
    return newest


class Member:
    """This process's part in the consumer's group: what to do with a batch, and how far there is still to go."""

    def __init__(self, consumer: Consumer, admin: Any, stop: asyncio.Event) -> None:
        self.consumer, self.admin, self.stop = consumer, admin, stop
        self.busy = False
        self.broken: Exception | None = None
        self.reread: dict[TopicPartition, float] = {}

    async def handle(self, message: Any) -> None:
        """FastStream's handler: what it raises is nacked and comes back, what returns is committed."""
        kafka, records, c = message.consumer, message.raw_message, self.consumer
        self.busy = True
        try:
            if (found := await cluster_id(self.admin)) != c.cluster:  # asked after the fetch: whose offsets are these?
                log.warning("%s: another cluster, %s after %s; reading from the start", c.name, found, c.cluster)
                c.cluster = found
                self._seek(kafka, dict.fromkeys(kafka.assignment(), 0), "cluster")
                return  # not raise: the nack would undo the seek
            gaps = {tp: at for tp, at in (await c.apply(records)).items() if self._may_reread(tp)}
            if gaps:
                log.warning("%s: messages are missing, reading again %s", c.name, gaps)
                self._seek(kafka, gaps, "gap")
        except Exception as e:
            if not (transient(e) or isinstance(e, (Conflict, KafkaError))):
                self.broken = e
            log.warning("%s: batch put back: %r", c.name, e)
            telemetry.RETRIES.labels(c.name).inc()
            await wait(self.stop, c.pause())  # the nack brings it back at once
            # the nack stops at the first partition that was revoked and leaves the others behind: seek them all here
            self._seek(kafka, {TopicPartition(r.topic, r.partition): r.offset for r in reversed(records)})
            raise
        finally:
            self.busy = False

    async def watch(self, kafka: Any) -> None:
        """Keep lag and `caught_up` true until `stop`. Raises what made the handler give up."""
        c, before, quiet, clear, asked = self.consumer, dict[Any, Any](), 0.0, 0.0, 0.0
        while not await wait(self.stop, LOOK_EVERY):
            if self.broken is not None:
                raise self.broken
            now = time.monotonic()
            ends = await self._ends(kafka)
            if ends.keys() != before.keys():
                c.caught_up.clear()
            if not self.busy and ends and all(at == end for at, end in ends.values()):
                clear = now
            if clear < now or ends != before:
                quiet = now
            if now - quiet >= c.idle:
                c.caught_up.set()
            elif now - clear > LINGER:
                c.caught_up.clear()
            before = ends
            telemetry.CAUGHT_UP.labels(c.name).set(c.caught_up.is_set())
            if now - asked > 1:
                asked = now
                await self._look_around(kafka, ends)

    async def _look_around(self, kafka: Any, ends: Any) -> None:
        """Once a second: is this still the log we read? An idle reader beyond the end of a new one would never notice."""
        c = self.consumer
        try:
            if await cluster_id(self.admin) != c.cluster:
                self._seek(kafka, dict.fromkeys(ends, 0))  # the batch that comes of it finds the same, and says so
            elif c.caught_up.is_set():
                async with c.engine.connect() as conn:
                    await positions.idle(driver(conn), c.name, [c.place(tp.topic, tp.partition) for tp in ends])
        except Exception as e:
            if not (transient(e) or isinstance(e, KafkaError)):
                raise
            log.debug("%s: %r", c.name, e)

    async def _ends(self, kafka: Any) -> dict[TopicPartition, tuple[int, int]]:
        """(next offset, end of the log by the last fetch) of each partition; {} while any of them is not known."""

        async def positions_() -> dict[TopicPartition, tuple[int, int]]:
            return {tp: (await kafka.position(tp), kafka.highwater(tp)) for tp in kafka.assignment()}

        try:
            ends = await asyncio.wait_for(positions_(), 1)
        except (KafkaError, AssertionError, TimeoutError):  # a rebalance is under way
            return {}
        if not self.busy:
            for tp, (at, end) in ends.items():
                telemetry.LAG.labels(self.consumer.name, tp.topic, tp.partition).set((end or at) - at)
        return ends

    def _may_reread(self, tp: TopicPartition) -> bool:
        """Once, then wait for more: the missing ones may not have been sent again yet."""
        due = self.reread.get(tp, 0.0) < time.monotonic() - REREAD_EVERY
        if due:
            self.reread[tp] = time.monotonic()
        return due

    def _seek(self, kafka: Any, offsets: Mapping[TopicPartition, int], cause: str = "") -> None:
        for tp in offsets.keys() & kafka.assignment():
            kafka.seek(tp, offsets[tp])
            if cause:
                telemetry.REREADS.labels(self.consumer.name, cause).inc()


async def consume(kafka: Kafka, consumer: Consumer, stop: asyncio.Event) -> None:
    """Feed the consumer from Kafka until `stop`; then finish the batch, commit and leave the group.

    Waits for the broker. Raises Broken, and whatever else no retry cures: it must be seen, not looped over.
    """
    while not stop.is_set():
        try:
            async with AsyncExitStack() as stack:
                await kafka.ensure_topics(map(topic, consumer.topics))
                admin = await stack.enter_async_context(kafka.admin())
                consumer.cluster = await cluster_id(admin)
                member = Member(consumer, admin, stop)
                broker = kafka.broker()
                subscriber = subscribe(broker, consumer.topics, consumer.name, consumer.max_records)

                @subscriber
                async def handle(message: KafkaMessage, member: Member = member) -> None:
                    await member.handle(message)

                stack.push_async_callback(quietly, broker.stop, 15)
                await broker.start()
                await member.watch(subscriber.consumer)
        except (KafkaError, OSError) as e:
            log.warning("%s waits for the broker: %r", consumer.name, e)
            await wait(stop, 0.5)
