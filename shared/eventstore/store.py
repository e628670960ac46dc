"""The event store: an append-only log on PostgreSQL, positions without holes, in commit order (`schema.sql` says why).

`EventStore` is for commands: many tasks append and load, few statements are sent. The functions ending in `_in` are for
a consumer: they work inside the transaction that moves its position, and take the same lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Self, TypeAlias, cast
from uuid import UUID

import asyncpg

from shared.errors import Broken, Conflict, Transient
from shared.eventstore.committer import Appended, Committer, columns
from shared.eventstore.events import NewEvent, Recorded
from shared.faults import LOST, transient

Connection: TypeAlias = "asyncpg.Connection[Any]"
COLUMNS = """position, stream_id, version, topic, class_version, timestamptz_send(effective_at) AS effective_at,
timestamptz_send(recorded_at) AS recorded_at, actor, command_id, correlation_id, causation_id, policy_refs::text,
source::text, subjects, state"""
STREAMS = """SELECT stream_id, version, topic, class_version, timestamptz_send(effective_at), state
FROM events WHERE stream_id = ANY($1::uuid[])"""
_WITH_COMMANDS = f"""{STREAMS} UNION ALL
SELECT NULL, first_position, command_id::text, count, NULL, NULL FROM commands WHERE command_id = ANY($2::uuid[])"""
_APPEND = "SELECT append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)"
_READ = f"SELECT {COLUMNS} FROM events WHERE position > $1 ORDER BY position LIMIT $2"


class LogRow(Recorded, asyncpg.Record):
    """A row of the log as it came, whose columns have names."""


Rows = list[Sequence[Any]]
"""Events of one stream, in order; a row has the columns of STREAMS, the arguments of `decode_event`."""
Loaded = tuple[Rows, Appended | None]

# All that loads run is a look-up by key: planned once, and by the index even while the log has no statistics yet.
_PLANS = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}


async def append_in(conn: Connection, events: Sequence[NewEvent]) -> int:
    """Append as the last thing the caller's transaction does before its commit; returns the first event's position.

    Nothing may wait between this and the commit: all other writers do. Without events nothing happens and it returns 0.
    Raises Conflict (roll back, load again, decide again) and RuntimeError outside a transaction: SQLAlchemy opens one
    with its first statement, not with begin().
    """
    if not events:
        return 0
    if not conn.is_in_transaction():
        raise RuntimeError("no transaction is open: execute a statement of your own first, or use conn.transaction()")
    try:
        return cast(int, await conn.fetchval(_APPEND, *columns(events)))
    except asyncpg.UniqueViolationError as e:
        raise Conflict(f"{e.detail or e}; roll back, load again and decide again") from e


async def load_in(conn: Connection | asyncpg.Pool[Any], ids: Iterable[UUID]) -> dict[UUID, Rows]:
    """The events of each stream, in order; [] for a stream that does not exist."""
    wanted = list(set(ids))
    return grouped(await conn.fetch(STREAMS, wanted), wanted)[0]


async def read_in(conn: Connection | asyncpg.Pool[Any], after: int, limit: int = 2_000) -> list[LogRow]:
    """The `limit` events of the log after position `after`, in commit order. Raises Broken on a hole."""
    rows = await conn.fetch(_READ, after, limit, record_class=LogRow)
    if rows and rows[-1][0] - after != len(rows):
        raise Broken(f"the log has a hole after position {after}: a writer went without the lock, or rows were deleted")
    return rows


def grouped(rows: Iterable[Any], ids: Iterable[UUID]) -> tuple[dict[UUID, Rows], dict[UUID, Appended]]:
    """The rows by stream, in order of version, and the first results of the commands among them."""
    streams: dict[UUID, Rows] = {i: [] for i in ids}
    seen: dict[UUID, Appended] = {}
    for stream, found in groupby(rows, itemgetter(0)):
        if stream is None:
            seen.update((UUID(r[2]), Appended(r[1], r[3], repeated=True)) for r in found)
        else:
            streams[stream].extend(found)
    for events in streams.values():
        events.sort(key=itemgetter(1))
    return streams, seen


class Loader:
    """While one query runs the next one collects: many tasks that load cost few queries."""

    def __init__(self, dsn: str, max_batch: int) -> None:
        """`max_batch`: streams in one query, at most."""
        self._dsn, self._max_batch, self.queries = dsn, max_batch, 0
        self._waiting: list[tuple[UUID, UUID | None, asyncio.Future[Loaded]]] = []
        self._task: asyncio.Task[None] | None = None
        self._conn: Any = None

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
            self._conn = self._conn or await asyncpg.connect(self._dsn, server_settings=_PLANS)
            try:
                return await self._conn.fetch(sql, *values)
            except LOST:
                self.close()
                if last_try:
                    raise

    def close(self) -> None:
        if self._conn is not None:
            self._conn.terminate()  # it only reads: there is nothing to finish
            self._conn = None


class EventStore:
    """One service's log. Appends and loads of many tasks are grouped; `async with` opens and closes it."""

    def __init__(
        self, dsn: str, service: str, *, max_waiting: int = 4_096, max_batch: int = 1_000, drain: float = 15.0
    ) -> None:
        """`max_waiting` commands may wait, the next one waits in its caller. `max_batch`: events in one commit, streams
        in one load. `drain`: seconds that closing waits for what is queued."""
        self.dsn, self.service, self._max_batch = dsn, service, max_batch
        self._committer = Committer(dsn, service, max_waiting, max_batch, drain)

    async def __aenter__(self) -> Self:
        self.loader = Loader(self.dsn, self._max_batch)
        await self._committer.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """What waits is still written; what comes later is refused with Closed."""
        await self._committer.close()
        self.loader.close()

    async def append(self, events: Sequence[NewEvent], command_id: UUID | None = None) -> Appended:
        """All of them or none. A command id seen before changes nothing and returns the first result.

        Raises Conflict, Closed, and OutcomeUnknown if the connection broke and there is no command id to ask with.
        Cancelled before its batch leaves, nothing happened; afterwards it may have.
        """
        return await self._committer.append(events, command_id)

    async def load(self, stream_id: UUID) -> Rows:
        """One stream's events, in order. Loads of concurrent tasks share a query."""
        return (await self.loader.load(stream_id))[0]
