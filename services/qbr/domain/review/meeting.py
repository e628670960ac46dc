"""The commands of a QBR from the day it is held: attendees, decisions, minutes, close, correction. Mixed into `Qbr`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.qbr.domain.base import LONGEST_TITLE, need, reason_given
from services.qbr.domain.review import states
from services.qbr.domain.values import (
    RATING_CRITERIA,
    RATING_CRITERIA_VERSION,
    Meeting,
    PlannedAction,
    Rating,
    State,
    TemplateRef,
)
from services.qbr.policy.cycle import Cycle
from shared import ids


class MeetingCommands:
    """A QBR counts as held once; corrections name the version of the event that they take the place of."""

    state: State
    account_id: UUID
    series_id: UUID
    due_by: date
    at: datetime | None
    invitees: tuple[UUID, ...]
    template: TemplateRef
    pack_hash: str | None
    proposal: tuple[str, str] | None
    proposed_owner: str | None
    dismissed_by_crm: bool
    revision: int
    held_on: date | None
    held_version: int
    version: int
    results: dict[str, UUID]
    actions: tuple[UUID, ...]
    summary_sent: bool
    told: tuple[tuple[str, int], ...]

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The event classes and `trigger_event` of Qbr."""

    # -- what the CRM suggests

    @staticmethod
    def proposal_id(system: str, meeting_crm_id: str, account_id: UUID | None) -> UUID:
        """The QBR that a meeting may have been. If it moves to another account, that one gets a proposal of its own."""
        return ids.derived("qbr-proposal", system, meeting_crm_id, str(account_id))

    @classmethod
    def propose(cls, account_id: UUID, series_id: UUID, system: str, meeting_crm_id: str, **meeting: Any) -> Any:
        """`meeting`: revision, at, participants, owner_id."""
        made: Any = cls(account_id, series_id, cls.proposal_id(system, meeting_crm_id, account_id))  # type: ignore[call-arg]
        made.trigger_event(made.QBRProposedFromCrm, system=system, meeting_crm_id=meeting_crm_id, **meeting)
        return made

    def see_meeting(self, revision: int, at: datetime, participants: tuple[UUID, ...], owner_id: str | None) -> None:
        """The CRM shows the held meeting (again). What a person decided stays."""
        known = (self.at, self.invitees, self.proposed_owner)
        again = self.state == "Dismissed" and self.dismissed_by_crm
        if self.proposal and revision > self.revision and (
            again or (self.state == "Proposed" and (at, participants, owner_id) != known)
        ):  # fmt: skip
            self.trigger_event(
                self.QBRProposedFromCrm, system=self.proposal[0], meeting_crm_id=self.proposal[1], revision=revision,
                at=at, participants=participants, owner_id=owner_id,
            )  # fmt: skip

    def lose_meeting(self, revision: int) -> None:
        """The CRM no longer has it as held."""
        if self.state == "Proposed" and revision > self.revision:
            self.trigger_event(
                self.QBRProposalDismissed, reason="the CRM no longer has it as held", by_crm=True, revision=revision
            )

    def dismiss(self, reason: str) -> None:
        """The meeting was no QBR."""
        states.may("DismissProposedQBR", self.state)
        reason_given(reason)
        self.trigger_event(self.QBRProposalDismissed, reason=reason, by_crm=False, revision=self.revision)

    # -- held

    def hold(
        self, told: Meeting, zone: ZoneInfo, now: datetime, approver: str, by: str, cycle: Cycle,
        known_results: Collection[str],
    ) -> None:  # fmt: skip
        """It took place. Told more than two weeks later, somebody else has to have approved that."""
        states.may("HoldQBR", self.state)
        self._check(told, now, known_results)
        late = now - told.at > timedelta(days=cycle.backdating_free_days)
        need(
            not late or (approver and approver != by), "backdating-needs-approval",
            f"It is told more than {cycle.backdating_free_days} days later: name somebody else who approved that.",
        )  # fmt: skip
        self._record_held(told, self.due_by, zone)

    def confirm(
        self, told: Meeting, due_by: date, zone: ZoneInfo, now: datetime, known_results: Collection[str],
        template: TemplateRef,
    ) -> None:  # fmt: skip
        """The CRM's meeting was a QBR. The CRM's record of that day stands for the approval of the backdating."""
        states.may("ConfirmProposedQBR", self.state)
        self._check(told, now, known_results)
        self._record_held(told, due_by, zone, template)

    def correct(self, told: Meeting, zone: ZoneInfo, now: datetime, known_results: Collection[str]) -> None:
        """What was told of it was wrong."""
        states.may("CorrectQBR", self.state)
        self._check(told, now, known_results)
        self.trigger_event(
            self.QBRHeldCorrected, **self._held(told, self.due_by, zone), corrects_version=self.held_version
        )
        self._record_results(told)

    def retract(self, reason: str) -> None:
        """It did not take place."""
        states.may("RetractQBR", self.state)
        reason_given(reason)
        self.trigger_event(self.QBRHeldRetracted, corrects_version=self.held_version, reason=reason)

    def rate(self, values: Sequence[int]) -> None:
        """The participants' rating."""
        states.may("RateQBR", self.state)
        self.trigger_event(self.QBRRated, rating=rating(values))

    # -- decisions, minutes, close

    def record_decision(
        self, decision_id: UUID, text_ref: UUID, agreed_by: Sequence[str], action: PlannedAction | None
    ) -> None:
        """Both sides decided; the action agreed with it follows by itself."""
        states.may("RecordDecision", self.state)
        need(agreed_by, "nobody-agreed", "Name who agreed to the decision.")
        if action is not None:
            check_action(action)
        self.trigger_event(
            self.QBRDecisionRecorded, decision_id=decision_id, text_ref=text_ref, agreed_by=tuple(agreed_by),
            action=action,
        )  # fmt: skip

    def note_action(self, action_id: UUID, decision_id: UUID | None = None) -> None:
        """An action was agreed in it, with one of its decisions or with none."""
        states.may("AgreeAction", self.state)
        need(
            decision_id is None or decision_id in self.decisions, "decision-unknown",
            "The QBR has no such decision: name one of its own, or none.",
        )  # fmt: skip
        if action_id not in self.actions:
            self.trigger_event(self.QBRActionNoted, action_id=action_id)

    def approve_minutes(self, text_ref: UUID | None) -> None:
        """The minutes stand."""
        states.may("ApproveMinutes", self.state)
        self.trigger_event(self.QBRMinutesApproved, text_ref=text_ref)

    def send_summary(self, due_on: date, today: date) -> None:
        """The customer has the summary."""
        states.may("SendSummary", self.state)
        if not self.summary_sent:
            self.trigger_event(self.QBRSummarySent, due_on=due_on, late=today > due_on)

    def close(
        self, no_action_reason: str, next_qbr_id: UUID | None, required_results: Collection[str], last: bool = False
    ) -> None:
        """Minutes approved, actions agreed or a reason for none, the next one planned (unless it was the `last`)."""
        states.may("CloseQBR", self.state)
        need(
            self.actions or no_action_reason.strip(), "no-actions",
            "Agree at least one action, or say why none was agreed.",
        )  # fmt: skip
        missing = [k for k in required_results if k not in self.results]
        need(not missing, "results-missing", f"The template wants these results: {', '.join(missing)}.")
        need(last or next_qbr_id, "next-not-planned", "Plan or schedule the next QBR first.")
        reason = no_action_reason.strip() if not self.actions else ""
        self.trigger_event(
            self.QBRClosed, actions=len(self.actions), no_action_reason=reason or None, next_qbr_id=next_qbr_id
        )

    def tell_summary_overdue(self, due_on: date, late_by_s: int) -> None:
        """Nobody sent the summary in time."""
        if self.state in ("Held", "FollowUp") and not self.summary_sent and ("summary", 0) not in self.told:
            self.trigger_event(self.QBRSummaryOverdue, due_on=due_on, late_by_s=late_by_s)

    def tell_close_overdue(self, due_on: date, late_by_s: int) -> None:
        """Nobody closed it in time."""
        if self.state in ("Held", "FollowUp") and ("close", 0) not in self.told:
            self.trigger_event(self.QBRCloseOverdue, due_on=due_on, late_by_s=late_by_s)

    # -- how

    def _check(self, told: Meeting, now: datetime, known_results: Collection[str]) -> None:
        need(told.at <= now, "held-in-the-future", "A QBR that is still to come cannot have been held.")
        need(told.attendees.customer, "no-customer-attendee", "Name at least one person of the customer who was there.")
        need(told.attendees.own, "no-own-attendee", "Name at least one of us who was there.")
        need(0 < told.minutes <= 24 * 60, "minutes-impossible", "Say how many minutes it took.")
        strange = sorted(set(told.results) - set(known_results))
        need(not strange, "result-unknown", f"The template has no result {', '.join(strange)}.")
        if told.rating is not None:
            rating(told.rating.values)

    def _held(self, told: Meeting, due_by: date, zone: ZoneInfo) -> Mapping[str, Any]:
        day = told.at.astimezone(zone).date()
        return {
            "series_id": self.series_id, "due_by": due_by, "days_vs_due": (day - due_by).days, "held_at": told.at,
            "held_on": day, "mode": told.mode, "minutes": told.minutes, "template": self.template,
            "pack_hash": self.pack_hash, "attendees": told.attendees, "rating": told.rating, "next_qbr": told.next_qbr,
            "held_version": self.version + 1,
            "economic_buyer_present": any("ECONOMIC_BUYER" in a.roles for a in told.attendees.customer),
        }  # fmt: skip

    def _record_held(self, told: Meeting, due_by: date, zone: ZoneInfo, template: TemplateRef | None = None) -> None:
        held = {**self._held(told, due_by, zone), **({"template": template} if template else {})}
        self.trigger_event(self.QBRHeld, **held)
        if told.rating is not None:
            self.trigger_event(self.QBRRated, rating=told.rating)
        self._record_results(told)

    def _record_results(self, told: Meeting) -> None:
        if told.results:
            self.trigger_event(self.QBRResultsRecorded, results=told.results)


def rating(values: Sequence[int]) -> Rating:
    """Raises Rejected unless there is one value, 1…5, for each criterion."""
    wanted = ", ".join(RATING_CRITERIA)
    need(len(values) == len(RATING_CRITERIA), "rating-incomplete", f"Rate each of: {wanted}.")
    need(all(1 <= v <= 5 for v in values), "rating-out-of-range", "Each rating is a number from 1 to 5.")
    return Rating(criteria_version=RATING_CRITERIA_VERSION, values=tuple(values))


def check_action(action: PlannedAction) -> None:
    """Raises Rejected unless a promise has an owner, a due day and a short title."""
    need(action.owner.strip(), "owner-missing", "Every action has an owner: name who keeps the promise.")
    need(action.due > date.min, "due-missing", "Every action has a due day.")
    title = action.title.strip()
    need(title, "title-missing", "Say in a few words what is to be done.")
    need(
        len(title) <= LONGEST_TITLE, "title-too-long", f"Say in at most {LONGEST_TITLE} characters what is to be done."
    )
    if action.side == "customer":
        try:
            UUID(action.owner)
        except ValueError:
            need(
                False,
                "owner-unknown",
                "The customer's promise is kept by a person of the customer: give the subject id.",
            )
