"""Commands on milestones and their dependencies. Planned → InProgress → Done; an open one may be waived.

A slip moves nobody's date: it shows which dependencies are violated, what is blocked, and what could be possible.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from services.growth.domain.base import Now, need, need_owner, need_title
from services.growth.domain.plan.initiatives import InitiativeCommands
from services.growth.domain.plan.state import Milestone
from services.growth.domain.values import ClearedBecause, DependencyKind
from services.growth.policy import schedule
from shared.errors import NotFound


class MilestoneCommands(InitiativeCommands):
    """Mixed into `GrowthPlan`."""

    def plan_milestone(
        self, now: Now, milestone_id: UUID, initiative_id: UUID, *, title: str, owner: str, due: date,
        duration_days: int = 0, run_id: UUID | None = None, step: str | None = None,
    ) -> None:  # fmt: skip
        """A dated step of an initiative."""
        self._editable()
        self._open_initiative(initiative_id)
        need(milestone_id not in self.milestones, "milestone-exists", "The plan has this milestone already.")
        need_title(title)
        need_owner(owner)
        need(0 <= duration_days <= 250, "duration-wrong", "The work takes 0 to 250 business days.")
        self._not_past(due, now)
        self.trigger_event(
            self.MilestonePlanned, milestone_id=milestone_id, initiative_id=initiative_id, title=title, owner=owner,
            due=due, due_version=1, duration_days=duration_days, run_id=run_id, step=step,
            timestamp=now.at,
        )  # fmt: skip

    def start_milestone(self, now: Now, milestone_id: UUID) -> None:
        """Work begins."""
        self._running()
        m = self._open_milestone(milestone_id)
        need(m.status == "Planned", "milestone-started", "It was started already.")
        self.trigger_event(self.MilestoneStarted, milestone_id=milestone_id, started_on=now.day(self.zone))
        self.settle_overlays(now)

    def reschedule_milestone(self, now: Now, milestone_id: UUID, due: date, reason_ref: UUID) -> None:
        """Another due day, a new due version. The same day does nothing."""
        self._running()
        m = self._open_milestone(milestone_id)
        self._not_past(due, now)
        if due == m.due:
            return
        overdue = m.overdue
        self.trigger_event(
            self.MilestoneRescheduled, milestone_id=milestone_id, from_due=m.due, to_due=due,
            due_version=m.due_version + 1, times_rescheduled=m.times_rescheduled + 1, reason_ref=reason_ref,
            timestamp=now.at,
        )  # fmt: skip
        self._clear(milestone_id, overdue, "rescheduled")
        self.settle_overlays(now)

    def complete_milestone(self, now: Now, milestone_id: UUID) -> None:
        """Done at `now.at`. What is told more than five days late needs the plan's owner."""
        self._running()
        m = self._open_milestone(milestone_id)
        need(now.at <= now.today, "completed-in-future", "It cannot be done already at a time to come.")
        limit = now.policy.backdating_days
        need(
            now.today - now.at <= timedelta(days=limit) or now.user == self.owner, "backdating-needs-plan-owner",
            f"It was done more than {limit} days ago: only the plan's owner ({self.owner}) may tell that now.",
        )  # fmt: skip
        on, overdue, in_time = now.day(self.zone), m.overdue, now.at < self.deadline(m)
        self.trigger_event(
            self.MilestoneCompleted, milestone_id=milestone_id, initiative_id=m.initiative, completed_at=now.at,
            completed_on=on, due=m.due, days_late=max(0, (on - m.due).days), run_id=m.run_id, step=m.step,
        )  # fmt: skip
        self._clear(milestone_id, overdue, "backdated" if in_time else "completed")
        self.settle_overlays(now)

    def reopen_milestone(self, now: Now, milestone_id: UUID, due: date, reason_ref: UUID) -> None:
        """Not done after all; it needs a due day again."""
        self._running()
        m = self.milestone(milestone_id)
        need(not m.open, "milestone-open", "It is open.")
        self._open_initiative(m.initiative)
        self._not_past(due, now)
        self.trigger_event(
            self.MilestoneReopened, milestone_id=milestone_id, due=due, due_version=m.due_version + 1,
            reason_ref=reason_ref, timestamp=now.at,
        )  # fmt: skip
        self.settle_overlays(now)

    def waive_milestone(self, now: Now, milestone_id: UUID, reason_ref: UUID) -> None:
        """It will not be done, and nothing waits for it."""
        self._running()
        overdue = self._open_milestone(milestone_id).overdue
        self.trigger_event(self.MilestoneWaived, milestone_id=milestone_id, reason_ref=reason_ref)
        self._clear(milestone_id, overdue, "waived")
        self.settle_overlays(now)

    def reassign_milestone(self, now: Now, milestone_id: UUID, owner: str) -> None:
        """Another owner."""
        self._running()
        m = self._open_milestone(milestone_id)
        need_owner(owner)
        if owner != m.owner:
            self.trigger_event(self.MilestoneReassigned, milestone_id=milestone_id, from_owner=m.owner, to_owner=owner)

    def add_dependency(
        self, now: Now, milestone_id: UUID, predecessor_id: UUID, kind: DependencyKind, lag_days: int,
        predecessor_plan_id: UUID | None = None,
    ) -> None:  # fmt: skip
        """The milestone waits for another one. Inside the plan the graph stays acyclic; to other plans it is a link."""
        self._editable()
        self.milestone(milestone_id)
        elsewhere = predecessor_plan_id if predecessor_plan_id != self.id else None
        need(-250 <= lag_days <= 250, "lag-wrong", "The lag is at most 250 business days either way.")
        known = self.dependencies.get((milestone_id, predecessor_id))
        if known and (known.kind, known.lag, known.plan) == (kind, lag_days, elsewhere):
            return
        need(known is None, "dependency-exists", "It waits for that one already: remove that dependency first.")
        if elsewhere is None:
            self.milestone(predecessor_id)
            need(
                not schedule.would_cycle(self.edges(), predecessor_id, milestone_id), "dependency-cycle",
                "The two would wait for each other, directly or through others.",
            )  # fmt: skip
        self.trigger_event(
            self.MilestoneDependencyAdded, milestone_id=milestone_id, predecessor_id=predecessor_id, kind=kind,
            lag_days=lag_days, predecessor_plan_id=elsewhere,
        )  # fmt: skip
        self.settle_overlays(now)

    def remove_dependency(self, now: Now, milestone_id: UUID, predecessor_id: UUID) -> None:
        """It waits no longer."""
        self._editable()
        if (milestone_id, predecessor_id) not in self.dependencies:
            raise NotFound("There is no such dependency.", slug="dependency-unknown")
        self.trigger_event(self.MilestoneDependencyRemoved, milestone_id=milestone_id, predecessor_id=predecessor_id)
        self.settle_overlays(now)

    def cycle_found(self, milestones: tuple[UUID, ...], plans: tuple[UUID, ...]) -> None:
        """Links between plans close a circle; told once."""
        if milestones not in self.cycles:
            self.trigger_event(self.DependencyCycleDetected, milestone_ids=milestones, plan_ids=plans)

    def settle_overlays(self, now: Now) -> None:
        """Tell which dependencies are violated now, and what became blocked or free."""
        known = {n.id: n for n in self.nodes()}
        holds: dict[UUID, set[UUID]] = {i: set() for i, m in self.milestones.items() if m.open}
        for edge in self.edges():
            after, before = self.milestones[edge.after], self.milestones[edge.before]
            if not after.open or edge.before not in known:
                continue
            possible = schedule.violated(edge, known[edge.before], known[edge.after], now.calendar)
            if before.open and (possible or before.overdue is not None) and edge.before in self.unmet(edge.after):
                holds[edge.after].add(edge.before)
            key = (edge.after, edge.before, after.due_version, before.due_version)
            if possible and before.open and key not in self.violations:
                self.trigger_event(
                    self.MilestoneDependencyViolated, milestone_id=edge.after, predecessor_id=edge.before,
                    kind=edge.kind, due=after.due, due_version=after.due_version, predecessor_due=before.due,
                    predecessor_due_version=before.due_version, earliest_possible=possible, owner=after.owner,
                    predecessor_owner=before.owner,
                )  # fmt: skip
        for i, blockers in holds.items():
            by = tuple(sorted(blockers, key=str))
            if by and by != self.milestones[i].blocked_by:
                self.trigger_event(self.MilestoneBlocked, milestone_id=i, blocked_by=by)
            elif not by and self.milestones[i].blocked_by:
                self.trigger_event(self.MilestoneUnblocked, milestone_id=i)

    def _clear(self, milestone_id: UUID, due_version: int | None, reason: ClearedBecause) -> None:
        if due_version is not None:
            self.trigger_event(
                self.MilestoneOverdueCleared, milestone_id=milestone_id, due_version=due_version, reason=reason
            )

    def _open_milestone(self, milestone_id: UUID) -> Milestone:
        m = self.milestone(milestone_id)
        need(m.open, "milestone-not-open", f"The milestone is {m.status}.")
        return m
