"""What a timer does: it lets the aggregate decide. An outdated one finds that nothing is left to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.growth import process
from services.growth.app.workspace import Workspace
from services.growth.domain import AccountPlanning, GrowthPlan, Now, Whitespace
from services.growth.policy import schedule
from services.growth.policy.calendar import midnight
from services.growth.policy.documents import shipped
from services.growth.reads import foreign
from services.growth.settings import Settings
from services.growth.timekeeping.arming import SYSTEM
from shared import timers
from shared.clock import Clock
from shared.consumer import Consumer
from shared.eventstore.events import Meta, NewEvent
from shared.ids import derived
from shared.timers import Timer, Timers

Act = Callable[["Firing", Workspace, Timer, Now], Awaitable[None]]


class Firing:
    """The action of all rules. Several timers that fire in one transaction share its aggregates."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._work: Workspace | None = None

    async def __call__(self, conn: AsyncConnection, timer: Timer, late_by: timedelta) -> Sequence[NewEvent]:
        """The events that follow, effective when the timer fell due."""
        if self._work is None or self._work.conn is not conn:
            self._work = Workspace(conn)
        work, today = self._work, self._clock.now()
        due = timer.due_at if timer.due_at and timer.due_at > process.WAKE else today
        now = Now(SYSTEM, due, today, self._settings.calendar, shipped())
        work.events = []
        await _ACTS[timer.rule](self, work, timer, now)
        work.keep(_meta(timer, now))
        return work.events

    async def plan(self, work: Workspace, timer: Timer) -> tuple[GrowthPlan, AccountPlanning] | None:
        """The plan of a timer and its account's planning; None: it is over, or its account does not live."""
        plan_id = UUID(str(timer.data["plan"]))
        await work.load({GrowthPlan: [plan_id]})
        plan = work.get(GrowthPlan, plan_id)
        if plan is None or not plan.open:
            return None
        stream = AccountPlanning.create_id(plan.account_id)
        await work.load({AccountPlanning: [stream]})
        planning = work.get(AccountPlanning, stream)
        return (plan, planning) if planning is not None and planning.live else None

    async def overdue(self, work: Workspace, timer: Timer, now: Now) -> None:
        """MilestoneOverdue, and PM5's first word."""
        if (found := await self.plan(work, timer)) is None:
            return
        plan, planning = found
        m, version = timer.subject, int(timer.data["due_version"])
        if plan.milestones[m].due_version != version:
            return
        at = replace(now, at=plan.deadline(plan.milestones[m]))
        if plan.fall_overdue(at, m, version, planning.tier):
            critical = m in plan.schedule(plan.milestones[m].due + timedelta(days=1), at).critical
            for c in process.overdue_chain(plan, m, critical, 0):
                plan.escalate(at, c.milestone_id, c.due_version, c.step, c.recipients, c.why)
        work.keep(_meta(timer, at))

    async def escalation(self, work: Workspace, timer: Timer, now: Now) -> None:
        """PM5's later words."""
        if (found := await self.plan(work, timer)) is None:
            return
        plan, m, step = found[0], timer.subject, int(timer.data["step"])
        if plan.milestones[m].due_version == timer.data["due_version"]:
            for c in process.overdue_chain(plan, m, False, step):
                plan.escalate(now, c.milestone_id, c.due_version, c.step, c.recipients, c.why)

    async def due_soon(self, work: Workspace, timer: Timer, now: Now) -> None:
        """MilestoneDueSoon, effective at the step that it tells."""
        if found := await self.plan(work, timer):
            at = found[0].come_due_soon(now, timer.subject, int(timer.data["due_version"]))
            work.keep(_meta(timer, replace(now, at=at or now.at)))

    async def goal(self, work: Workspace, timer: Timer, now: Now) -> None:
        """The quarterly check of a goal, and its end."""
        if found := await self.plan(work, timer):
            found[0].goal_falls_due(now, timer.subject)

    async def check(self, work: Workspace, timer: Timer, now: Now) -> None:
        """The plan's own calendar."""
        if found := await self.plan(work, timer):
            plan, planning = found
            plan.come_to_check(now, planning.check_every_days or now.policy.check_days(None), planning.tier)

    async def duty(self, work: Workspace, timer: Timer, now: Now) -> None:
        """An owed plan is missing."""
        stream = AccountPlanning.create_id(timer.subject)
        await work.load({AccountPlanning: [stream]})
        planning = work.get(AccountPlanning, stream)
        if planning is not None and planning.live:
            late = max(0, int((now.today - now.at).total_seconds()))
            planning.miss_duty(int(timer.data["due_version"]), late)

    async def cross_links(self, work: Workspace, timer: Timer, now: Now) -> None:
        """Whether links between plans close a circle: follows them from plan to plan."""
        plans: dict[UUID, GrowthPlan] = {}
        ahead = {timer.subject}
        while ahead:
            await work.load({GrowthPlan: ahead})
            found = {i: p for i in ahead if (p := work.get(GrowthPlan, i)) is not None}
            plans |= found
            ahead = {d.plan for p in found.values() for d in p.dependencies.values() if d.plan} - plans.keys()
        where = {m: i for i, p in plans.items() for m in p.milestones}
        edges = [
            schedule.Edge(before, after, d.kind, d.lag)
            for p in plans.values()
            for (after, before), d in p.dependencies.items()
        ]
        for circle in schedule.cycles(edges):
            through = tuple(sorted({where[m] for m in circle if m in where}, key=str))
            if timer.subject in plans and len(through) > 1:
                plans[timer.subject].cycle_found(circle, through)

    async def whitespace(self, work: Workspace, timer: Timer, now: Now) -> None:
        """What contracts and deals say about an account's cells today; and when they may say something else."""
        row = await foreign.account(work.conn, timer.subject)
        if row is None or row["gone"]:
            return
        today = now.today.astimezone(ZoneInfo(row["time_zone"])).date()
        facts, again = await foreign.whitespace(work.conn, timer.subject, today)
        stream = Whitespace.create_id(timer.subject)
        await work.load({Whitespace: [stream]})
        space = work.get(Whitespace, stream)
        if facts or space is not None:
            (space or work.add(Whitespace.open(timer.subject))).see(facts, SYSTEM)
        if again is not None:
            at = midnight(again, row["time_zone"])
            await timers.arm(work.conn, [Timer(timer.rule, timer.subject, timer.due_version + 1, at)])


_ACTS: Mapping[str, Act] = {
    process.OVERDUE: Firing.overdue,
    process.ESCALATION: Firing.escalation,
    process.DUE_SOON: Firing.due_soon,
    process.GOAL_CHECK: Firing.goal,
    process.PLAN_CHECK: Firing.check,
    process.PLAN_DUTY: Firing.duty,
    process.CROSS_LINKS: Firing.cross_links,
    process.WHITESPACE: Firing.whitespace,
}


def _meta(timer: Timer, now: Now) -> Meta:
    correlation = derived(timer.rule, str(timer.subject), now.at.isoformat())
    return Meta(SYSTEM, now.at, correlation_id=correlation, policy_refs=(("growth", now.policy.version),))


def timekeeping(engine: AsyncEngine, settings: Settings, clock: Clock, watched: Sequence[Consumer] = ()) -> Timers:
    """The runner. Nothing fires while there is still something to read on any partition."""

    async def ready() -> datetime | None:
        return clock.now() if all(c.caught_up.is_set() for c in watched) else None

    return Timers(engine, clock, Firing(settings, clock), ready=ready, rules=list(_ACTS))
