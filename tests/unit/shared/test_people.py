"""The people vault: words by pseudonym, changes that rise in commit order, erasure that reaches every reader."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.crm.vault import forget_in, page, write_in
from shared.consumer import Message
from shared.contracts.people import Person
from shared.people import decode_person, names, remember
from tests.kernel import sql


def person(subject: UUID, name: str, change: int = 0, **words: Any) -> Person:
    return Person(subject_id=subject, kind="contact", change=change, crm_id="crm-1", name=name, **words)


def message(value: bytes | None, subject: UUID, change: int) -> Message:
    m = Message("kam.people.v1", 0, 0, datetime.now(UTC), str(subject).encode(), value, [("position", b"%d" % change)])
    m.body = decode_person(m.key, m.raw, m.topic)
    return m


async def write(engine: AsyncEngine, *persons: Person) -> None:
    async with engine.begin() as conn:
        await write_in(conn, persons)


async def forget(engine: AsyncEngine, *subjects: UUID) -> None:
    async with engine.begin() as conn:
        await forget_in(conn, subjects)


async def known(engine: AsyncEngine, *subjects: UUID) -> dict[UUID, str]:
    async with engine.connect() as conn:
        return {s: p.name for s, p in (await names(conn, subjects)).items()}


async def test_words_are_written_changed_and_found(engine: AsyncEngine, dsn: str) -> None:
    a, b = uuid4(), uuid4()
    await write(engine, person(a, "Ana"), person(b, "Ben"), person(a, "Ana Ortiz", title="CFO"))
    assert await known(engine, a, b, uuid4()) == {a: "Ana Ortiz", b: "Ben"}
    changes = "SELECT array_agg(change ORDER BY change) FROM people"
    before = await sql(dsn, changes)
    await write(engine, person(a, "Ana Ortiz", title="CFO"), person(b, "Ben"))  # nothing new
    assert await sql(dsn, changes) == before
    await write(engine, person(b, "Benno"))
    assert await sql(dsn, changes) == [1, 3]


async def test_forgotten_words_are_gone_and_can_come_back(engine: AsyncEngine, dsn: str) -> None:
    a, b = uuid4(), uuid4()
    await write(engine, person(a, "Ana"), person(b, "Ben"))
    await forget(engine, a, uuid4())
    assert await known(engine, a, b) == {b: "Ben"}
    before = await sql(dsn, "SELECT max(change) FROM people")
    await forget(engine, a)
    assert await sql(dsn, "SELECT max(change) FROM people") == before
    words = "SELECT count(*) FROM people WHERE people::text LIKE '%Ana%' OR people::text LIKE '%crm-1%'"
    assert await sql(dsn, words) == 1
    await write(engine, person(a, "Ana"))
    assert await known(engine, a) == {a: "Ana"}


async def test_the_page_to_send_has_each_newest_state_and_erasures_as_null(engine: AsyncEngine, dsn: str) -> None:
    a, b = uuid4(), uuid4()
    await write(engine, person(a, "Ana"), person(b, "Ben", mail="b@example.org"))
    await forget(engine, a)
    conn = await asyncpg.connect(dsn)
    found = await page(conn, 0, 10)
    assert [(m.key.decode(), m.value is None) for m in found.messages] == [(str(b), False), (str(a), True)]
    assert found.scanned == found.messages[-1].position == 3
    ben = decode_person(*found.messages[0][1:3], "kam.people.v1")
    assert ben == person(b, "Ben", found.messages[0].position, mail="b@example.org")
    assert await page(conn, 3, 10) == (3, [])
    await conn.close()


async def test_a_reader_sees_every_change_while_several_write(engine: AsyncEngine, dsn: str) -> None:
    subjects, seen, stop = [uuid4() for _ in range(10)], dict[bytes, int](), asyncio.Event()

    async def writer(seed: int) -> None:
        rng = random.Random(seed)
        for n in range(25):
            async with engine.begin() as conn:
                await write_in(conn, [person(rng.choice(subjects), f"name {seed} {n}")])
                await asyncio.sleep(rng.random() * 0.005)

    async def tail() -> None:
        conn, after = await asyncpg.connect(dsn), 0
        while True:
            last = stop.is_set()
            found = await page(conn, after, 3)
            seen.update({m.key: m.position for m in found.messages})
            if last and found.scanned == after:
                break
            after = found.scanned
        await conn.close()

    tailing = asyncio.create_task(tail())
    await asyncio.gather(*(writer(i) for i in range(3)))
    stop.set()
    await tailing
    async with engine.connect() as conn:
        rows = (await conn.execute(text("SELECT subject_id, change FROM people"))).all()
    assert seen == {str(s).encode(): change for s, change in rows}


async def test_a_reader_keeps_the_highest_change_in_any_order(engine: AsyncEngine, dsn: str) -> None:
    a, b = uuid4(), uuid4()
    history = [
        message(person(a, "Ana", 1).model_dump_json().encode(), a, 1),
        message(person(b, "Ben", 2).model_dump_json().encode(), b, 2),
        message(None, a, 3),
        message(person(b, "Benno", 4).model_dump_json().encode(), b, 4),
        message(None, uuid4(), 5),
    ]
    for seed in range(5):
        shuffled = history * 2
        random.Random(seed).shuffle(shuffled)
        await sql(dsn, "TRUNCATE people")
        for i in range(0, len(shuffled), 3):
            async with engine.begin() as conn:
                await conn.execute(text("SELECT 1"))
                assert await remember(conn, shuffled[i : i + 3]) == ()
        assert await known(engine, a, b) == {b: "Benno"}
