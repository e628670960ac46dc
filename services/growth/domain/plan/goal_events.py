"""The events of a plan's goals and initiatives."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from services.growth.domain.base import AccountEvent, events_of
from services.growth.domain.values import Checkpoint, CheckStatus, Direction, Origin, Outcome

PLAN = "services.growth.domain.plan.plan"


@events_of(PLAN, "GrowthPlan")
class GoalEvents:
    """Mixed into `GrowthPlan`."""

    class GoalSet(AccountEvent):
        """What the plan wants: `kpi_id` (a KPI definition version) goes from `baseline` on `starts_on` to `target` on
        `due`. Values are integers in `unit`; without checkpoints the way is a straight line."""

        TOPIC = "growth.GoalSet"
        goal_id: UUID
        title: str
        owner: str
        kpi_id: str
        baseline: int
        target: int
        unit: str
        direction: Direction
        starts_on: date
        due: date
        checkpoints: tuple[Checkpoint, ...] = ()

    class GoalRetargeted(AccountEvent):
        """Another target or due date."""

        TOPIC = "growth.GoalRetargeted"
        goal_id: UUID
        from_target: int
        to_target: int
        from_due: date
        to_due: date
        checkpoints: tuple[Checkpoint, ...] = ()
        reason_ref: UUID

    class GoalConfirmedByCustomer(AccountEvent):
        """A person of the customer agreed to the goal."""

        TOPIC = "growth.GoalConfirmedByCustomer"
        goal_id: UUID
        by_subject: UUID
        at: datetime

        def subjects(self) -> tuple[UUID, ...]:
            return (self.by_subject,)

    class GoalChecked(AccountEvent):
        """`value` against what was `expected` on `checked_on`. `checked_by` timer: with the value known last."""

        TOPIC = "growth.GoalChecked"
        goal_id: UUID
        value: int
        value_on: date
        expected: int
        status: CheckStatus
        progress_bp: int
        checked_on: date
        checked_by: str
        policy_version: int
        late_by_s: int = 0

    class GoalAchieved(AccountEvent):
        """The target is reached."""

        TOPIC = "growth.GoalAchieved"
        goal_id: UUID
        value: int
        target: int
        due: date

    class GoalMissed(AccountEvent):
        """The due date and its grace have passed, and the target was not reached."""

        TOPIC = "growth.GoalMissed"
        goal_id: UUID
        value: int
        target: int
        due: date
        late_by_s: int = 0

    class GoalWithdrawn(AccountEvent):
        """Nobody pursues it any more."""

        TOPIC = "growth.GoalWithdrawn"
        goal_id: UUID
        reason_ref: UUID


@events_of(PLAN, "GrowthPlan")
class InitiativeEvents:
    """Mixed into `GrowthPlan`."""

    class InitiativeProposed(AccountEvent):
        """Somebody, a QBR's action or a play proposes what serves the goals. Without a deal a reason why."""

        TOPIC = "growth.InitiativeProposed"
        initiative_id: UUID
        title: str
        owner: str
        due: date
        goal_ids: tuple[UUID, ...]
        stakeholders: tuple[UUID, ...]
        opportunity_id: str | None
        no_opportunity_ref: UUID | None
        origin: Origin
        from_action_id: UUID | None = None
        run_id: UUID | None = None

        def subjects(self) -> tuple[UUID, ...]:
            return self.stakeholders

    class InitiativeAligned(AccountEvent):
        """All goals that it serves."""

        TOPIC = "growth.InitiativeAligned"
        initiative_id: UUID
        goal_ids: tuple[UUID, ...]

    class InitiativeReassigned(AccountEvent):
        """Another employee owns it."""

        TOPIC = "growth.InitiativeReassigned"
        initiative_id: UUID
        from_owner: str
        to_owner: str

    class InitiativeApproved(AccountEvent):
        """It may begin."""

        TOPIC = "growth.InitiativeApproved"
        initiative_id: UUID
        approver: str

    class InitiativeStarted(AccountEvent):
        """Work began."""

        TOPIC = "growth.InitiativeStarted"
        initiative_id: UUID

    class InitiativePutOnHold(AccountEvent):
        """It rests; its milestones stay due."""

        TOPIC = "growth.InitiativePutOnHold"
        initiative_id: UUID
        reason_ref: UUID

    class InitiativeResumed(AccountEvent):
        """It goes on."""

        TOPIC = "growth.InitiativeResumed"
        initiative_id: UUID

    class InitiativeCompleted(AccountEvent):
        """It is done, with this outcome."""

        TOPIC = "growth.InitiativeCompleted"
        initiative_id: UUID
        outcome: Outcome
        outcome_ref: UUID | None
        from_action_id: UUID | None = None

    class InitiativeCancelled(AccountEvent):
        """It will not be done."""

        TOPIC = "growth.InitiativeCancelled"
        initiative_id: UUID
        reason_ref: UUID
        from_action_id: UUID | None = None

    class OpportunityLinked(AccountEvent):
        """A deal of the CRM (its id) belongs to the initiative and to these persons. Only in its primary initiative
        does it count."""

        TOPIC = "growth.OpportunityLinked"
        opportunity_id: str
        initiative_id: UUID
        stakeholders: tuple[UUID, ...]
        primary: bool

        def subjects(self) -> tuple[UUID, ...]:
            return self.stakeholders

    class OpportunityUnlinked(AccountEvent):
        """It no longer belongs there; `primary_initiative_id`: where it counts now, null: nowhere."""

        TOPIC = "growth.OpportunityUnlinked"
        opportunity_id: str
        initiative_id: UUID
        primary_initiative_id: UUID | None
