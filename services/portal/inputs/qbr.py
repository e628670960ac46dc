"""The commands of the qbr service: what each asks for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from services.portal.inputs.actions import (
    ActionOnly,
    ActionReason,
    AgreeAction,
    CompleteAction,
    DropAction,
    MoveAction,
    Promise,
    Promote,
    ReassignAction,
    action_of,
    owner_of,
)
from services.portal.inputs.base import (
    Customers,
    Day,
    Employee,
    Id,
    Input,
    Instant,
    Line,
    Tick,
    Widget,
    Words,
    said,
)
from services.portal.inputs.step import Step, table
from shared.protos import qbr_pb2 as pb


class Nothing(Input):
    """Nothing but the decision itself."""


class Reason(Input):
    """Why."""

    reason: Line


class ScheduleQbr(Input):
    """Sets the date; a QBR counts as scheduled once a key player of the customer has accepted."""

    at: Instant
    invitees: Customers = ()
    accepted: Customers = Field(min_length=1)


class Accepted(Input):
    """A person of the customer has accepted the invitation."""

    subject_id: Annotated[str, Widget("choice", "invited")]


class MoveQbr(Input):
    """Moves the date; the head of KAM hears of the third move."""

    to: Instant
    reason: Line


class PostponeQbr(Input):
    """Takes it off the calendar until a new date is found."""

    reason: Line
    until: Day | None = None


class WaiveQbr(Input):
    """Lets one QBR go; it counts as not covered and is shown apart."""

    reason: Line
    approver: Employee


class SectionText(Input):
    """A note on a section of the agenda or of the pack."""

    section: Id
    text: Words


class Remark(SectionText):
    """A remark on a section of the pack; the customer's version shows it only if this is said."""

    customer: Tick = False


class FreezePack(Input):
    """Freezes the data pack: the same figures from then on, whoever opens it."""

    locale: Annotated[Literal["de", "en"], Widget("choice", "locale", ("de", "en"))] = "de"


class PublishPack(Input):
    """Makes the frozen pack available to an audience; the customer's leaves out attitudes and internal sections, except
    those named in `share`."""

    audience: Annotated[Literal["internal", "customer"], Widget("choice", "audience", ("internal", "customer"))]
    share: Annotated[tuple[str, ...], Widget("several", "internal_sections")] = ()


class Attendee(BaseModel):
    """A person of the customer who was there, with the buying roles they had."""

    subject_id: str
    roles: tuple[str, ...] = ()


def _attendee(value: object) -> object:
    """A form says `id ROLE ROLE`."""
    if isinstance(value, str):
        subject_id, *roles = value.split()
        return {"subject_id": subject_id, "roles": roles}
    return value


class HoldQbr(Input):
    """Records that it was held, with whom, and what came of it."""

    effective_at: Instant
    mode: Annotated[Literal["onsite", "remote"], Widget("choice", "mode", ("onsite", "remote"))]
    minutes: Annotated[int, Field(gt=0, le=1440), Widget("number")]
    customer: Annotated[
        tuple[Annotated[Attendee, BeforeValidator(_attendee)], ...], Field(min_length=1), Widget("several", "attendees")
    ]
    own: Annotated[tuple[str, ...], Field(min_length=1), Widget("several", "employees")]
    ratings: Annotated[tuple[Annotated[int, Field(ge=1, le=5)], ...], Widget("scores", "ratings")] = ()
    results: Annotated[dict[str, str], Widget("map", "results")] = Field(default_factory=dict)
    next_qbr: Day | None = None
    approver: Employee | None = None


class RateQbr(Input):
    """Rates a held QBR by the criteria, 1 to 5 each."""

    ratings: Annotated[tuple[Annotated[int, Field(ge=1, le=5)], ...], Field(min_length=1), Widget("scores", "ratings")]


class RecordDecision(Input):
    """Records what was decided and who agreed."""

    text: Words
    agreed_by: Annotated[tuple[str, ...], Widget("several", "everyone")] = ()
    action: Annotated[Promise, Widget("none")] | None = Field(
        default=None, description="The action agreed with it; a form agrees it in a step of its own"
    )


class ApproveMinutes(Input):
    """Approves the minutes."""

    text: Words


class CloseQbr(Input):
    """Closes it: minutes approved, actions agreed (or a reason why none), the next QBR planned."""

    no_action_reason: Line | None = None


