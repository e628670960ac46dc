"""What time does to a plan. Every method is called by a timer: too early, outdated or repeated it does nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from services.growth.domain.base import Now
from services.growth.domain.plan.milestones import MilestoneCommands
from services.growth.domain.plan.state import Milestone
from services.growth.domain.values import Recipient, Tier
from services.growth.policy.calendar import midnight

DAY = timedelta(days=1)
CheckStep = Literal["due", "overdue", "end"]
Why = Literal["overdue", "critical_path", "blocked", "still_overdue"]


class ClockCommands(MilestoneCommands):
    """Mixed into `GrowthPlan`. `now.at` is the instant at which it fell due, `now.today` when we look."""

    def fall_overdue(self, now: Now, milestone_id: UUID, due_version: int, tier: Tier | None) -> bool:
        """The due day is over. True: it fell overdue now; once for each due version."""
        m = self.milestones.get(milestone_id)
        if m is None or not m.open or not self.open or m.due_version != due_version or due_version in m.fell:
            return False
        if now.today < self.deadline(m):
            return False
        critical = self.schedule(m.due + DAY, now).critical
        goals = self.initiatives[m.initiative].goals
        self.trigger_event(
            self.MilestoneOverdue, milestone_id=milestone_id, initiative_id=m.initiative, tier=tier, owner=m.owner,
            due=m.due, tz=self.zone, due_version=due_version, times_rescheduled=m.times_rescheduled,
            blocked_by=tuple(self.unmet(milestone_id)), blocks=tuple(self.waiting(milestone_id)),
            on_critical_path=milestone_id in critical, goals=goals, late_by_s=_late(now, self.deadline(m)),
        )  # fmt: skip
        self.settle_overlays(now)
        return True

    def reminder(self, m: Milestone, now: Now) -> tuple[int, datetime] | None:
        """(step, instant) of the next reminder before the due day; steps that were past when it was dated are none."""
        left = [s for s in now.policy.milestone_due_soon_business_days if not m.told or s < min(m.told)]
        ahead = ((s, self._reminded_at(m, s, now)) for s in left)
        return min(((s, at) for s, at in ahead if at > m.dated_at), key=lambda x: x[1], default=None)

    def come_due_soon(self, now: Now, milestone_id: UUID, due_version: int) -> datetime | None:
        """Remind; after a pause only the step that is nearest to the due day. Returns the instant of that step."""
        m = self.milestones.get(milestone_id)
        if m is None or not m.open or not self.open or m.due_version != due_version or now.today >= self.deadline(m):
            return None
        if (first := self.reminder(m, now)) is None or first[1] > now.today:
            return None
        steps = [s for s in now.policy.milestone_due_soon_business_days if s <= first[0]]
        step = min(s for s in steps if self._reminded_at(m, s, now) <= now.today)
        self.trigger_event(
            self.MilestoneDueSoon, milestone_id=milestone_id, owner=m.owner, due=m.due, due_version=due_version,
            business_days_left=step, late_by_s=_late(now, self._reminded_at(m, step, now)),
        )  # fmt: skip
        return self._reminded_at(m, step, now)

    def escalation(self, m: Milestone, now: Now) -> tuple[int, datetime] | None:
        """(step, instant) at which somebody else is told that it is still overdue."""
        if m.overdue is None:
            return None
        left = [s for s in now.policy.milestone_overdue_business_days if s not in m.escalated]
        return min(((s, self._escalated_at(m, s, now)) for s in left), key=lambda x: x[1], default=None)

    def escalate(
        self, now: Now, milestone_id: UUID, due_version: int, step: int, recipients: tuple[Recipient, ...], why: Why
    ) -> None:
        """Name who is to be told; once for each step of a due version."""
        m = self.milestones[milestone_id]
        if m.overdue == due_version and step not in m.escalated:
            self.trigger_event(
                self.MilestoneOverdueEscalated, milestone_id=milestone_id, due_version=due_version,
                step_business_days=step, recipients=recipients, why=why, late_by_s=_late(now, now.at),
            )  # fmt: skip

    def check_due(self, now: Now, every_days: int) -> tuple[CheckStep, date, datetime] | None:
        """(what, day, instant) that the plan's own calendar brings next."""
        if self.status != "Active" or self.approved_on is None:
            return None
        due = max(self.checked_on or self.approved_on, self.approved_on) + timedelta(days=every_days)
        late = now.calendar.add(due, now.policy.plan_check_grace_business_days) + DAY
        end = self.ends_on - timedelta(days=now.policy.plan_end_days)
        steps: list[tuple[CheckStep, date, date]] = [
            ("due", due, due),
            ("overdue", due, late),
            ("end", self.ends_on, end),
        ]
        ahead = [(w, of, midnight(at, self.zone)) for w, of, at in steps if (w, of) not in self.check_told]
        return min(ahead, key=lambda s: s[2], default=None)

    def come_to_check(self, now: Now, every_days: int, tier: Tier | None) -> None:
        """A check is due or overdue, or the period ends soon."""
        found = self.check_due(now, every_days)
        if found is None or found[2] > now.today:
            return
        what, of, at = found
        late = _late(now, at)
        if what == "due":
            self.trigger_event(self.GrowthPlanCheckDue, due_on=of, tier=tier, every_days=every_days, late_by_s=late)
        elif what == "overdue":
            grace = now.policy.plan_check_grace_business_days
            self.trigger_event(self.GrowthPlanCheckOverdue, due_on=of, grace_business_days=grace, late_by_s=late)
        else:
            left = (self.ends_on - now.day(self.zone)).days
            self.trigger_event(self.GrowthPlanEndApproached, ends_on=of, days_left=left, late_by_s=late)

    def _reminded_at(self, m: Milestone, step: int, now: Now) -> datetime:
        return midnight(now.calendar.add(m.due, -step), self.zone)

    def _escalated_at(self, m: Milestone, step: int, now: Now) -> datetime:
        return midnight(now.calendar.add(m.due + DAY, step), self.zone)


def _late(now: Now, due: datetime) -> int:
    return max(0, int((now.today - due).total_seconds()))
