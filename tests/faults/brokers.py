"""Kafka in memory, for the real relay and the real consumer: the test chooses when an ack comes, and when everything is
forgotten.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import TopicPartition

from shared.consumer import Consumer
from shared.contracts.topics import Topic, topic
from tests.kernel import record

Hold = Callable[[], Awaitable[Any]]


class Brokers:
    """What `shared.kafka.Kafka` is to the relay. `hold` is awaited before a batch is stored and acknowledged."""

    def __init__(self) -> None:
        self.logs: dict[TopicPartition, list[Any]] = defaultdict(list)
        self.generation, self.stored = 1, 0
        self.hold: Hold | None = None

    @property
    def cluster(self) -> str:
        return f"cluster-{self.generation}"

    def forget(self) -> dict[TopicPartition, list[Any]]:
        """Everything is gone, and another cluster answers. Returns what there was."""
        lost, self.logs = self.logs, defaultdict(list)
        self.generation += 1
        return lost

    def put(self, name: str, partition: int, messages: Iterable[dict[str, Any]]) -> None:
        """Append messages as a producer gave them; each gets the next offset."""
        log = self.logs[TopicPartition(name, partition)]
        for m in messages:
            log.append(
                record(m["value"], len(log), key=m["key"], topic=name, partition=partition, headers=m["headers"])
            )

    def compact(self, name: str) -> None:
        """Of each key only the newest message stays, at its offset."""
        for tp in [tp for tp in self.logs if tp.topic == name]:
            self.logs[tp] = list({r.key: r for r in self.logs[tp]}.values())

    def has_stored(self, number: int) -> Callable[[], Awaitable[bool]]:
        """The condition that so many messages have been stored since the start."""

        async def enough() -> bool:
            return self.stored >= number

        return enough

    async def ensure_topics(self, _: Iterable[Topic]) -> None:
        """Topics need no creation here."""

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[Brokers]:
        yield self

    async def describe_cluster(self) -> dict[str, str]:
        return {"cluster_id": self.cluster}

    def producer(self) -> Producer:
        return Producer(self)


class Batch:
    """What aiokafka's BatchBuilder is; never full."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def append(self, **message: Any) -> Batch:
        self.messages.append(message)
        return self


class Producer:
    """An aiokafka producer that stores a partition's batches in order, and what is not stored when it dies, never."""

    def __init__(self, brokers: Brokers) -> None:
        self._brokers = brokers
        self._sending: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Connected at once."""

    async def stop(self) -> None:
        """As kill -9 does: what waits is lost."""
        for task in self._sending:
            task.cancel()

    async def partitions_for(self, name: str) -> set[int]:
        return set(range(topic(name).partitions))

    def create_batch(self) -> Batch:
        return Batch()

    async def send_batch(self, batch: Batch, name: str, *, partition: int) -> Awaitable[None]:
        """Returns the ack to come."""
        task = asyncio.create_task(self._send(batch, name, partition, self._sending[-1:]))
        self._sending.append(task)
        return task

    async def _send(self, batch: Batch, name: str, partition: int, before: Sequence[asyncio.Task[None]]) -> None:
        for task in before:
            await asyncio.wait({task})
        if self._brokers.hold is not None:
            await self._brokers.hold()
        self._brokers.put(name, partition, batch.messages)
        self._brokers.stored += len(batch.messages)


class Group:
    """The offsets of a consumer group, and what `shared.group.Member` does with a batch."""

    def __init__(self, brokers: Brokers) -> None:
        self._brokers = brokers
        self._offsets: dict[tuple[str, str, TopicPartition], int] = {}

    def rewind(self) -> None:
        """The offsets were not committed: everything is delivered again."""
        self._offsets.clear()

    async def drain(self, consumer: Consumer, size: int = 1_000) -> None:
        """Deliver what there is; after a gap once again from where the consumer says, then wait for more."""
        consumer.cluster = self._brokers.cluster
        for tp in [tp for tp in self._brokers.logs if tp.topic in consumer.topics]:
            place, reread = (consumer.name, consumer.cluster, tp), False
            while batch := [r for r in self._brokers.logs[tp] if r.offset >= self._offsets.get(place, 0)][:size]:
                again = await consumer.apply(batch)
                self._offsets[place] = again.get(tp, batch[-1].offset + 1)
                if again and reread:
                    break
                reread = reread or bool(again)
