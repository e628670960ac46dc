"""The timers of the service: each looks at its series, QBR or action and does what is due, once for each due version.

The effect counts from the instant it fell due, however late it is looked at; `late_by_s` says how late.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.qbr import deadlines
from services.qbr.app import SERVICE, Company, Unit, execute
from services.qbr.app.wake import ACCOUNT, WAKE, wake
from services.qbr.deadlines import Due
from services.qbr.domain import Series
from services.qbr.reads.accounts import KnownAccounts
from services.qbr.reads.states import open_of
from services.qbr.reads.tables import READ_MODEL
from services.qbr.timekeeping.gate import Gate
from services.qbr.timekeeping.look import look
from services.qbr.timekeeping.reactor import NAME as REACTOR
from shared import ids, timers
from shared.clock import Clock
from shared.consumer import Consumer
from shared.errors import Rejected
from shared.eventstore.events import Meta, NewEvent, event_id
from shared.timers import Timer, Timers

log = logging.getLogger(__name__)

RULES = (deadlines.SERIES, deadlines.QBR, deadlines.ACTION, ACCOUNT)
_LAST = text("SELECT max(position) FROM events WHERE stream_id = :stream")


class Clockwork:
    """Fires what is due while the gate is open."""

    def __init__(
        self, engine: AsyncEngine, known: KnownAccounts, company: Company, clock: Clock,
        watched: Sequence[Consumer] = (), settle: timedelta = timedelta(0),
    ) -> None:  # fmt: skip
        self._known, self._company, self._clock = known, company, clock
        gate = Gate(engine, clock, [REACTOR, READ_MODEL], watched, settle)
        self.timers = Timers(engine, clock, self._fire, ready=gate, rules=RULES)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        await self.timers.run(stop)

    async def _fire(self, conn: AsyncConnection, timer: Timer, _: timedelta) -> Sequence[NewEvent]:
        if timer.rule == ACCOUNT:
            await wake(conn, [(rule, subject, WAKE) for rule, subject in await open_of(conn, timer.subject)])
            return ()
        unit = Unit(conn, self._known, self._company, self._clock.now())
        agenda = await look(unit, timer.rule, timer.subject)
        for n, due in enumerate(agenda.now):
            await self._do(unit, timer, n, due)
        if agenda.next is not None:
            await timers.arm(conn, [Timer(timer.rule, timer.subject, timer.due_version + 1, agenda.next)])
        return unit.events

    async def _do(self, unit: Unit, timer: Timer, n: int, due: Due) -> None:
        about = Series.create_id(timer.subject) if timer.rule == deadlines.SERIES else timer.subject
        step = ids.derived("command", timer.rule, str(timer.subject), str(timer.due_version), str(n))
        cause = await self._cause(unit.conn, about)
        try:
            await execute(unit, due.command, Meta(f"system:{SERVICE}", due.at, step, step, cause))
        except Rejected as e:  # the state changed since it was armed
            unit.drop()
            log.info("%s of %s is not wanted: %s", type(due.command).__name__, about, e.slug)

    async def _cause(self, conn: AsyncConnection, stream: UUID) -> str | None:
        """The event that made it due: the last one of what it is about."""
        last = (await conn.execute(_LAST, {"stream": stream})).scalar()
        return event_id(SERVICE, last) if last else None
