"""Commands on goals. Open → OnTrack ⇄ AtRisk ⇄ OffTrack → Achieved | Missed | Withdrawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from services.growth.domain.base import Now, need, need_owner, need_title
from services.growth.domain.plan.state import Goal, PlanState
from services.growth.domain.values import Checkpoint, Direction
from services.growth.policy import goals as rules
from services.growth.policy.calendar import midnight


class GoalCommands(PlanState):
    """Mixed into `GrowthPlan`."""

    def set_goal(
        self, now: Now, goal_id: UUID, *, title: str, owner: str, kpi_id: str, baseline: int, target: int, unit: str,
        direction: Direction, starts_on: date | None, due: date, checkpoints: tuple[Checkpoint, ...] = (),
    ) -> None:  # fmt: skip
        """What the plan wants. Without `starts_on` it counts from today, or from the plan's start if that is later."""
        self._editable()
        need(goal_id not in self.goals, "goal-exists", "The plan has this goal already.")
        need_title(title)
        need_owner(owner)
        need(kpi_id.strip() and unit.strip(), "kpi-missing", "Name the KPI and its unit.")
        begin = starts_on or max(now.day(self.zone), self.starts_on)
        self._check_way(begin, due, baseline, target, direction, checkpoints)
        self._not_past(due, now)
        self.trigger_event(
            self.GoalSet, goal_id=goal_id, title=title, owner=owner, kpi_id=kpi_id, baseline=baseline, target=target,
            unit=unit, direction=direction, starts_on=begin, due=due, checkpoints=_sorted(checkpoints),
        )  # fmt: skip

    def retarget_goal(
        self, now: Now, goal_id: UUID, target: int, due: date, checkpoints: tuple[Checkpoint, ...], reason_ref: UUID
    ) -> None:
        """Another target or due day."""
        self._editable()
        goal = self._open_goal(goal_id)
        self._check_way(goal.starts_on, due, goal.baseline, target, goal.direction, checkpoints)
        self._not_past(due, now)
        if (target, due, _sorted(checkpoints)) != (goal.target, goal.due, goal.checkpoints):
            self.trigger_event(
                self.GoalRetargeted, goal_id=goal_id, from_target=goal.target, to_target=target, from_due=goal.due,
                to_due=due, checkpoints=_sorted(checkpoints), reason_ref=reason_ref,
            )  # fmt: skip

    def confirm_goal(self, now: Now, goal_id: UUID, by_subject: UUID) -> None:
        """A person of the customer agreed to it."""
        self._running()
        self._open_goal(goal_id)
        self.trigger_event(self.GoalConfirmedByCustomer, goal_id=goal_id, by_subject=by_subject, at=now.at)

    def check_goal(self, now: Now, goal_id: UUID, value: int, value_on: date | None) -> None:
        """A person reports the KPI's value. Reaching the target ends the goal; so does the value of the due day."""
        self._running()
        goal, today = self._open_goal(goal_id), now.day(self.zone)
        on = value_on or today
        need(on <= today, "value-in-future", f"{on} lies in the future; report what is known.")
        need(on >= goal.starts_on, "value-before-start", f"The goal begins on {goal.starts_on}.")
        need(
            goal.value_on is None or on >= goal.value_on,
            "value-outdated",
            f"A value of {goal.value_on} is known already.",
        )
        self._checked(now, goal_id, goal, value, on, on, now.by, 0)
        if rules.reached(goal.target, value, goal.direction):
            self.trigger_event(self.GoalAchieved, goal_id=goal_id, value=value, target=goal.target, due=goal.due)
        elif on >= goal.due:
            self.trigger_event(self.GoalMissed, goal_id=goal_id, value=value, target=goal.target, due=goal.due)

    def withdraw_goal(self, now: Now, goal_id: UUID, reason_ref: UUID) -> None:
        """Nobody pursues it any more."""
        self._editable()
        self._open_goal(goal_id)
        self.trigger_event(self.GoalWithdrawn, goal_id=goal_id, reason_ref=reason_ref)

    def goal_due_at(self, goal: Goal, now: Now) -> datetime:
        """When the timer looks at it next: at its quarterly check, or when the grace after its due day is over."""
        check = (goal.checked_on or goal.starts_on) + timedelta(days=now.policy.goal_check_days)
        if check <= goal.due:
            return midnight(check, self.zone)
        grace = now.calendar.add(goal.due, now.policy.goal_missed_grace_business_days)
        return midnight(grace + timedelta(days=1), self.zone)

    def goal_falls_due(self, now: Now, goal_id: UUID) -> None:
        """The timer's check, with the value known last; after the grace the goal is missed. Early: nothing."""
        goal = self.goals.get(goal_id)
        if goal is None or not goal.open or not self.open or now.at < self.goal_due_at(goal, now):
            return
        late = _seconds(now.today - now.at)
        value = goal.baseline if goal.value is None else goal.value
        on = now.day(self.zone)
        if on > goal.due:
            self.trigger_event(
                self.GoalMissed, goal_id=goal_id, value=value, target=goal.target, due=goal.due, late_by_s=late
            )
        else:
            self._checked(now, goal_id, goal, value, goal.value_on or goal.starts_on, on, "timer", late)

    def _checked(
        self, now: Now, goal_id: UUID, goal: Goal, value: int, value_on: date, on: date, by: str, late: int
    ) -> None:
        should = rules.expected(goal.baseline, goal.target, goal.starts_on, goal.due, on, goal.points)
        status = rules.status(
            goal.baseline, goal.target, value, should, now.policy.goal_at_risk_shortfall_bp,
            now.policy.goal_off_track_shortfall_bp,
        )  # fmt: skip
        self.trigger_event(
            self.GoalChecked, goal_id=goal_id, value=value, value_on=value_on, expected=should, status=status,
            progress_bp=rules.progress_bp(goal.baseline, goal.target, value), checked_on=on, checked_by=by,
            policy_version=now.policy.version, late_by_s=late,
        )  # fmt: skip

    def _open_goal(self, goal_id: UUID) -> Goal:
        goal = self.goal(goal_id)
        need(goal.open, "goal-not-open", f"The goal is {goal.status}.")
        return goal

    def _check_way(
        self, begin: date, due: date, baseline: int, target: int, direction: Direction, points: tuple[Checkpoint, ...]
    ) -> None:
        need(begin < due, "goal-backwards", f"The goal is due ({due}) before it begins ({begin}).")
        need(target != baseline, "target-is-baseline", "The target is where we are already.")
        need(
            (target > baseline) == (direction == "increase"), "direction-wrong",
            f"From {baseline} to {target} the KPI does not {direction}.",
        )  # fmt: skip
        days = [p.on for p in points]
        need(
            len(set(days)) == len(days) and all(begin < d < due for d in days), "checkpoints-wrong",
            f"Checkpoints lie on different days between {begin} and {due}.",
        )  # fmt: skip


def _sorted(points: tuple[Checkpoint, ...]) -> tuple[Checkpoint, ...]:
    return tuple(sorted(points, key=lambda p: p.on))


def _seconds(late: timedelta) -> int:
    return max(0, int(late.total_seconds()))
