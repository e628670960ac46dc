"""The goals of a growth plan: what they want, and how far they are."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.growth.base import (
    Checkpoint,
    CheckStatus,
    Direction,
    PlanFact,
)


class GoalSet(PlanFact):
    """What the plan wants: `kpi_id` (a KPI definition version) goes from `baseline` on `starts_on` to `target`
    on `due`. Values are integers in `unit`; without checkpoints the way is a straight line."""

    TYPE: ClassVar[str] = "GoalSet"
    goal_id: UUID = Field(description="The goal")
    title: str = Field(description="Short title, at most 120 characters, no names of persons")
    owner: str = Field(description="Who owns it: CRM user id")
    kpi_id: str = Field(description="KPI definition and version that the goal is measured by")
    baseline: int = Field(description="Value at the start, in the goal's unit")
    target: int = Field(description="Value to be reached, in the goal's unit")
    unit: str = Field(description="Unit of the values")
    direction: Direction = Field(description="Whether the value shall rise or fall")
    starts_on: date = Field(description="First day")
    due: date = Field(description="Due day in the account's time zone")
    checkpoints: tuple[Checkpoint, ...] = Field(
        default=(), description="What should be reached on days between; empty: a straight line"
    )


class GoalRetargeted(PlanFact):
    """Another target or due date."""

    TYPE: ClassVar[str] = "GoalRetargeted"
    goal_id: UUID = Field(description="The goal")
    from_target: int = Field(description="Target before")
    to_target: int = Field(description="New target")
    from_due: date = Field(description="Due day before")
    to_due: date = Field(description="New due day")
    checkpoints: tuple[Checkpoint, ...] = Field(
        default=(), description="What should be reached on days between; empty: a straight line"
    )
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")


class GoalConfirmedByCustomer(PlanFact):
    """A person of the customer agreed to the goal."""

    TYPE: ClassVar[str] = "GoalConfirmedByCustomer"
    goal_id: UUID = Field(description="The goal")
    by_subject: UUID = Field(description="Pseudonym of the customer's person who agreed")
    at: datetime = Field(description="When it happened (instant, UTC)")


class GoalChecked(PlanFact):
    """`value` against what was `expected` on `checked_on`. `checked_by` timer: with the value known last."""

    TYPE: ClassVar[str] = "GoalChecked"
    goal_id: UUID = Field(description="The goal")
    value: int = Field(description="Value in the goal's unit")
    value_on: date = Field(description="Day that the value is of")
    expected: int = Field(description="What should have been reached on that day, in the goal's unit")
    status: CheckStatus = Field(description="Judgement by the shortfall against the expected value")
    progress_bp: int = Field(
        description="Share of the way from baseline to target, in basis points; may be below 0 or above 10000"
    )
    checked_on: date = Field(description="Day that the check is for")
    checked_by: str = Field(description="Who checked (actor); timer: the quarterly check, with the value known last")
    policy_version: int = Field(description="Version of the growth policy")
    late_by_s: int = Field(
        default=0, description="Seconds between falling due and being told, after a pause of the service"
    )


class GoalAchieved(PlanFact):
    """The target is reached."""

    TYPE: ClassVar[str] = "GoalAchieved"
    goal_id: UUID = Field(description="The goal")
    value: int = Field(description="Value in the goal's unit")
    target: int = Field(description="Value to be reached, in the goal's unit")
    due: date = Field(description="Due day in the account's time zone")


class GoalMissed(PlanFact):
    """The due date and its grace have passed, and the target was not reached."""

    TYPE: ClassVar[str] = "GoalMissed"
    goal_id: UUID = Field(description="The goal")
    value: int = Field(description="Value in the goal's unit")
    target: int = Field(description="Value to be reached, in the goal's unit")
    due: date = Field(description="Due day in the account's time zone")
    late_by_s: int = Field(
        default=0, description="Seconds between falling due and being told, after a pause of the service"
    )


class GoalWithdrawn(PlanFact):
    """Nobody pursues it any more."""

    TYPE: ClassVar[str] = "GoalWithdrawn"
    goal_id: UUID = Field(description="The goal")
    reason_ref: UUID = Field(description="Reference to the reason in words, kept by the growth service")
