"""The event store: an append-only log on PostgreSQL, positions without holes, in commit order (`schema.sql` says why).

`EventStore` is for commands: many tasks append and load, few statements are sent. The functions ending in `_in` are for
a consumer: they work inside the transaction that moves its position, and take the same lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeAlias
from uuid import UUID

import asyncpg

from shared.errors import Broken, Closed, Conflict, NotFound
from shared.eventstore.committer import Appended, Committer, Waiting, columns
from shared.eventstore.events import NewEvent, Recorded, decode, event_id
from shared.eventstore.loader import STREAMS, Loader, Rows, Seen, grouped

Connection: TypeAlias = "asyncpg.Connection[Any]"
Row = asyncpg.Record

APPEND = "SELECT append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)"
COLUMNS = (
    "position, stream_id, version, topic, class_version, effective_at, recorded_at, actor, command_id, correlation_id, "
    "causation_id, policy_refs, source, subjects, state"
)
RECORD = "INSERT INTO commands SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::int[])"
READ = f"SELECT {COLUMNS} FROM events WHERE position > $1 ORDER BY position LIMIT $2"


async def append_in(conn: Connection, events: Sequence[NewEvent]) -> int:
    """Append as the last thing the caller's transaction does before its commit; returns the first event's position.

    Nothing may wait between this and the commit: all other writers do. Without events nothing happens and it returns 0.
    Raises Conflict (roll back, load again, decide again) and RuntimeError outside a transaction: SQLAlchemy opens one
    with its first statement, not with begin().
    """
    _transaction_needed(conn)
    if not events:
        return 0
    try:
        first: int = await conn.fetchval(APPEND, *columns(events))
    except asyncpg.UniqueViolationError as e:
        raise Conflict(f"{e.detail or e}; roll back, load again and decide again") from e
    return first


async def record_commands_in(conn: Connection, commands: Iterable[tuple[UUID, int, int]]) -> None:
    """Remember (command id, first position, count) after `append_in`, so that a repeat finds the first result.

    Raises Conflict if one was recorded by somebody else in the meantime.
    """
    _transaction_needed(conn)
    if not (rows := list(commands)):
        return
    try:
        await conn.execute("SELECT lock_log()")  # before the row: whoever waits for the row must not hold the lock
        await conn.execute(RECORD, *zip(*rows, strict=True))
    except asyncpg.UniqueViolationError as e:
        raise Conflict(f"{e.detail or e}; roll back and look for its first result") from e


async def seen_commands_in(conn: Connection, ids: Iterable[UUID]) -> dict[UUID, Seen]:
    """The first results of those commands that ran before."""
    rows = await conn.fetch("SELECT * FROM commands WHERE command_id = ANY($1::uuid[])", list(ids))
    return {r[0]: Seen(r[1], r[2]) for r in rows}


async def load_in(conn: Connection | asyncpg.Pool[Any], ids: Iterable[UUID]) -> dict[UUID, Rows]:
    """The events of each stream, in order; [] for a stream that does not exist."""
    wanted = list(set(ids))
    return grouped(await conn.fetch(STREAMS, wanted), wanted)[0]


async def read_in(conn: Connection | asyncpg.Pool[Any], after: int, limit: int = 2_000) -> list[Row]:
    """The `limit` rows of the log after position `after`, in commit order, for `decode`. Raises Broken on a hole."""
    rows = await conn.fetch(READ, after, limit)
    if rows and rows[-1][0] - after != len(rows):
        raise Broken(f"the log has a hole after position {after}: a writer went without the lock, or rows were deleted")
    return list(rows)


class EventStore:
    """One service's log. Appends and loads of many tasks are grouped; `async with` opens and closes it."""

    def __init__(
        self,
        dsn: str,
        service: str,
        *,
        max_waiting: int = 4_096,
        max_batch: int = 1_000,
        connections: int = 4,
        drain: float = 15.0,
    ) -> None:
        """`max_waiting` commands may wait, the next one waits in its caller. `max_batch`: events in one commit, streams
        in one load. `drain`: seconds that closing waits for what is queued."""
        self.dsn, self.service = dsn, service
        self._room = asyncio.Semaphore(max_waiting)
        self._closing = False
        self._connections, self._max_batch = connections, max_batch
        self.committer = Committer(dsn, max_batch, drain)

    async def __aenter__(self) -> Self:
        self.pool: asyncpg.Pool[Any] = await asyncpg.create_pool(self.dsn, min_size=1, max_size=self._connections)
        self.loader = Loader(self.pool, self._max_batch)
        await self.committer.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """What waits is still written; what comes later is refused with Closed."""
        self._closing = True
        await self.committer.close()
        await self.pool.close()

    async def append(self, events: Sequence[NewEvent], command_id: UUID | None = None) -> Appended:
        """All of them or none. A command id seen before changes nothing and returns the first result.

        Raises Conflict, Closed, and OutcomeUnknown if the connection broke and there is no command id to ask with.
        Cancelled before its batch leaves, nothing happened; afterwards it may have.
        """
        async with self._room:  # back-pressure: callers wait here, not in memory
            if self._closing:
                raise Closed("the event store is shutting down and takes no more commands")
            waiting = Waiting(events, command_id)
            self.committer.put(waiting)
            appended = await waiting.done
        return await self.first_result(Seen(appended.first_position, appended.count)) if appended.repeated else appended

    async def first_result(self, seen: Seen) -> Appended:
        """What a command led to when it first ran."""
        rows = await self.pool.fetch(
            "SELECT stream_id, version FROM events WHERE position >= $1 AND position < $1 + $2 ORDER BY position", *seen
        )
        return Appended(*seen, {r[0]: r[1] for r in rows}, repeated=True)

    async def load(self, stream_id: UUID) -> Rows:
        """One stream's events, in order; `decode_event` reads a row. Loads of concurrent tasks share a query."""
        return (await self.loader.load(stream_id))[0]

    async def load_many(self, ids: Iterable[UUID]) -> dict[UUID, Rows]:
        """Several streams in one query."""
        return await load_in(self.pool, ids)

    async def read(self, after: int, limit: int = 2_000) -> list[Row]:
        """See `read_in`."""
        return await read_in(self.pool, after, limit)

    async def head(self) -> int:
        """The position of the newest event; 0 if there is none."""
        found: int = await self.pool.fetchval("SELECT coalesce(max(position), 0) FROM events")
        return found

    async def event(self, position: int) -> Recorded:
        """The event at a position. Raises NotFound."""
        row = await self.pool.fetchrow(f"SELECT {COLUMNS} FROM events WHERE position = $1", position)
        if row is None:
            raise NotFound(f"there is no event {event_id(self.service, position)}")
        return decode(row)


def _transaction_needed(conn: Connection) -> None:
    if not conn.is_in_transaction():
        raise RuntimeError("no transaction is open: execute a statement of your own first, or use conn.transaction()")
