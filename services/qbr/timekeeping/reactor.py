"""Our own events, each once and in order → what follows from them (`process.cycle`, `process.follow_up`), and when time
looks at them next. One transaction for a page: effects, timers and position together, so nothing happens twice.

It follows the log from where it stood; a rebuild of read models does not move it, so it sends nothing again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from services.qbr import deadlines, process
from services.qbr.app import Company, Unit, execute
from services.qbr.app.wake import wake
from services.qbr.domain import ActionEvent, QbrEvent, Series, SeriesEvent
from services.qbr.domain.commands import Command
from services.qbr.reads.accounts import KnownAccounts
from services.qbr.timekeeping.look import look
from shared import ids, positions
from shared.clock import Clock
from shared.errors import Rejected
from shared.eventstore.events import Meta, Recorded
from shared.eventstore.store import append_in, read_in
from shared.positions import driver
from shared.projector import PLACE

log = logging.getLogger(__name__)

NAME = "qbr.reactor"
PAGE = 200


class Reactor:
    """Any number of processes may run it; one works at a time."""

    def __init__(self, engine: AsyncEngine, known: KnownAccounts, company: Company, clock: Clock) -> None:
        self._engine, self._known, self._company, self._clock = engine, known, company, clock

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the log until `stop`. Raises what no retry cures."""
        await positions.follow(self._engine, NAME, self.step, PAGE, stop)

    async def step(self) -> int:
        """React to the next page; returns its length."""
        async with self._engine.begin() as conn:
            await positions.fence(conn, NAME, [PLACE])
            raw = driver(conn)
            after = (await positions.places(raw, NAME)).get(PLACE, 0)
            events = await read_in(raw, after, PAGE)
            if not events:
                return 0
            unit = Unit(conn, self._known, self._company, self._clock.now())
            for r in events:
                for n, (name, command) in enumerate(await self._wanted(unit, r)):
                    await self._do(unit, r, name, n, command)
            await wake(conn, await self._looks(unit, events))
            await positions.save(raw, NAME, {PLACE: events[-1].position})
            if unit.events:
                await append_in(raw, unit.events)
        return len(events)

    async def _looks(self, unit: Unit, events: Sequence[Recorded]) -> list[tuple[str, UUID, datetime | None]]:
        """When time looks next at what these events changed; what is due by now, at its own instant in the past."""
        changed = {look for r in events for look in _changed(r)}
        for account in [subject for rule, subject in changed if rule == deadlines.SERIES]:
            series = await unit.find(Series, Series.create_id(account))
            if series is not None and series.current is not None:  # a pause holds its reminders up, too
                changed.add((deadlines.QBR, series.current))
        found: list[tuple[str, UUID, datetime | None]] = []
        for rule, subject in sorted(changed, key=str):
            agenda = await look(unit, rule, subject)
            found.append((rule, subject, agenda.now[0].at if agenda.now else agenda.next))
        return found

    async def _wanted(self, unit: Unit, r: Recorded) -> list[tuple[str, Command]]:
        """The commands that follow from an event, each with the process that wants it."""
        if not isinstance(r.event, (SeriesEvent, QbrEvent, ActionEvent)):
            return []
        series = await unit.find(Series, Series.create_id(r.event.account_id))
        state = process.Situation(series, await unit.open_qbr(series))
        cycle = [("cycle", command) for command in process.cycle(state, r.event)]
        return cycle + [("follow_up", command) for command in process.follow_up(r.event)]

    async def _do(self, unit: Unit, r: Recorded, name: str, n: int, command: Command) -> None:
        meta = Meta.follow(r, "system:qbr", command_id=ids.command_id(r.event_id, name, str(n)))
        try:
            await execute(unit, command, meta)
        except Rejected as e:  # somebody was faster: what the process wanted is settled, or not wanted any more
            unit.drop()
            log.info("%s of %s is not wanted: %s", type(command).__name__, r.event_id, e.slug)


def _changed(r: Recorded) -> list[tuple[str, UUID]]:
    """What time has to look at anew after an event."""
    e = r.event
    match e:
        case SeriesEvent():
            return [(deadlines.SERIES, e.account_id)]
        case QbrEvent():
            return [(deadlines.QBR, r.stream_id), (deadlines.SERIES, e.account_id)]
        case ActionEvent():
            return [(deadlines.ACTION, r.stream_id)]
    return []
