"""An interaction with the customer, as the CRM logs it: one stream per CRM record; newest revision wins.

A planned meeting is recorded too; it counts for nothing until it is held. Whether a held one is a *meaningful contact*
is a rule (`policy.contact`), not stored state.
"""

from __future__ import annotations

from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, OfAccount
from services.accounts.domain.values import Details
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class InteractionEvent(AccountEvent):
    """Carries the whole known state: the details at CRM `revision`, the place (account, or none) at
    `place_revision`.
    """

    revision: int
    place_revision: int
    details: Details

    def subjects(self) -> tuple[UUID, ...]:
        return self.details.participants


class Interaction(OfAccount, Aggregate):
    """Stream id = `Interaction.create_id(system, crm_id)`.

    Where it belongs and what it says have a revision each: "moved away" and "seen there" come by different Kafka
    partitions.
    """

    TOPIC = "accounts.Interaction"

    class Event(AccountEvent): ...

    class InteractionRecorded(AggregateCreated, InteractionEvent, Event):
        TOPIC = "accounts.InteractionRecorded"
        system: str
        crm_id: str

    class InteractionHeld(InteractionEvent, Event):
        """A planned one took place: the meeting was held, the call connected, the mail went out or came in."""

        TOPIC = "accounts.InteractionHeld"

    class InteractionCorrected(InteractionEvent, Event):
        """The CRM says it differently now; a retracted one counts again."""

        TOPIC = "accounts.InteractionCorrected"

    class InteractionReassigned(InteractionEvent, Event):
        """It belongs to `account_id` now; before to `from_account_id`."""

        TOPIC = "accounts.InteractionReassigned"
        from_account_id: UUID

    class InteractionRetracted(InteractionEvent, Event):
        """The CRM deleted it, or it belongs to no account any more: it never counted."""

        TOPIC = "accounts.InteractionRetracted"

    @event(InteractionRecorded)
    def __init__(
        self, account_id: UUID, revision: int, place_revision: int, details: Details, system: str, crm_id: str
    ) -> None:
        self.account_id, self.details, self.retracted = account_id, details, False
        self.revision, self.place_revision = revision, place_revision
        self.system, self.crm_id = system, crm_id

    @staticmethod
    def create_id(system: str, crm_id: str) -> UUID:
        """The stream of one CRM activity."""
        return ids.derived("interaction", system, crm_id)

    @classmethod
    def record(cls, system: str, crm_id: str, account_id: UUID, revision: int, details: Details) -> Interaction:
        """The CRM shows an activity we do not know yet."""
        return cls(
            account_id=account_id,
            revision=revision,
            place_revision=revision,
            details=details,
            system=system,
            crm_id=crm_id,
        )

    def observe(self, account_id: UUID, revision: int, details: Details) -> None:
        """The CRM shows the activity at `revision`, at this account."""
        said, placed = revision > self.revision, revision > self.place_revision
        if not said and not placed:
            return
        details = details if said else self.details
        revisions = max(revision, self.revision), max(revision, self.place_revision)
        if placed and account_id != self.account_id:
            self._reassigned(account_id, *revisions, details, self.account_id)
        elif self.retracted and not placed:
            self._retracted(*revisions, details)
        elif details.done and not self.details.done and not self.retracted:
            self._held(*revisions, details)
        else:
            self._corrected(*revisions, details)

    def move(self, account_id: UUID | None, revision: int) -> None:
        """The CRM gave it to another account; None: deleted, or no account's any more."""
        if revision <= self.place_revision:
            return
        if account_id is None:
            if not self.retracted:
                self._retracted(self.revision, revision, self.details)
        elif account_id != self.account_id or self.retracted:
            self._reassigned(account_id, self.revision, revision, self.details, self.account_id)

    @event(InteractionHeld)
    def _held(self, revision: int, place_revision: int, details: Details) -> None:
        self.revision, self.place_revision, self.details = revision, place_revision, details

    @event(InteractionCorrected)
    def _corrected(self, revision: int, place_revision: int, details: Details) -> None:
        self.revision, self.place_revision, self.details, self.retracted = revision, place_revision, details, False

    @event(InteractionReassigned)
    def _reassigned(
        self, account_id: UUID, revision: int, place_revision: int, details: Details, from_account_id: UUID
    ) -> None:
        self.revision, self.place_revision, self.details, self.retracted = revision, place_revision, details, False
        self.account_id = account_id

    @event(InteractionRetracted)
    def _retracted(self, revision: int, place_revision: int, details: Details) -> None:
        self.revision, self.place_revision, self.details, self.retracted = revision, place_revision, details, True
