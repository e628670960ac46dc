"""Kafka clients and their settings: the only place that has any. Works with Apache Kafka and with the embedded broker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code
from faststream.kafka import KafkaBroker
from faststream.middlewares import AckPolicy

from shared.contracts.topics import Topic
from shared.errors import Broken

if TYPE_CHECKING:
    from shared.settings import ServiceSettings

log = logging.getLogger(__name__)

MAX_MESSAGE = 900_000  # bytes of one batch on the wire; brokers refuse more than 1 MB unless told
_EXISTS = 36  # error code of CreateTopics


@dataclass(frozen=True, slots=True)
class Kafka:
    """Where the brokers are and what they can do. `idempotent` False: a broker without InitProducerId; order and dedup
    then rest on one batch in flight for each partition and on the readers' positions."""

    servers: str
    idempotent: bool = True
    replication: int = 1

    @classmethod
    def of(cls, settings: ServiceSettings) -> Kafka:
        return cls(settings.kafka, settings.kafka_idempotent, settings.kafka_replication)

    def producer(self) -> AIOKafkaProducer:
        """Ordered and acknowledged by every replica in sync."""
        return AIOKafkaProducer(
            bootstrap_servers=self.servers,
            acks="all",
            enable_idempotence=self.idempotent,
            max_batch_size=MAX_MESSAGE,
            max_request_size=MAX_MESSAGE + 100_000,
            request_timeout_ms=10_000,
        )

    def broker(self) -> KafkaBroker:
        """FastStream's broker; its own log lines would repeat ours, and each nack as a traceback."""
        return KafkaBroker(self.servers, allow_auto_create_topics=False, graceful_timeout=10, logger=None)

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.servers, request_timeout_ms=10_000)
        await admin.start()
        try:
            yield admin
        finally:
            await quietly(admin.close)

    async def ensure_topics(self, topics: Iterable[Topic]) -> None:
        """Create what is missing. Before anything else: on the embedded broker a mere metadata request creates a topic.

        History is kept for ever where the broker allows it; a shorter retention costs a resend, never an event.
        """
        new = [
            NewTopic(
                t.name,
                t.partitions,
                self.replication,
                topic_configs={"cleanup.policy": "compact"} if t.compacted else {"retention.ms": "-1"},
            )
            for t in topics
        ]
        async with self.admin() as admin:
            for name, code, *_ in (await admin.create_topics(new)).topic_errors:
                if code not in (0, _EXISTS):
                    raise for_code(code)(f"topic {name}")


def subscribe(
    broker: KafkaBroker, topics: Iterable[str], group: str, max_records: int
) -> Callable[[Callable[[Any], Awaitable[None]]], Any]:
    """A batch subscription whose offsets are committed after the handler returned (docs: the table in ADR consumer).

    `batch_timeout_ms` is slept a second time after an empty fetch: keep it small. 6 s without a heartbeat and the
    partitions go to another member.
    """
    return broker.subscriber(
        *topics,
        group_id=group,
        batch=True,
        max_records=max_records,
        batch_timeout_ms=10,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
        parser=safe_parser,
        decoder=no_decoder,
        max_partition_fetch_bytes=4_000_000,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=1_000,
    )


async def safe_parser(records: Any, original: Any) -> Any:
    """FastStream decodes each header as UTF-8 and drops the whole batch in silence where one is null or is not. Ours are
    read from the records themselves, so it gets one bare record to look at, and then the real ones to ack."""
    message = await original(tuple(_Bare(r) for r in records[:1]))
    message.raw_message = records
    return message


class _Bare:
    """A record's place, without what could not be decoded."""

    value, headers = b"", ()

    def __init__(self, record: Any) -> None:
        self.topic, self.partition = record.topic, record.partition
        self.offset, self.timestamp = record.offset, record.timestamp


async def no_decoder(_: Any, __: Any = None) -> None:
    """FastStream would parse every record a second time, and JSON-decode it; each consumer decodes its own."""


async def cluster_id(admin: AIOKafkaAdminClient) -> str:
    """Which log this is. A restarted embedded broker has another: offsets of the old one mean nothing there."""
    return str((await admin.describe_cluster())["cluster_id"])


async def check_partitions(producer: AIOKafkaProducer, topic: Topic) -> None:
    """Raises Broken when the topic has another partition count than the contract says."""
    found = await producer.partitions_for(topic.name)
    if len(found) != topic.partitions:
        raise Broken(
            f"topic {topic.name} has {len(found)} partitions, the contract says {topic.partitions}: a key that moves "
            "escapes the readers' positions. Delete the topic (the history is sent again) or follow docs/runbook.md"
        )


async def quietly(close: Callable[[], Awaitable[Any]], seconds: float = 5) -> None:
    """Close a client that may have lost its broker: nothing is left to save, so a failure is only worth a debug line."""
    try:
        await asyncio.wait_for(close(), seconds)
    except (KafkaError, OSError, TimeoutError):
        log.debug("unclean close", exc_info=True)
