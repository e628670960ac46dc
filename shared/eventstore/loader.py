"""Grouped loads: the streams that waiting commands need come in one query, with what their ids led to before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from shared.errors import Transient
from shared.faults import transient

STREAMS = """SELECT stream_id, version, topic, class_version::int, effective_at, state
FROM events WHERE stream_id = ANY($1::uuid[])"""
WITH_COMMANDS = f"""{STREAMS} UNION ALL
SELECT command_id, first_position, NULL, count, NULL, NULL FROM commands WHERE command_id = ANY($2::uuid[])"""

Rows = list[Sequence[Any]]
"""Events of one stream, in order; each row has the columns of STREAMS, the arguments of `decode_event`."""


class Seen(NamedTuple):
    """The first result of a command: `events` events from `first_position` on."""

    first_position: int
    events: int


def grouped(rows: Iterable[Any], ids: Iterable[UUID]) -> tuple[dict[UUID, Rows], dict[UUID, Seen]]:
    """Rows of STREAMS or WITH_COMMANDS by stream, in order of version, and the commands among them."""
    streams: dict[UUID, Rows] = {i: [] for i in ids}
    seen: dict[UUID, Seen] = {}
    for row in rows:
        if row[2] is None:
            seen[row[0]] = Seen(row[1], row[3])
        else:
            streams[row[0]].append(row)
    for found in streams.values():
        if len(found) > 1:
            found.sort(key=itemgetter(1))
    return streams, seen


class Loader:
    """One query runs, the next one collects: `load` from many tasks costs a query for each batch, not for each task."""

    def __init__(self, pool: asyncpg.Pool[Any], max_batch: int) -> None:
        """`max_batch`: streams in one query, at most."""
        self._pool, self._max_batch = pool, max_batch
        self._waiting: list[tuple[UUID, UUID | None, asyncio.Future[tuple[Rows, Seen | None]]]] = []
        self._task: asyncio.Task[None] | None = None
        self.queries = 0

    async def load(self, stream_id: UUID, command_id: UUID | None = None) -> tuple[Rows, Seen | None]:
        """The stream's events ([] if there is none) and the first result of the command, if it ran before."""
        done: asyncio.Future[tuple[Rows, Seen | None]] = asyncio.get_running_loop().create_future()
        self._waiting.append((stream_id, command_id, done))
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="grouped-load")
        return await done

    async def _run(self) -> None:
        try:
            await asyncio.sleep(0)  # tasks that are ready too join the first query
            while batch := self._waiting[: self._max_batch]:
                del self._waiting[: self._max_batch]
                await self._load(batch)
        finally:
            self._task = None

    async def _load(self, batch: Sequence[tuple[UUID, UUID | None, asyncio.Future[tuple[Rows, Seen | None]]]]) -> None:
        ids = list({w[0] for w in batch})
        commands = [w[1] for w in batch if w[1] is not None]
        self.queries += 1
        try:
            if commands:
                rows = await self._pool.fetch(WITH_COMMANDS, ids, commands)
            else:
                rows = await self._pool.fetch(STREAMS, ids)
        except Exception as e:
            error = Transient(f"cannot read from the event store now: {e!r}") if transient(e) else e
            for _, _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        streams, seen = grouped(rows, ids)
        for stream_id, command_id, done in batch:
            if not done.done():  # else the caller has gone
                done.set_result((streams[stream_id], seen.get(command_id) if command_id else None))
