"""Group commit: whatever commands wait go to the database as one statement, under one lock, in one round trip."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

import asyncpg
import structlog

from shared import telemetry
from shared.errors import Closed, Conflict, OutcomeUnknown
from shared.eventstore.events import NewEvent
from shared.faults import LOST, transient

log = structlog.get_logger(__name__)

APPEND = "SELECT * FROM append_commands($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)"
_LOST = "the connection broke during the commit: repeat with the same command_id, or look first"
_LANES, _ENOUGH = 2, 16
"""Connections, and how many waiting commands one of them takes before the other one gets a share."""
_SHARED = [i for i, name in enumerate(NewEvent._fields) if name not in ("stream_id", "version", "state")]


class Appended(NamedTuple):
    """What a command led to: `number` events from `first_position` on, now or (`repeated`) when it first ran."""

    first_position: int
    number: int
    repeated: bool = False


class _Waiting:
    """A command on its way; `sent` from when it may have been written."""

    def __init__(self, events: Sequence[NewEvent], command_id: UUID | None) -> None:
        self.events, self.command_id, self.sent = events, command_id, False
        self.done: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()

    def settle(self, result: Appended | BaseException) -> None:
        if not self.done.done():  # else the caller has gone
            done = cast(Any, self.done)
            (done.set_exception if isinstance(result, BaseException) else done.set_result)(result)


def columns(events: Sequence[NewEvent]) -> list[Any]:
    """The events as arrays, one a column. Where all share one value it is sent once, where none has one not at all."""
    cells: list[Any] = list(zip(*events, strict=True)) or [()] * len(NewEvent._fields)
    for i in _SHARED:
        if len(set(map(id, cells[i]))) == 1:
            cells[i] = None if cells[i][0] is None else cells[i][:1]
    return cells


class Committer:
    """The one writer of a store. See EventStore for its parameters and errors.

    While the database works on one batch the next one is made and sent, on a second connection that opens when there is
    work for it. The log's lock lets one in after the other.
    """

    def __init__(self, dsn: str, service: str, max_waiting: int, max_batch: int, drain: float) -> None:
        self._dsn, self._service, self._max_batch, self._drain = dsn, service, max_batch, drain
        self._room, self._queue = asyncio.Semaphore(max_waiting), deque[_Waiting]()
        self._wake, self._closing, self._flying = asyncio.Event(), False, 0
        telemetry.COMMANDS_WAITING.labels(service).set_function(lambda: len(self._queue))

    async def open(self) -> None:
        self._conns: list[asyncpg.Connection[Any] | None] = [await asyncpg.connect(self._dsn), *[None] * (_LANES - 1)]
        self._tasks = [asyncio.create_task(self._run(lane), name="group-commit") for lane in range(_LANES)]

    async def append(self, events: Sequence[NewEvent], command_id: UUID | None) -> Appended:
        async with self._room:  # back-pressure: callers wait here, not in memory
            if self._closing:
                raise Closed("the event store is shutting down and takes no more commands")
            waiting = _Waiting(events, command_id)
            self._queue.append(waiting)
            self._wake.set()
            return await waiting.done

    async def close(self) -> None:
        """What waits is still written, what comes later is refused. Without a database: gives up after `drain`."""
        self._closing = True
        self._wake.set()
        _, stuck = await asyncio.wait(self._tasks, timeout=self._drain)
        for task in stuck:
            task.cancel()
        await asyncio.wait(self._tasks)
        for conn in filter(None, self._conns):
            conn.terminate() if stuck else await conn.close()
        late = Closed("the event store shut down before it could write this command")
        for w in self._queue:
            w.settle(OutcomeUnknown(_LOST) if w.sent else late)
        await asyncio.gather(*self._tasks, return_exceptions=bool(stuck))

    async def _run(self, lane: int) -> None:
        while self._queue or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                if (conn := self._conns[lane]) is None:
                    await self._connect(lane)
                elif batch := self._take():
                    self._flying += (size := len(batch))
                    await self._commit(lane, conn, batch)
                    self._flying -= size

    async def _connect(self, lane: int) -> None:
        """One try, and a pause if the database is not there: meanwhile the other lane may have written what waits."""
        try:
            self._conns[lane] = await asyncpg.connect(self._dsn)
        except Exception as e:
            if not transient(e):
                raise
            await asyncio.sleep(0.25)

    def _take(self) -> list[_Waiting]:
        batch, size, ids = list[_Waiting](), 0, set[UUID | None]()
        share = max(_ENOUGH, -(-(self._flying + len(self._queue)) // _LANES))
        while self._queue and size < self._max_batch and len(batch) < share:
            w = self._queue[0]
            if w.command_id is not None and w.command_id in ids:
                break  # a twin: the next batch finds the result of the first
            self._queue.popleft()
            if not w.done.done():  # else its caller has gone
                batch.append(w)
                size += len(w.events)
                ids.add(w.command_id)
        return batch

    async def _commit(self, lane: int, conn: asyncpg.Connection[Any], batch: list[_Waiting]) -> None:
        ids, counts = [w.command_id for w in batch], [len(w.events) for w in batch]
        owners = [k for k, count in enumerate(counts, 1) for _ in range(count)]
        for w in batch:
            w.sent = True
        try:
            values = columns([e for w in batch for e in w.events])
            with telemetry.APPEND_SECONDS.labels(self._service).time():
                rows = await conn.fetch(APPEND, ids, counts, owners, *values)
        except LOST as e:
            self._lost(batch, e)
            conn.terminate()
            self._conns[lane] = None
        except asyncio.CancelledError:
            self._queue.extendleft(reversed(batch))
            raise
        except Exception as e:
            if len(batch) == 1:
                batch[0].settle(Conflict(e.detail or str(e)) if isinstance(e, asyncpg.UniqueViolationError) else e)
                return
            while batch and self._conns[lane]:  # one bad command (a value that does not encode) fails by itself
                await self._commit(lane, conn, [batch.pop(0)])
            self._queue.extendleft(reversed(batch))
        else:
            self._settle(batch, counts, rows)

    def _settle(self, batch: list[_Waiting], counts: list[int], rows: Sequence[Any]) -> None:
        if rows[0][0] == 0:
            first = rows[0][1]
            for w, count in zip(batch, counts, strict=True):
                w.settle(Appended(first, count))
                first += count
            telemetry.APPEND_COMMANDS.labels(self._service).observe(len(batch))
            telemetry.EVENTS_APPENDED.labels(self._service).inc(first - rows[0][1])
            return
        for k, first, count in rows:  # repeats come first: what is a repeat is no conflict
            w = batch[k - 1]
            if first is not None:
                w.settle(Appended(first, count, repeated=True))
            elif not w.done.done():
                telemetry.COMMAND_CONFLICTS.labels(self._service).inc()
                wanted = ", ".join(f"{s} version {v}" for s, v in {e[0]: e[1] for e in reversed(w.events)}.items())
                w.settle(Conflict(f"somebody else has written {wanted}: load again and decide again"))
        self._queue.extendleft(w for w in reversed(batch) if not w.done.done())

    def _lost(self, batch: list[_Waiting], cause: BaseException) -> None:
        """Commands with an id go back to the front of the queue: if they did commit, the repeat finds their result."""
        log.warning("event store lost its connection", error=repr(cause), commands=len(batch))
        for w in batch:
            if w.command_id is None:
                w.settle(OutcomeUnknown(_LOST))
        self._queue.extendleft(w for w in reversed(batch) if w.command_id is not None)
