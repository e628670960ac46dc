"""The handover of one theme of an account from one employee to another.

Started → items confirmed, one by one → Accepted | Declined | Withdrawn; Started → Overdue, which may still be accepted.
Responsibility moves when it is accepted, not before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, need
from services.accounts.domain.values import HandoverCause, HandoverItem, HandoverState, Theme, WithdrawnBecause
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class HandoverEvent(AccountEvent):
    """Each says which theme goes from whom to whom: a reader of one needs none of the others."""

    theme: Theme
    from_owner_id: str
    from_subject: UUID
    to_owner_id: str
    to_subject: UUID
    at: datetime

    def subjects(self) -> tuple[UUID, ...]:
        return (self.from_subject, self.to_subject)


class Handover(Aggregate):
    """Stream id = `Handover.create_id(account_id, theme, number)`. The handovers of a theme are numbered and the next
    number is free only when the last one is over, so two that start at once meet in one stream: one of them is refused.
    """

    TOPIC = "accounts.Handover"

    class Event(AccountEvent): ...

    class HandoverStarted(AggregateCreated, HandoverEvent, Event):
        """`cause` person: the receiver shall own the theme; otherwise they own it already, and take over what they
        find. `due_on`: the last day on which it is in time."""

        TOPIC = "accounts.HandoverStarted"
        number: int
        cause: HandoverCause
        due_on: date
        items: tuple[HandoverItem, ...]

        def subjects(self) -> tuple[UUID, ...]:
            people = (UUID(i.ref) for i in self.items if i.kind == "stakeholder")
            return (self.from_subject, self.to_subject, *people)

    class HandoverItemConfirmed(HandoverEvent, Event):
        """The receiver knows what this item is about; `note`: what they put beside it."""

        TOPIC = "accounts.HandoverItemConfirmed"
        item_id: str
        note: str

    class HandoverAccepted(HandoverEvent, Event):
        """The receiver answers for the theme from `at` on."""

        TOPIC = "accounts.HandoverAccepted"

    class HandoverDeclined(HandoverEvent, Event):
        """The receiver does not take it; the theme stays where it is."""

        TOPIC = "accounts.HandoverDeclined"
        reason: str

    class HandoverWithdrawn(HandoverEvent, Event):
        """It is over without an answer: taken back, or the theme went to somebody else meanwhile."""

        TOPIC = "accounts.HandoverWithdrawn"
        cause: WithdrawnBecause

    class HandoverOverdue(HandoverEvent, Event):
        """`due_on` is over and nobody accepted; `unconfirmed` items are open."""

        TOPIC = "accounts.HandoverOverdue"
        due_on: date
        unconfirmed: int

    @event(HandoverStarted)
    def __init__(
        self, account_id: UUID, theme: Theme, from_owner_id: str, from_subject: UUID, to_owner_id: str,
        to_subject: UUID, at: datetime, number: int, cause: HandoverCause, due_on: date,
        items: tuple[HandoverItem, ...],
    ) -> None:  # fmt: skip
        self.account_id, self.theme, self.number = account_id, theme, number
        self.from_owner_id, self.from_subject = from_owner_id, from_subject
        self.to_owner_id, self.to_subject = to_owner_id, to_subject
        self.started_at, self.due_on, self.cause, self.items = at, due_on, cause, items
        self.confirmed: dict[str, datetime] = {}
        self.state: HandoverState = "Started"
        self.ended_at: datetime | None = None

    @staticmethod
    def create_id(account_id: UUID, theme: str, number: int) -> UUID:
        """The stream of the account's n-th handover of a theme, from 1."""
        return ids.derived("handover", str(account_id), theme, str(number))

    @classmethod
    def start(
        cls, account_id: UUID, theme: Theme, number: int, system: str, giver: str, receiver: str, cause: HandoverCause,
        items: Iterable[HandoverItem], at: datetime, due_on: date,
    ) -> Handover:  # fmt: skip
        """`system`: the CRM whose users both are."""
        need(receiver.strip(), "receiver-missing", "Name the employee (CRM user id) who shall take the theme over.")
        need(receiver != giver, "receiver-is-giver", "The theme is theirs already: choose somebody else.")
        subjects = [ids.subject_id(system, "user", user) for user in (giver, receiver)]
        return cls(
            account_id, theme, giver, subjects[0], receiver, subjects[1], at, number, cause, due_on, tuple(items)
        )

    def trigger_event(self, event_class: Any, **kwargs: Any) -> None:
        """As the library's, with what each event of a handover says."""
        said = ("account_id", "theme", "from_owner_id", "from_subject", "to_owner_id", "to_subject")
        Aggregate.trigger_event(self, event_class, **{name: getattr(self, name) for name in said}, **kwargs)

    @property
    def open(self) -> bool:
        """Whether an answer is awaited."""
        return self.state in ("Started", "Overdue")

    @property
    def unconfirmed(self) -> tuple[HandoverItem, ...]:
        """What the receiver has not confirmed yet."""
        return tuple(i for i in self.items if i.item_id not in self.confirmed)

    def confirm_item(self, item_id: str, note: str, by: str, at: datetime) -> None:
        """The receiver knows what the item is about. The same again does nothing."""
        self._answered_by(by, at)
        need(item_id in {i.item_id for i in self.items}, "item-unknown", f"This handover has no item {item_id[:80]!r}.")
        need(len(note) <= 300, "note-too-long", "Keep the note to 300 characters.")
        if item_id not in self.confirmed:
            self._item_confirmed(item_id, note, at)

    def accept(self, owner: str | None, by: str, at: datetime) -> bool:
        """The receiver takes the theme. `owner`: whose it is now; returns whether it has to be given to the receiver
        still (a theme that the CRM gave them already is theirs)."""
        self._answered_by(by, at)
        left = len(self.unconfirmed)
        need(not left, "items-open", f"Confirm every item first: {left} of {len(self.items)} are open.")
        need(
            owner in (None, self.from_owner_id, self.to_owner_id),
            "owner-changed",
            f"{self.theme} belongs to somebody else by now: decline this handover and have another one started.",
        )
        self._accepted(at)
        return owner != self.to_owner_id

    def decline(self, reason: str, by: str, at: datetime) -> None:
        """The receiver does not take it."""
        self._answered_by(by, at)
        need(reason.strip(), "reason-missing", "Say why the handover is declined.")
        self._declined(reason.strip(), at)

    def take_back(self, by: str, head: bool, at: datetime) -> None:
        """The giver, or a head of KAM, ends it."""
        self._is_open(at)
        need(
            head or by == f"user:{self.from_owner_id}",
            "not-the-giver",
            "Only who hands over, or a head of KAM, can take it back.",
        )
        self._withdrawn("taken_back", at)

    def outlive(self, at: datetime) -> None:
        """The theme went to somebody else."""
        if self.open:
            self._withdrawn("owner_changed", max(at, self.started_at))

    def fall_overdue(self, at: datetime) -> None:
        """`due_on` is over. Told once."""
        if self.state == "Started":
            self._overdue(self.due_on, len(self.unconfirmed), at)

    def _is_open(self, at: datetime) -> None:
        need(self.open, "handover-over", f"This handover is {self.state}.")
        need(at >= self.started_at, "before-start", f"The handover began at {self.started_at}; choose a later instant.")

    def _answered_by(self, by: str, at: datetime) -> None:
        self._is_open(at)
        need(by == f"user:{self.to_owner_id}", "not-the-receiver", "Only who takes the theme over can answer.")

    @event(HandoverItemConfirmed)
    def _item_confirmed(self, item_id: str, note: str, at: datetime) -> None:
        self.confirmed[item_id] = at

    @event(HandoverAccepted)
    def _accepted(self, at: datetime) -> None:
        self.state, self.ended_at = "Accepted", at

    @event(HandoverDeclined)
    def _declined(self, reason: str, at: datetime) -> None:
        self.state, self.ended_at = "Declined", at

    @event(HandoverWithdrawn)
    def _withdrawn(self, cause: WithdrawnBecause, at: datetime) -> None:
        self.state, self.ended_at = "Withdrawn", at

    @event(HandoverOverdue)
    def _overdue(self, due_on: date, unconfirmed: int, at: datetime) -> None:
        self.state = "Overdue"


def outlived(owner: str | None, last: Handover | None) -> bool:
    """Whether the theme's present owner makes an open handover pointless: it went to somebody else than the receiver.
    That a giver owns it is no surprise where a person started the handover; where the CRM did, it changed its mind."""
    if owner is None or last is None or not last.open or owner == last.to_owner_id:
        return False
    return not (owner == last.from_owner_id and last.cause == "person")


def giver_of(owner: str | None, before: str | None, last: Handover | None) -> str | None:
    """Who has to hand a theme over to its present owner, as it went to them without a handover; None: nobody.

    An open handover to an owner of in between was never accepted, so whoever gave it away still knows; an accepted one
    to the present owner is why they own it.
    """
    if owner is None or before is None:
        return None
    giver = last.from_owner_id if last is not None and last.open else before
    if giver == owner or (last is not None and last.to_owner_id == owner and (last.open or last.state == "Accepted")):
        return None
    return giver
