"""A growth plan with its goals, initiatives, milestones and dependencies: one stream, so that what must hold between
them (above all: no circle of dependencies) is decided in one place.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from eventsourcing.domain import event

from services.growth.domain.base import AccountEvent, Now
from services.growth.domain.plan.clock import ClockCommands
from services.growth.domain.plan.goal_events import GoalEvents, InitiativeEvents
from services.growth.domain.plan.goals import GoalCommands
from services.growth.domain.plan.lifecycle import LifecycleCommands, check_head
from services.growth.domain.plan.lifecycle_events import LifecycleEvents
from services.growth.domain.plan.milestone_events import MilestoneEvents
from services.growth.domain.plan.state import Dependency, Goal, Initiative, Milestone
from services.growth.domain.values import Checkpoint, CheckStatus, DependencyKind, Direction, PlanStatus
from shared.eventstore.events import Aggregate, AggregateCreated


class GrowthPlan(LifecycleCommands, GoalCommands, ClockCommands, Aggregate):
    """Stream id = plan id. The commands are mixed in; here is how events change the state."""

    TOPIC = "growth.GrowthPlan"

    class Event(AccountEvent): ...

    class GrowthPlanDrafted(AggregateCreated, Event):
        """Somebody, or the policy, starts a plan. `time_zone`: the account's, in which its due dates are days."""

        TOPIC = "growth.GrowthPlanDrafted"
        title: str
        owner: str
        starts_on: date
        ends_on: date
        time_zone: str
        drafted_by: str

    @event(GrowthPlanDrafted)
    def __init__(
        self, account_id: UUID, title: str, owner: str, starts_on: date, ends_on: date, time_zone: str, drafted_by: str
    ) -> None:
        self.account_id, self.zone = account_id, time_zone
        self.title, self.owner, self.starts_on, self.ends_on = title, owner, starts_on, ends_on
        self.status: PlanStatus = "Draft"
        self.submitted_by, self.revision = "", 0
        self.approved_on: date | None = None
        self.checked_on: date | None = None
        self.check_told: set[tuple[str, date]] = set()
        self.goals: dict[UUID, Goal] = {}
        self.initiatives: dict[UUID, Initiative] = {}
        self.milestones: dict[UUID, Milestone] = {}
        self.dependencies: dict[tuple[UUID, UUID], Dependency] = {}
        self.violations: set[tuple[Any, ...]] = set()
        self.cycles: set[tuple[UUID, ...]] = set()
        self.links: dict[str, list[UUID]] = {}

    @classmethod
    def draft(
        cls,
        now: Now,
        plan_id: UUID,
        account_id: UUID,
        title: str,
        owner: str,
        starts_on: date,
        ends_on: date,
        zone: str,
    ) -> GrowthPlan:
        """Begin a plan."""
        check_head(title, owner, starts_on, ends_on)
        return cls._create(
            cls.GrowthPlanDrafted, id=plan_id, account_id=account_id, title=title, owner=owner, starts_on=starts_on,
            ends_on=ends_on, time_zone=zone, drafted_by=now.by,
        )  # fmt: skip

    # -- the plan

    @event(LifecycleEvents.GrowthPlanSubmitted)
    def _on_submitted(self, submitted_by: str) -> None:
        self.status, self.submitted_by = "InReview", submitted_by

    @event(LifecycleEvents.GrowthPlanApproved)
    def _on_approved(self, timestamp: datetime) -> None:
        self.status, self.approved_on = "Active", timestamp.astimezone(ZoneInfo(self.zone)).date()

    @event(LifecycleEvents.GrowthPlanReturned)
    def _on_returned(self) -> None:
        self.status = "Draft"

    @event(LifecycleEvents.GrowthPlanRevised)
    def _on_revised(self, title: str, owner: str, starts_on: date, ends_on: date, revision: int) -> None:
        self.title, self.owner, self.starts_on, self.ends_on = title, owner, starts_on, ends_on
        self.revision = revision

    @event(LifecycleEvents.GrowthPlanClosed)
    def _on_closed(self) -> None:
        self.status = "Closed"

    @event(LifecycleEvents.GrowthPlanAbandoned)
    def _on_abandoned(self) -> None:
        self.status = "Abandoned"

    @event(LifecycleEvents.GrowthPlanSuperseded)
    def _on_superseded(self) -> None:
        self.status = "Superseded"

    @event(LifecycleEvents.GrowthPlanZoneAdopted)
    def _on_zone(self, time_zone: str) -> None:
        self.zone = time_zone

    @event(LifecycleEvents.GrowthPlanCheckDue)
    def _on_check_due(self, due_on: date) -> None:
        self.check_told.add(("due", due_on))

    @event(LifecycleEvents.GrowthPlanCheckOverdue)
    def _on_check_overdue(self, due_on: date) -> None:
        self.check_told.add(("overdue", due_on))

    @event(LifecycleEvents.GrowthPlanEndApproached)
    def _on_end_near(self, ends_on: date) -> None:
        self.check_told.add(("end", ends_on))

    # -- goals

    @event(GoalEvents.GoalSet)
    def _on_goal_set(
        self, goal_id: UUID, owner: str, baseline: int, target: int, direction: Direction, starts_on: date, due: date,
        checkpoints: tuple[Checkpoint, ...],
    ) -> None:  # fmt: skip
        self.goals[goal_id] = Goal(owner, baseline, target, direction, starts_on, due, checkpoints)

    @event(GoalEvents.GoalRetargeted)
    def _on_retargeted(self, goal_id: UUID, to_target: int, to_due: date, checkpoints: tuple[Checkpoint, ...]) -> None:
        goal = self.goals[goal_id]
        goal.target, goal.due, goal.checkpoints = to_target, to_due, checkpoints

    @event(GoalEvents.GoalConfirmedByCustomer)
    def _on_confirmed(self, goal_id: UUID, at: datetime) -> None:
        self.goals[goal_id].confirmed_at = at

    @event(GoalEvents.GoalChecked)
    def _on_checked(
        self, goal_id: UUID, value: int, value_on: date, status: CheckStatus, checked_on: date, checked_by: str
    ) -> None:
        goal = self.goals[goal_id]
        goal.status, goal.checked_on = status, checked_on
        if checked_by != "timer":
            goal.value, goal.value_on = value, value_on
            self.checked_on = max(self.checked_on or checked_on, checked_on)

    @event(GoalEvents.GoalAchieved)
    def _on_achieved(self, goal_id: UUID) -> None:
        self.goals[goal_id].status = "Achieved"

    @event(GoalEvents.GoalMissed)
    def _on_missed(self, goal_id: UUID) -> None:
        self.goals[goal_id].status = "Missed"

    @event(GoalEvents.GoalWithdrawn)
    def _on_withdrawn(self, goal_id: UUID) -> None:
        self.goals[goal_id].status = "Withdrawn"

    # -- initiatives

    @event(InitiativeEvents.InitiativeProposed)
    def _on_proposed(
        self, initiative_id: UUID, owner: str, due: date, goal_ids: tuple[UUID, ...], from_action_id: UUID | None,
        run_id: UUID | None,
    ) -> None:  # fmt: skip
        self.initiatives[initiative_id] = Initiative(owner, due, goal_ids, from_action_id, run_id)

    @event(InitiativeEvents.InitiativeAligned)
    def _on_aligned(self, initiative_id: UUID, goal_ids: tuple[UUID, ...]) -> None:
        self.initiatives[initiative_id].goals = goal_ids

    @event(InitiativeEvents.InitiativeReassigned)
    def _on_initiative_reassigned(self, initiative_id: UUID, to_owner: str) -> None:
        self.initiatives[initiative_id].owner = to_owner

    @event(InitiativeEvents.InitiativeApproved)
    def _on_initiative_approved(self, initiative_id: UUID) -> None:
        self.initiatives[initiative_id].status = "Approved"

    @event(InitiativeEvents.InitiativeStarted)
    def _on_initiative_started(self, initiative_id: UUID) -> None:
        self.initiatives[initiative_id].status = "InProgress"

    @event(InitiativeEvents.InitiativePutOnHold)
    def _on_hold(self, initiative_id: UUID) -> None:
        self.initiatives[initiative_id].status = "OnHold"

    @event(InitiativeEvents.InitiativeResumed)
    def _on_resumed(self, initiative_id: UUID) -> None:
        self.initiatives[initiative_id].status = "InProgress"

    @event(InitiativeEvents.InitiativeCompleted)
    def _on_initiative_completed(self, initiative_id: UUID) -> None:
        self.initiatives[initiative_id].status = "Completed"

    @event(InitiativeEvents.InitiativeCancelled)
    def _on_cancelled(self, initiative_id: UUID) -> None:
        self.initiatives[initiative_id].status = "Cancelled"

    @event(InitiativeEvents.OpportunityLinked)
    def _on_linked(self, opportunity_id: str, initiative_id: UUID) -> None:
        self.links.setdefault(opportunity_id, []).append(initiative_id)

    @event(InitiativeEvents.OpportunityUnlinked)
    def _on_unlinked(self, opportunity_id: str, initiative_id: UUID) -> None:
        self.links[opportunity_id].remove(initiative_id)

    # -- milestones

    @event(MilestoneEvents.MilestonePlanned)
    def _on_planned(
        self, milestone_id: UUID, initiative_id: UUID, owner: str, due: date, duration_days: int, run_id: UUID | None,
        step: str | None, timestamp: datetime,
    ) -> None:  # fmt: skip
        self.milestones[milestone_id] = Milestone(initiative_id, owner, due, timestamp, duration_days, run_id, step)

    @event(MilestoneEvents.MilestoneStarted)
    def _on_started(self, milestone_id: UUID, started_on: date) -> None:
        m = self.milestones[milestone_id]
        m.status, m.started_on = "InProgress", started_on

    @event(MilestoneEvents.MilestoneRescheduled)
    def _on_rescheduled(
        self, milestone_id: UUID, to_due: date, due_version: int, times_rescheduled: int, timestamp: datetime
    ) -> None:
        self.milestones[milestone_id].date_anew(to_due, due_version, timestamp)
        self.milestones[milestone_id].times_rescheduled = times_rescheduled

    @event(MilestoneEvents.MilestoneCompleted)
    def _on_completed(self, milestone_id: UUID, completed_on: date) -> None:
        m = self.milestones[milestone_id]
        m.status, m.done_on, m.blocked_by = "Done", completed_on, ()

    @event(MilestoneEvents.MilestoneReopened)
    def _on_reopened(self, milestone_id: UUID, due: date, due_version: int, timestamp: datetime) -> None:
        m = self.milestones[milestone_id]
        m.date_anew(due, due_version, timestamp)
        m.status, m.done_on = "InProgress" if m.started_on else "Planned", None

    @event(MilestoneEvents.MilestoneWaived)
    def _on_waived(self, milestone_id: UUID) -> None:
        m = self.milestones[milestone_id]
        m.status, m.blocked_by = "Waived", ()

    @event(MilestoneEvents.MilestoneReassigned)
    def _on_reassigned(self, milestone_id: UUID, to_owner: str) -> None:
        self.milestones[milestone_id].owner = to_owner

    @event(MilestoneEvents.MilestoneDependencyAdded)
    def _on_dependency(
        self, milestone_id: UUID, predecessor_id: UUID, kind: DependencyKind, lag_days: int,
        predecessor_plan_id: UUID | None,
    ) -> None:  # fmt: skip
        self.dependencies[milestone_id, predecessor_id] = Dependency(kind, lag_days, predecessor_plan_id)

    @event(MilestoneEvents.MilestoneDependencyRemoved)
    def _on_dependency_removed(self, milestone_id: UUID, predecessor_id: UUID) -> None:
        del self.dependencies[milestone_id, predecessor_id]

    @event(MilestoneEvents.DependencyCycleDetected)
    def _on_cycle(self, milestone_ids: tuple[UUID, ...]) -> None:
        self.cycles.add(milestone_ids)

    @event(MilestoneEvents.MilestoneBlocked)
    def _on_blocked(self, milestone_id: UUID, blocked_by: tuple[UUID, ...]) -> None:
        self.milestones[milestone_id].blocked_by = blocked_by

    @event(MilestoneEvents.MilestoneUnblocked)
    def _on_unblocked(self, milestone_id: UUID) -> None:
        self.milestones[milestone_id].blocked_by = ()

    @event(MilestoneEvents.MilestoneDependencyViolated)
    def _on_violated(
        self, milestone_id: UUID, predecessor_id: UUID, due_version: int, predecessor_due_version: int
    ) -> None:
        self.violations.add((milestone_id, predecessor_id, due_version, predecessor_due_version))

    @event(MilestoneEvents.MilestoneDueSoon)
    def _on_due_soon(self, milestone_id: UUID, business_days_left: int) -> None:
        self.milestones[milestone_id].told.add(business_days_left)

    @event(MilestoneEvents.MilestoneOverdue)
    def _on_overdue(self, milestone_id: UUID, due_version: int) -> None:
        m = self.milestones[milestone_id]
        m.overdue = due_version
        m.fell.add(due_version)

    @event(MilestoneEvents.MilestoneOverdueCleared)
    def _on_cleared(self, milestone_id: UUID) -> None:
        self.milestones[milestone_id].overdue = None

    @event(MilestoneEvents.MilestoneOverdueEscalated)
    def _on_escalated(self, milestone_id: UUID, step_business_days: int) -> None:
        self.milestones[milestone_id].escalated.add(step_business_days)
