"""The initiatives of a growth plan, and the CRM's deals that belong to them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.growth.base import (
    Origin,
    Outcome,
    PlanFact,
)


class InitiativeProposed(PlanFact):
    """Somebody, a QBR's action or a play proposes what serves the goals. Without a deal a reason why."""

    TYPE: ClassVar[str] = "InitiativeProposed"
    initiative_id: UUID = Field(description="The initiative")
    title: str = Field(description="Short title, at most 120 characters, no names of persons")
    owner: str = Field(description="Who owns it: CRM user id")
    due: date = Field(description="Due day in the account's time zone")
    goal_ids: tuple[UUID, ...] = Field(
        description="Goals that it serves; empty only where an action of a QBR came without"
    )
    stakeholders: tuple[UUID, ...] = Field(description="Pseudonyms of the customer's persons whom it is about")
    opportunity_id: str | None = Field(description="CRM id of the deal; null: none")
    no_opportunity_ref: UUID | None = Field(
        description="Reference to the reason why there is no deal; null: there is one"
    )
    origin: Origin = Field(description="Where it comes from")
    from_action_id: UUID | None = Field(default=None, description="Action of a QBR that it comes from; null: none")
    run_id: UUID | None = Field(default=None, description="Run of a play that it belongs to; null: none")


class InitiativeAligned(PlanFact):
    """All goals that it serves."""

    TYPE: ClassVar[str] = "InitiativeAligned"
    initiative_id: UUID = Field(description="The initiative")
    goal_ids: tuple[UUID, ...] = Field(
        description="Goals that it serves; empty only where an action of a QBR came without"
    )


class InitiativeReassigned(PlanFact):
    """Another employee owns it."""

    TYPE: ClassVar[str] = "InitiativeReassigned"
    initiative_id: UUID = Field(description="The initiative")
    from_owner: str = Field(description="Owner before: CRM user id")
    to_owner: str = Field(description="New owner: CRM user id")


class InitiativeApproved(PlanFact):
    """It may begin."""

    TYPE: ClassVar[str] = "InitiativeApproved"
    initiative_id: UUID = Field(description="The initiative")
    approver: str = Field(description="Who approved it (actor)")


class InitiativeStarted(PlanFact):
    """Work began."""

    TYPE: ClassVar[str] = "InitiativeStarted"
    initiative_id: UUID = Field(description="The initiative")


class InitiativePutOnHold(PlanFact):
    """It rests; its milestones stay due."""

    TYPE: ClassVar[str] = "InitiativePutOnHold"
    initiative_id: UUID = Field(description="The initiative")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")


class InitiativeResumed(PlanFact):
    """It goes on."""

    TYPE: ClassVar[str] = "InitiativeResumed"
    initiative_id: UUID = Field(description="The initiative")


class InitiativeCompleted(PlanFact):
    """It is done, with this outcome."""

    TYPE: ClassVar[str] = "InitiativeCompleted"
    initiative_id: UUID = Field(description="The initiative")
    outcome: Outcome = Field(description="What came of it")
    outcome_ref: UUID | None = Field(description="Reference to the outcome in words; null: none")
    from_action_id: UUID | None = Field(default=None, description="Action of a QBR that it comes from; null: none")


class InitiativeCancelled(PlanFact):
    """It will not be done."""

    TYPE: ClassVar[str] = "InitiativeCancelled"
    initiative_id: UUID = Field(description="The initiative")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")
    from_action_id: UUID | None = Field(default=None, description="Action of a QBR that it comes from; null: none")


class OpportunityLinked(PlanFact):
    """A deal of the CRM (its id) belongs to the initiative and to these persons. Only in its primary initiative
    does it count."""

    TYPE: ClassVar[str] = "OpportunityLinked"
    opportunity_id: str = Field(description="CRM id of the deal")
    initiative_id: UUID = Field(description="The initiative")
    stakeholders: tuple[UUID, ...] = Field(description="Pseudonyms of the customer's persons whom it is about")
    primary: bool = Field(description="Whether the deal counts in this initiative")


class OpportunityUnlinked(PlanFact):
    """It no longer belongs there; `primary_initiative_id`: where it counts now, null: nowhere."""

    TYPE: ClassVar[str] = "OpportunityUnlinked"
    opportunity_id: str = Field(description="CRM id of the deal")
    initiative_id: UUID = Field(description="The initiative")
    primary_initiative_id: UUID | None = Field(description="Initiative in which the deal counts now; null: in none")
