"""A small world in one process: two services with a database each, brokers in memory, and the kernel between them.

`crm` takes messages of the foreign topic `sugar` (a stream and a number) as facts into its log and relays them to
`kam.crm.v1`; `accounts` has one effect for each fact. Each can fold its log into a table.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID
from zlib import crc32

import asyncpg
from sqlalchemy import BigInteger, Column, MetaData, Table, Uuid, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from deploy.local.postgres import Postgres
from shared import migrate, relay
from shared.consumer import Consumer, Message, decode_envelope
from shared.eventstore.events import Meta, NewEvent, Recorded, encode
from shared.eventstore.store import append_in, load_in
from shared.ids import derived
from shared.positions import driver
from shared.projector import Projector
from shared.relay import Relay
from shared.testing import ManualClock
from shared.timers import Timer
from tests import crm as crm_service
from tests.crm import Line
from tests.faults.brokers import Brokers, Group
from tests.kernel import AT, Ticked, count_message, decode_count, publish_tick, tick

FOREIGN = "sugar"
_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_EMPTY = """DO $$ DECLARE t text; BEGIN
    ALTER TABLE events DISABLE TRIGGER append_only;
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM %I', t);
    END LOOP;
    ALTER TABLE events ENABLE TRIGGER append_only;
END $$"""
_TALLIES = "CREATE TABLE tallies (stream uuid PRIMARY KEY, n bigint)"
_installed: dict[str, str] = {}
_tallies = Table("tallies", MetaData(), Column("stream", Uuid, primary_key=True), Column("n", BigInteger))


class Killed(BaseException):
    """kill -9: nobody handles it."""


@contextmanager
def killed_before_commit(engine: AsyncEngine) -> Iterator[None]:
    """The process dies with the next transaction, when all is done but its commit."""

    def die(_: Any) -> None:
        event.remove(engine.sync_engine, "commit", die)
        raise Killed

    event.listen(engine.sync_engine, "commit", die)
    try:
        yield
    except Killed:
        return
    raise AssertionError("nothing was committed: the crash did not happen")


def streams(number: int) -> list[UUID]:
    """Streams whose messages share a partition."""
    found = (derived("planted", str(n)) for n in count())
    return [s for s, _ in zip((s for s in found if crc32(str(s).encode()) % 4 == 0), range(number), strict=False)]


class Tallies:
    """How many effects each stream had: a projection that is wrong as soon as a page counts twice, or never."""

    name = "tallies_v1"
    tables: Sequence[Table] = (_tallies,)

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        into = f"INSERT INTO {tables['tallies'].fullname} AS t VALUES ($1, 1)"
        sql = f"{into} ON CONFLICT (stream) DO UPDATE SET n = t.n + 1"
        await driver(conn).executemany(sql, [(r.stream_id,) for r in events])


class Service:
    """A database with the kernel's tables, and what works on it."""

    def __init__(self, name: str, dsn: str) -> None:
        self.name, self.dsn = name, dsn
        self.engine = create_async_engine(dsn.replace("postgresql:", "postgresql+asyncpg:"))
        self.projector = Projector(Tallies(), self.engine)
        self.projected = False

    async def install(self, more: str) -> None:
        """An empty database with these tables. It is used again, as making one takes a second on a busy machine."""
        ddl = f"{migrate.kernel_ddl()}; {_TALLIES}; {more}"
        async with self.connect() as conn:
            await conn.execute(_OTHERS)
            if _installed.get(self.dsn) == ddl:
                await conn.execute(_EMPTY)
            else:
                await conn.execute(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; {ddl}")
                _installed[self.dsn] = ddl

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Any]:
        conn = await asyncpg.connect(self.dsn)
        try:
            yield conn
        finally:
            await conn.close()

    async def project(self) -> None:
        self.projected = True
        while await self.projector.step():
            pass

    async def until_done_or_blocked(self, task: asyncio.Task[Any]) -> None:
        """Until the task has ended, or waits for somebody else's advisory lock in this database."""
        waiting = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
        async with self.connect() as conn:
            while not task.done() and not await conn.fetchval(waiting):  # noqa: ASYNC110  another process knows
                await asyncio.sleep(0.01)


