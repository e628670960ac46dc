"""What the commands about initiatives, milestones and dependencies ask for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.portal.inputs.base import (
    Customers,
    Day,
    Employee,
    Id,
    Instant,
    Line,
    Widget,
    Words,
)
from services.portal.inputs.goals import PlanOnly


class ProposeInitiative(PlanOnly):
    """Proposes an initiative: who owns it, which goals it serves, and its deal or why there is none."""

    title: Line
    owner: Employee
    due: Day
    goal_ids: Annotated[tuple[str, ...], Field(min_length=1), Widget("several", "goals")]
    stakeholders: Annotated[tuple[str, ...], Field(min_length=1), Widget("several", "customers")]
    opportunity_id: Annotated[str, Widget("choice", "opportunities")] | None = None
    no_opportunity_reason: Line | None = None


class InitiativeOnly(PlanOnly):
    """The initiative it is about."""

    initiative_id: Id


class InitiativeReason(InitiativeOnly):
    """The initiative it is about, and why."""

    reason: Line


class Align(InitiativeOnly):
    """Says which goals it serves."""

    goal_ids: Annotated[tuple[str, ...], Field(min_length=1), Widget("several", "goals")]


class ReassignInitiative(InitiativeOnly):
    """Gives it to somebody else."""

    owner: Employee


class CompleteInitiative(InitiativeOnly):
    """Done, with what came of it."""

    outcome: Annotated[
        Literal["achieved", "partly", "not_achieved"],
        Widget("choice", "outcome", ("achieved", "partly", "not_achieved")),
    ]
    words: Words | None = None


class LinkOpportunity(InitiativeOnly):
    """Links a deal of the CRM; it counts once, in its first initiative."""

    opportunity_id: Annotated[str, Widget("choice", "opportunities")]
    stakeholders: Customers = ()


class UnlinkOpportunity(InitiativeOnly):
    """Takes the link away."""

    opportunity_id: Id


class PlanMilestone(InitiativeOnly):
    """A milestone: nothing without owner and date."""

    title: Line
    owner: Employee
    due: Day
    duration_days: Annotated[int, Field(ge=0, le=365), Widget("number")] = 1


class MilestoneOnly(PlanOnly):
    """The milestone it is about."""

    milestone_id: Id


class MilestoneReason(MilestoneOnly):
    """The milestone it is about, and why."""

    reason: Line


class MoveMilestone(MilestoneOnly):
    """Another day, and why."""

    due: Day
    reason: Line


class CompleteMilestone(MilestoneOnly):
    """Done; `effective_at` says when, without it now."""

    effective_at: Instant | None = None


class ReassignMilestone(MilestoneOnly):
    """Gives it to somebody else."""

    owner: Employee


KINDS = ("FS", "SS", "FF", "SF")


class AddDependency(MilestoneOnly):
    """Waits for another milestone: FS finish to start, SS start to start, FF finish to finish, SF start to finish."""

    predecessor_id: Annotated[str, Field(min_length=1), Widget("choice", "milestones")]
    kind: Annotated[Literal["FS", "SS", "FF", "SF"], Widget("choice", "dependency", KINDS)] = "FS"
    lag_days: Annotated[int, Field(ge=-365, le=365), Widget("number")] = 0
    predecessor_plan_id: Annotated[str, Widget("none")] | None = None


class RemoveDependency(MilestoneOnly):
    """Waits no longer."""

    predecessor_id: Id
