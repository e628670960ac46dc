"""Replays a capture through Kafka as Debezium would: one partition a topic, order kept within it, bytes as JSON.

`feed` sends lines once (tests). `Feeder` sends what the crm service has not taken in yet, again where a broker lost it,
and remembers across runs how far it came: a connector with its offsets.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.capture import Line
from shared.contracts.topics import topic
from shared.errors import ClusterChanged
from shared.kafka import Kafka, cluster_id, quietly

log = logging.getLogger(__name__)

CHUNK = 2_000  # lines under way at once
LOOK_AGAIN = 1.0  # seconds between two looks at the broker while the last lines are taken in

Positions = Callable[[str], Awaitable[Mapping[str, int]]]
"""cluster id → how many messages of each topic of that cluster the crm service has taken in (Kafka offset + 1)."""


async def feed(lines: Iterable[Line], kafka: Kafka) -> Counter[str]:
    """Create the topics and send the lines once, in order. Returns the number of messages by topic."""
    sent: Counter[str] = Counter()
    rest = iter(lines)
    producer = kafka.producer()
    await producer.start()
    try:
        while chunk := list(islice(rest, CHUNK)):
            await kafka.ensure_topics([topic(name) for name in {line.topic for line in chunk} - sent.keys()])
            await send(producer, chunk)
            sent.update(line.topic for line in chunk)
    finally:
        await quietly(producer.stop)
    return sent


async def send(producer: AIOKafkaProducer, chunk: Iterable[Line]) -> list[int]:
    """Send the lines and wait for all acknowledgements; returns their Kafka offsets."""
    acks = [await producer.send(line.topic, line.value_bytes, line.key_bytes, partition=0) for line in chunk]
    return [ack.offset for ack in await asyncio.gather(*acks)]


@dataclass(slots=True)
class Bookmark:
    """How far a capture was taken in, kept in a file.

    `base` is line number − Kafka offset in this cluster, the smallest seen: a repeated send makes it smaller,
    so that what we take for taken in was taken in. Where it is not known yet, `before` holds.
    """

    cluster: str = ""
    before: dict[str, int] = field(default_factory=dict)
    """Lines by topic that were taken in before this cluster."""
    base: dict[str, int] = field(default_factory=dict)

    def taken(self, positions: Mapping[str, int]) -> Counter[str]:
        """Lines by topic that were taken in, given how far the crm service has come in this cluster."""
        here = {name: base + positions.get(name, 0) for name, base in self.base.items()}
        return Counter({name: max(self.before.get(name, 0), here.get(name, 0)) for name in {*self.before, *here}})

    def sent(self, name: str, number: int, offset: int) -> bool:
        """Line `number` (from 0) of a topic got this offset. True if that is news."""
        base = number - offset
        if base >= self.base.get(name, base + 1):
            return False
        self.base[name] = base
        return True

    @classmethod
    def load(cls, file: Path) -> Bookmark:
        """The bookmark in that file; a new one if there is none."""
        return cls(**orjson.loads(file.read_bytes())) if file.exists() else cls()

    def save(self, file: Path) -> None:
        """Replace the file in one step."""
        draft = file.with_suffix(".new")
        draft.write_bytes(orjson.dumps(asdict(self)))
        draft.replace(file)


class Feeder:
    """Sends a capture until all of it was taken in. `lines` gives it from the beginning, as often as needed."""

    def __init__(
        self,
        lines: Callable[[], Iterator[Line]],
        total: Counter[str],
        kafka: Kafka,
        bookmark: Path,
        positions: Positions,
    ) -> None:
        self.lines, self.total, self.kafka, self.file, self.positions = lines, total, kafka, bookmark, positions
        self.bookmark = Bookmark.load(bookmark)

    async def taken(self) -> int:
        """Number of lines taken in by now."""
        counts = self.bookmark.taken(await self.positions(self.bookmark.cluster))
        return sum(min(n, self.total[name]) for name, n in counts.items())

    async def run(self) -> None:
        """Return when every line was taken in. A lost broker, or one with an empty log, gets again what is missing."""
        while True:
            try:
                async with self.kafka.admin() as admin:
                    producer = self.kafka.producer()
                    await producer.start()
                    try:
                        return await self._session(admin, producer)
                    finally:
                        await quietly(producer.stop)
            except (KafkaError, OSError, ClusterChanged) as error:
                log.warning("feeder: the broker was lost, sending again what was not taken in: %r", error)
                await asyncio.sleep(LOOK_AGAIN)

    async def _session(self, admin: AIOKafkaAdminClient, producer: AIOKafkaProducer) -> None:
        cluster = await cluster_id(admin)
        taken = self.bookmark.taken(await self.positions(self.bookmark.cluster))
        self.bookmark = Bookmark(cluster, dict(taken))
        self.bookmark.save(self.file)

        await self.kafka.ensure_topics([topic(name) for name in self.total])
        rest = self._after(taken)
        while chunk := list(islice(rest, CHUNK)):
            offsets = await send(producer, [line for _, line in chunk])
            await self._check(admin, cluster)
            news = [self.bookmark.sent(line.topic, n, at) for (n, line), at in zip(chunk, offsets, strict=True)]
            if any(news):
                self.bookmark.save(self.file)
        while await self.taken() < self.total.total():
            await asyncio.sleep(LOOK_AGAIN)
            await self._check(admin, cluster)

    def _after(self, taken: Mapping[str, int]) -> Iterator[tuple[int, Line]]:
        """The lines that were not taken in, each with its number within its topic."""
        numbers: Counter[str] = Counter()
        for line in self.lines():
            number = numbers[line.topic]
            numbers[line.topic] += 1
            if number >= taken.get(line.topic, 0):
                yield number, line

    @staticmethod
    async def _check(admin: AIOKafkaAdminClient, cluster: str) -> None:
        if (found := await cluster_id(admin)) != cluster:
            raise ClusterChanged(f"cluster {found} answers where {cluster} was")
