"""Does a reader at `position > last` see every committed event? 16 writers, delays, rollbacks; and would we notice?

ORDER_EVENTS sets how many events are written (1,000,000 for the target of `make bench`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

import shared.eventstore
from shared.errors import Conflict
from shared.eventstore.events import NewEvent
from shared.eventstore.store import EventStore, append_in

SCHEMA = (Path(shared.eventstore.__file__).parent / "schema.sql").read_text(encoding="utf-8")
LOCK = "SELECT pg_advisory_xact_lock(7283)"
NUMBER = "SELECT base + n,"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TARGET = int(os.environ.get("ORDER_EVENTS", "20000"))
MODES = {
    "as built": (SCHEMA, TARGET),
    "sequence, no lock": (  # what most stores do
        "CREATE SEQUENCE naive;" + SCHEMA.replace(LOCK, "SELECT").replace(NUMBER, "SELECT nextval('naive'),"),
        20_000,
    ),
    "as built, lock forgotten": (SCHEMA.replace(LOCK, "SELECT"), 4_000),
}


def events(stream: UUID, version: int, n: int) -> list[NewEvent]:
    return [NewEvent(stream, version + i, "t", b"x" * 300, NOW, "test") for i in range(1, n + 1)]


class Run:
    """Writers of both kinds, until the target is reached, and what became of their events."""

    def __init__(self, dsn: str, target: int) -> None:
        self.dsn, self.target = dsn, target
        self.appended = self.refused = self.rolled_back = 0

    async def grouped(self, store: EventStore, rng: random.Random) -> None:
        """A service's own commands through the group committer."""
        stream, version = uuid4(), 0
        while self.appended < self.target:
            n = rng.choice((1, 1, 3, 10))
            try:
                await store.append(events(stream, version, n))
            except Conflict:
                self.refused += 1
                continue
            version, self.appended = version + n, self.appended + n

    async def own_transaction(self, rng: random.Random) -> None:
        """A consumer: other work first, append_in last; some wait before the commit, some roll back."""
        conn = await asyncpg.connect(self.dsn)
        stream, version = uuid4(), 0
        while self.appended < self.target:
            n = rng.choice((1, 20, 100, 200))
            tx = conn.transaction()
            await tx.start()
            await conn.execute(
                "SELECT pg_current_xact_id()"
            )  # an early transaction id, as a consumer's first write takes
            await asyncio.sleep(rng.random() * 0.005)
            try:
                await append_in(conn, events(stream, version, n))
            except Conflict:
                self.refused += 1
                await tx.rollback()
                continue
            if rng.random() < 0.1:
                await asyncio.sleep(rng.random() * 0.01)
            if rng.random() < 0.05:
                await tx.rollback()
                self.rolled_back += n
            else:
                await tx.commit()
                version, self.appended = version + n, self.appended + n
        await conn.close()

    async def tail(self, seen: list[tuple[int, UUID, int]], stop: asyncio.Event) -> None:
        """A reader that trusts its last position."""
        conn, last = await asyncpg.connect(self.dsn), 0
        while True:
            ending = stop.is_set()
            rows = await conn.fetch(
                "SELECT position, stream_id, version FROM events WHERE position > $1 ORDER BY 1 LIMIT 2000", last
            )
            if rows:
                seen += [(r[0], r[1], r[2]) for r in rows]
                last = rows[-1][0]
            elif ending:
                break
            else:
                await asyncio.sleep(0.0005)
        await conn.close()


@pytest.mark.parametrize("mode", MODES)
async def test_a_tailing_reader_misses_nothing(dsn: str, mode: str) -> None:
    schema, target = MODES[mode]
    assert mode == "as built" or schema != SCHEMA
    conn = await asyncpg.connect(dsn)
    await conn.execute(schema)
    run, stop = Run(dsn, target), asyncio.Event()
    seen: list[tuple[int, UUID, int]] = []
    async with contextlib.AsyncExitStack() as stack:
        pods = [await stack.enter_async_context(EventStore(dsn, "t")) for _ in range(4)]  # of one service
        reader = asyncio.create_task(run.tail(seen, stop))
        await asyncio.gather(
            *(run.grouped(pods[i % 4], random.Random(i)) for i in range(8)),
            *(run.own_transaction(random.Random(i)) for i in range(8)),
        )
        stop.set()
        await reader
    committed = {(r[0], r[1], r[2]) for r in await conn.fetch("SELECT position, stream_id, version FROM events")}
    missed, doubled = len(committed - set(seen)), len(seen) - len(set(seen))
    last_of: dict[UUID, int] = {}
    disorder = 0
    for _, stream, version in seen:
        disorder += version != last_of.get(stream, 0) + 1
        last_of[stream] = version
    print(
        f"\n{mode}: {len(committed)} committed, {missed} missed, {doubled} doubled, {disorder} out of order, "
        f"{run.rolled_back} rolled back, {run.refused} refused"
    )
    await conn.close()
    if mode == "sequence, no lock":
        assert missed > 0, "the test must be able to see a loss"
        return
    assert (missed, doubled, disorder) == (0, 0, 0)
    assert len(committed) >= run.appended
    assert max(p for p, _, _ in committed) == len(committed), "no holes"
    assert (run.refused > 0) == (mode == "as built, lock forgotten"), "a writer without the lock gets errors"
