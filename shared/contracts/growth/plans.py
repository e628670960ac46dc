"""A growth plan's life."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.growth.base import (
    Duty,
    PlanFact,
    PlanResult,
    Tier,
)


class GrowthPlanDrafted(PlanFact):
    """Somebody, or the policy, starts a plan. `time_zone`: the account's, in which its due dates are days."""

    TYPE: ClassVar[str] = "GrowthPlanDrafted"
    title: str = Field(description="Short title, at most 120 characters, no names of persons")
    owner: str = Field(description="Who owns it: CRM user id")
    starts_on: date = Field(description="First day")
    ends_on: date = Field(description="Last day")
    time_zone: str = Field(description="IANA time zone in which due days are counted")
    drafted_by: str = Field(description="Who began the plan (actor)")


class GrowthPlanSubmitted(PlanFact):
    """It asks for approval: every goal has an initiative, every initiative a milestone."""

    TYPE: ClassVar[str] = "GrowthPlanSubmitted"
    submitted_by: str = Field(description="Who asked for approval (actor)")


class GrowthPlanApproved(PlanFact):
    """It is the account's active plan from now on. `duty`: whose approval the tier asks for."""

    TYPE: ClassVar[str] = "GrowthPlanApproved"
    approver: str = Field(description="Who approved it (actor)")
    tier: Tier | None = Field(description="Tier of the account at that time; null: none")
    duty: Duty = Field(description="Whose approval a plan of this tier needs; optional: none is owed")
    policy_version: int = Field(description="Version of the growth policy")


class GrowthPlanReturned(PlanFact):
    """Not approved: back to draft."""

    TYPE: ClassVar[str] = "GrowthPlanReturned"
    returned_by: str = Field(description="Who sent it back (actor)")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")


class GrowthPlanRevised(PlanFact):
    """Title, owner or period are others now; an active plan stays active."""

    TYPE: ClassVar[str] = "GrowthPlanRevised"
    title: str = Field(description="Short title, at most 120 characters, no names of persons")
    owner: str = Field(description="Who owns it: CRM user id")
    starts_on: date = Field(description="First day")
    ends_on: date = Field(description="Last day")
    revision: int = Field(description="Number of the revision, from 1")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")


class GrowthPlanClosed(PlanFact):
    """The plan is over, with this result."""

    TYPE: ClassVar[str] = "GrowthPlanClosed"
    result: PlanResult = Field(description="How far the plan's goals were reached")
    closed_by: str = Field(description="Who closed it (actor)")
    summary_ref: UUID | None = Field(description="Reference to the summary in words; null: none")


class GrowthPlanAbandoned(PlanFact):
    """Nobody follows the plan any more."""

    TYPE: ClassVar[str] = "GrowthPlanAbandoned"
    abandoned_by: str = Field(description="Who gave it up (actor)")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")


class GrowthPlanSuperseded(PlanFact):
    """Another plan of the account was approved."""

    TYPE: ClassVar[str] = "GrowthPlanSuperseded"
    by_plan_id: UUID = Field(description="The plan that takes its place")


class GrowthPlanCheckDue(PlanFact):
    """The tier's cadence has passed since the last check by a person."""

    TYPE: ClassVar[str] = "GrowthPlanCheckDue"
    due_on: date = Field(description="Day on which it is due")
    tier: Tier | None = Field(description="Tier of the account at that time; null: none")
    every_days: int = Field(description="Days between two checks")
    late_by_s: int = Field(description="Seconds between falling due and being told, after a pause of the service")


class GrowthPlanCheckOverdue(PlanFact):
    """Nobody checked the goals within the grace."""

    TYPE: ClassVar[str] = "GrowthPlanCheckOverdue"
    due_on: date = Field(description="Day on which the check was due")
    grace_business_days: int = Field(description="Business days that were left after the due day")
    late_by_s: int = Field(description="Seconds between falling due and being told, after a pause of the service")


class GrowthPlanEndApproached(PlanFact):
    """The plan's period ends soon."""

    TYPE: ClassVar[str] = "GrowthPlanEndApproached"
    ends_on: date = Field(description="Last day")
    days_left: int = Field(description="Calendar days until then")
    late_by_s: int = Field(description="Seconds between falling due and being told, after a pause of the service")
