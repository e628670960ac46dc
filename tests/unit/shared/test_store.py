"""What a caller may rely on: conflicts stay with their command, repeats change nothing, shutdown loses nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.errors import Broken, Closed, Conflict, OutcomeUnknown, Transient
from shared.eventstore.committer import Appended
from shared.eventstore.events import NewEvent
from shared.eventstore.store import EventStore, append_in, load_in, read_in
from shared.ids import new_id
from shared.testing import head
from tests.kernel import stored
from tests.unit.shared import garden

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def event(stream: UUID, version: int = 1, **more: Any) -> NewEvent:
    return NewEvent(stream, version, garden.Tree.Grown.TOPIC, b'{"cm":1}', NOW, "user:u1", **more)


async def positions(store: EventStore) -> list[int]:
    return [r["position"] for r in await read_in(store.pool, 0)]


def batches() -> float:
    """Group commits that wrote, of this process."""
    return REGISTRY.get_sample_value("stellwerk_append_commands_count", {"service": "garden"}) or 0


async def kill_writer(store: EventStore) -> None:
    conn = await asyncpg.connect(store.dsn)
    await conn.execute("SELECT pg_terminate_backend($1)", store._committer._conns[0].get_server_pid())
    await conn.close()


async def somebody_waits(store: EventStore, at_least: int = 1) -> None:
    """Until other transactions of this database wait for a lock."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10):
        while await store.pool.fetchval(sql) < at_least:  # noqa: ASYNC110 - the database sends no signal
            await asyncio.sleep(0.01)


async def test_a_conflict_fails_only_its_own_command(store: EventStore) -> None:
    taken = uuid4()
    before = batches()
    await store.append([event(taken)])
    results = await asyncio.gather(
        *(store.append([event(uuid4())], new_id() if n % 2 else None) for n in range(50)),
        store.append([event(uuid4()), event(taken)]),
        *(store.append([event(uuid4())]) for _ in range(50)),
        return_exceptions=True,
    )
    assert [isinstance(r, Conflict) for r in results] == [False] * 50 + [True] + [False] * 50
    assert await positions(store) == list(range(1, 102))  # no holes, although one was left out
    assert batches() - before <= 6  # those that can go in still share commits: the 101 are not written one by one
    assert [r.first_position for r in results if isinstance(r, Appended)] == list(range(2, 102))  # as they came
    rows = await store.pool.fetch("SELECT * FROM commands")
    assert len(rows) == 25
    assert all([(await stored(store, r["first_position"])).version == 1 for r in rows])


async def test_each_command_learns_its_own_positions(store: EventStore) -> None:
    streams, sizes = [uuid4() for _ in range(4)], [2, 0, 3, 1]
    results = await asyncio.gather(
        *(
            store.append([event(s, v + 1) for v in range(n)], new_id() if n == 3 else None)
            for s, n in zip(streams, sizes, strict=True)
        )
    )
    assert results == [Appended(1, 2), Appended(3, 0), Appended(3, 3), Appended(6, 1)]
    assert [(await stored(store, p)).stream_id for p in (1, 3, 6)] == [streams[0], streams[2], streams[3]]
    assert [tuple(r)[1:] for r in await store.pool.fetch("SELECT * FROM commands")] == [(3, 3)]