class StartSeries(Input):
    """Starts the rhythm of an account; without a tier the account's own, without an anchor from today."""

    tier: Annotated[Literal["A", "B", "C"], Widget("choice", "tier", ("A", "B", "C"))] | None = None
    anchor: Day | None = None


class PauseSeries(Input):
    """Pauses the rhythm, shown apart; with a day it resumes by itself."""

    reason: Line
    until: Day | None = None


def _step(name: str, method: str, request: Any, asked: type[Input] = Nothing, build: Any = said) -> Step:
    subject = next((f for f in ("qbr_id", "account_id") if f in request.DESCRIPTOR.fields_by_name), "")
    return Step(name, method, request, asked, subject, build)


QBR_STEPS = table(
    _step("schedule", "ScheduleQBR", pb.ScheduleQBRRequest, ScheduleQbr),
    _step("accept", "RecordAcceptance", pb.RecordAcceptanceRequest, Accepted),
    _step("reschedule", "RescheduleQBR", pb.RescheduleQBRRequest, MoveQbr),
    _step("postpone", "PostponeQBR", pb.PostponeQBRRequest, PostponeQbr),
    _step("cancel", "CancelQBR", pb.QbrReasonRequest, Reason),
    _step("waive", "WaiveQBR", pb.WaiveQBRRequest, WaiveQbr),
    _step("prepare", "StartPreparation", pb.QbrRequest),
    _step("activity", "RecordPreparationActivity", pb.QbrRequest),
    _step("note", "NoteAgenda", pb.SectionTextRequest, SectionText),
    _step("freeze", "FreezeDataPack", pb.FreezeDataPackRequest, FreezePack),
    _step("annotate", "AnnotatePack", pb.AnnotatePackRequest, Remark),
    _step("publish", "PublishPack", pb.PublishPackRequest, PublishPack),
    _step("hold", "HoldQBR", pb.HoldQBRRequest, HoldQbr),
    _step("correct", "CorrectQBR", pb.HoldQBRRequest, HoldQbr),
    _step("retract", "RetractQBR", pb.QbrReasonRequest, Reason),
    _step("rate", "RateQBR", pb.RateQBRRequest, RateQbr),
    _step("decide", "RecordDecision", pb.RecordDecisionRequest, RecordDecision),
    _step("minutes", "ApproveMinutes", pb.QbrTextRequest, ApproveMinutes),
    _step("summary", "SendSummary", pb.QbrRequest),
    _step("close", "CloseQBR", pb.CloseQBRRequest, CloseQbr),
    _step("confirm", "ConfirmProposedQBR", pb.HoldQBRRequest, HoldQbr),
    _step("dismiss", "DismissProposedQBR", pb.QbrReasonRequest, Reason),
    _step("agree-action", "AgreeAction", pb.AgreeActionRequest, AgreeAction, action_of),
    _step("promote-action", "ConvertToInitiative", pb.ConvertToInitiativeRequest, Promote),
    _step("start-action", "StartAction", pb.ActionRequest, ActionOnly),
    _step("block-action", "BlockAction", pb.ActionReasonRequest, ActionReason),
    _step("unblock-action", "UnblockAction", pb.ActionRequest, ActionOnly),
    _step("move-action", "RescheduleAction", pb.RescheduleActionRequest, MoveAction),
    _step("reassign-action", "ReassignAction", pb.ReassignActionRequest, ReassignAction, owner_of),
    _step("complete-action", "CompleteAction", pb.CompleteActionRequest, CompleteAction),
    _step("drop-action", "DropAction", pb.DropActionRequest, DropAction),
    _step("reopen-action", "ReopenAction", pb.ActionReasonRequest, ActionReason),
)
"""What happens to one QBR."""

SERIES_STEPS = table(
    _step("start-series", "StartSeries", pb.StartSeriesRequest, StartSeries),
    _step("pause-series", "PauseSeries", pb.PauseSeriesRequest, PauseSeries),
    _step("resume-series", "ResumeSeries", pb.AccountRequest),
    _step("end-series", "EndSeries", pb.AccountReasonRequest, Reason),
    _step("plan-qbr", "PlanQBR", pb.AccountRequest),
    _step("pull-forward", "PullForwardQBR", pb.AccountRequest),
    _step("keep-due", "DismissPullForward", pb.AccountReasonRequest, Reason),
)
"""What happens to the rhythm of one account; the address names the account."""
