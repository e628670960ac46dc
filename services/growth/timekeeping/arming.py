"""Our own log → timers. After each event of a plan or of an account's planning all its timers are said anew; their
version is that of the two streams, so the newest state wins whatever comes twice or late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.growth import process
from services.growth.domain import AccountPlanning, GrowthPlan, Now
from services.growth.policy.documents import shipped
from services.growth.reads.tables import accounts
from services.growth.settings import Settings
from shared import timers
from shared.clock import Clock
from shared.eventstore.events import Aggregate, Event, Recorded
from shared.eventstore.repository import aggregates_in
from shared.positions import driver
from shared.timers import Timer

SYSTEM = "system:growth"


def topics(cls: type[Aggregate]) -> frozenset[str]:
    """The topics of an aggregate's events."""
    found = (getattr(cls, name) for name in dir(cls))
    return frozenset(
        e.TOPIC for e in found if isinstance(e, type) and issubclass(e, Event) and getattr(e, "TOPIC", None)
    )


_PLAN, _PLANNING = topics(GrowthPlan), topics(AccountPlanning)


class Arming:
    """Follows the log like a projection, but writes timers: it has no tables and is never rebuilt."""

    name = "growth_timers_v1"
    tables: Sequence[Table] = ()

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], _: Mapping[str, Table]) -> None:
        """Arm and disarm whatever a page of events changed."""
        raw = driver(conn)
        plans = await aggregates_in(raw, GrowthPlan, _streams(events, _PLAN))
        plannings = {p.id: p for p in (await self._plannings(conn, events, plans.values())).values()}
        running = {i for p in plannings.values() for i in (p.draft, p.active) if i} - plans.keys()
        plans |= await aggregates_in(raw, GrowthPlan, running)
        now = self._clock.now()
        rules = Now(SYSTEM, now, now, self._settings.calendar, shipped())
        wanted: list[Timer] = []
        for plan in plans.values():
            stream = AccountPlanning.create_id(plan.account_id)
            planning = plannings.get(stream) or AccountPlanning.open(plan.account_id)
            wanted += [Timer(*t) for t in process.plan_timers(plan, planning, rules)]
        zones = await self._zones(conn, [p.account_id for p in plannings.values()])
        for planning in plannings.values():
            zone = zones.get(planning.account_id, self._settings.company_time_zone)
            wanted.append(Timer(*process.duty_timer(planning, zone)))
        for r in events:
            if isinstance(r.event, GrowthPlan.MilestoneDependencyAdded) and r.event.predecessor_plan_id:
                wanted.append(Timer(process.CROSS_LINKS, r.stream_id, r.position, process.WAKE))
        await timers.arm(conn, wanted)

    async def _plannings(
        self, conn: AsyncConnection, events: Sequence[Recorded], plans: Iterable[GrowthPlan]
    ) -> dict[UUID, AccountPlanning]:
        of_plans = {AccountPlanning.create_id(p.account_id) for p in plans}
        return await aggregates_in(driver(conn), AccountPlanning, _streams(events, _PLANNING) | of_plans)

    async def _zones(self, conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, str]:
        query = select(accounts.c.account_id, accounts.c.time_zone).where(accounts.c.account_id.in_(ids))
        return {r.account_id: r.time_zone for r in await conn.execute(query)}


def _streams(events: Sequence[Recorded], wanted: frozenset[str]) -> set[UUID]:
    return {r.stream_id for r in events if r.topic in wanted}
