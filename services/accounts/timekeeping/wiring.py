"""Which rule does what, and the timers that run them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.accounts import process
from services.accounts.settings import Settings
from services.accounts.timekeeping.assessments import Assessments
from services.accounts.timekeeping.calendars import Calendars
from services.accounts.timekeeping.daily import Daily
from services.accounts.timekeeping.gate import Gate
from services.accounts.timekeeping.handovers import Following
from services.accounts.timekeeping.owners import Owners
from shared import timers
from shared.clock import Clock
from shared.consumer import Consumer
from shared.eventstore.events import NewEvent
from shared.timers import Timer, Timers

Rule = Assessments | Calendars | Owners | Daily
AT_ONCE = 20
"""Timers in a transaction: after a backfill each brings a hundred events, and they are in memory together."""


class Timekeeping:
    """Every process of the service, and the runners of their timers: tier assessments first, then the others; handovers
    by the clock alone, as people answer them whatever the CRM does."""

    def __init__(
        self, engine: AsyncEngine, settings: Settings, clock: Clock, consumer: str, projection: str, *,
        watched: Sequence[Consumer] = (), settle: timedelta = timedelta(0),
    ) -> None:  # fmt: skip
        zone = settings.zone

        def gate(after_tiers: bool) -> Gate:
            return Gate(engine, clock, consumer, projection, after_tiers=after_tiers, watched=watched, settle=settle)

        first, then = gate(False), gate(True)
        tiers = Assessments(zone, settings.company_currency, first)
        others: dict[str, Rule] = {
            process.CONTRACTS: Calendars(zone),
            process.OWNER: Owners(settings.crm_system),
            process.DAILY: Daily(zone),
        }
        self.assessments = _runner(engine, clock, first, {process.ASSESSMENT: tiers})
        self.others = _runner(engine, clock, then, others)
        self.handovers = Timers(engine, clock, Following(settings, clock, gate(True)), rules=[process.HANDOVERS])

    async def run(self, stop: asyncio.Event) -> None:
        """All, until `stop`."""
        await asyncio.gather(*(t.run(stop) for t in (self.assessments, self.others, self.handovers)))


def _runner(engine: AsyncEngine, clock: Clock, gate: Gate, rules: Mapping[str, Rule]) -> Timers:
    async def fire(conn: AsyncConnection, timer: Timer, _: timedelta) -> Sequence[NewEvent]:
        assert gate.until is not None  # or nothing would fire
        return await rules[timer.rule].fire(conn, timer, gate.until, clock.now())

    return Timers(engine, clock, fire, ready=gate, page=AT_ONCE, rules=list(rules))


async def arm_daily(engine: AsyncEngine) -> None:
    """Start the daily tick and the look at handovers, once for ever: later ones arm themselves with higher versions."""
    async with engine.begin() as conn:
        looks = Timer(process.HANDOVERS, process.COMPANY, 1, process.WAKE + process.HANDOVERS_EVERY)  # woken by no fact
        await timers.arm(conn, [Timer(process.DAILY, process.COMPANY, 1, process.WAKE), looks])
