"""Kafka → one database transaction per batch: rows, events, positions and dead letters move together or not at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import deadletters, positions, telemetry, tracing
from shared.contracts.base import Envelope
from shared.errors import Broken, Conflict, TooManyDead
from shared.eventstore.events import NewEvent
from shared.eventstore.store import append_in
from shared.faults import transient
from shared.positions import Place, driver

log = logging.getLogger(__name__)

HIGHEST = 2**63 - 1
CONFLICTS = 5  # so often a version conflict is a race; after that it is the message
UNREAD = object()


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
    body: Any = UNREAD
    reason: str | None = None
    effective_at: datetime | None = None


Decode = Callable[[bytes | None, bytes | None, str], Any]
"""(key, value, topic) → body. Whatever it raises makes a dead letter; None: nothing to do, only the position moves."""

Handler = Callable[[AsyncConnection, Sequence[Message]], Awaitable[Sequence[NewEvent]]]
"""Writes its rows and returns the events to append, all in the batch's transaction. May be called again with the same
messages after a rollback, and with parts of them when one is bad."""


def decode_envelope(_: bytes | None, value: bytes | None, __: str) -> Envelope | None:
    """The Decode of every `kam.*` topic of events."""
    return Envelope.model_validate_json(value) if value is not None else None


class Sorted(NamedTuple):
    """A batch, given how far we had come: messages to take, new positions, offsets to read again from, repeats."""

    taken: list[Message]
    after: dict[Place, int]
    again: dict[TopicPartition, int]
    repeats: int


class Consumer:
    """`chained`: our own topics, whose messages carry `position` and `prev`; they count if `prev <= seen < position`: a
    repeat is dropped, a gap makes the partition be read again. Otherwise (foreign topics) the position is the Kafka
    offset + 1 within one cluster, a new cluster begins at 0, and the handler must be idempotent for each record.

    Stops loudly (TooManyDead) after `brake` dead letters in a row, or when more than `ratio` of the last 10 × `brake`
    messages were dead: then not the messages are wrong but we are. `idle`: seconds without anything to read after
    which it is `caught_up`. At most `max_records`, of all partitions, make a batch. `types`: all event types of chained
    topics that the handler takes; of the others only the place and the time count, their values are not even decoded.
    """

    def __init__(
        self, name: str, topics: Sequence[str], engine: AsyncEngine, decode: Decode, handle: Handler, *, chained: bool,
        brake: int = 100, ratio: float = 0.5, idle: float = 1.0, max_records: int = 4_000, types: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.name, self.topics, self.engine, self.decode, self.handle = name, tuple(topics), engine, decode, handle
        self.chained, self.brake, self.ratio, self.idle, self.max_records = chained, brake, ratio, idle, max_records
        self.cluster, self.failures, self.types = "", 0, frozenset(t.encode() for t in types)
        self.caught_up = asyncio.Event()
        """Set while nothing is left to read on any partition, whichever member of the group reads it."""
        self._brake = (0, 0, 0)
        """Dead letters in a row; messages, and dead letters among them, since their share was last looked at."""
        self._mine: dict[Place, int] = {}  # where this process left each place

    async def apply(self, records: Sequence[Any]) -> dict[TopicPartition, int]:
        """Apply a batch once. Returns the offsets to read again from, where messages are missing.

        Raises what a retry of the same batch can cure (`transient`, Conflict), and Broken for what needs a person.
        """
        messages = [self._message(r) for r in records]
        self.failures += 1  # until it is done
        with telemetry.BATCH_SECONDS.labels(self.name).time(), tracing.batch(self.name, messages):
            try:
                again = await self._commit(messages)
            except Exception as e:
                if isinstance(e, Broken) or transient(e) or (isinstance(e, Conflict) and self.failures <= CONFLICTS):
                    raise
                log.warning("%s: %r; now searching for the message that causes it", self.name, e)
                again = await self._commit(messages, searching=True)
        self.failures = 0
        return again

    def place(self, topic: str, partition: int, cluster: str) -> Place:
        """Where the position of a partition is kept: foreign offsets mean something within one cluster only."""
        return topic if self.chained else f"{topic}@{cluster}", partition

    def message(self, row: Mapping[str, Any], headers: Sequence[tuple[str, bytes | None]]) -> Message:
        """A dead letter as the message it was, decoded anew."""
        where = row["topic"], row["partition"], row["kafka_offset"]
        place = self.place(*where[:2], row["cluster"])
        return self._decode(Message(*where, row["sent_at"], row["key"], row["value"], headers, place, row["position"]))

    def _message(self, r: Any) -> Message:
        sent_at, place = datetime.fromtimestamp(r.timestamp / 1000, UTC), self.place(r.topic, r.partition, self.cluster)
        m = Message(r.topic, r.partition, r.offset, sent_at, r.key, r.value, r.headers, place)
        if not self.chained:
            m.position = r.offset + 1
            return m
        try:
            h = dict(r.headers)
            position, prev = int(h.get("position") or b""), int(h.get("prev") or b"")
            if not 0 <= prev < position <= HIGHEST:
                raise ValueError(f"prev {prev}, position {position}")
            m.position, m.prev = position, prev
            if self.types and h.get("ce_type", b"") not in self.types and (at := h.get("ce_time")):
                m.body, m.effective_at = None, datetime.fromisoformat(at.decode())
        except ValueError as e:
            m.reason = f"headers position and prev are not as the relay writes them: {e}"
        return m

    def _decode(self, m: Message) -> Message:
        try:
            m.body = self.decode(m.key, m.raw, m.topic)
        except Exception as e:  # whatever foreign bytes provoke is the message's fault; a fault of ours trips the brake
            m.body, m.reason = None, f"{type(e).__name__}: {e}"
        return m

    async def _commit(self, messages: Sequence[Message], searching: bool = False) -> dict[TopicPartition, int]:
        async with self.engine.begin() as conn:
            await positions.fence(conn, self.name, {m.place for m in messages})
            raw = driver(conn)
            batch = self._sort(messages, await positions.places(raw, self.name))
            fresh = [m for m in batch.taken if m.reason is None and m.body is not None]
            events: Sequence[NewEvent] = ()
            if fresh and searching:
                await self._search(conn, fresh)
            elif fresh:
                events = await self.handle(conn, fresh)
            dead = [m for m in batch.taken if m.reason is not None]
            brake = self._judge(batch.taken, dead)
            await deadletters.bury(raw, self.name, self.cluster, dead)
            await positions.save(raw, self.name, batch.after, _newest(batch.taken))
            await append_in(raw, events)  # last before the commit: it holds the log's lock
        self._brake = brake
        self._mine.update(batch.after)
        counts = {"applied": len(fresh), "dead": len(dead), "repeat": batch.repeats}
        counts["missing"] = len(messages) - len(batch.taken) - batch.repeats
        for outcome, n in counts.items():
            telemetry.MESSAGES.labels(self.name, outcome).inc(n)
        return batch.again

    def _sort(self, messages: Sequence[Message], seen: Mapping[Place, int]) -> Sorted:
        taken, after, again, repeats = list[Message](), dict[Place, int](), dict[TopicPartition, int](), 0
        gaps: dict[Place, Message] = {}
        for m in messages:
            at = after.get(m.place, seen.get(m.place, 0))
            if m.position and m.position <= at:
                repeats += 1  # redelivered by Kafka, or sent twice by the relay
            elif m.prev is not None and m.prev > at:
                gaps[m.place] = m  # something before it was lost on the way: do not step over it
            elif (tp := TopicPartition(m.topic, m.partition)) in again:
                continue
            elif not self.chained and m.offset > at and m.place not in after and self._mine.get(m.place) != at:
                self._mine[m.place] = again[tp] = at  # where the group stood, not where we did: look between, once
            else:
                if m.body is UNREAD and m.reason is None:
                    self._decode(m)
                taken.append(m)
                if m.position:
                    after[m.place] = m.position
        still = [m for place, m in gaps.items() if (m.prev or 0) > after.get(place, seen.get(place, 0))]
        return Sorted(taken, after, again | {TopicPartition(m.topic, m.partition): 0 for m in still}, repeats)

    async def _search(self, conn: AsyncConnection, fresh: Sequence[Message]) -> None:
        """Apply all but the bad ones, by halving: one bad message among 4,000 costs two dozen savepoints."""
        try:
            async with conn.begin_nested():
                await append_in(driver(conn), await self.handle(conn, fresh))
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
        in_a_row, messages, bad = self._brake[0], self._brake[1] + len(taken), self._brake[2] + len(dead)
        for m in taken:
            in_a_row = in_a_row + 1 if m.reason is not None else 0
            if in_a_row > self.brake:
                raise TooManyDead(f"{self.name}: more than {self.brake} dead letters in a row, the last: {m.reason}")
        if messages < 10 * self.brake:
            return in_a_row, messages, bad
        if bad > self.ratio * messages:
            raise TooManyDead(f"{self.name}: {bad} of {messages} messages are dead letters")
        return in_a_row, 0, 0


def _newest(taken: Sequence[Message]) -> dict[Place, datetime]:
    newest: dict[Place, datetime] = {}
    for m in taken:
        if (at := m.effective_at or getattr(m.body, "effective_at", None)) is not None and m.reason is None:
            newest[m.place] = max(newest.get(m.place, at), at)
    return newest
