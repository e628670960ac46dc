"""One QBR from plan to close."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract
from shared.contracts.qbr.base import ReviewFact, Side


class TemplateRef(Contract):
    """A version of a template."""

    id: str = Field(description="Name of the template")
    version: int = Field(description="Version of the template")


class AgreedAction(Contract):
    """An action agreed together with a decision: it becomes an action item by itself."""

    side: Side = Field(description="Whose promise it is")
    owner: str = Field(description="Who keeps it: CRM user id (ours) or pseudonym (customer)")
    due: date = Field(description="Day by which it is done, in the account's time zone")
    title: str = Field(description="What is to be done, at most 120 characters, no names of persons")
    promote: bool = Field(description="Whether it becomes an initiative by itself")


class QBRProposedFromCrm(ReviewFact):
    """The CRM knows a held meeting that looks like a QBR; a person confirms or dismisses it."""

    TYPE: ClassVar[str] = "QBRProposedFromCrm"
    system: str
    meeting_crm_id: str = Field(description="Id of the meeting in the CRM")
    at: datetime
    participants: tuple[UUID, ...]
    owner_id: str | None = None


class QBRProposalDismissed(ReviewFact):
    """The meeting was no QBR, or the CRM no longer has it."""

    TYPE: ClassVar[str] = "QBRProposalDismissed"
    reason: str


class QBRPlanned(ReviewFact):
    """A QBR is to be held. One of a series is open at a time."""

    TYPE: ClassVar[str] = "QBRPlanned"
    series_id: UUID = Field(description="Series, one for each account")
    due_by: date = Field(description="Day by which it is due")
    grace_days: int = Field(description="Days after the due day until it counts as missed")
    window_opens: date = Field(description="First day of its preparation, 90 days before it is due")
    due_version: int = Field(description="Number of the due day, from 1; each reminder is given once for each")


class QBRDueMoved(ReviewFact):
    """The series has another rhythm or another last QBR, so the planned one is due on another day."""

    TYPE: ClassVar[str] = "QBRDueMoved"
    due_by: date = Field(description="Day by which it is due")
    was_due_by: date = Field(description="Due day before")
    grace_days: int = Field(description="Days after the due day until it counts as missed")
    cause: str
    due_version: int = Field(description="Number of the due day, from 1; each reminder is given once for each")


class QBRScheduled(ReviewFact):
    """A date that at least one key person of the customer has accepted."""

    TYPE: ClassVar[str] = "QBRScheduled"
    at: datetime
    invitees: tuple[UUID, ...] = Field(description="Persons of the customer who are invited")
    accepted: tuple[UUID, ...] = Field(description="Those of them who accepted")
    due_version: int = Field(description="Number of the date, from 1; each reminder is given once for each")


class QBRAcceptanceRecorded(ReviewFact):
    """One more person of the customer accepted."""

    TYPE: ClassVar[str] = "QBRAcceptanceRecorded"
    subject_id: UUID


class QBRRescheduled(ReviewFact):
    """Another date. The third move alerts the head of KAM."""

    TYPE: ClassVar[str] = "QBRRescheduled"
    from_at: datetime = Field(description="Date before (instant, UTC)")
    to_at: datetime = Field(description="New date (instant, UTC)")
    reason: str
    count: int = Field(description="How often it was moved by now")
    alert_head: bool = Field(description="True from the third move on")
    due_version: int = Field(description="Number of the date, from 1; each reminder is given once for each")


class QBRPreparationStarted(ReviewFact):
    """The clock of the active minutes runs."""

    TYPE: ClassVar[str] = "QBRPreparationStarted"


class QBRDataPackFrozen(ReviewFact):
    """The data pack of this review, reproducible byte for byte from the events up to `watermark`."""

    TYPE: ClassVar[str] = "QBRDataPackFrozen"
    watermark: dict[str, int] = Field(description="Highest position of each topic that the pack has seen")
    pack_at: datetime = Field(description="Instant that the pack is for (UTC)")
    template: TemplateRef = Field(description="Template of the pack")
    locale: Literal["de", "en"] = Field(description="Language of the pack")
    pack_hash: str = Field(description="`sha256:` and the hash of the canonical JSON")


class QBRPackAnnotated(ReviewFact):
    """A remark on a section of the pack."""

    TYPE: ClassVar[str] = "QBRPackAnnotated"
    section: str = Field(description="Section of the pack or of the agenda")
    text_ref: UUID = Field(description="Names the text inside the service")
    customer: bool = Field(default=False, description="Whether the customer's version shows it, too")


class QBRPackPublished(ReviewFact):
    """The pack is out. The customer's version has no internal sections and no attitudes."""

    TYPE: ClassVar[str] = "QBRPackPublished"
    audience: Literal["internal", "customer"] = Field(description="Whom it is for")
    pack_hash: str = Field(description="`sha256:` and the hash of the canonical JSON")
    active_minutes: int = Field(description="Active preparation since its start, minutes; pauses over 15 minutes cut")
    shared_sections: tuple[str, ...] = Field(
        default=(), description="Internal sections that this customer's version shows, without what they judge"
    )


class QBRAgendaNoted(ReviewFact):
    """A note on a section of the agenda."""

    TYPE: ClassVar[str] = "QBRAgendaNoted"
    section: str = Field(description="Section of the pack or of the agenda")
    text_ref: UUID = Field(description="Names the text inside the service")


class QBRDecisionRecorded(ReviewFact):
    """Both sides decided something."""

    TYPE: ClassVar[str] = "QBRDecisionRecorded"
    decision_id: UUID = Field(description="The decision")
    text_ref: UUID = Field(description="Names the text inside the service")
    agreed_by: tuple[str, ...] = Field(description="Who agreed: CRM user ids and pseudonyms")
    action: AgreedAction | None = Field(default=None, description="The action agreed with it")


class QBRMinutesApproved(ReviewFact):
    """The minutes stand."""

    TYPE: ClassVar[str] = "QBRMinutesApproved"
    text_ref: UUID | None = Field(default=None, description="Names the text inside the service")


class QBRSummarySent(ReviewFact):
    """The customer has the summary; due one business day after the QBR."""

    TYPE: ClassVar[str] = "QBRSummarySent"
    due_on: date = Field(description="Day by which it was due")
    late: bool = Field(description="Whether it came later")


class QBRClosed(ReviewFact):
    """Minutes approved, actions agreed (or why none), the next one planned."""

    TYPE: ClassVar[str] = "QBRClosed"
    actions: int = Field(description="Number of actions agreed")
    no_action_reason: str | None = Field(default=None, description="Why none was agreed")
    next_qbr_id: UUID | None = Field(default=None, description="The next one of the series; null: the series has ended")


class QBRPostponed(ReviewFact):
    """Off the calendar; due it stays."""

    TYPE: ClassVar[str] = "QBRPostponed"
    reason: str
    until: date | None = Field(default=None, description="When a new date shall be found by")


class QBRCancelled(ReviewFact):
    """Will not take place."""

    TYPE: ClassVar[str] = "QBRCancelled"
    reason: str


class QBRWaived(ReviewFact):
    """Left out with approval: not covered, shown apart."""

    TYPE: ClassVar[str] = "QBRWaived"
    reason: str
    approver: str = Field(description="Actor who approved")
