"""One table of positions for consumers, projections and the relay, moved in the transaction that has the effect."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.errors import Conflict
from shared.eventstore.store import Connection
from shared.faults import transient

log = logging.getLogger(__name__)

Step = Callable[[], Awaitable[int]]
"""Does some work and returns how much."""

Place = tuple[str, int]
"""(source, partition): `kam.crm.v1` 2, `sugar.suitecrm.accounts@<cluster>` 0, `store` 0."""

BUSY, IDLE = 0.002, 0.1
"""Seconds between two looks for something new: just after something came, and at most."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(k, 0)) FROM unnest(CAST(:keys AS text[])) k")
_SAVE = """INSERT INTO positions AS p (consumer, source, partition, position, effective_at)
SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::timestamptz[])
ON CONFLICT (consumer, source, partition) DO UPDATE
SET position = excluded.position, effective_at = greatest(p.effective_at, excluded.effective_at)"""

_IDLE = """INSERT INTO positions (consumer, source, partition, position, idle_at)
SELECT $1, s, p, 0, clock_timestamp() FROM unnest($2::text[], $3::int[]) AS u(s, p)
ON CONFLICT (consumer, source, partition) DO UPDATE SET idle_at = excluded.idle_at"""
_ALL_IDLE = """SELECT count(DISTINCT (t, p.partition)) FROM unnest($2::text[], $3::int[]) AS u(t, n)
JOIN positions p ON p.consumer = $1 AND split_part(p.source, '@', 1) = t AND p.partition < n
WHERE p.idle_at > clock_timestamp() - interval '3 seconds'"""
_BEHIND = """SELECT (SELECT max(position) FROM events) > coalesce((SELECT position FROM positions
WHERE consumer = $1 AND source = 'store' AND partition = 0), 0)"""
_PULSE = "SELECT (sum(position), max(idle_at)) FROM positions WHERE consumer = $1"
_NEWEST = "SELECT max(effective_at) FROM positions WHERE consumer = $1"


def driver(conn: AsyncConnection) -> Connection:
    """The asyncpg connection below, for COPY and arrays. SQLAlchemy opens its transaction with its first statement: run
    one (the fence) before, or the raw statements commit one by one."""
    fairy = conn.sync_connection.connection if conn.sync_connection else None
    if fairy is None or fairy.driver_connection is None:
        raise RuntimeError("the connection is closed")
    return cast(Connection, fairy.driver_connection)


async def fence(conn: AsyncConnection, consumer: str, places: Iterable[Place]) -> None:
    """Wait until nobody else works for this consumer on these places; held until commit. A zombie that comes late finds
    the positions moved. Opens the transaction."""
    await conn.execute(_LOCK, {"keys": sorted({f"{consumer}/{s}/{p}" for s, p in places})})  # sorted: no deadlock


async def places(raw: Connection, consumer: str) -> dict[Place, int]:
    """Every place that the consumer has a position for."""
    rows = await raw.fetch("SELECT source, partition, position FROM positions WHERE consumer = $1", consumer)
    return {(r[0], r[1]): r[2] for r in rows}


async def save(
    raw: Connection, consumer: str, moved: Mapping[Place, int], effective: Mapping[Place, datetime] | None = None
) -> None:
    """Move the positions; the newest business time of a place only grows."""
    if rows := [(*place, position, (effective or {}).get(place)) for place, position in moved.items()]:
        await raw.execute(_SAVE, consumer, *map(list, zip(*rows, strict=True)))


async def idle(raw: Connection, consumer: str, at: Iterable[Place], topics: Mapping[str, int]) -> bool:
    """Note that nothing is left to read at these places, also where there never was a message. Returns whether every
    partition of these topics (name → partitions), whichever process reads it, was read to its end."""
    await raw.execute(_IDLE, consumer, *map(list, zip(*at, strict=True)))
    return bool(await raw.fetchval(_ALL_IDLE, consumer, list(topics), list(topics.values())) == sum(topics.values()))


async def pulse(raw: Connection, consumer: str) -> str:
    """What changes as long as any process works for the consumer, or notes that it has nothing to do."""
    return str(await raw.fetchval(_PULSE, consumer))


async def watermark(raw: Connection, consumer: str) -> datetime | None:
    """The newest business time that the consumer has seen anywhere; None before the first message."""
    return cast("datetime | None", await raw.fetchval(_NEWEST, consumer))


async def repeat(name: str, step: Step, stop: asyncio.Event, full: int = 1, idle: float = IDLE) -> None:
    """Call `step` until `stop`: at once again if it did at least `full`, else later, while it does nothing after `idle`
    seconds at most. Raises what no retry cures."""
    pause = BUSY
    while not stop.is_set():
        try:
            done = await step()
            pause = BUSY if done else min(pause * 1.5, idle)
        except Exception as e:
            if not (transient(e) or isinstance(e, Conflict)):
                raise
            log.warning("%s: %r", name, e)
            done, pause = 0, 0.5
        if done < full:
            await wait(stop, pause)


async def follow(engine: AsyncEngine, name: str, step: Step, page: int, stop: asyncio.Event) -> None:
    """`repeat`, but only while the log is longer than this follower's position: to look costs one round trip, a step is
    a transaction."""

    async def look() -> int:
        async with engine.connect() as conn:
            behind = await driver(conn).fetchval(_BEHIND, name)
        return await step() if behind else 0

    await repeat(name, look, stop, page)


async def wait(stop: asyncio.Event, seconds: float) -> bool:
    """Sleep, but not longer than until `stop`; True when it is time to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