async def test_of_two_commands_on_one_version_one_wins(store: EventStore) -> None:
    stream = uuid4()
    results = await asyncio.gather(*(store.append([event(stream)]) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(r, Conflict) for r in results) == 19


async def test_a_repeated_command_returns_the_first_result(store: EventStore) -> None:
    stream, command = uuid4(), uuid4()
    await store.append([event(uuid4())])
    first = await store.append([event(stream, 1), event(stream, 2)], command)
    again, other = await asyncio.gather(
        store.append([event(stream, 3)], command), store.append([event(uuid4())], uuid4())
    )
    assert (again, first) == (Appended(2, 2, repeated=True), Appended(2, 2))
    assert not other.repeated
    nothing = uuid4()
    assert (await store.append([], nothing)).number == 0  # a command that changed nothing is remembered too
    late = await store.append([event(stream, 3)], nothing)
    assert (late.number, late.repeated) == (0, True)


async def test_of_twins_at_once_one_is_recorded(store: EventStore) -> None:
    stream, command = uuid4(), uuid4()
    told = await asyncio.gather(*(store.append([event(stream)], command) for _ in range(3)))
    assert sorted(told, key=lambda a: a.repeated) == [Appended(1, 1), *[Appended(1, 1, repeated=True)] * 2]
    assert await positions(store) == [1]


async def test_a_value_that_does_not_encode_fails_alone(store: EventStore) -> None:
    bad: Any = event(uuid4())._replace(state="not bytes")
    results = await asyncio.gather(store.append([bad]), store.append([event(uuid4())]), return_exceptions=True)
    assert isinstance(results[0], asyncpg.DataError)
    assert not isinstance(results[1], BaseException)
    assert results[1].first_position == 1


async def test_a_command_that_wants_a_version_twice_fails_alone(store: EventStore) -> None:
    stream = uuid4()
    twice = store.append([event(stream), event(stream)])
    results = await asyncio.gather(twice, store.append([event(uuid4())]), return_exceptions=True)
    assert isinstance(results[0], Conflict)
    assert str(stream) in str(results[0])
    assert await positions(store) == [1]


async def test_every_column_comes_back(store: EventStore) -> None:
    stream, ids, person = uuid4(), [uuid4(), uuid4()], uuid4()
    full = event(
        stream,
        1,
        class_version=1,
        command_id=ids[0],
        correlation_id=ids[1],
        causation_id="crm:7",
        policy_refs='[["tier",2]]',
        source='{"system":"sugar"}',
        subjects=f"{{{person}}}",
    )._replace(state=b'{"cm":3}')
    await store.append([full, event(stream, 2)._replace(state=b'{"cm":1}')], ids[0])
    a, b = await read_in(store.pool, 0)
    assert (a.event_id, a.stream_id, a.version, a.effective_at, a.actor) == ("garden:1", stream, 1, NOW, "user:u1")
    assert (a.command_id, a.correlation_id, a.causation_id) == (*ids, "crm:7")
    assert (a.policy_refs, a.source, a.subjects) == ((("tier", 2),), {"system": "sugar"}, (person,))
    assert (b.command_id, b.causation_id, b.policy_refs, b.source, b.subjects) == (None, None, (), None, ())
    assert a.event.originator_id == stream
    assert a.event.timestamp == NOW
    assert a.recorded_at == b.recorded_at


async def test_shutdown_writes_what_waits_and_refuses_the_rest(log: str) -> None:
    before = batches()
    async with EventStore(log, "garden", max_batch=10) as s:
        waiting = [asyncio.create_task(s.append([event(uuid4())])) for _ in range(200)]
        await asyncio.sleep(0)
    assert len(await asyncio.gather(*waiting)) == 200
    assert batches() - before == 20
    with pytest.raises(Closed):
        await s.append([event(uuid4())])


async def test_shutdown_without_a_database_gives_up_and_says_so(log: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    async with EventStore(log, "garden", drain=0.2) as s:
        await kill_writer(s)
        monkeypatch.setattr(asyncpg, "connect", refuse)
        sent = [asyncio.create_task(s.append([event(uuid4())], uuid4())) for _ in range(3)]
        await asyncio.sleep(0.05)
        sent.append(asyncio.create_task(s.append([event(uuid4())])))
        await asyncio.sleep(0)
        loop_time = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - loop_time < 10  # and not the default 15
    results = await asyncio.gather(*sent, return_exceptions=True)
    assert [type(r) for r in results] == [OutcomeUnknown] * 3 + [Closed]


async def test_back_pressure_bounds_the_queue(log: str) -> None:
    before = batches()
    async with EventStore(log, "garden", max_waiting=8) as s:
        await asyncio.gather(*(s.append([event(uuid4())]) for _ in range(100)))
    assert batches() - before >= 100 / 8


async def test_a_cancelled_caller_leaves_before_its_batch_does(store: EventStore) -> None:
    tasks = [asyncio.create_task(store.append([event(uuid4())])) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(done[1], asyncio.CancelledError)
    assert len(await read_in(store.pool, 0)) == 2


async def test_a_lost_connection_is_survived_by_commands_with_an_id(store: EventStore) -> None:
    command, stream = uuid4(), uuid4()
    await store.append([event(uuid4())])
    await kill_writer(store)
    unknown, known = await asyncio.gather(
        store.append([event(uuid4())]), store.append([event(stream)], command), return_exceptions=True
    )
    assert isinstance(unknown, OutcomeUnknown)
    assert not isinstance(known, BaseException)
    assert (known.first_position, known.number) == (2, 1)


async def test_a_lost_acknowledgement_finds_the_first_result(store: EventStore) -> None:
    """The commit happened, its answer did not arrive: the retry must not write twice, nor report a conflict."""
    conn, stream, command = store._committer._conns[0], uuid4(), uuid4()
    assert conn

    async def commit_and_break(*args: Any) -> Any:
        await conn.fetch(*args)
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    store._committer._conns[0] = Proxy(conn, commit_and_break)  # type: ignore[call-overload]
    done = await store.append([event(stream), event(stream, 2)], command)
    assert done == Appended(1, 2, repeated=True)
    assert await positions(store) == [1, 2]


class Proxy:
    """A connection whose fetch is another one."""

    def __init__(self, conn: Any, fetch: Any) -> None:
        self._conn, self.fetch = conn, fetch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)


async def test_append_in_shares_the_transaction_and_refuses_to_run_without(log: str, store: EventStore) -> None:
    engine = create_async_engine(log.replace("postgresql:", "postgresql+asyncpg:"))
    stream = uuid4()
    async with engine.connect() as c, c.begin() as t:
        raw: Any = (await c.get_raw_connection()).driver_connection
        with pytest.raises(RuntimeError, match="no transaction"):  # begin() has sent nothing yet
            await append_in(raw, [event(stream)])
        await c.execute(text("SELECT 1"))
        await append_in(raw, [event(stream)])
        await t.rollback()
    assert await positions(store) == []
    async with engine.begin() as c:
        await c.execute(text("SELECT 1"))
        raw = (await c.get_raw_connection()).driver_connection
        assert await append_in(raw, []) == 0
        assert await append_in(raw, [event(stream, 1), event(stream, 2)]) == 1
        assert [r["version"] for r in (await load_in(raw, [stream]))[stream]] == [1, 2]
    await engine.dispose()


async def test_append_in_reports_a_conflict(store: EventStore) -> None:
    stream = uuid4()
    await store.append([event(stream)])
    async with store.pool.acquire() as conn:
        with pytest.raises(Conflict, match=str(stream)):
            async with conn.transaction():
                await append_in(conn, [event(stream)])


async def test_a_writer_that_forgets_the_lock_gets_an_error_not_a_hole(store: EventStore) -> None:
    columns = "position, stream_id, version, topic, state, recorded_at, effective_at, class_version, actor"
    sql = f"""INSERT INTO events ({columns})
              SELECT coalesce(max(position),0)+1, $1, 1, 't', '', now(), now(), 1, 'x' FROM events"""
    async with store.pool.acquire() as a, a.transaction():
        await a.execute(sql, uuid4())
        rival = asyncio.create_task(store.append([event(uuid4())]))
        await somebody_waits(store)
    with pytest.raises(Conflict, match="position"):
        await rival
    await store.append([event(uuid4())])
    assert await positions(store) == [1, 2]


async def test_while_one_batch_is_written_the_next_one_is_on_its_way(store: EventStore) -> None:
    stream = uuid4()
    async with store.pool.acquire() as a, a.transaction():
        await a.execute("SELECT lock_log()")
        first = asyncio.create_task(store.append([event(stream)]))
        await somebody_waits(store)
        second, rival = (asyncio.create_task(store.append([event(i)])) for i in (uuid4(), stream))
        await somebody_waits(store, 2)
    assert [await first, await second] == [Appended(1, 1), Appended(2, 1)]
    with pytest.raises(Conflict, match="version 1"):
        await rival
    assert await positions(store) == [1, 2]


async def test_what_waits_is_written_by_one_connection_if_there_is_no_other(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise asyncpg.TooManyConnectionsError("sorry, too many clients already")

    async with store.pool.acquire() as a, a.transaction():
        await a.execute("SELECT lock_log()")
        monkeypatch.setattr("shared.eventstore.committer.asyncpg.connect", full)
        tasks = [asyncio.create_task(store.append([event(uuid4())]))]
        await somebody_waits(store)
        tasks += [asyncio.create_task(store.append([event(uuid4())])) for _ in range(3)]
        await asyncio.sleep(0.05)
    assert sorted(done.first_position for done in await asyncio.gather(*tasks)) == [1, 2, 3, 4]


async def test_the_log_is_append_only(store: EventStore) -> None:
    await store.append([event(uuid4())])
    for sql in ("UPDATE events SET actor = 'x'", "DELETE FROM events", "TRUNCATE events"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await store.pool.execute(sql)


async def test_reading_stops_at_a_hole(store: EventStore) -> None:
    await store.append([event(uuid4()) for _ in range(5)])
    assert await head(store) == 5
    assert [r["position"] for r in await read_in(store.pool, 2, 2)] == [3, 4]
    assert await read_in(store.pool, 5) == []
    await store.pool.execute("ALTER TABLE events DISABLE TRIGGER append_only")
    await store.pool.execute("DELETE FROM events WHERE position = 3")
    with pytest.raises(Broken, match="hole"):
        await read_in(store.pool, 0)


async def test_loads_of_waiting_commands_share_a_query(store: EventStore) -> None:
    streams = [uuid4() for _ in range(50)]
    await store.append([event(s, v) for v in range(1, 4) for s in streams])
    loaded = await asyncio.gather(*(store.load(s) for s in streams), store.load(uuid4()))
    assert [[r["version"] for r in rows] for rows in loaded] == [[1, 2, 3]] * 50 + [[]]
    assert store.loader.queries == 1
    many = await load_in(store.pool, streams)
    assert [len(many[s]) for s in streams] == [3] * 50


async def test_a_load_survives_a_lost_connection(store: EventStore) -> None:
    stream = uuid4()
    await store.append([event(stream)])
    assert len(await store.load(stream)) == 1
    await store.pool.execute("SELECT pg_terminate_backend($1)", store.loader._conn.get_server_pid())
    assert len(await store.load(stream)) == 1


async def test_a_load_that_fails_says_so_to_every_waiting_task(store: EventStore) -> None:
    store.loader._dsn = "postgresql://nobody@127.0.0.1:1/nothing"
    results = await asyncio.gather(*(store.load(uuid4()) for _ in range(3)), return_exceptions=True)
    assert [type(r) for r in results] == [Transient] * 3
