"""The commands of the growth service: what plans, plays and whitespace ask for, and all of them by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, model_validator

from services.portal.inputs.base import (
    Customers,
    Day,
    Employee,
    Id,
    Input,
    Line,
    Widget,
    Words,
    said,
)
from services.portal.inputs.goals import (
    CheckGoal,
    ConfirmGoal,
    GoalReason,
    PlanOnly,
    RetargetGoal,
    SetGoal,
    scaled,
    without_unit,
)
from services.portal.inputs.initiatives import (
    AddDependency,
    Align,
    CompleteInitiative,
    CompleteMilestone,
    InitiativeOnly,
    InitiativeReason,
    LinkOpportunity,
    MilestoneOnly,
    MilestoneReason,
    MoveMilestone,
    PlanMilestone,
    ProposeInitiative,
    ReassignInitiative,
    ReassignMilestone,
    RemoveDependency,
    UnlinkOpportunity,
)
from services.portal.inputs.step import Step, table
from shared.protos import growth_pb2 as pb


class DraftPlan(Input):
    """Begins a plan; an account has at most one that is active."""

    title: Line
    owner: Employee
    starts_on: Day
    ends_on: Day


class PlanReason(PlanOnly):
    """The plan it is about, and why."""

    reason: Line


class RevisePlan(PlanOnly):
    """Changes an active plan; it stays active."""

    title: Line
    owner: Employee
    starts_on: Day
    ends_on: Day
    reason: Line


class ClosePlan(PlanOnly):
    """Ends the plan with what came of it."""

    result: Annotated[
        Literal["achieved", "partly", "missed"], Widget("choice", "result", ("achieved", "partly", "missed"))
    ]
    summary: Words | None = None


class StartPlay(Input):
    """Starts a play: its steps become milestones with days counted in business days."""

    plan_id: Annotated[str, Field(min_length=1), Widget("choice", "plans")]
    playbook: Annotated[str, Field(min_length=1), Widget("choice", "playbooks")]
    title: Line
    owner: Employee
    starts_on: Day
    anchor_on: Day | None = None
    goal_ids: Annotated[tuple[str, ...], Widget("several", "goals")] = ()
    stakeholders: Customers = ()
    opportunity_id: Annotated[str, Widget("choice", "opportunities")] | None = None
    no_opportunity_reason: Line | None = None
    owners: Annotated[dict[str, str], Widget("map", "roles")] = Field(default_factory=dict)


class RunReason(Input):
    """The run it is about, and why."""

    run_id: Id
    reason: Line


class RunStep(Input):
    """The step it is about."""

    run_id: Id
    step: Id


class RunStepReason(RunStep):
    """The step it is about, and why it is left out."""

    reason: Line


CELLS = ("Potential", "Competitor", "NotApplicable", "Unknown")


class AssessCell(Input):
    """What a unit of the customer could use; what is used and what is offered is known from contracts and deals."""

    org_unit: Annotated[str, Field(min_length=1), Widget("line", "org_units")]
    product: Annotated[str, Field(min_length=1), Widget("line", "products")]
    state: Annotated[Literal["Potential", "Competitor", "NotApplicable", "Unknown"], Widget("choice", "cell", CELLS)]
    potential_minor: Annotated[int, Field(ge=0), Widget("number")] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$"), Widget("hidden")] | None = None
    reason: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _whole_units(cls, data: Any, info: ValidationInfo) -> Any:
        if info.context and isinstance(data, Mapping) and "potential_minor" in data:
            return {**data, "potential_minor": scaled(data["potential_minor"], 100)}
        return data


def _step(name: str, method: str, request: Any, asked: type[Input], build: Any = said) -> Step:
    subject = "account_id" if "account_id" in request.DESCRIPTOR.fields_by_name else ""
    return Step(name, method, request, asked, subject, build)


PLAN_STEPS = table(
    _step("draft-plan", "DraftPlan", pb.DraftPlanRequest, DraftPlan),
    _step("submit-plan", "SubmitPlan", pb.PlanRequest, PlanOnly),
    _step("approve-plan", "ApprovePlan", pb.PlanRequest, PlanOnly),
    _step("return-plan", "ReturnPlan", pb.PlanReasonRequest, PlanReason),
    _step("revise-plan", "RevisePlan", pb.RevisePlanRequest, RevisePlan),
    _step("close-plan", "ClosePlan", pb.ClosePlanRequest, ClosePlan),
    _step("abandon-plan", "AbandonPlan", pb.PlanReasonRequest, PlanReason),
    _step("set-goal", "SetGoal", pb.SetGoalRequest, SetGoal),
    _step("retarget-goal", "RetargetGoal", pb.RetargetGoalRequest, RetargetGoal, without_unit),
    _step("confirm-goal", "ConfirmGoalWithCustomer", pb.ConfirmGoalRequest, ConfirmGoal),
    _step("check-goal", "CheckGoal", pb.CheckGoalRequest, CheckGoal, without_unit),
    _step("withdraw-goal", "WithdrawGoal", pb.GoalReasonRequest, GoalReason),
    _step("propose-initiative", "ProposeInitiative", pb.ProposeInitiativeRequest, ProposeInitiative),
    _step("align-initiative", "AlignInitiative", pb.AlignInitiativeRequest, Align),
    _step("reassign-initiative", "ReassignInitiative", pb.ReassignInitiativeRequest, ReassignInitiative),
    _step("approve-initiative", "ApproveInitiative", pb.InitiativeRequest, InitiativeOnly),
    _step("start-initiative", "StartInitiative", pb.InitiativeRequest, InitiativeOnly),
    _step("hold-initiative", "PutInitiativeOnHold", pb.InitiativeReasonRequest, InitiativeReason),
    _step("resume-initiative", "ResumeInitiative", pb.InitiativeRequest, InitiativeOnly),
    _step("complete-initiative", "CompleteInitiative", pb.CompleteInitiativeRequest, CompleteInitiative),
    _step("cancel-initiative", "CancelInitiative", pb.InitiativeReasonRequest, InitiativeReason),
    _step("link-opportunity", "LinkOpportunity", pb.LinkOpportunityRequest, LinkOpportunity),
    _step("unlink-opportunity", "UnlinkOpportunity", pb.UnlinkOpportunityRequest, UnlinkOpportunity),
    _step("plan-milestone", "PlanMilestone", pb.PlanMilestoneRequest, PlanMilestone),
    _step("start-milestone", "StartMilestone", pb.MilestoneRequest, MilestoneOnly),
    _step("move-milestone", "RescheduleMilestone", pb.RescheduleMilestoneRequest, MoveMilestone),
    _step("complete-milestone", "CompleteMilestone", pb.CompleteMilestoneRequest, CompleteMilestone),
    _step("reopen-milestone", "ReopenMilestone", pb.RescheduleMilestoneRequest, MoveMilestone),
    _step("waive-milestone", "WaiveMilestone", pb.MilestoneReasonRequest, MilestoneReason),
    _step("reassign-milestone", "ReassignMilestone", pb.ReassignMilestoneRequest, ReassignMilestone),
    _step("add-dependency", "AddDependency", pb.AddDependencyRequest, AddDependency),
    _step("remove-dependency", "RemoveDependency", pb.RemoveDependencyRequest, RemoveDependency),
    _step("start-play", "StartPlay", pb.StartPlayRequest, StartPlay),
    _step("complete-step", "CompleteStep", pb.StepRequest, RunStep),
    _step("skip-step", "SkipStep", pb.StepReasonRequest, RunStepReason),
    _step("abort-play", "AbortPlay", pb.RunReasonRequest, RunReason),
    _step("assess-cell", "AssessWhitespaceCell", pb.AssessWhitespaceCellRequest, AssessCell),
)
"""What happens to the growth plan of an account; the address names the account."""
