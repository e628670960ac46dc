"""A projection follows the log page by page, can be rebuilt while somebody reads and writes, and then is the same."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, Uuid, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import projector
from shared.eventstore.events import Recorded
from shared.positions import driver
from shared.projector import Projector, copy_in, copy_merge
from tests.kernel import Ticked, append, fingerprint, running, sql, tick, until

meta = MetaData()
heads = Table(
    "heads", meta, Column("stream", Uuid, primary_key=True), Column("n", BigInteger), Column("position", BigInteger)
)
steps = Table(
    "steps",
    meta,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", Uuid),
    Column("note", Text),
)
Index("steps_stream", steps.c.stream)


class Heads:
    """The newest tick of each stream, and every tick."""

    name = "heads_v1"
    tables = (heads, steps)

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        rows = [(r.stream_id, r.event.n, r.position) for r in events if isinstance(r.event, Ticked)]
        await copy_merge(conn, tables["heads"], rows, ["stream"])
        await copy_in(conn, tables["steps"], [(p, s, None) for s, _, p in rows])


@pytest.fixture
async def reads(engine: AsyncEngine) -> AsyncEngine:
    async with engine.begin() as conn:
        await conn.run_sync(meta.create_all)
        await conn.execute(
            text("CREATE INDEX steps_late ON steps (note) WHERE note IS NOT NULL")
        )  # a later migration's
    return engine


async def prints(engine: AsyncEngine) -> dict[str, str]:
    async with engine.connect() as conn:
        return await fingerprint(conn, (heads, steps))


async def grow(engine: AsyncEngine, streams: Sequence[UUID], versions: range) -> None:
    for v in versions:
        await append(engine, [tick(s, v) for s in streams])


async def test_pages_of_any_size_come_to_the_same(reads: AsyncEngine, dsn: str) -> None:
    await grow(reads, [uuid4() for _ in range(7)], range(1, 31))
    seen = set()
    for page in (1, 13, 1_000):
        await sql(dsn, "TRUNCATE heads, steps, positions")
        projector = Projector(Heads(), reads, page=page)
        while await projector.step():
            pass
        seen.add(str(await prints(reads)))
        assert await sql(dsn, "SELECT position FROM positions WHERE consumer = 'heads_v1'") == 210
    assert len(seen) == 1
    assert await sql(dsn, "SELECT bool_and(n = 30) AND count(*) = 7 FROM heads")


async def test_a_page_that_fails_leaves_nothing_behind(reads: AsyncEngine, dsn: str) -> None:
    class Stumbling(Heads):
        async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
            await super().apply(conn, events, tables)
            raise LookupError("an event that nobody foresaw")

    await grow(reads, [uuid4()], range(1, 4))
    with pytest.raises(LookupError):
        await Projector(Stumbling(), reads).run(asyncio.Event())
    assert await sql(dsn, "SELECT (SELECT count(*) FROM heads) + (SELECT count(*) FROM positions)") == 0


async def test_two_processes_do_not_project_twice(reads: AsyncEngine, dsn: str) -> None:
    streams = [uuid4() for _ in range(5)]
    async with running(Projector(Heads(), reads, page=7).run, Projector(Heads(), reads, page=11).run):
        await grow(reads, streams, range(1, 41))
        await until(lambda: sql(dsn, "SELECT count(*) = 200 FROM steps"))  # a second time would hit the primary key


async def test_a_rebuild_while_others_write_and_read_is_the_same(reads: AsyncEngine, dsn: str) -> None:
    streams, rng, seen, done = [uuid4() for _ in range(5)], random.Random(1), list[int](), asyncio.Event()
    await grow(reads, streams, range(1, 101))
    projector = Projector(Heads(), reads, page=50)

    async def write() -> None:
        for v in range(101, 161):
            await append(reads, [tick(s, v) for s in streams])
            await asyncio.sleep(rng.random() * 0.02)

    async def read() -> None:
        while not done.is_set():
            async with reads.connect() as conn:
                seen.append((await conn.execute(text("SELECT count(*) FROM steps"))).scalar_one())
            await asyncio.sleep(0.005)

    async with running(projector.run):
        await until(lambda: sql(dsn, "SELECT count(*) > 100 FROM steps"))
        reader, writer = asyncio.create_task(read()), asyncio.create_task(write())
        await sql(dsn, "UPDATE heads SET n = -1")  # what a bug wrote: only a rebuild cures it
        for _ in range(3):
            assert await projector.rebuild(page=64) >= 500
        await writer
        await until(lambda: sql(dsn, "SELECT count(*) = 800 FROM steps"))
        done.set()
        await reader
    assert seen == sorted(seen), "a reader saw the read model shrink"
    live = await prints(reads)
    assert await sql(dsn, "SELECT bool_and(n = 160) FROM heads")
    await projector.rebuild()
    assert await prints(reads) == live
    assert await sql(dsn, "SELECT count(*) FROM positions") == 1
    indexes = "SELECT array_agg(indexname::text) FROM pg_indexes WHERE tablename IN ('heads', 'steps')"
    assert sorted(await sql(dsn, indexes)) == ["heads_pkey", "steps_late", "steps_pkey", "steps_stream"]


async def test_a_killed_rebuild_is_begun_again(reads: AsyncEngine, dsn: str) -> None:
    await grow(reads, [uuid4()], range(1, 21))
    projector = Projector(Heads(), reads)
    await sql(dsn, "CREATE SCHEMA rebuild_heads_v1 CREATE TABLE heads (x int)")
    await sql(dsn, "INSERT INTO positions VALUES ('heads_v1 rebuild', 'store', 0, 7)")
    assert await projector.rebuild() == 20
    assert await sql(dsn, "SELECT count(*) FROM steps") == 20


@pytest.mark.parametrize("few", [0, 100])  # rows that do without the staging table
async def test_merge_keeps_the_last(reads: AsyncEngine, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "FEW", few)
    a, b = uuid4(), uuid4()
    async with reads.begin() as conn:
        await conn.execute(text("SELECT 1"))
        await copy_merge(conn, heads, [(a, 1, 5), (b, 1, 5), (a, 2, 6), (b, 2, 6)], ["stream"])
        await copy_merge(conn, heads, [(b, 3, 7)], ["stream"])
        await copy_merge(conn, heads, [], ["stream"])
        assert [tuple(r) for r in await driver(conn).fetch("SELECT n, position FROM heads ORDER BY n")] == [
            (2, 6),
            (3, 7),
        ]
        await copy_merge(conn, heads, [(a, 4, 9), (b, 4, 9), (b, 5, 9)], ["stream"])
        assert [tuple(r) for r in await driver(conn).fetch("SELECT n, position FROM heads ORDER BY n")] == [
            (4, 9),
            (5, 9),
        ]


async def test_a_fingerprint_sees_one_changed_value(reads: AsyncEngine, dsn: str) -> None:
    await grow(reads, [uuid4()], range(1, 5))
    await Projector(Heads(), reads).step()
    before = await prints(reads)
    await sql(dsn, "UPDATE heads SET position = position + 1")
    assert (await prints(reads))["heads"] != before["heads"]
    assert (await prints(reads))["steps"] == before["steps"]
