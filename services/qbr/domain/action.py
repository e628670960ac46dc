"""A promise agreed in a QBR, by one side: Agreed → InProgress → Done | Dropped. Overdue and blocked lie over that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from eventsourcing.domain import event

from services.qbr.domain.base import AccountEvent, OfAccount, need, reason_given
from services.qbr.domain.review.meeting import check_action
from services.qbr.domain.values import ActionState, PlannedAction, Promotion, Side
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class ActionEvent(AccountEvent):
    """About one action item; the stream is its id."""

    qbr_id: UUID


class ActionItem(OfAccount, Aggregate):
    """`owner`: CRM user id (side ours) or pseudonym (side customer). Due days are dates in the account's time zone."""

    TOPIC = "qbr.ActionItem"

    class Event(ActionEvent): ...

    class ActionItemAgreed(AggregateCreated, Event):
        TOPIC = "qbr.ActionItemAgreed"
        side: Side
        owner: str
        owner_subject: UUID
        due: date
        title: str
        decision_id: UUID | None
        promote: bool
        due_version: int
        action_id: UUID

        def subjects(self) -> tuple[UUID, ...]:
            return (self.owner_subject,)

    class ActionItemStarted(Event):
        TOPIC = "qbr.ActionItemStarted"

    class ActionItemBlocked(Event):
        TOPIC = "qbr.ActionItemBlocked"
        reason: str

    class ActionItemUnblocked(Event):
        TOPIC = "qbr.ActionItemUnblocked"

    class ActionItemRescheduled(Event):
        TOPIC = "qbr.ActionItemRescheduled"
        from_due: date
        to_due: date
        reason: str
        count: int
        due_version: int

    class ActionItemReassigned(Event):
        TOPIC = "qbr.ActionItemReassigned"
        owner: str
        owner_subject: UUID
        was_owner: str

        def subjects(self) -> tuple[UUID, ...]:
            return (self.owner_subject,)

    class ActionItemDone(Event):
        TOPIC = "qbr.ActionItemDone"
        evidence_ref: str
        done_on: date
        on_time: bool

    class ActionItemDropped(Event):
        TOPIC = "qbr.ActionItemDropped"
        reason: str
        agreed_by: tuple[str, ...]

    class ActionItemReopened(Event):
        TOPIC = "qbr.ActionItemReopened"
        reason: str

    class ActionItemPromoted(Event):
        TOPIC = "qbr.ActionItemPromoted"
        initiative_id: UUID
        title: str
        owner: str
        due: date
        goal_ids: tuple[UUID, ...]
        stakeholders: tuple[UUID, ...]
        opportunity_id: str | None
        no_opportunity_reason: str | None
        decision_id: UUID | None

        def subjects(self) -> tuple[UUID, ...]:
            return self.stakeholders

    class ActionItemDueSoon(Event):
        TOPIC = "qbr.ActionItemDueSoon"
        side: Side
        owner: str
        due: date
        due_version: int
        late_by_s: int

    class ActionItemOverdue(Event):
        TOPIC = "qbr.ActionItemOverdue"
        side: Side
        owner: str
        due: date
        due_version: int
        late_by_s: int
        times_rescheduled: int
        blocked: bool

    @event(ActionItemAgreed)
    def __init__(
        self, account_id: UUID, qbr_id: UUID, side: Side, owner: str, owner_subject: UUID, due: date, title: str,
        decision_id: UUID | None, promote: bool, due_version: int, action_id: UUID,
    ) -> None:  # fmt: skip
        self.account_id, self.qbr_id, self.side, self.owner = account_id, qbr_id, side, owner
        self.due, self.first_due, self.title, self.decision_id = due, due, title, decision_id
        self.state: ActionState = "Agreed"
        self.due_version, self.moves = due_version, 0
        self.blocked: str | None = None
        self.overdue_version = self.soon_version = 0
        self.initiative_id: UUID | None = None
        self.done_on: date | None = None

    @staticmethod
    def create_id(action_id: UUID) -> UUID:
        """The stream is the action."""
        return action_id

    @classmethod
    def agree(
        cls, action_id: UUID, account_id: UUID, qbr_id: UUID, planned: PlannedAction, decision_id: UUID | None,
        system: str,
    ) -> ActionItem:  # fmt: skip
        """A new promise. `system`: the CRM whose users our owners are."""
        check_action(planned)
        return cls(
            account_id, qbr_id, planned.side, planned.owner, _subject(planned.side, planned.owner, system), planned.due,
            planned.title.strip(), decision_id, planned.promote, 1, action_id,
        )  # fmt: skip

    def trigger_event(self, event_class: type, **kwargs: object) -> None:
        """As the library's, with the QBR (and the account) added."""
        super().trigger_event(event_class, **{"qbr_id": self.qbr_id, **kwargs})

    @property
    def open(self) -> bool:
        """Neither done nor dropped."""
        return self.state in ("Agreed", "InProgress")

    @property
    def overdue(self) -> bool:
        """Open, and its present due day was told as over."""
        return self.open and self.overdue_version == self.due_version

    def start(self) -> None:
        """Work began."""
        need(self.open, "action-closed", "The action is done or dropped; reopen it first.")
        if self.state == "Agreed":
            self.trigger_event(self.ActionItemStarted)

    def block(self, reason: str) -> None:
        """It waits for something else."""
        need(self.open, "action-closed", "Only an open action can be blocked.")
        reason_given(reason)
        if self.blocked != reason:
            self.trigger_event(self.ActionItemBlocked, reason=reason)

    def unblock(self) -> None:
        """It can go on."""
        if self.blocked is not None:
            self.trigger_event(self.ActionItemUnblocked)

    def reschedule(self, to: date, reason: str, today: date) -> None:
        """Another due day; the first one stays known."""
        need(self.open, "action-closed", "The action is done or dropped; reopen it first.")
        reason_given(reason)
        need(to != self.due, "due-unchanged", "That is the due day already.")
        need(to >= today, "due-in-the-past", "Choose a day to come.")
        self.trigger_event(
            self.ActionItemRescheduled, from_due=self.due, to_due=to, reason=reason, count=self.moves + 1,
            due_version=self.due_version + 1,
        )  # fmt: skip

    def reassign(self, owner: str, system: str) -> None:
        """Somebody else of the same side."""
        need(self.open, "action-closed", "The action is done or dropped; reopen it first.")
        check_action(PlannedAction(side=self.side, owner=owner, due=self.due, title=self.title))
        if owner != self.owner:
            subject = _subject(self.side, owner, system)
            self.trigger_event(self.ActionItemReassigned, owner=owner, owner_subject=subject, was_owner=self.owner)

    def complete(self, evidence_ref: str, done_on: date) -> None:
        """Kept. `evidence_ref`: event id, record id or address."""
        if self.state == "Done":
            return
        need(self.open, "action-dropped", "The action was dropped; reopen it first.")
        need(evidence_ref.strip(), "evidence-missing", "Say what shows that it is done.")
        self.trigger_event(self.ActionItemDone, evidence_ref=evidence_ref, done_on=done_on, on_time=done_on <= self.due)

    def drop(self, reason: str, by_us: Sequence[str], by_customer: Sequence[str]) -> None:
        """Given up by both sides. `by_us`: CRM user ids, `by_customer`: pseudonyms."""
        need(self.open, "action-closed", "The action is done or dropped already.")
        reason_given(reason)
        need(
            by_us and by_customer, "both-sides-needed",
            "A promise is dropped by both sides: name one of us and one person of the customer.",
        )  # fmt: skip
        self.trigger_event(self.ActionItemDropped, reason=reason, agreed_by=(*by_us, *by_customer))

    def reopen(self, reason: str) -> None:
        """It was not done after all, or is wanted again."""
        need(not self.open, "action-open", "The action is open.")
        reason_given(reason)
        self.trigger_event(self.ActionItemReopened, reason=reason)

    def promote(self, how: Promotion) -> None:
        """It becomes an initiative of the growth plan. Only what we promised can; once."""
        need(self.side == "ours", "not-ours", "An initiative is ours; the customer's promise stays an action.")
        need(self.open, "action-closed", "The action is done or dropped.")
        need(
            how.opportunity_id or (how.no_opportunity_reason or "").strip(), "opportunity-missing",
            "Name the deal, or say why there is none.",
        )  # fmt: skip
        if self.initiative_id is None:
            self.trigger_event(
                self.ActionItemPromoted, initiative_id=ids.derived("initiative", "qbr-action", str(self.id)),
                title=self.title, owner=self.owner, due=self.due, decision_id=self.decision_id, **dict(how),
            )  # fmt: skip

    def tell_due_soon(self, late_by_s: int) -> None:
        """Few days are left; once for each due day."""
        if self.open and self.soon_version < self.due_version:
            self.trigger_event(
                self.ActionItemDueSoon, side=self.side, owner=self.owner, due=self.due, due_version=self.due_version,
                late_by_s=late_by_s,
            )  # fmt: skip

    def tell_overdue(self, late_by_s: int) -> None:
        """The due day is over; once for each due day."""
        if self.open and self.overdue_version < self.due_version:
            self.trigger_event(
                self.ActionItemOverdue, side=self.side, owner=self.owner, due=self.due, due_version=self.due_version,
                late_by_s=late_by_s, times_rescheduled=self.moves, blocked=self.blocked is not None,
            )  # fmt: skip

    @event(ActionItemStarted)
    def _started(self) -> None:
        self.state = "InProgress"

    @event(ActionItemBlocked)
    def _blocked(self, reason: str) -> None:
        self.blocked = reason

    @event(ActionItemUnblocked)
    def _unblocked(self) -> None:
        self.blocked = None

    @event(ActionItemRescheduled)
    def _rescheduled(self, to_due: date, count: int, due_version: int) -> None:
        self.due, self.moves, self.due_version = to_due, count, due_version

    @event(ActionItemReassigned)
    def _reassigned(self, owner: str) -> None:
        self.owner = owner

    @event(ActionItemDone)
    def _done(self, done_on: date) -> None:
        self.state, self.done_on, self.blocked = "Done", done_on, None

    @event(ActionItemDropped)
    def _dropped(self) -> None:
        self.state, self.blocked = "Dropped", None

    @event(ActionItemReopened)
    def _reopened(self) -> None:
        self.state, self.done_on = "InProgress", None

    @event(ActionItemPromoted)
    def _promoted(self, initiative_id: UUID) -> None:
        self.initiative_id = initiative_id

    @event(ActionItemDueSoon)
    def _told_soon(self, due_version: int) -> None:
        self.soon_version = due_version

    @event(ActionItemOverdue)
    def _told_overdue(self, due_version: int) -> None:
        self.overdue_version = due_version


def _subject(side: Side, owner: str, system: str) -> UUID:
    return UUID(owner) if side == "customer" else ids.subject_id(system, "user", owner)
