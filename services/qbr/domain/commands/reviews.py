"""Commands of a QBR."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.qbr.domain.commands.base import OfQbr
from services.qbr.domain.values import Audience, Meeting, Pack, PlannedAction, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDue(OfQbr):
    due_by: date
    grace: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleQBR(OfQbr):
    at: datetime
    invitees: tuple[UUID, ...]
    accepted: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAcceptance(OfQbr):
    subject_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleQBR(OfQbr):
    to: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeQBR(OfQbr):
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelQBR(OfQbr):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveQBR(OfQbr):
    reason: str
    approver: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPreparation(OfQbr):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPreparationActivity(OfQbr):
    """Somebody works on it right now. Leaves no event, and not who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAgenda(OfQbr):
    section: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeDataPack(OfQbr):
    pack: Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatePack(OfQbr):
    """`customer`: the customer's version shows the remark, too."""

    section: str
    text: str
    customer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPack(OfQbr):
    """`share`: internal sections that the customer's version shows nevertheless."""

    audience: Audience
    share: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldQBR(OfQbr):
    """`results`: result field → words."""

    meeting: Meeting
    results: dict[str, str] = field(default_factory=dict)
    approver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectQBR(HoldQBR):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmProposedQBR(HoldQBR):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissProposedQBR(OfQbr):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractQBR(OfQbr):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateQBR(OfQbr):
    ratings: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDecision(OfQbr):
    text: str
    agreed_by: tuple[str, ...]
    action: PlannedAction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveMinutes(OfQbr):
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSummary(OfQbr):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseQBR(OfQbr):
    no_action_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(OfQbr):
    step: Step
    days_left: int
    late_by_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissQBR(OfQbr):
    late_by_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellSummaryOverdue(OfQbr):
    due_on: date
    late_by_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCloseOverdue(OfQbr):
    due_on: date
    late_by_s: int
