"""One QBR: its events, its state and how the ones change the other. Commands: `preparing.py` and `meeting.py`."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from eventsourcing.domain import event

from services.qbr.domain.base import AccountEvent, OfAccount
from services.qbr.domain.review.meeting import MeetingCommands
from services.qbr.domain.review.preparing import PreparingCommands
from services.qbr.domain.values import (
    Attendees,
    Audience,
    Locale,
    Mode,
    PlannedAction,
    Rating,
    Step,
    TemplateRef,
)
from shared.eventstore.events import Aggregate, AggregateCreated


class QbrEvent(AccountEvent):
    """About one QBR; the stream is its id."""


class HeldEvent(QbrEvent):
    """How a QBR took place. `held_on`: the day in the account's time zone; `held_version`: of this event."""

    series_id: UUID
    due_by: date
    days_vs_due: int
    held_at: datetime
    held_on: date
    mode: Mode
    minutes: int
    template: TemplateRef
    pack_hash: str | None
    attendees: Attendees
    economic_buyer_present: bool
    rating: Rating | None
    next_qbr: date | None
    held_version: int

    def subjects(self) -> tuple[UUID, ...]:
        return tuple(a.subject for a in self.attendees.customer)


class Qbr(PreparingCommands, MeetingCommands, OfAccount, Aggregate):
    """Born planned, or proposed from a meeting of the CRM."""

    TOPIC = "qbr.Qbr"

    class Event(QbrEvent): ...

    class QBROpened(AggregateCreated, Event):
        TOPIC = "qbr.QBROpened"
        series_id: UUID
        qbr_id: UUID

    class QBRProposedFromCrm(Event):
        TOPIC = "qbr.QBRProposedFromCrm"
        system: str
        meeting_crm_id: str
        revision: int
        at: datetime
        participants: tuple[UUID, ...]
        owner_id: str | None

        def subjects(self) -> tuple[UUID, ...]:
            return self.participants

    class QBRProposalDismissed(Event):
        """`by_crm`: the CRM no longer has it; it may propose it again."""

        TOPIC = "qbr.QBRProposalDismissed"
        reason: str
        by_crm: bool
        revision: int

    class QBRPlanned(Event):
        TOPIC = "qbr.QBRPlanned"
        series_id: UUID
        due_by: date
        grace_days: int
        window_opens: date
        due_version: int

    class QBRDueMoved(Event):
        TOPIC = "qbr.QBRDueMoved"
        due_by: date
        was_due_by: date
        grace_days: int
        cause: str
        due_version: int

    class QBRScheduled(Event):
        TOPIC = "qbr.QBRScheduled"
        at: datetime
        invitees: tuple[UUID, ...]
        accepted: tuple[UUID, ...]
        due_version: int

        def subjects(self) -> tuple[UUID, ...]:
            return self.invitees

    class QBRAcceptanceRecorded(Event):
        TOPIC = "qbr.QBRAcceptanceRecorded"
        subject_id: UUID

        def subjects(self) -> tuple[UUID, ...]:
            return (self.subject_id,)

    class QBRRescheduled(Event):
        TOPIC = "qbr.QBRRescheduled"
        from_at: datetime
        to_at: datetime
        reason: str
        count: int
        alert_head: bool
        due_version: int

    class QBRPreparationStarted(Event):
        TOPIC = "qbr.QBRPreparationStarted"

    class QBRDataPackFrozen(Event):
        TOPIC = "qbr.QBRDataPackFrozen"
        watermark: dict[str, int]
        pack_at: datetime
        template: TemplateRef
        locale: Locale
        pack_hash: str

    class QBRPackAnnotated(Event):
        TOPIC = "qbr.QBRPackAnnotated"
        section: str
        text_ref: UUID
        customer: bool = False

    class QBRPackPublished(Event):
        TOPIC = "qbr.QBRPackPublished"
        audience: Audience
        pack_hash: str
        active_minutes: int
        shared_sections: tuple[str, ...] = ()

    class QBRAgendaNoted(Event):
        TOPIC = "qbr.QBRAgendaNoted"
        section: str
        text_ref: UUID

    class QBRHeld(HeldEvent, Event):
        TOPIC = "qbr.QBRHeld"

    class QBRHeldCorrected(HeldEvent, Event):
        TOPIC = "qbr.QBRHeldCorrected"
        corrects_version: int

    class QBRHeldRetracted(Event):
        TOPIC = "qbr.QBRHeldRetracted"
        corrects_version: int
        reason: str

    class QBRRated(Event):
        TOPIC = "qbr.QBRRated"
        rating: Rating

    class QBRResultsRecorded(Event):
        TOPIC = "qbr.QBRResultsRecorded"
        results: dict[str, UUID]

    class QBRDecisionRecorded(Event):
        TOPIC = "qbr.QBRDecisionRecorded"
        decision_id: UUID
        text_ref: UUID
        agreed_by: tuple[str, ...]
        action: PlannedAction | None

    class QBRActionNoted(Event):
        TOPIC = "qbr.QBRActionNoted"
        action_id: UUID

    class QBRMinutesApproved(Event):
        TOPIC = "qbr.QBRMinutesApproved"
        text_ref: UUID | None

    class QBRSummarySent(Event):
        TOPIC = "qbr.QBRSummarySent"
        due_on: date
        late: bool

    class QBRClosed(Event):
        TOPIC = "qbr.QBRClosed"
        actions: int
        no_action_reason: str | None
        next_qbr_id: UUID | None

    class QBRPostponed(Event):
        TOPIC = "qbr.QBRPostponed"
        reason: str
        until: date | None

    class QBRCancelled(Event):
        TOPIC = "qbr.QBRCancelled"
        reason: str

    class QBRWaived(Event):
        TOPIC = "qbr.QBRWaived"
        reason: str
        approver: str

    class QBRDueSoon(Event):
        TOPIC = "qbr.QBRDueSoon"
        step: Step
        due_by: date
        days_left: int
        due_version: int
        late_by_s: int

    class QBRMissed(Event):
        TOPIC = "qbr.QBRMissed"
        due_by: date
        grace_days: int
        due_version: int
        late_by_s: int

    class QBRSummaryOverdue(Event):
        TOPIC = "qbr.QBRSummaryOverdue"
        due_on: date
        late_by_s: int

    class QBRCloseOverdue(Event):
        TOPIC = "qbr.QBRCloseOverdue"
        due_on: date
        late_by_s: int

    @event(QBROpened)
    def __init__(self, account_id: UUID, series_id: UUID, qbr_id: UUID) -> None:
        self.account_id, self.series_id = account_id, series_id
        self.begin()

    @staticmethod
    def create_id(qbr_id: UUID) -> UUID:
        """The stream is the QBR."""
        return qbr_id

    # What an event changes. Each method takes only the fields it needs; commands record by `trigger_event`.

    @event(QBRProposedFromCrm)
    def _proposed(
        self, system: str, meeting_crm_id: str, revision: int, at: datetime, participants: tuple[UUID, ...],
        owner_id: str | None,
    ) -> None:  # fmt: skip
        self.state, self.proposal, self.revision = "Proposed", (system, meeting_crm_id), revision
        self.at, self.invitees, self.proposed_owner = at, participants, owner_id

    @event(QBRProposalDismissed)
    def _dismissed(self, by_crm: bool, revision: int) -> None:
        self.state, self.dismissed_by_crm, self.revision = "Dismissed", by_crm, revision

    @event(QBRPlanned)
    def _planned(self, due_by: date, grace_days: int, due_version: int) -> None:
        self.state, self.due_by, self.grace, self.due_version = "Planned", due_by, grace_days, due_version

    @event(QBRDueMoved)
    def _due_moved(self, due_by: date, grace_days: int, due_version: int) -> None:
        self.due_by, self.grace, self.due_version = due_by, grace_days, due_version

    @event(QBRScheduled)
    def _scheduled(
        self, at: datetime, invitees: tuple[UUID, ...], accepted: tuple[UUID, ...], due_version: int
    ) -> None:
        self.state, self.at, self.invitees, self.accepted = "Scheduled", at, invitees, accepted
        self.date_version = due_version

    @event(QBRAcceptanceRecorded)
    def _accepted(self, subject_id: UUID) -> None:
        self.accepted = (*self.accepted, subject_id)
        self.invitees = self.invitees if subject_id in self.invitees else (*self.invitees, subject_id)

    @event(QBRRescheduled)
    def _rescheduled(self, to_at: datetime, count: int, due_version: int) -> None:
        self.at, self.moves, self.date_version = to_at, count, due_version

    @event(QBRPreparationStarted)
    def _preparing(self) -> None:
        self.state = "Preparing"

    @event(QBRDataPackFrozen)
    def _frozen(self, template: TemplateRef, pack_hash: str) -> None:
        self.template, self.pack_hash = template, pack_hash

    @event(QBRPackPublished)
    def _published(self, audience: Audience, pack_hash: str, shared_sections: tuple[str, ...]) -> None:
        self.state, self.published = "Ready", (*self.published, (audience, pack_hash))
        if audience == "customer":
            self.shared = shared_sections

    @event(QBRHeld)
    def _was_held(
        self, due_by: date, held_at: datetime, held_on: date, template: TemplateRef, attendees: Attendees,
        held_version: int,
    ) -> None:  # fmt: skip
        self.state, self.held_version, self.due_by = "Held", held_version, due_by
        self.at, self.held_on, self.template, self.attendees = held_at, held_on, template, attendees

    @event(QBRHeldCorrected)
    def _corrected(self, held_at: datetime, held_on: date, attendees: Attendees, held_version: int) -> None:
        self.held_version, self.at, self.held_on, self.attendees = held_version, held_at, held_on, attendees

    @event(QBRHeldRetracted)
    def _retracted(self) -> None:
        self.state, self.held_on = "Retracted", None

    @event(QBRResultsRecorded)
    def _results(self, results: dict[str, UUID]) -> None:
        self.results = {**self.results, **results}

    @event(QBRDecisionRecorded)
    def _decided(self, decision_id: UUID) -> None:
        self.decisions |= {decision_id}

    @event(QBRActionNoted)
    def _action_noted(self, action_id: UUID) -> None:
        self.actions = (*self.actions, action_id)

    @event(QBRMinutesApproved)
    def _minutes_approved(self) -> None:
        self.state = "FollowUp"

    @event(QBRSummarySent)
    def _summary_sent(self) -> None:
        self.summary_sent = True

    @event(QBRClosed)
    def _closed(self) -> None:
        self.state = "Closed"

    @event(QBRPostponed)
    def _postponed(self) -> None:
        self.state, self.at = "Postponed", None

    @event(QBRCancelled)
    def _cancelled(self) -> None:
        self.state = "Cancelled"

    @event(QBRWaived)
    def _waived(self) -> None:
        self.state = "Waived"

    @event(QBRDueSoon)
    def _told_due_soon(self, step: Step, due_version: int) -> None:
        self.told = (*self.told, (step, due_version))

    @event(QBRMissed)
    def _was_missed(self, due_version: int) -> None:
        self.state, self.at, self.told = "Missed", None, (*self.told, ("missed", due_version))

    @event(QBRSummaryOverdue)
    def _told_summary(self) -> None:
        self.told = (*self.told, ("summary", 0))

    @event(QBRCloseOverdue)
    def _told_close(self) -> None:
        self.told = (*self.told, ("close", 0))
