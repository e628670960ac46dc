"""Kafka clients and their settings: the only place that has any. Works with Apache Kafka and the embedded broker."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.conn import CloseReason
from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy
from faststream.kafka import KafkaBroker
from faststream.kafka.security import parse_security
from faststream.middlewares import AckPolicy
from faststream.security import BaseSecurity

from shared.contracts.topics import Topic
from shared.settings import ServiceSettings

log = logging.getLogger(__name__)

MAX_BATCH = 900_000  # bytes; brokers refuse more than 1 MB unless told
STATIC = 45_000  # milliseconds that a member with a name of its own may be away: a pod is back sooner


@dataclass(frozen=True, slots=True)
class Kafka:
    """Where the brokers are and what they can do. `idempotent` False is for brokers without InitProducerId: order and
    repeats then rest on the chain in the messages alone. With `ca` by TLS, known to the brokers by the certificate.
    `member` is our name in every group: who comes back under it within STATIC gets its partitions, and nobody waits."""

    servers: str
    idempotent: bool = True
    replication: int = 1
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    member: str | None = None

    @classmethod
    def of(cls, settings: ServiceSettings) -> Kafka:
        s, tls = settings, (settings.kafka_ca, settings.kafka_certificate, settings.kafka_key)
        return cls(s.kafka, s.kafka_idempotent, s.kafka_replication, *tls, s.kafka_member or None)

    def _security(self) -> BaseSecurity:
        """Made anew for each client, so that whoever begins again reads a renewed certificate. Raises OSError."""
        tls = ssl.create_default_context(cafile=self.ca) if self.ca else None
        if tls and self.certificate:
            tls.load_cert_chain(self.certificate, self.key)
        return BaseSecurity(tls, use_ssl=tls is not None)

    def where(self) -> dict[str, Any]:
        """What every client of aiokafka is made with."""
        return {"bootstrap_servers": self.servers, **parse_security(self._security())}

    def producer(self) -> AIOKafkaProducer:
        """Ordered, and acknowledged by every replica in sync. Without idempotence it ends with its first lost
        connection: whoever uses it must look what is there now, and begin again."""
        return (AIOKafkaProducer if self.idempotent else _OneConnection)(
            **self.where(), acks="all", enable_idempotence=self.idempotent, request_timeout_ms=8_000,
            max_batch_size=MAX_BATCH, max_request_size=MAX_BATCH + 100_000,
        )  # fmt: skip

    def broker(self) -> KafkaBroker:
        """FastStream's broker; its own log would repeat ours, each nack with a traceback."""
        return KafkaBroker(
            self.servers.split(","), security=self._security(), allow_auto_create_topics=False, graceful_timeout=10,
            logger=None,
        )  # fmt: skip

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(**self.where(), request_timeout_ms=8_000)
        await admin.start()
        try:
            yield admin
        finally:
            await quietly(admin.close)

    async def ensure_topics(self, topics: Iterable[Topic]) -> None:
        """Create what is missing; before anything else, as the embedded broker creates whatever is merely asked for.

        History is kept for ever where the broker allows it: a shorter retention costs a resend, never an event.
        """
        keep = {True: {"cleanup.policy": "compact"}, False: {"retention.ms": "-1"}}
        new = [NewTopic(t.name, t.partitions, self.replication, topic_configs=keep[t.compacted]) for t in topics]
        async with self.admin() as admin:
            for name, code, *_ in (await admin.create_topics(new)).topic_errors:
                if code not in (0, TopicAlreadyExistsError.errno):
                    raise for_code(code)(f"cannot create topic {name}")


class _OneConnection(AIOKafkaProducer):  # type: ignore[misc]
    """aiokafka sends a batch again to whatever answers next. That could be a repeat; and the embedded broker, when it
    comes back empty, stores it for a topic that does not exist, so that the topic is broken once it does."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.client._on_connection_closed = self._lost
        self._message_accumulator.reenqueue = lambda batch: batch.failure(KafkaConnectionError("not acknowledged"))

    def _lost(self, _: Any, reason: CloseReason | None) -> None:
        if reason in (CloseReason.CONNECTION_BROKEN, CloseReason.CONNECTION_TIMEOUT):
            self.client._get_conn = _no_connection
            self._message_accumulator.fail_all(KafkaConnectionError("the broker was lost"))


async def _no_connection(*_: Any, **__: Any) -> None:
    """What a client gets that shall send nothing more."""


def subscribe(broker: KafkaBroker, topics: Iterable[str], group: str, max_records: int, kafka: Kafka) -> Any:
    """A batch subscription whose offsets are committed after its handler returned.

    `batch_timeout_ms` is slept once more after an empty fetch: keep it small. Without a heartbeat for so long the
    partitions go to another member. What is fetched ahead is held in memory: a few megabytes are some batches. The
    embedded broker ends a fetch half-way through its time, whatever arrives: there it gets little.
    """
    return broker.subscriber(
        *topics, group_id=group, group_instance_id=kafka.member, batch=True, batch_timeout_ms=30, no_reply=True,
        max_records=max_records, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR, parser=safe_parser,
        decoder=no_decoder, session_timeout_ms=STATIC if kafka.member else 6_000, heartbeat_interval_ms=1_000,
        fetch_max_bytes=1_000_000, fetch_max_wait_ms=500 if kafka.idempotent else 80,
    )  # fmt: skip


async def safe_parser(records: Any, original: Any) -> Any:
    """FastStream decodes each header as UTF-8 and drops the whole batch in silence where one is null or is not. We read
    headers from the records themselves: it gets one bare record to look at, and then the real ones to ack."""
    where = {name: getattr(records[0], name) for name in ("topic", "partition", "offset", "timestamp")}
    bare = SimpleNamespace(**where, value=b"", headers=())
    message = await original((bare,))
    message.raw_message = records
    return message


class _Records(_MemoryRecordsPy):  # type: ignore[misc]
    """A fetched record set. At a header name that is not UTF-8 aiokafka raises, and the partition stands still for
    ever; this reads such a batch once more, slowly, with U+FFFD for what is not UTF-8."""

    def next_batch(self) -> Any:
        piece, batch = self._next_slice, super().next_batch()
        return batch if batch.is_control_batch else _Batch(batch, piece)


class _Batch:
    def __init__(self, batch: Any, piece: Any) -> None:
        self._batch, self._piece = batch, piece

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except UnicodeDecodeError:
            slow = _DefaultRecordBatchPy(self._piece)
            slow._maybe_uncompress()
            slow._buffer = _Lenient(slow._buffer)
            yield from islice(slow, read, None)


class _Lenient(bytearray):
    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Lenient(found) if isinstance(at, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "replace") -> str:
        return super().decode(encoding, "replace")


fetcher.MemoryRecords = _Records


async def no_decoder(_: Any, __: Any = None) -> None:
    """FastStream would parse every record a second time, and JSON-decode it; each consumer decodes its own."""


async def cluster_id(admin: AIOKafkaAdminClient) -> str:
    """Which log this is. A restarted embedded broker has another: offsets of the former mean nothing there."""
    return str((await admin.describe_cluster())["cluster_id"])


async def quietly(close: Callable[[], Awaitable[Any]], seconds: float = 3) -> None:
    """Close a client that may have lost its broker: nothing is left to save, so a failure is worth a debug line."""
    try:
        await asyncio.wait_for(close(), seconds)
    except (KafkaError, OSError, TimeoutError):
        log.debug("unclean close", exc_info=True)
