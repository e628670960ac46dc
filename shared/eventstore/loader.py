"""Grouped loads: the streams that waiting commands need come in one query, with what their ids led to before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

import asyncpg

from shared.errors import Transient
from shared.eventstore.committer import Appended
from shared.faults import LOST, transient

STREAMS = """SELECT stream_id, version, topic, class_version::int, effective_at, state
FROM events WHERE stream_id = ANY($1::uuid[])"""
_WITH_COMMANDS = f"""{STREAMS} UNION ALL
SELECT command_id, first_position, NULL, count, NULL, NULL FROM commands WHERE command_id = ANY($2::uuid[])"""

Rows = list[Sequence[Any]]
"""Events of one stream, in order; a row has the columns of STREAMS, the arguments of `decode_event`."""
Loaded = tuple[Rows, Appended | None]


def grouped(rows: Iterable[Any], ids: Iterable[UUID]) -> tuple[dict[UUID, Rows], dict[UUID, Appended]]:
    """The rows by stream, in order of version, and the first results of the commands among them."""
    streams: dict[UUID, Rows] = {i: [] for i in ids}
    seen: dict[UUID, Appended] = {}
    for row in rows:
        if row[2] is None:
            seen[row[0]] = Appended(row[1], row[3], repeated=True)
        else:
            streams[row[0]].append(row)
    for found in streams.values():
        found.sort(key=itemgetter(1))
    return streams, seen


class Loader:
    """While one query runs the next one collects: many tasks that load cost few queries."""

    def __init__(self, pool: asyncpg.Pool[Any], max_batch: int) -> None:
        """`max_batch`: streams in one query, at most."""
        self._pool, self._max_batch = pool, max_batch
        self._waiting: list[tuple[UUID, UUID | None, asyncio.Future[Loaded]]] = []
        self._task: asyncio.Task[None] | None = None
        self._conn: Any = None
        self.queries = 0

    async def load(self, stream_id: UUID, command_id: UUID | None = None) -> Loaded:
        """The stream's events ([] if there is none) and the first result of the command, if it ran before."""
        done: asyncio.Future[Loaded] = asyncio.get_running_loop().create_future()
        self._waiting.append((stream_id, command_id, done))
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="grouped-load")
        return await done

    async def _run(self) -> None:
        while batch := self._waiting[: self._max_batch]:
            del self._waiting[: self._max_batch]
            self.queries += 1
            ids, commands = list({w[0] for w in batch}), [w[1] for w in batch if w[1] is not None]
            try:
                found = await (self._fetch(_WITH_COMMANDS, ids, commands) if commands else self._fetch(STREAMS, ids))
                streams, seen = grouped(found, ids)
            except Exception as e:
                for _, _, done in batch:
                    if not done.done():  # else the caller has gone
                        done.set_exception(Transient(f"the log cannot be read now: {e!r}") if transient(e) else e)
                continue
            for stream, command, done in batch:
                if not done.done():
                    done.set_result((streams[stream], seen.get(command) if command else None))
        self._task = None

    async def _fetch(self, sql: str, *values: Any) -> Any:
        """On a connection that we keep while it lives: taking one from a pool costs as much as the query."""
        for last_try in (False, True):
            if self._conn is None:
                self._conn = await self._pool.acquire()
            try:
                return await self._conn.fetch(sql, *values)
            except LOST:
                await self.close()
                if last_try:
                    raise

    async def close(self) -> None:
        if self._conn is not None:
            conn, self._conn = self._conn, None
            await self._pool.release(conn)
