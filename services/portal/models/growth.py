"""Growth plans: goals, initiatives, milestones, plays, whitespace."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.portal.models.base import Absent, Moment, Tier, View


class PlanHead(View):
    """One plan in a list."""

    plan_id: str
    title: str | None
    status: str | None = Field(description="Draft, InReview, Active, Closed, Superseded, Abandoned")
    owner: str | None
    starts_on: date | None
    ends_on: date | None
    account_id: str | None
    account_name: str | None
    tier: Tier | None
    open_milestones: int
    overdue_milestones: int


class MissingPlan(View):
    """An account that must have a plan and has none."""

    account_id: str
    account_name: str | None
    tier: Tier | None
    due_on: date | None
    missed: bool


class Plans(View):
    """Every plan, and the accounts without one."""

    as_of: datetime
    plans: list[PlanHead]
    missing: list[MissingPlan]


class PlanDuty(View):
    """What the tier asks for."""

    tier: Tier | None
    duty: str | None = Field(description="head_of_kam, owner, optional; null: none")
    check_every_days: int
    due_on: date | None
    missed: bool
    event_id: str | None


class Plan(View):
    """The plan itself."""

    plan_id: str
    title: str | None
    owner: str | None
    status: str
    starts_on: date | None
    ends_on: date | None
    result: str | None
    approver: str | None
    revision: int
    reason: str | None
    event_id: str | None
    version: int
    check_due_on: date | None
    check_overdue: bool


class Checkpoint(View):
    """A value to be reached on the way."""

    on: date
    value: int


class GoalCheck(View):
    """A value found, against what was expected by then."""

    on: date | None
    value: int
    expected: int
    status: str | None
    by: str | None
    event_id: str | None


class Goal(View):
    """Where a figure shall go until when; values are integers in `unit`."""

    goal_id: str
    title: str | None
    owner: str | None
    kpi_id: str | None
    baseline: int
    target: int
    unit: str | None
    direction: str | None
    starts_on: date | None
    due: date | None
    checkpoints: list[Checkpoint]
    status: str
    value: int | None
    value_on: date | None
    expected: int
    progress_bp: int
    confirmed_by_subject: str | None
    confirmed_at: Moment | None
    confirmation_stale: bool
    event_id: str | None
    checks: list[GoalCheck]


class LinkedOpportunity(View):
    """A deal of the CRM that an initiative is after."""

    opportunity_id: str
    stakeholders: list[str]
    primary: bool
    name: str | None
    stage: str | None
    amount_minor: int | None
    currency: str | None
    open: bool


class Initiative(View):
    """What is done for the goals."""

    initiative_id: str
    title: str | None
    owner: str | None
    due: date | None
    status: str
    goal_ids: list[str]
    stakeholders: list[str]
    no_opportunity_reason: str | None
    origin: str | None
    from_action_id: str | None
    run_id: str | None
    outcome: str | None
    words: str | None
    opportunities: list[LinkedOpportunity]
    unaligned: bool
    event_id: str | None


class Milestone(View):
    """A step with owner and day."""

    milestone_id: str
    initiative_id: str | None
    plan_id: str | None
    account_id: str | None
    account_name: str | None
    title: str | None
    owner: str | None
    due: date
    due_version: int
    duration_days: int
    status: str = Field(description="Planned, InProgress, Done, Waived")
    due_soon: bool
    overdue: bool
    overdue_since: Moment | None
    blocked_by: list[str]
    started_on: date | None
    completed_on: date | None
    times_rescheduled: int
    on_critical_path: bool
    float_days: int | None
    projected: date | None
    run_id: str | None
    step: str | None
    reason: str | None
    event_id: str | None
    initiative_title: str | None


class Dependency(View):
    """A milestone waits for another."""

    milestone_id: str
    predecessor_id: str
    kind: str
    lag_days: int
    predecessor_plan_id: str | None
    violated: bool
    event_id: str | None


class SlipProposal(View):
    """A day that no longer fits what it waits for. Nothing moves by itself."""

    milestone_id: str
    from_: date = Field(alias="from", serialization_alias="from")
    to: date
    because: list[str]


class RunStep(View):
    """A step of a play that runs."""

    step: str
    milestone_id: str | None
    status: str | None
    title: dict[str, str]
    role: str | None


class PlayRun(View):
    """A play that runs or ran."""

    run_id: str
    playbook: str
    playbook_version: int
    status: str | None
    initiative_id: str | None
    starts_on: date | None
    anchor_on: date | None
    steps: list[RunStep]
    event_id: str | None


class GrowthPlan(View):
    """The growth plan of an account with everything in it; `plan` null: it has none."""

    as_of: datetime
    account_id: str | None
    account_name: str | None
    time_zone: str | None
    duty: Annotated[PlanDuty | None, Absent]
    plan: Annotated[Plan | None, Absent]
    goals: list[Goal]
    initiatives: list[Initiative]
    milestones: list[Milestone]
    dependencies: list[Dependency]
    critical_path: list[str]
    slip_proposals: list[SlipProposal]
    runs: list[PlayRun]
    plans: list[PlanHead]
