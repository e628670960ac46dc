"""Planted bugs: what a hurried colleague might have written. Each is a context manager that breaks the kernel from
outside; nothing in the product knows about them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.crm.policy import history
from shared import consumer, migrate, positions, projector, relay, timers
from shared.consumer import Consumer, Message, Sorted
from shared.contracts.topics import topic
from shared.eventstore.committer import Appended
from shared.eventstore.events import NewEvent
from shared.eventstore.store import COLUMNS, EventStore, LogRow, append_in
from shared.positions import Place
from shared.relay import ChainedProducer, Outgoing, Relay
from tests.kernel import publish_tick

Bug = Callable[[], AbstractContextManager[Any]]


def replaced(where: str, old: str, new: str) -> str:
    """Raises AssertionError where the product has changed and the bug would not be one any more."""
    assert old in where, f"cannot plant the bug: {old!r} is not there any more"
    return where.replace(old, new)


# --- the log


@contextmanager
def positions_from_a_sequence() -> Iterator[None]:
    """Positions come from a sequence, writers take no lock, readers ask for `position > last` and expect holes."""
    ddl = replaced(migrate.kernel_ddl(), "SELECT pg_advisory_xact_lock(7283)", "SELECT")
    ddl = "CREATE SEQUENCE naive;" + replaced(ddl, "SELECT base + n,", "SELECT nextval('naive'),")

    async def naive(conn: Any, after: int, limit: int = 2_000) -> Any:
        query = f"SELECT {COLUMNS} FROM events WHERE position > $1 ORDER BY position LIMIT $2"
        return await conn.fetch(query, after, limit, record_class=LogRow)

    with patch.object(migrate, "kernel_ddl", lambda: ddl), patch.object(projector, "read_in", naive):
        yield


def command_ids_are_not_recorded() -> AbstractContextManager[Any]:
    """The command's id stands in its events, but not where a repeat looks for it."""
    append = EventStore.append

    async def forgetful(self: EventStore, events: Sequence[NewEvent], _: Any = None) -> Appended:
        return await append(self, events)

    return patch.object(EventStore, "append", forgetful)


# --- the consumer


def position_saved_by_itself() -> AbstractContextManager[Any]:
    """The position moves in a transaction of its own, before the effect is committed."""
    return _own_transaction("accounts")


def checkpoint_saved_by_itself() -> AbstractContextManager[Any]:
    """The projector's position moves in a transaction of its own, before the rows are committed."""
    return _own_transaction("tallies_v1")


def _own_transaction(whose: str) -> AbstractContextManager[Any]:
    save = positions.save

    async def early(raw: Any, name: str, moved: Mapping[Place, int], effective: Any = None) -> None:
        if name != whose:
            return await save(raw, name, moved, effective)
        host, port = raw._addr
        p = raw._params
        own = await asyncpg.connect(host=host, port=port, user=p.user, password=p.password, database=p.database)
        try:
            await save(own, name, moved, effective)
        finally:
            await own.close()

    return patch.object(positions, "save", early)


def nobody_is_fenced() -> AbstractContextManager[Any]:
    """No advisory lock on the places of a batch."""

    async def open_gate(conn: AsyncConnection, *_: Any) -> None:
        await conn.execute(text("SELECT 1"))

    return patch.object(positions, "fence", open_gate)


def repeats_are_taken() -> AbstractContextManager[Any]:
    """Nobody compares a message with the position: what comes is what comes next."""
    sort = Consumer._sort

    def credulous(self: Consumer, messages: Sequence[Message], seen: Mapping[Place, int]) -> Sorted:
        return sort(self, messages, {**seen, **{m.place: m.prev or 0 for m in reversed(messages)}})

    return patch.object(Consumer, "_sort", credulous)


def gaps_are_not_looked_for() -> AbstractContextManager[Any]:
    """Nobody looks at `prev`."""
    make = Consumer._message

    def blind(self: Consumer, r: Any) -> Message:
        m = make(self, r)
        m.prev = None
        return m

    return patch.object(Consumer, "_message", blind)


def offsets_of_any_cluster() -> AbstractContextManager[Any]:
    """Foreign offsets are kept by topic, whichever cluster they were of."""
    return patch.object(Consumer, "place", lambda self, topic, partition, cluster: (topic, partition))


# --- the relay


@contextmanager
def published_before_the_commit() -> Iterator[None]:
    """Who appends also publishes, while the transaction is still open."""
    append, kafka = append_in, list[Any]()
    connect = relay.Relay.__init__

    def introduced(self: Relay, dsn: str, to: Any, *args: Any, **more: Any) -> None:
        kafka.append(to)
        connect(self, dsn, to, *args, **more)

    async def dual_write(conn: Any, events: Sequence[NewEvent]) -> int:
        if not (first := await append(conn, events)):
            return first
        found = await relay.public_events("crm", publish_tick)(conn, first - 1, len(events))
        async with ChainedProducer(kafka[0], topic("kam.crm.v1")) as out:
            await out.send(found.messages, dict.fromkeys(range(4), 0))
        return first

    with patch.object(Relay, "__init__", introduced), patch.object(consumer, "append_in", dual_write):
        yield


@contextmanager
def position_saved_before_the_acks() -> Iterator[None]:
    """The relay takes what it handed to the producer for sent."""
    send, handed = ChainedProducer.send, list[asyncio.Task[None]]()

    async def hasty(self: ChainedProducer, messages: Iterable[Outgoing], last: dict[int, int]) -> None:
        handed.append(asyncio.create_task(send(self, messages, last)))
        await asyncio.sleep(0)

    with patch.object(ChainedProducer, "send", hasty):
        yield
    for task in handed:
        task.cancel()


def relay_position_of_any_cluster() -> AbstractContextManager[Any]:
    """How far the relay came is kept without the cluster that it sent to."""
    pump = Relay._pump

    class Anywhere:
        cluster = "anywhere"

        def __init__(self, out: ChainedProducer) -> None:
            self.check, self.send = out.check, out.send

    async def unkeyed(self: Relay, conn: Any, out: Any, stop: asyncio.Event) -> None:
        await pump(self, conn, Anywhere(out), stop)  # type: ignore[arg-type]

    return patch.object(Relay, "_pump", unkeyed)


def relays_without_a_leader() -> AbstractContextManager[Any]:
    """Every instance of the relay sends."""

    async def lead(self: Relay, stop: asyncio.Event) -> None:
        conn = await asyncpg.connect(self.dsn)
        try:
            async with ChainedProducer(self.kafka, self.topic) as out:
                await self._pump(conn, out, stop)
        finally:
            conn.terminate()

    return patch.object(Relay, "_lead", lead)


# --- services and timers


def last_arrival_counts() -> AbstractContextManager[Any]:
    """The mirror takes the version that came last for the newest, whatever its place in the CRM's log."""
    assert history._place(((1, 2, 3), "u", None, None)) == (1, 2, 3)
    return patch.object(history, "_place", lambda version: 0)


def any_due_version_arms() -> AbstractContextManager[Any]:
    """An older arming that comes late replaces the newer one."""
    before, guard, _ = timers._ARM.text.partition("WHERE t.due_version <")
    assert guard, "cannot plant the bug: arming has no such guard any more"
    return patch.object(timers, "_ARM", text(before))
