"""A timer fires once, late if need be, in the transaction of the events it causes; a fact that re-arms it moves it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.eventstore.events import NewEvent
from shared.testing import ManualClock
from shared.timers import Timer, Timers, arm
from tests.kernel import AT, append, running, sql, tick, until

DAY = timedelta(days=1)


class Bell:
    """Remembers what fired and appends an event for it."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, int, timedelta]] = []
        self.broken: set[UUID] = set()

    async def __call__(self, _: AsyncConnection, timer: Timer, late_by: timedelta) -> Sequence[NewEvent]:
        if timer.subject in self.broken:
            raise LookupError("no such account")
        self.rung.append((timer.rule, timer.due_version, late_by))
        return [tick(uuid4(), 1, timer.due_at or AT)]


async def armed(engine: AsyncEngine, *timers: tuple[Any, ...]) -> None:
    async with engine.begin() as conn:
        await arm(conn, timers)


async def disarmed(engine: AsyncEngine, *timers: tuple[str, UUID, int]) -> None:
    async with engine.begin() as conn:
        await arm(conn, [(*timer, None) for timer in timers])


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(AT)


async def test_it_fires_once_when_due_and_says_how_late(engine: AsyncEngine, dsn: str, clock: ManualClock) -> None:
    bell, subject = Bell(), uuid4()
    timers = Timers(engine, clock, bell)
    await armed(engine, ("review", subject, 1, AT + DAY, {"tier": "A"}))
    assert await timers.step() == 0
    clock.advance(3 * DAY)
    assert [await timers.step() for _ in range(3)] == [1, 0, 0]
    assert bell.rung == [("review", 1, 2 * DAY)]
    assert await sql(dsn, "SELECT count(*) FROM events") == 1


async def test_rearming_moves_it_and_old_versions_do_nothing(engine: AsyncEngine, clock: ManualClock) -> None:
    bell, subject = Bell(), uuid4()
    timers = Timers(engine, clock, bell)
    await armed(engine, ("review", subject, 2, AT + 5 * DAY, {}), ("review", subject, 1, AT, {}))
    await armed(engine, ("review", subject, 1, AT, {}))  # an older fact comes late
    clock.advance(DAY)
    assert await timers.step() == 0
    await armed(engine, ("review", subject, 3, AT, {}))
    assert await timers.step() == 1
    await armed(engine, ("review", subject, 3, AT, {}))  # the same fact again
    assert await timers.step() == 0
    await armed(engine, ("review", subject, 4, AT + DAY, {}))
    assert await timers.step() == 1
    assert [v for _, v, _ in bell.rung] == [3, 4]


async def test_disarmed_stays_disarmed_whatever_order_the_facts_come_in(
    engine: AsyncEngine, clock: ManualClock
) -> None:
    bell, a, b = Bell(), uuid4(), uuid4()
    timers = Timers(engine, clock, bell)
    await armed(engine, ("notice", a, 5, AT, {}))
    await disarmed(engine, ("notice", a, 5), ("notice", b, 5))
    await armed(engine, ("notice", a, 4, AT, {}), ("notice", b, 5, AT, {}))
    assert await timers.step() == 0
    await armed(engine, ("notice", a, 6, AT, {}))
    assert await timers.step() == 1


async def test_the_gate_holds_them_back(engine: AsyncEngine, clock: ManualClock) -> None:
    bell = Bell()
    until_: list[datetime | None] = [None]

    async def ready() -> datetime | None:
        return until_[0]

    timers = Timers(engine, clock, bell, ready=ready)
    await armed(engine, ("review", uuid4(), 1, AT - 2 * DAY, {}), ("review", uuid4(), 2, AT - DAY, {}))
    assert await timers.step() == 0
    until_[0] = AT - 2 * DAY
    assert await timers.step() == 1
    until_[0] = AT + DAY  # the gate may look ahead, the clock decides
    assert await timers.step() == 1
    assert [v for _, v, _ in bell.rung] == [1, 2]


async def test_they_fire_in_order_of_time_one_of_a_subject_at_once(engine: AsyncEngine, clock: ManualClock) -> None:
    bell, subject = Bell(), uuid4()
    timers = Timers(engine, clock, bell)
    await armed(engine, *((f"rule{n}", subject, n, AT - n * DAY, {}) for n in range(1, 5)))
    assert [await timers.step() for _ in range(5)] == [1, 1, 1, 1, 0]
    assert [v for _, v, _ in bell.rung] == [4, 3, 2, 1]


async def test_several_processes_fire_each_once(engine: AsyncEngine, dsn: str, clock: ManualClock) -> None:
    bell = Bell()
    await armed(engine, *(("review", uuid4(), 1, AT, {"n": n}) for n in range(200)))
    workers = [Timers(engine, clock, bell, page=7, every=0.01) for _ in range(3)]
    async with running(*(w.run for w in workers)):
        await until(lambda: sql(dsn, "SELECT count(*) = 200 FROM events"))
        await asyncio.sleep(0.2)
    assert len(bell.rung) == 200
    assert await sql(dsn, "SELECT count(*) FROM events") == 200


async def test_one_that_fails_is_put_off_and_spares_the_others(
    engine: AsyncEngine, dsn: str, clock: ManualClock
) -> None:
    bell, bad = Bell(), uuid4()
    bell.broken.add(bad)
    timers = Timers(engine, clock, bell)
    await armed(engine, ("review", bad, 1, AT - DAY, {}), *(("review", uuid4(), 1, AT, {}) for _ in range(5)))
    while await timers.step():
        pass
    bell.rung.clear()
    assert await sql(dsn, "SELECT count(*) FROM events") == 5
    assert await sql(dsn, "SELECT error FROM timers WHERE failures = 1") == "LookupError('no such account')"
    bell.broken.clear()
    assert await timers.step() == 0
    clock.advance(timedelta(minutes=2))
    assert await timers.step() == 1
    assert bell.rung == [("review", 1, DAY + timedelta(minutes=2))]


async def test_a_timer_and_its_events_are_one(engine: AsyncEngine, dsn: str, clock: ManualClock) -> None:
    taken = uuid4()
    await append(engine, [tick(taken, 1)])

    async def late(_: AsyncConnection, __: Timer, ___: timedelta) -> Sequence[NewEvent]:
        return [tick(taken, 1)]  # somebody else wrote this version first

    await armed(engine, ("review", uuid4(), 1, AT, {}))
    with pytest.raises(Exception, match="decide again"):
        await Timers(engine, clock, late).step()
    assert await sql(dsn, "SELECT count(*) FROM timers WHERE fired_at IS NULL AND failures = 0") == 1
