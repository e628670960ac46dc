"""What the tests of the kernel share: a counting service, records as aiokafka delivers them, SQL, fingerprints."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.consumer import Consumer, Message, decode_envelope
from shared.contracts.base import PublicEvent
from shared.eventstore.events import Event, Meta, NewEvent, Recorded, encode
from shared.eventstore.store import EventStore, append_in, read_in
from shared.ids import derived
from shared.positions import driver

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
COUNTS = "CREATE TABLE counts (stream uuid PRIMARY KEY, n bigint, last bigint, disorder bigint)"
_COUNT = """
INSERT INTO counts AS c VALUES ($1, 1, $2::bigint, CASE WHEN $2::bigint = 1 THEN 0 ELSE 1 END)
ON CONFLICT (stream) DO UPDATE
SET n = c.n + 1, last = $2, disorder = c.disorder + CASE WHEN $2 = c.last + 1 THEN 0 ELSE 1 END"""


class Ticked(Event):
    """A private event that says nothing but that it happened."""

    TOPIC: ClassVar[str] = "ticker.Clock.Ticked"
    n: int


class PublicTick(PublicEvent):
    """Its public form."""

    TYPE: ClassVar[str] = "PublicTick"
    CHANNEL: ClassVar[str] = "kam.crm.v1"
    n: int


def tick(stream: UUID, version: int, at: datetime = AT) -> NewEvent:
    """One stored event."""
    event = Ticked(originator_id=stream, originator_version=version, timestamp=at, n=version)
    return encode([event], Meta("system:ticker"))[0]


def record(
    value: bytes | None, offset: int, *, key: bytes | None = b"k", topic: str = "kam.crm.v1", partition: int = 0,
    headers: Sequence[tuple[str, bytes | None]] | None = None, **chain: int,
) -> Any:  # fmt: skip
    """A record as aiokafka delivers it; `position=` and `prev=` become headers."""
    found = [(k, str(v).encode()) for k, v in chain.items()] if headers is None else list(headers)
    return SimpleNamespace(
        topic=topic,
        partition=partition,
        offset=offset,
        key=key,
        value=value,
        headers=found,
        timestamp=1_700_000_000_000,
    )


def count_message(stream: UUID, n: int) -> bytes:
    """What `decode_count` reads."""
    return orjson.dumps({"stream": str(stream), "n": n})


class Count(SimpleNamespace):
    """A message of the counting service."""


def decode_tick(key: bytes | None, value: bytes | None, topic: str) -> Count | None:
    """An envelope of the ticker, for the counting service."""
    envelope = decode_envelope(key, value, topic)
    event = envelope.event() if envelope else None
    if envelope is None or not isinstance(event, PublicTick):
        return None
    return Count(stream=envelope.stream, n=event.n, effective_at=envelope.effective_at)


def decode_count(_: bytes | None, value: bytes | None, __: str) -> Count | None:
    if value is None:
        return None
    d = orjson.loads(value)
    return Count(stream=UUID(d["stream"]), n=int(d["n"]), effective_at=AT)


async def count(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """Counts the messages of each stream, and how often one came that does not follow the last."""
    for m in messages:
        await driver(conn).execute(_COUNT, m.body.stream, m.body.n)
    return ()


async def sql(dsn: str, query: str, *args: Any) -> Any:
    """The first column of the first row."""
    conn = await asyncpg.connect(dsn)
    try:
        return await conn.fetchval(query, *args)
    finally:
        await conn.close()


async def append(engine: Any, events: Sequence[NewEvent]) -> None:
    """Into the log, in a transaction of its own."""
    async with engine.begin() as conn:
        await conn.exec_driver_sql("SELECT 1")
        await append_in(driver(conn), events)


def counter(engine: Any, **options: Any) -> Consumer:
    """The counting service's consumer."""
    given: Mapping[str, Any] = {"chained": True, "brake": 1_000, **options}
    return Consumer("counter", ["kam.crm.v1"], engine, decode_count, count, **given)


@asynccontextmanager
async def running(*roles: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> AsyncIterator[asyncio.Event]:
    """Roles in this process, stopped together; what one raises is raised."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for role in roles:
            tasks.create_task(role(stop))
        try:
            yield stop
        finally:
            stop.set()


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = 90) -> None:
    """Waits for it; raises AssertionError with what it was at the end."""
    deadline = time.monotonic() + seconds
    while not (found := await condition()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        await asyncio.sleep(0.05)


def ticks_counter(engine: Any, **options: Any) -> Consumer:
    """Counts the ticker's public events; each batch also appends an event of its own for each message."""

    async def count_and_note(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        await count(conn, messages)
        return [tick(derived("noted", str(m.body.stream), str(m.body.n)), 1) for m in messages]

    given: Mapping[str, Any] = {"chained": True, "max_records": 200, **options}
    return Consumer("counter", ["kam.crm.v1"], engine, decode_tick, count_and_note, **given)


def publish_tick(r: Recorded) -> tuple[UUID, PublicTick]:
    """Every tick is public."""
    return r.stream_id, PublicTick(n=r.version)


async def fingerprint(conn: AsyncConnection, tables: Iterable[Table]) -> dict[str, str]:
    """Number and hash of the rows of each table, in any order: the same for a projection and its rebuild."""
    rows = "SELECT md5(r::text) AS h FROM {} r"
    sql = f"SELECT count(*) || ' ' || coalesce(md5(string_agg(h, '' ORDER BY h)), '') FROM ({rows}) s"
    return {t.name: await driver(conn).fetchval(sql.format(t.fullname)) for t in tables}


async def stored(store: EventStore, position: int) -> Recorded:
    """The event at a position. Raises ValueError if there is none."""
    conn = await asyncpg.connect(store.dsn)
    try:
        (row,) = await read_in(conn, position - 1, 1)
    finally:
        await conn.close()
    return row
