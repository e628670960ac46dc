"""An account: who the customer is, where it stands in its group, and whether it still lives.

Registered → Active → Ended → Active …; over that lies what the CRM says about the record: live, archived or merged.
The CRM's revision decides, per aspect, which of two facts is newer: any interleaving ends in the same state.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import available_timezones

from eventsourcing.domain import event

from services.accounts.domain.base import need
from services.accounts.domain.values import EndReason, Lifecycle, Profile
from shared.eventstore.events import Aggregate, AggregateCreated


class Account(Aggregate):
    """Stream id = account id (`shared.ids.account_id`)."""

    TOPIC = "accounts.Account"

    class Event(Aggregate.Event): ...

    class AccountRegistered(AggregateCreated, Event):
        """We know of the account. `name` is empty where another fact came first (a merge before its record)."""

        TOPIC = "accounts.AccountRegistered"
        name: str
        time_zone: str

    class AccountLinkedToCrm(Event):
        TOPIC = "accounts.AccountLinkedToCrm"
        system: str
        crm_id: str

    class AccountProfileObserved(Event):
        """The CRM's master data at `revision`: the whole profile, changed or not."""

        TOPIC = "accounts.AccountProfileObserved"
        revision: int
        profile: Profile

    class AccountActivated(Event):
        """The CRM calls it a customer."""

        TOPIC = "accounts.AccountActivated"

    class AccountRenamed(Event):
        TOPIC = "accounts.AccountRenamed"
        name: str
        was: str

    class AccountTimeZoneChanged(Event):
        TOPIC = "accounts.AccountTimeZoneChanged"
        time_zone: str
        was: str

    class AccountParentSet(Event):
        TOPIC = "accounts.AccountParentSet"
        parent_id: UUID

    class AccountParentCleared(Event):
        TOPIC = "accounts.AccountParentCleared"
        was: UUID

    class AccountParentRejected(Event):
        """The parent the CRM names would make a circle or a tree too deep: the account stands alone until that
        changes.
        """

        TOPIC = "accounts.AccountParentRejected"
        parent_id: UUID
        why: Literal["cycle", "too_deep"]

    class AccountsMerged(Event):
        """`absorbed_id` went into `survivor_id`. Written to both streams; neither stream is changed otherwise."""

        TOPIC = "accounts.AccountsMerged"
        survivor_id: UUID
        absorbed_id: UUID
        absorbed_crm_id: str
        survivor_crm_id: str
        revision: int

    class AccountMergeReverted(Event):
        """The CRM shows the absorbed record as live again. Written to both streams."""

        TOPIC = "accounts.AccountMergeReverted"
        survivor_id: UUID
        absorbed_id: UUID
        absorbed_crm_id: str
        revision: int

    class AccountEnded(Event):
        """The business relation is over. `value_at_end`: ARR at that instant, minor units, for the KPIs."""

        TOPIC = "accounts.AccountEnded"
        reason: EndReason
        value_at_end: int
        currency: str
        at: datetime

    class AccountReopened(Event):
        TOPIC = "accounts.AccountReopened"
        reason: str
        at: datetime

    class AccountArchived(Event):
        """The CRM deleted the record."""

        TOPIC = "accounts.AccountArchived"
        revision: int

    class AccountRestored(Event):
        """The CRM shows a deleted record again."""

        TOPIC = "accounts.AccountRestored"
        revision: int

    @event(AccountRegistered)
    def __init__(self, name: str, time_zone: str) -> None:
        self.name, self.time_zone = name, time_zone
        self.system = self.crm_id = ""
        self.profile: Profile | None = None
        self.profile_revision = self.presence_revision = 0
        self.standing: Literal["Registered", "Active", "Ended"] = "Registered"
        self.presence: Literal["live", "archived", "merged"] = "live"
        self.survivor_id: UUID | None = None
        self.absorbed: dict[UUID, int] = {}
        self.parent_id: UUID | None = None
        self.rejected_parent: tuple[UUID, str] | None = None

    @classmethod
    def register(cls, account_id: UUID, name: str, time_zone: str, system: str, crm_id: str) -> Account:
        """A new account behind one CRM record; `name` may be empty if only its id is known yet."""
        account = cls._create(cls.AccountRegistered, id=account_id, name=name, time_zone=time_zone)
        account._linked(system=system, crm_id=crm_id)
        return account

    @property
    def lifecycle(self) -> Lifecycle:
        """Registered, Active or Ended; Archived or Merged where the CRM's record is gone."""
        return self.standing if self.presence == "live" else "Archived" if self.presence == "archived" else "Merged"

    # -- what the CRM says: each carries the revision of the CRM record, older ones do nothing

    def observe(self, revision: int, name: str, profile: Profile) -> None:
        """The CRM shows the record. Restores it if it was deleted or merged at a lower revision."""
        if revision > self.presence_revision and self.presence == "archived":
            self._restored(revision=revision)
        if revision > self.presence_revision and self.presence == "merged" and self.survivor_id:
            self._merge_reverted(self.survivor_id, self.id, self.crm_id, revision)
        if revision <= self.profile_revision:
            return
        if name != self.name:
            self._renamed(name=name, was=self.name)
        self._observed(revision=revision, profile=profile)
        if self.standing == "Registered" and profile.account_type == "Customer":
            self._activated()

    def archive(self, revision: int) -> None:
        """The CRM deleted the record."""
        if revision > self.presence_revision:
            self._archived(revision=revision)

    def merge_into(self, survivor_id: UUID, survivor_crm_id: str, revision: int) -> None:
        """This account was absorbed. `revision` is that of this (the absorbed) record."""
        need(survivor_id != self.id, "merge-into-itself", "An account cannot be merged into itself.")
        if revision > self.presence_revision:
            self._merged(survivor_id, self.id, self.crm_id, survivor_crm_id, revision)

    def absorb(self, absorbed_id: UUID, absorbed_crm_id: str, revision: int) -> None:
        """The survivor's side of a merge. `revision` is that of the absorbed record."""
        need(absorbed_id != self.id, "merge-into-itself", "An account cannot be merged into itself.")
        if revision > abs(self.absorbed.get(absorbed_id, 0)):
            self._merged(self.id, absorbed_id, absorbed_crm_id, self.crm_id, revision)

    def release(self, absorbed_id: UUID, absorbed_crm_id: str, revision: int) -> None:
        """The survivor's side of a reverted merge: the absorbed record lives again at `revision`."""
        if revision > abs(self.absorbed.get(absorbed_id, 0)) and self.absorbed.get(absorbed_id, 0) > 0:
            self._merge_reverted(self.id, absorbed_id, absorbed_crm_id, revision)

    # -- hierarchy: the process that sees all accounts decides (policy.hierarchy), the account remembers

    def set_parent(self, parent_id: UUID) -> None:
        """Accepts a parent. A circle of two or more is the hierarchy process's to see."""
        need(parent_id != self.id, "parent-is-itself", "An account cannot be its own parent.")
        if parent_id != self.parent_id:
            self._parent_set(parent_id=parent_id)

    def clear_parent(self) -> None:
        """The account stands alone: the CRM names no parent (any more)."""
        if self.parent_id is not None:
            self._parent_cleared(was=self.parent_id)
        elif self.rejected_parent is not None:
            self._parent_cleared(was=self.rejected_parent[0])

    def reject_parent(self, parent_id: UUID, why: Literal["cycle", "too_deep"]) -> None:
        """Refuses the parent the CRM names, once."""
        if self.rejected_parent != (parent_id, why):
            self._parent_rejected(parent_id=parent_id, why=why)

    # -- what people decide

    def change_time_zone(self, time_zone: str) -> None:
        """`time_zone`: an IANA name; due dates are dates in it."""
        need(
            time_zone in available_timezones(),
            "unknown-time-zone",
            f"{time_zone!r} is no IANA zone; try Europe/Berlin.",
        )
        if time_zone != self.time_zone:
            self._time_zone_changed(time_zone=time_zone, was=self.time_zone)

    def end(self, reason: EndReason, value_at_end: int, currency: str, at: datetime) -> None:
        """Ends the relation; `value_at_end` is the ARR at `at` in minor units."""
        need(self.lifecycle == "Active", "not-active", f"Only an active account can end; this one is {self.lifecycle}.")
        self._ended(reason=reason, value_at_end=value_at_end, currency=currency, at=at)

    def reopen(self, reason: str, at: datetime) -> None:
        """Takes an ended relation up again."""
        need(self.lifecycle == "Ended", "not-ended", f"Only an ended account can reopen; this one is {self.lifecycle}.")
        need(reason.strip(), "reason-missing", "Say why the account is reopened.")
        self._reopened(reason=reason, at=at)

    # -- how facts change the state

    @event(AccountLinkedToCrm)
    def _linked(self, system: str, crm_id: str) -> None:
        self.system, self.crm_id = system, crm_id

    @event(AccountProfileObserved)
    def _observed(self, revision: int, profile: Profile) -> None:
        self.profile, self.profile_revision = profile, revision
        self.presence_revision = max(self.presence_revision, revision)

    @event(AccountActivated)
    def _activated(self) -> None:
        self.standing = "Active"

    @event(AccountRenamed)
    def _renamed(self, name: str, was: str) -> None:
        self.name = name

    @event(AccountTimeZoneChanged)
    def _time_zone_changed(self, time_zone: str, was: str) -> None:
        self.time_zone = time_zone

    @event(AccountParentSet)
    def _parent_set(self, parent_id: UUID) -> None:
        self.parent_id, self.rejected_parent = parent_id, None

    @event(AccountParentCleared)
    def _parent_cleared(self, was: UUID) -> None:
        self.parent_id = self.rejected_parent = None

    @event(AccountParentRejected)
    def _parent_rejected(self, parent_id: UUID, why: Literal["cycle", "too_deep"]) -> None:
        self.parent_id, self.rejected_parent = None, (parent_id, why)

    @event(AccountsMerged)
    def _merged(
        self, survivor_id: UUID, absorbed_id: UUID, absorbed_crm_id: str, survivor_crm_id: str, revision: int
    ) -> None:
        if absorbed_id == self.id:
            self.presence, self.survivor_id, self.presence_revision = "merged", survivor_id, revision
        else:
            self.absorbed[absorbed_id] = revision

    @event(AccountMergeReverted)
    def _merge_reverted(self, survivor_id: UUID, absorbed_id: UUID, absorbed_crm_id: str, revision: int) -> None:
        if absorbed_id == self.id:
            self.presence, self.survivor_id, self.presence_revision = "live", None, revision
        else:
            self.absorbed[absorbed_id] = -revision

    @event(AccountEnded)
    def _ended(self, reason: EndReason, value_at_end: int, currency: str, at: datetime) -> None:
        self.standing = "Ended"

    @event(AccountReopened)
    def _reopened(self, reason: str, at: datetime) -> None:
        self.standing = "Active"

    @event(AccountArchived)
    def _archived(self, revision: int) -> None:
        self.presence, self.presence_revision = "archived", revision

    @event(AccountRestored)
    def _restored(self, revision: int) -> None:
        self.presence, self.presence_revision = "live", revision
