"""Group commit: whatever commands wait go to the database as one statement, under one lock, in one round trip."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from shared.errors import Closed, Conflict, OutcomeUnknown
from shared.eventstore.events import NewEvent
from shared.faults import LOST

log = structlog.get_logger(__name__)

APPEND_MANY = "SELECT * FROM append_commands($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)"
_OPTIONAL = NewEvent._fields.index("class_version")  # from here on a column may be absent


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append led to: `count` events from `first_position` on; `versions` is the last version of each stream."""

    first_position: int
    count: int
    versions: dict[UUID, int]
    repeated: bool = False


@dataclass(slots=True, eq=False)
class Waiting:
    """A command on its way. `done` gets the result, or the error that is its own. `sent`: it may have been written."""

    events: Sequence[NewEvent]
    command_id: UUID | None
    sent: bool = False
    done: asyncio.Future[Appended] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


def columns(events: Sequence[NewEvent]) -> list[Any]:
    """The events as arrays, one a column; an optional column without any value is null as a whole and costs nothing."""
    if not events:
        return [[]] * len(NewEvent._fields)
    cells: list[Any] = list(zip(*events, strict=True))
    for i in range(_OPTIONAL, len(cells)):
        if cells[i].count(None) == len(events):
            cells[i] = None
    return cells


class Committer:
    """The one writer of a store: `put` a command, await its `done`. Runs until `close`."""

    def __init__(self, dsn: str, max_batch: int, drain: float) -> None:
        """`max_batch`: events in one statement, at most. `drain`: seconds that `close` waits for what is queued."""
        self._dsn, self._max_batch, self._drain = dsn, max_batch, drain
        self.queue: deque[Waiting] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self.batches = 0

    async def open(self) -> None:
        self._conn: asyncpg.Connection[Any] = await asyncpg.connect(self._dsn)
        self._task = asyncio.create_task(self._run(), name="group-commit")

    def put(self, waiting: Waiting) -> None:
        if self._closing:
            raise Closed("the event store is shutting down and takes no more commands")
        self.queue.append(waiting)
        self._wake.set()

    async def close(self) -> None:
        """What waits is still written, what comes later is refused. Without a database: gives up after `drain`."""
        self._closing = True
        self._wake.set()
        done, _ = await asyncio.wait({self._task}, timeout=self._drain)
        if not done:
            self._task.cancel()
            await asyncio.wait({self._task})
        for w in self.queue:
            _fail(w, _lost() if w.sent else Closed("the event store shut down before it could write this command"))
        if done:
            await self._conn.close()
            self._task.result()
        else:
            self._conn.terminate()

    async def _run(self) -> None:
        while self.queue or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            while batch := self._take():
                await self._commit(batch)
            if self._closing:
                self._wake.set()

    def _take(self) -> list[Waiting]:
        batch: list[Waiting] = []
        size = 0
        while self.queue and size < self._max_batch:
            w = self.queue.popleft()
            if not w.done.done():  # else its caller has gone
                batch.append(w)
                size += len(w.events)
        return batch

    async def _commit(self, batch: list[Waiting]) -> None:
        ids, counts = [w.command_id for w in batch], [len(w.events) for w in batch]
        owners = [k for k, w in enumerate(batch, 1) for _ in w.events]
        events = columns([e for w in batch for e in w.events])
        for w in batch:
            w.sent = True
        try:
            rows = await self._conn.fetch(APPEND_MANY, ids, counts, owners, *events)
        except LOST as e:
            await self._reconnect(batch, e)
            return
        except asyncio.CancelledError:
            self.queue.extendleft(reversed(batch))
            raise
        except Exception as e:
            if len(batch) == 1:
                _fail(batch[0], e)
                return
            for w in batch:  # one bad command (a value that does not encode) must not fail its neighbours
                await self._commit([w])
            return
        self.batches += 1
        if rows[0][0] is None:
            first = rows[0][1]
            for w, count in zip(batch, counts, strict=True):
                _settle(w, first, count)
                first += count
            return
        for w, (outcome, first, count) in zip(batch, rows, strict=True):
            if outcome == "conflict":
                wanted = ", ".join(sorted({f"{e.stream_id}@{e.version}" for e in w.events}))
                _fail(w, Conflict(f"one of these versions is taken: {wanted}; load again and decide again"))
            else:
                _settle(w, first, count, repeated=outcome == "repeat")

    async def _reconnect(self, batch: list[Waiting], cause: BaseException) -> None:
        """Commands with an id go back to the front of the queue: if they did commit, the repeat finds their result."""
        log.warning("event store lost its connection", error=repr(cause), commands=len(batch))
        for w in batch:
            if w.command_id is None:
                _fail(w, _lost())
        self.queue.extendleft(w for w in reversed(batch) if w.command_id is not None)
        self._conn.terminate()
        pause = 0.05
        while True:
            try:
                self._conn = await asyncpg.connect(self._dsn)
                return
            except LOST:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)


def _settle(w: Waiting, first: int, count: int, repeated: bool = False) -> None:
    if not w.done.done():  # else the caller has gone
        w.done.set_result(Appended(first, count, {} if repeated else {e[0]: e[1] for e in w.events}, repeated))


def _fail(w: Waiting, error: BaseException) -> None:
    if not w.done.done():
        w.done.set_exception(error)


def _lost() -> OutcomeUnknown:
    return OutcomeUnknown("the connection broke during the commit: repeat with the same command_id, or look first")
