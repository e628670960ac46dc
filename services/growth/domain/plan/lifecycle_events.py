"""The events of a plan's life."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.growth.domain.base import AccountEvent, events_of
from services.growth.domain.values import (
    Duty,
    PlanResult,
    Tier,
)

PLAN = "services.growth.domain.plan.plan"


@events_of(PLAN, "GrowthPlan")
class LifecycleEvents:
    """Mixed into `GrowthPlan`."""

    class GrowthPlanSubmitted(AccountEvent):
        """It asks for approval: every goal has an initiative, every initiative a milestone."""

        TOPIC = "growth.GrowthPlanSubmitted"
        submitted_by: str

    class GrowthPlanApproved(AccountEvent):
        """It is the account's active plan from now on. `duty`: whose approval the tier asks for."""

        TOPIC = "growth.GrowthPlanApproved"
        approver: str
        tier: Tier | None
        duty: Duty
        policy_version: int

    class GrowthPlanReturned(AccountEvent):
        """Not approved: back to draft."""

        TOPIC = "growth.GrowthPlanReturned"
        returned_by: str
        reason_ref: UUID

    class GrowthPlanRevised(AccountEvent):
        """Title, owner or period are others now; an active plan stays active."""

        TOPIC = "growth.GrowthPlanRevised"
        title: str
        owner: str
        starts_on: date
        ends_on: date
        revision: int
        reason_ref: UUID

    class GrowthPlanClosed(AccountEvent):
        """The plan is over, with this result."""

        TOPIC = "growth.GrowthPlanClosed"
        result: PlanResult
        closed_by: str
        summary_ref: UUID | None

    class GrowthPlanAbandoned(AccountEvent):
        """Nobody follows the plan any more."""

        TOPIC = "growth.GrowthPlanAbandoned"
        abandoned_by: str
        reason_ref: UUID

    class GrowthPlanSuperseded(AccountEvent):
        """Another plan of the account was approved."""

        TOPIC = "growth.GrowthPlanSuperseded"
        by_plan_id: UUID

    class GrowthPlanZoneAdopted(AccountEvent):
        """The account's time zone is another one: open due dates are days there."""

        TOPIC = "growth.GrowthPlanZoneAdopted"
        time_zone: str
        was: str

    class GrowthPlanCheckDue(AccountEvent):
        """The tier's cadence has passed since the last check by a person."""

        TOPIC = "growth.GrowthPlanCheckDue"
        due_on: date
        tier: Tier | None
        every_days: int
        late_by_s: int

    class GrowthPlanCheckOverdue(AccountEvent):
        """Nobody checked the goals within the grace."""

        TOPIC = "growth.GrowthPlanCheckOverdue"
        due_on: date
        grace_business_days: int
        late_by_s: int

    class GrowthPlanEndApproached(AccountEvent):
        """The plan's period ends soon."""

        TOPIC = "growth.GrowthPlanEndApproached"
        ends_on: date
        days_left: int
        late_by_s: int