class World:
    """All of it, each part made when it is first asked for."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self.services: dict[str, Service] = {}
        self.brokers = Brokers()
        self.group = Group(self.brokers)
        self.clock = ManualClock(AT)
        self.told: list[tuple[UUID, int]] = []
        """What was ever sent to the foreign topic."""
        self.armed: dict[UUID, tuple[int, datetime]] = {}
        """Subject → the newest due version that a fact armed, and when it is due."""
        self.lines: list[Line] = []
        """What was sent of the CRM's tables, in the order of the CRM's own log."""
        self.mirror: crm_service.Crm | None = None

    async def service(self, name: str, more: str = "") -> Service:
        """`more`: statements that make its own tables."""
        if name not in self.services:
            found = Service(name, self._postgres.create(f"planted_{name}"))
            await found.install(more)
            self.services[name] = found
        return self.services[name]

    async def mirrored(self, name: str) -> crm_service.Crm:
        """The crm service's mirror on a database of its own."""
        engine = (await self.service(name, crm_service.MIRROR)).engine
        return crm_service.Crm(engine)

    async def close(self) -> None:
        for service in self.services.values():
            await service.engine.dispose()

    # -- the way of a fact

    def tell(self, *numbers: int, stream: UUID | None = None) -> None:
        """The foreign system says these numbers of a stream."""
        of = stream or streams(1)[0]
        values = [{"key": b"k", "value": count_message(of, n), "headers": ()} for n in numbers]
        self.told += [(of, n) for n in numbers]
        self.brokers.put(FOREIGN, 0, values)

    async def facts(self, *numbers: int, stream: UUID | None = None) -> None:
        """Facts in crm's log, as if they had been taken in."""
        of = stream or streams(1)[0]
        async with (await self.service("crm")).connect() as conn, conn.transaction():
            await append_in(conn, [tick(of, n) for n in numbers])

    async def ingest(self) -> Consumer:
        """crm's consumer; idempotent record by record, as a reader of foreign topics has to be."""

        async def take(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
            known = await load_in(driver(conn), {m.body.stream for m in messages})
            return [tick(m.body.stream, m.body.n) for m in messages if m.body.n > len(known[m.body.stream])]

        engine = (await self.service("crm")).engine
        return Consumer("crm", [FOREIGN], engine, decode_count, take, chained=False)

    async def follower(self, before: Callable[[], Awaitable[Any]] | None = None) -> Consumer:
        """accounts' consumer: for each fact one event on the stream it is about. `before`: awaited before it begins."""

        async def follow(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
            if before is not None:
                await before()
            return await effects(conn, messages)

        engine = (await self.service("accounts")).engine
        return Consumer("accounts", ["kam.crm.v1"], engine, decode_envelope, follow, chained=True)

    async def relayed(self, of: Relay | None = None) -> None:
        """Run the relay until it has found nothing new twice: then it has saved how far it came."""
        found = of or await self.relay()
        stop, idle, read = asyncio.Event(), 0, found.read

        async def watched(conn: Any, after: int, limit: int) -> relay.Page:
            nonlocal idle
            page = await read(conn, after, limit)
            idle = idle + 1 if page.scanned == after else 0
            if idle == 2:
                stop.set()
            return page

        found.read = watched
        await found.run(stop)

    async def relay(self) -> Relay:
        dsn = (await self.service("crm")).dsn
        return Relay(dsn, self.brokers, "kam.crm.v1", relay.public_events("crm", publish_tick))  # type: ignore[arg-type]


async def effects(conn: AsyncConnection, messages: Sequence[Message]) -> list[NewEvent]:
    """One event for each fact, after those that the stream has."""
    known = await load_in(driver(conn), {m.body.stream for m in messages})
    versions, events = {s: len(rows) for s, rows in known.items()}, list[NewEvent]()
    for m in messages:
        fact = m.body
        versions[fact.stream] += 1
        effect = Ticked(
            originator_id=fact.stream, originator_version=versions[fact.stream], timestamp=AT, n=fact.version
        )
        source = {"system": "ticker", "object": "clock", "record_id": str(fact.stream), "change_id": fact.id}
        events += encode([effect], Meta("system:accounts", causation_id=f"crm:{fact.position}", source=source))
    return events


async def ring(conn: AsyncConnection, timer: Timer, _: Any) -> Sequence[NewEvent]:
    """A timer's action: an event on its subject, caused by the due version that fired."""
    rung = (await load_in(driver(conn), [timer.subject]))[timer.subject]
    event = Ticked(originator_id=timer.subject, originator_version=len(rung) + 1, timestamp=AT, n=timer.due_version)
    return encode([event], Meta("system:accounts", causation_id=f"{timer.rule}:{timer.due_version}"))
