"""The eventsourcing library's own recorder tests, from its wheel, against our store through a thin synchronous adapter.

Not run: text as `originator_id` (our streams are UUIDs), and its LISTEN/NOTIFY subscription (we poll: a NOTIFY makes
commits wait for each other like a lock).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import pytest
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Notification, StoredEvent, Subscription
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

import shared.eventstore
from shared.errors import Conflict
from shared.eventstore.events import NewEvent
from shared.eventstore.store import EventStore, read_in
from shared.testing import head

SCHEMA = (Path(shared.eventstore.__file__).parent / "schema.sql").read_text(encoding="utf-8")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
T = TypeVar("T")


async def opened(dsn: str) -> Any:
    """Connections for many threads."""
    return await asyncpg.create_pool(dsn, min_size=1, max_size=4)


class SyncRecorder(ApplicationRecorder):
    """Runs the async store on a loop in a thread of its own: for the library's tests, never in a service."""

    def __init__(self, dsn: str, returns_positions: bool) -> None:
        self.returns_positions = returns_positions
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.store = EventStore(dsn, "library")
        self.wait(self.store.__aenter__())
        self.pool = self.wait(opened(dsn))

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def close(self) -> None:
        self.wait(self.pool.close())
        self.wait(self.store.__aexit__())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def insert_events(self, stored_events: Sequence[StoredEvent[UUID]], **_: Any) -> Any:
        if stored_events:
            new = [
                NewEvent(e.originator_id, e.originator_version, e.topic, e.state, NOW, "test") for e in stored_events
            ]
            try:
                done = self.wait(self.store.append(new))
            except Conflict as e:
                raise IntegrityError(str(e)) from e
            if self.returns_positions:
                return [done.first_position + i for i in range(done.number)]
        return [] if self.returns_positions else None

    def select_events(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Any:
        rows = [
            StoredEvent(r[0], r[1], r[2], r[5])
            for r in self.wait(self.store.load(originator_id))
            if (gt is None or r[1] > gt) and (lte is None or r[1] <= lte)
        ]
        return (rows[::-1] if desc else rows)[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Any:
        after, found = 0 if start is None else start - inclusive_of_start, []
        while len(found) < limit and (rows := self.wait(read_in(self.pool, after, limit))):
            after = rows[-1]["position"]
            found += [
                Notification(r["stream_id"], r["version"], r["topic"], r["state"], r["position"])
                for r in rows
                if (stop is None or r["position"] <= stop) and (not topics or r["topic"] in topics)
            ]
        return found[:limit]

    def max_notification_id(self) -> int | None:
        return self.wait(head(self.store)) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Any:
        return Polling(self, gt, topics)


class Polling(Subscription[SyncRecorder]):
    def __next__(self) -> Any:
        while not self._has_been_stopped:
            last = self._last_notification_id
            found = self._recorder.select_notifications(last, 1, topics=self._topics, inclusive_of_start=False)
            if found:
                self._last_notification_id = found[0].id
                return found[0]
            time.sleep(0.002)
        raise StopIteration


class Fresh:
    """A database of its own for each test, and recorders on it."""

    positions = True

    @pytest.fixture(autouse=True)
    def _database(self, dsn: str) -> Iterator[None]:
        self.dsn, self.opened = dsn, list[SyncRecorder]()

        async def create() -> None:
            conn = await asyncpg.connect(dsn)
            await conn.execute(SCHEMA)
            await conn.close()

        asyncio.run(create())
        yield
        for r in self.opened:
            r.close()

    def create_recorder(self) -> SyncRecorder:
        self.opened.append(SyncRecorder(self.dsn, self.positions))
        return self.opened[-1]


class TestAggregateRecorder(Fresh, AggregateRecorderTestCase):  # type: ignore[misc, type-arg]
    positions = False  # this case wants None back


class TestApplicationRecorder(Fresh, ApplicationRecorderTestCase):  # type: ignore[misc, type-arg]
    def test_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleaving(Fresh, NonInterleavingNotificationIDsBaseCase):  # type: ignore[misc]
    """Two writers: the events of a batch stay together, in both their orders."""


del AggregateRecorderTestCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
