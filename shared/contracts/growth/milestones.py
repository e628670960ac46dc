"""Milestones of a growth plan: dates, dependencies, what blocks them and what is overdue."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.growth.base import (
    ClearedBecause,
    DependencyKind,
    PlanFact,
    Recipient,
    Tier,
)


class MilestonePlanned(PlanFact):
    """`duration_days`: business days of work that end on the due day; 0: a point in time."""

    TYPE: ClassVar[str] = "MilestonePlanned"
    milestone_id: UUID = Field(description="The milestone")
    initiative_id: UUID = Field(description="The initiative")
    title: str = Field(description="Short title, at most 120 characters, no names of persons")
    owner: str = Field(description="Who owns it: CRM user id")
    due: date = Field(description="Due day in the account's time zone")
    due_version: int = Field(description="Number of the due day; only grows")
    duration_days: int = Field(
        default=0, description="Business days of work that end on the due day; 0: a point in time"
    )
    run_id: UUID | None = Field(default=None, description="Run of a play that it belongs to; null: none")
    step: str | None = Field(default=None, description="Step of the play book; null: none")


class MilestoneStarted(PlanFact):
    """Work began."""

    TYPE: ClassVar[str] = "MilestoneStarted"
    milestone_id: UUID = Field(description="The milestone")
    started_on: date = Field(description="Day on which work began")


class MilestoneRescheduled(PlanFact):
    """Another due day; an armed deadline is disarmed."""

    TYPE: ClassVar[str] = "MilestoneRescheduled"
    milestone_id: UUID = Field(description="The milestone")
    from_due: date = Field(description="Due day before")
    to_due: date = Field(description="New due day")
    due_version: int = Field(description="Number of the due day; only grows")
    times_rescheduled: int = Field(description="How often its due day was moved by now")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")


class MilestoneCompleted(PlanFact):
    """Done at `completed_at`, which may lie before the day it was told."""

    TYPE: ClassVar[str] = "MilestoneCompleted"
    milestone_id: UUID = Field(description="The milestone")
    initiative_id: UUID = Field(description="The initiative")
    completed_at: datetime = Field(description="When it was done (instant, UTC)")
    completed_on: date = Field(description="Day on which it was done, in the account's time zone")
    due: date = Field(description="Due day in the account's time zone")
    days_late: int = Field(description="Calendar days after the due day; 0: in time")
    run_id: UUID | None = Field(default=None, description="Run of a play that it belongs to; null: none")
    step: str | None = Field(default=None, description="Step of the play book; null: none")


class MilestoneReopened(PlanFact):
    """Not done after all, with a new due day."""

    TYPE: ClassVar[str] = "MilestoneReopened"
    milestone_id: UUID = Field(description="The milestone")
    due: date = Field(description="Due day in the account's time zone")
    due_version: int = Field(description="Number of the due day; only grows")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")


class MilestoneWaived(PlanFact):
    """It will not be done, and nothing waits for it."""

    TYPE: ClassVar[str] = "MilestoneWaived"
    milestone_id: UUID = Field(description="The milestone")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")


class MilestoneReassigned(PlanFact):
    """Another employee owns it."""

    TYPE: ClassVar[str] = "MilestoneReassigned"
    milestone_id: UUID = Field(description="The milestone")
    from_owner: str = Field(description="Owner before: CRM user id")
    to_owner: str = Field(description="New owner: CRM user id")


class MilestoneDependencyAdded(PlanFact):
    """`milestone_id` waits for `predecessor_id`; `lag_days` business days lie between. `predecessor_plan_id`:
    the predecessor is in another plan, a link only."""

    TYPE: ClassVar[str] = "MilestoneDependencyAdded"
    milestone_id: UUID = Field(description="The milestone")
    predecessor_id: UUID = Field(description="Milestone that it waits for")
    kind: DependencyKind = Field(
        description="Dependency: FS, SS, FF or SF (finish or start of the predecessor to start or finish)"
    )
    lag_days: int = Field(description="Business days that lie between; negative: an overlap")
    predecessor_plan_id: UUID | None = Field(default=None, description="Plan of the predecessor; null: the same plan")


class MilestoneDependencyRemoved(PlanFact):
    """It waits no longer."""

    TYPE: ClassVar[str] = "MilestoneDependencyRemoved"
    milestone_id: UUID = Field(description="The milestone")
    predecessor_id: UUID = Field(description="Milestone that it waits for")


class DependencyCycleDetected(PlanFact):
    """Links between plans close a circle through these milestones."""

    TYPE: ClassVar[str] = "DependencyCycleDetected"
    milestone_ids: tuple[UUID, ...] = Field(description="Milestones of the circle")
    plan_ids: tuple[UUID, ...] = Field(description="Plans that the circle runs through")


class MilestoneBlocked(PlanFact):
    """Predecessors that are overdue, or dated too late, hold it up."""

    TYPE: ClassVar[str] = "MilestoneBlocked"
    milestone_id: UUID = Field(description="The milestone")
    blocked_by: tuple[UUID, ...] = Field(description="Milestones that it waits for and that are not done")


class MilestoneUnblocked(PlanFact):
    """Nothing holds it up any more."""

    TYPE: ClassVar[str] = "MilestoneUnblocked"
    milestone_id: UUID = Field(description="The milestone")


class MilestoneDependencyViolated(PlanFact):
    """The milestone is due before its predecessor lets it be; `earliest_possible` is a proposal, nothing moves."""

    TYPE: ClassVar[str] = "MilestoneDependencyViolated"
    milestone_id: UUID = Field(description="The milestone")
    predecessor_id: UUID = Field(description="Milestone that it waits for")
    kind: DependencyKind = Field(
        description="Dependency: FS, SS, FF or SF (finish or start of the predecessor to start or finish)"
    )
    due: date = Field(description="Due day in the account's time zone")
    due_version: int = Field(description="Number of the due day; only grows")
    predecessor_due: date = Field(description="Due day of the predecessor")
    predecessor_due_version: int = Field(description="Number of the predecessor's due day")
    earliest_possible: date = Field(description="First day that the dependency allows: a proposal")
    owner: str = Field(description="Who owns it: CRM user id")
    predecessor_owner: str = Field(description="Owner of the predecessor: CRM user id")


class MilestoneDueSoon(PlanFact):
    """`business_days_left`: the step of the reminder, 10 or 3."""

    TYPE: ClassVar[str] = "MilestoneDueSoon"
    milestone_id: UUID = Field(description="The milestone")
    owner: str = Field(description="Who owns it: CRM user id")
    due: date = Field(description="Due day in the account's time zone")
    due_version: int = Field(description="Number of the due day; only grows")
    business_days_left: int = Field(description="Step of the reminder: business days before the due day")
    late_by_s: int = Field(description="Seconds between falling due and being told, after a pause of the service")


class MilestoneOverdue(PlanFact):
    """The due day is over in the account's time zone. Once for each due version; effective at that midnight."""

    TYPE: ClassVar[str] = "MilestoneOverdue"
    milestone_id: UUID = Field(description="The milestone")
    initiative_id: UUID = Field(description="The initiative")
    tier: Tier | None = Field(description="Tier of the account at that time; null: none")
    owner: str = Field(description="Who owns it: CRM user id")
    due: date = Field(description="Due day in the account's time zone")
    tz: str = Field(description="IANA time zone in which the due day ended")
    due_version: int = Field(description="Number of the due day; only grows")
    times_rescheduled: int = Field(description="How often its due day was moved by now")
    blocked_by: tuple[UUID, ...] = Field(description="Milestones that it waits for and that are not done")
    blocks: tuple[UUID, ...] = Field(description="Open milestones that wait for it")
    on_critical_path: bool = Field(description="Whether a further slip moves the end of the plan")
    goals: tuple[UUID, ...] = Field(description="Goals of its initiative")
    late_by_s: int = Field(description="Seconds between falling due and being told, after a pause of the service")


class MilestoneOverdueCleared(PlanFact):
    """It is no longer overdue. `backdated`: it was done in time, we learned of it too late."""

    TYPE: ClassVar[str] = "MilestoneOverdueCleared"
    milestone_id: UUID = Field(description="The milestone")
    due_version: int = Field(description="Number of the due day; only grows")
    reason: ClearedBecause = Field(description="Code of the reason")


class MilestoneOverdueEscalated(PlanFact):
    """Who is to be told now: at once (`step_business_days` 0), then while it stays overdue."""

    TYPE: ClassVar[str] = "MilestoneOverdueEscalated"
    milestone_id: UUID = Field(description="The overdue milestone")
    due_version: int = Field(description="Number of the due day; only grows")
    step_business_days: int = Field(description="Business days after it fell overdue at which this is told; 0: at once")
    recipients: tuple[Recipient, ...] = Field(description="Who is to be told, in this order")
    why: Literal["overdue", "critical_path", "blocked", "still_overdue"] = Field(description="Why it is told now")
    late_by_s: int = Field(description="Seconds between falling due and being told, after a pause of the service")
