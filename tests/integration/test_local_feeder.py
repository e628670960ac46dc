"""The feeder and the embedded broker: all arrives in order, a lost log is fed again, nothing twice across runs."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.local.broker import Tansu
from deploy.local.capture import Line, demo, survey
from deploy.local.feeder import Feeder, feed
from shared.kafka import Kafka


def lines() -> Iterator[Line]:
    return demo("small", 0)


class Reader:
    """Stands for the crm service: reads every topic, and knows by cluster how far it has come."""

    def __init__(self, broker: Tansu) -> None:
        self.broker = broker
        self.got: dict[str, list[bytes | None]] = defaultdict(list)
        self.positions: dict[str, Counter[str]] = defaultdict(Counter)
        self.news = asyncio.Event()

    async def taken(self, cluster: str) -> Counter[str]:
        return Counter(self.positions[cluster])

    @property
    def count(self) -> int:
        return sum(map(len, self.got.values()))

    async def until(self, count: int) -> None:
        async with asyncio.timeout(60):
            while self.count < count:
                self.news.clear()
                await self.news.wait()

    async def run(self, names: set[str]) -> None:
        while True:
            cluster = self.broker.cluster_id
            consumer = AIOKafkaConsumer(bootstrap_servers=self.broker.servers, group_id=None)
            try:
                await consumer.start()
                parts = [TopicPartition(name, 0) for name in names]
                consumer.assign(parts)
                for part in parts:
                    consumer.seek(part, self.positions[cluster][part.topic])
                while self.broker.cluster_id == cluster:
                    batch = await consumer.getmany(timeout_ms=50, max_records=500)
                    if self.broker.cluster_id != cluster:
                        break
                    for part, records in batch.items():
                        self.got[part.topic] += [r.value for r in records]
                        self.positions[cluster][part.topic] = records[-1].offset + 1
                    self.news.set()
            except (KafkaError, OSError):
                await asyncio.sleep(0.1)
            finally:
                await consumer.stop()


async def test_every_line_arrives_once_and_in_order(broker: Tansu) -> None:
    kafka = Kafka(broker.servers, idempotent=False)
    sent = await feed(lines(), kafka)
    assert sent == survey(lines()).lines
    reader = Reader(broker)
    reading = asyncio.create_task(reader.run(set(sent)))
    await reader.until(sent.total())
    reading.cancel()
    expected = defaultdict(list)
    for line in lines():
        expected[line.topic].append(line.value_bytes)
    assert reader.got == expected


async def test_a_broker_that_loses_its_log_gets_what_was_not_taken_in(broker: Tansu, tmp_path: Path) -> None:
    total = survey(lines()).lines
    reader = Reader(broker)
    kafka = Kafka(broker.servers, idempotent=False)
    feeder = Feeder(lines, total, kafka, tmp_path / "bookmark.json", reader.taken)
    await kafka.ensure_topics([])
    feeding = asyncio.create_task(feeder.run())
    reading = asyncio.create_task(reader.run(set(total)))
    async with asyncio.timeout(60):
        for mark in (500, 2_500):
            await reader.until(mark)
            broker.kill()
            broker.start()
        await feeding
    reading.cancel()
    for name, count in total.items():
        wanted = [line.value_bytes for line in lines() if line.topic == name]
        assert len(wanted) == count
        assert Counter(wanted) - Counter(reader.got[name]) == Counter()

    again = Feeder(lines, total, kafka, tmp_path / "bookmark.json", reader.taken)
    assert await again.taken() == total.total()
    before = reader.count
    broker.stop()
    broker.start()  # as the next `make run` does
    reading = asyncio.create_task(reader.run(set(total)))
    async with asyncio.timeout(30):
        await again.run()
    await asyncio.sleep(0.5)
    reading.cancel()
    assert reader.count == before
