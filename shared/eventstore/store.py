"""The event store: an append-only log on PostgreSQL, positions without holes, in commit order (`schema.sql` says why).

`EventStore` is for commands: many tasks append and load, few statements are sent. The functions ending in `_in` are for
a consumer: they work inside the transaction that moves its position, and take the same lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeAlias
from uuid import UUID

import asyncpg

from shared.errors import Broken, Conflict, NotFound
from shared.eventstore.committer import Appended, Committer, columns
from shared.eventstore.events import NewEvent, Recorded, decode, event_id
from shared.eventstore.loader import STREAMS, Loader, Rows, grouped

Connection: TypeAlias = "asyncpg.Connection[Any]"
Row = asyncpg.Record
COLUMNS = (
    "position, stream_id, version, topic, class_version, effective_at, recorded_at, actor, command_id, correlation_id, "
    "causation_id, policy_refs::text, source::text, subjects, state"
)
_APPEND = "SELECT append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)"
_RECORD = "INSERT INTO commands SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::int[])"
_READ = f"SELECT {COLUMNS} FROM events WHERE position > $1 ORDER BY position LIMIT $2"

# All that the pool runs is a look-up by key: planned once, and by the index even while the log has no statistics yet.
_PLANS = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}


async def append_in(conn: Connection, events: Sequence[NewEvent]) -> int:
    """Append as the last thing the caller's transaction does before its commit; returns the first event's position.

    Nothing may wait between this and the commit: all other writers do. Without events nothing happens and it returns 0.
    Raises Conflict (roll back, load again, decide again) and RuntimeError outside a transaction: SQLAlchemy opens one
    with its first statement, not with begin().
    """
    return await _in_transaction(conn, conn.fetchval, _APPEND, columns(events)) if events else 0


async def record_commands_in(conn: Connection, commands: Iterable[tuple[UUID, int, int]]) -> None:
    """Remember (command id, first position, count) after `append_in`, so that a repeat finds the first result.

    Raises Conflict if somebody else has recorded one in the meantime.
    """
    if rows := list(commands):
        await conn.execute("SELECT lock_log()")  # before the rows: whoever waits for a row must not hold the lock
        await _in_transaction(conn, conn.execute, _RECORD, zip(*rows, strict=True))


async def seen_commands_in(conn: Connection, ids: Iterable[UUID]) -> dict[UUID, Appended]:
    """The first results of those commands that ran before."""
    rows = await conn.fetch("SELECT * FROM commands WHERE command_id = ANY($1::uuid[])", list(ids))
    return {r[0]: Appended(r[1], r[2], repeated=True) for r in rows}


async def load_in(conn: Connection | asyncpg.Pool[Any], ids: Iterable[UUID]) -> dict[UUID, Rows]:
    """The events of each stream, in order; [] for a stream that does not exist."""
    wanted = list(set(ids))
    return grouped(await conn.fetch(STREAMS, wanted), wanted)[0]


async def read_in(conn: Connection | asyncpg.Pool[Any], after: int, limit: int = 2_000) -> list[Row]:
    """The `limit` rows of the log after position `after`, in commit order, for `decode`. Raises Broken on a hole."""
    rows = await conn.fetch(_READ, after, limit)
    if rows and rows[-1][0] - after != len(rows):
        raise Broken(f"the log has a hole after position {after}: a writer went without the lock, or rows were deleted")
    return rows


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
        self.pool: asyncpg.Pool[Any] = await asyncpg.create_pool(
            self.dsn, min_size=1, max_size=4, reset=_keep, server_settings=_PLANS
        )
        self.loader = Loader(self.pool, self._max_batch)
        await self._committer.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """What waits is still written; what comes later is refused with Closed."""
        await self._committer.close()
        await self.loader.close()
        await self.pool.close()

    async def append(self, events: Sequence[NewEvent], command_id: UUID | None = None) -> Appended:
        """All of them or none. A command id seen before changes nothing and returns the first result.

        Raises Conflict, Closed, and OutcomeUnknown if the connection broke and there is no command id to ask with.
        Cancelled before its batch leaves, nothing happened; afterwards it may have.
        """
        return await self._committer.append(events, command_id)

    async def load(self, stream_id: UUID) -> Rows:
        """One stream's events, in order. Loads of concurrent tasks share a query."""
        return (await self.loader.load(stream_id))[0]

    async def load_many(self, ids: Iterable[UUID]) -> dict[UUID, Rows]:
        """See `load_in`."""
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


async def _in_transaction(conn: Connection, run: Any, sql: str, values: Iterable[Any]) -> Any:
    if not conn.is_in_transaction():
        raise RuntimeError("no transaction is open: execute a statement of your own first, or use conn.transaction()")
    try:
        return await run(sql, *values)
    except asyncpg.UniqueViolationError as e:
        raise Conflict(f"{e.detail or e}; roll back, load again and decide again") from e


async def _keep(_: Connection) -> None:
    """Instead of asking the server, in a round trip, to forget a session state that our queries never make."""
