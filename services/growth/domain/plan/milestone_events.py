"""The events of a plan's milestones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.growth.domain.base import AccountEvent, events_of
from services.growth.domain.values import ClearedBecause, DependencyKind, Recipient, Tier

PLAN = "services.growth.domain.plan.plan"


@events_of(PLAN, "GrowthPlan")
class MilestoneEvents:
    """Mixed into `GrowthPlan`. `due` is a day in the account's time zone, `due_version` counts its changes from 1."""

    class MilestonePlanned(AccountEvent):
        """`duration_days`: business days of work that end on the due day; 0: a point in time."""

        TOPIC = "growth.MilestonePlanned"
        milestone_id: UUID
        initiative_id: UUID
        title: str
        owner: str
        due: date
        due_version: int
        duration_days: int = 0
        run_id: UUID | None = None
        step: str | None = None

    class MilestoneStarted(AccountEvent):
        """Work began."""

        TOPIC = "growth.MilestoneStarted"
        milestone_id: UUID
        started_on: date

    class MilestoneRescheduled(AccountEvent):
        """Another due day; an armed deadline is disarmed."""

        TOPIC = "growth.MilestoneRescheduled"
        milestone_id: UUID
        from_due: date
        to_due: date
        due_version: int
        times_rescheduled: int
        reason_ref: UUID

    class MilestoneCompleted(AccountEvent):
        """Done at `completed_at`, which may lie before the day it was told."""

        TOPIC = "growth.MilestoneCompleted"
        milestone_id: UUID
        initiative_id: UUID
        completed_at: datetime
        completed_on: date
        due: date
        days_late: int
        run_id: UUID | None = None
        step: str | None = None

    class MilestoneReopened(AccountEvent):
        """Not done after all, with a new due day."""

        TOPIC = "growth.MilestoneReopened"
        milestone_id: UUID
        due: date
        due_version: int
        reason_ref: UUID

    class MilestoneWaived(AccountEvent):
        """It will not be done, and nothing waits for it."""

        TOPIC = "growth.MilestoneWaived"
        milestone_id: UUID
        reason_ref: UUID

    class MilestoneReassigned(AccountEvent):
        """Another employee owns it."""

        TOPIC = "growth.MilestoneReassigned"
        milestone_id: UUID
        from_owner: str
        to_owner: str

    class MilestoneDependencyAdded(AccountEvent):
        """`milestone_id` waits for `predecessor_id`; `lag_days` business days lie between. `predecessor_plan_id`: the
        predecessor is in another plan, a link only."""

        TOPIC = "growth.MilestoneDependencyAdded"
        milestone_id: UUID
        predecessor_id: UUID
        kind: DependencyKind
        lag_days: int
        predecessor_plan_id: UUID | None = None

    class MilestoneDependencyRemoved(AccountEvent):
        """It waits no longer."""

        TOPIC = "growth.MilestoneDependencyRemoved"
        milestone_id: UUID
        predecessor_id: UUID

    class DependencyCycleDetected(AccountEvent):
        """Links between plans close a circle through these milestones."""

        TOPIC = "growth.DependencyCycleDetected"
        milestone_ids: tuple[UUID, ...]
        plan_ids: tuple[UUID, ...]

    class MilestoneBlocked(AccountEvent):
        """Predecessors that are overdue, or dated too late, hold it up."""

        TOPIC = "growth.MilestoneBlocked"
        milestone_id: UUID
        blocked_by: tuple[UUID, ...]

    class MilestoneUnblocked(AccountEvent):
        """Nothing holds it up any more."""

        TOPIC = "growth.MilestoneUnblocked"
        milestone_id: UUID

    class MilestoneDependencyViolated(AccountEvent):
        """The milestone is due before its predecessor lets it be; `earliest_possible` is a proposal, nothing moves."""

        TOPIC = "growth.MilestoneDependencyViolated"
        milestone_id: UUID
        predecessor_id: UUID
        kind: DependencyKind
        due: date
        due_version: int
        predecessor_due: date
        predecessor_due_version: int
        earliest_possible: date
        owner: str
        predecessor_owner: str

    class MilestoneDueSoon(AccountEvent):
        """`business_days_left`: the step of the reminder, 10 or 3."""

        TOPIC = "growth.MilestoneDueSoon"
        milestone_id: UUID
        owner: str
        due: date
        due_version: int
        business_days_left: int
        late_by_s: int

    class MilestoneOverdue(AccountEvent):
        """The due day is over in the account's time zone. Once for each due version; effective at that midnight."""

        TOPIC = "growth.MilestoneOverdue"
        milestone_id: UUID
        initiative_id: UUID
        tier: Tier | None
        owner: str
        due: date
        tz: str
        due_version: int
        times_rescheduled: int
        blocked_by: tuple[UUID, ...]
        blocks: tuple[UUID, ...]
        on_critical_path: bool
        goals: tuple[UUID, ...]
        late_by_s: int

    class MilestoneOverdueCleared(AccountEvent):
        """It is no longer overdue. `backdated`: it was done in time, we learned of it too late."""

        TOPIC = "growth.MilestoneOverdueCleared"
        milestone_id: UUID
        due_version: int
        reason: ClearedBecause

    class MilestoneOverdueEscalated(AccountEvent):
        """Who is to be told now: at once (`step_business_days` 0), then while it stays overdue."""

        TOPIC = "growth.MilestoneOverdueEscalated"
        milestone_id: UUID
        due_version: int
        step_business_days: int
        recipients: tuple[Recipient, ...]
        why: Literal["overdue", "critical_path", "blocked", "still_overdue"]
        late_by_s: int
