"""Our tables → Kafka, in order, at least once. The log on the brokers can be lost; ours cannot.

Each message of a chain carries its position and `prev`, the position of the message before it in its partition: who
holds less than `prev` knows that something is missing, whatever happened to brokers, producers or offsets.
To send everything again: stop the relay, delete its rows in `positions`, start it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from typing import Any, NamedTuple, Self
from uuid import UUID
from zlib import crc32

import asyncpg
from aiokafka.errors import KafkaError

from shared import positions, telemetry, tracing
from shared.contracts import cloudevents
from shared.contracts.base import PublicEvent
from shared.contracts.topics import Topic, topic
from shared.errors import Broken, ClusterChanged
from shared.eventstore.events import Recorded
from shared.eventstore.store import Connection, read_in
from shared.faults import transient
from shared.kafka import MAX_BATCH, Kafka, cluster_id, quietly
from shared.positions import BUSY, IDLE, wait

log = logging.getLogger(__name__)

SCANNED = -1  # the pseudo-partition that holds how far our table was read
LEAD_EVERY, CHECK_EVERY = 0.5, 1.0  # seconds: to become the leader or begin again; to ask an idle broker who it is


class Outgoing(NamedTuple):
    """A message to send; `value` None removes the key from a compacted topic."""

    position: int
    key: bytes
    value: bytes | None
    headers: Sequence[cloudevents.Header] = ()


class Page(NamedTuple):
    """What was found after a position: read up to `scanned`, of which these are public."""

    scanned: int
    messages: Sequence[Outgoing]


PageReader = Callable[[Connection, int, int], Awaitable[Page]]
"""(connection, after, limit) → the next page; `scanned` = after when there is nothing new."""

Publish = Callable[[Recorded], tuple[UUID | str, PublicEvent] | None]
"""A stored event → (key, public event), or None for a private one."""


def public_events(service: str, publish: Publish) -> PageReader:
    """The page reader of an event log, whose public events become CloudEvents."""

    async def read(conn: Connection, after: int, limit: int) -> Page:
        rows, messages = await read_in(conn, after, limit), list[Outgoing]()
        for r in rows:
            if (public := publish(r)) is not None:
                key, event = str(public[0]), public[1]
                headers = tracing.publish(r, event, cloudevents.headers(service, key, r, event))
                messages.append(Outgoing(r.position, key.encode(), cloudevents.value(r, event), headers))
        return Page(after + len(rows), messages)

    return read


class ChainedProducer:
    """An ordered, acknowledged sender of one topic. A built batch costs ~2 µs a message, aiokafka's `send()` ~20."""

    def __init__(self, kafka: Kafka, to: Topic) -> None:
        self.kafka, self.topic, self.cluster = kafka, to, ""

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await self.kafka.ensure_topics([self.topic])
            self._admin = await stack.enter_async_context(self.kafka.admin())
            self._producer = self.kafka.producer()
            stack.push_async_callback(quietly, self._producer.stop)
            await self._producer.start()
            name, wanted = self.topic.name, self.topic.partitions
            if (found := len(await self._producer.partitions_for(name))) != wanted:
                raise Broken(f"topic {name} has {found} partitions, the contract says {wanted}: see docs/runbook.md")
            self.cluster = await cluster_id(self._admin)
            self._closing = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._closing.aclose()

    async def check(self) -> None:
        """Raises ClusterChanged when these are not the brokers we started with."""
        if (found := await cluster_id(self._admin)) != self.cluster:
            raise ClusterChanged(f"cluster {found} answers where {self.cluster} was: what was sent there is gone")

    async def send(self, messages: Iterable[Outgoing], last: dict[int, int]) -> None:
        """Returns when every message is acknowledged. `last` (partition → position) is the chain and moves along; a
        message on a compacted topic is in no chain."""
        batches, acks = dict[int, Any](), list[Any]()
        for position, key, value, more in messages:
            if len(value or b"") > MAX_BATCH:
                raise Broken(f"message {position} is too large for {self.topic.name}: {len(value or b'')} bytes")
            p = crc32(key) % self.topic.partitions
            headers = [*more, ("position", b"%d" % position)]
            if not self.topic.compacted:
                headers.append(("prev", b"%d" % last.get(p, 0)))
                last[p] = position
            record = {"key": key, "value": value, "timestamp": None, "headers": headers}
            if p not in batches or batches[p].append(**record) is None:  # None: it is full
                if p in batches:
                    acks.append(await self._producer.send_batch(batches[p], self.topic.name, partition=p))
                batches[p] = self._producer.create_batch()
                batches[p].append(**record)
        for p, batch in batches.items():
            acks.append(await self._producer.send_batch(batch, self.topic.name, partition=p))
        await asyncio.gather(*acks)


class Relay:
    """One active instance for a topic (session advisory lock). Its positions are keyed by cluster: one that was never
    written to gets everything. They are saved on the connection that holds the lock: who lost it cannot save."""

    def __init__(self, dsn: str, kafka: Kafka, to: str, read: PageReader, *, page: int = 1_500) -> None:
        self.dsn, self.kafka, self.topic, self.read, self.page = dsn, kafka, topic(to), read, page
        self.name = f"relay {to}"

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`. Raises Broken (a hole in the log, a topic with another partition count)."""
        while not stop.is_set():
            try:
                await self._lead(stop)
            except Exception as e:
                if not (transient(e) or isinstance(e, KafkaError)):
                    raise
                telemetry.RELAY_STARTS_OVER.labels(self.topic.name).inc()
                log.warning("%s starts over: %r", self.name, e)
                await wait(stop, LEAD_EVERY)
            finally:
                telemetry.RELAY_LEADER.labels(self.topic.name).set(0)

    async def _lead(self, stop: asyncio.Event) -> None:
        conn = await asyncpg.connect(self.dsn, timeout=10)
        try:
            await conn.execute("SET synchronous_commit = off")  # a lost place only means sending again
            while not await conn.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", self.name):
                if await wait(stop, LEAD_EVERY):
                    return
            telemetry.RELAY_LEADER.labels(self.topic.name).set(1)
            async with ChainedProducer(self.kafka, self.topic) as out:
                await self._pump(conn, out, stop)
        finally:
            conn.terminate()

    async def _pump(self, conn: Connection, out: ChainedProducer, stop: asyncio.Event) -> None:
        source = f"{self.topic.name}@{out.cluster}"
        last = {p: n for (s, p), n in (await positions.places(conn, self.name)).items() if s == source}
        scanned, pause, checked = last.pop(SCANNED, 0), BUSY, time.monotonic()
        page = await self.read(conn, scanned, self.page)
        while not stop.is_set():
            if page.scanned == scanned:
                if time.monotonic() - checked > CHECK_EVERY:  # who only reads must get the history too
                    await out.check()
                    checked = time.monotonic()
                await wait(stop, pause)
                pause = min(pause * 1.5, IDLE)
                page = await self.read(conn, scanned, self.page)
                continue
            await out.check()
            sent, scanned, pause = page.messages, page.scanned, BUSY
            page, _ = await asyncio.gather(self.read(conn, scanned, self.page), out.send(sent, last))
            await out.check()  # what went to another cluster must not count as sent to this one
            await positions.save(conn, self.name, {(source, p): n for p, n in {**last, SCANNED: scanned}.items()})
            telemetry.RELAY_SENT.labels(self.topic.name).inc(len(sent))
            telemetry.RELAY_POSITION.labels(self.topic.name).set(scanned)
