"""The record streams of the CRM: one stream per CRM record, its events are the facts told about it.

Nothing is decided here that a person could refuse: what the CRM says is so. `policy.timeline` finds what is to be told;
this is how it is stored. A record's `revision` in the public facts is the version of its event, so it only grows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from shared.contracts.crm import OpportunityContact
from shared.eventstore.events import Event
from shared.ids import derived


class RecordEvent(Event):
    """What each fact about a record carries. `account_crm_id`: the account it belongs to from then on."""

    system: str
    crm_id: str
    account_crm_id: str | None = None


class AccountSeen(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Account.Seen"
    name: str
    account_type: str | None = None
    industry: str | None = None
    country: str | None = None
    parent_crm_id: str | None = None
    owner_id: str | None = None
    owner_active: bool | None = None
    rating: str | None = None
    currency: str
    annual_revenue: int | None = None
    employees: int | None = None
    margin_bp: int | None = None
    potential: int | None = None
    strategic_reference: bool | None = None
    competitor: str | None = None
    nps: int | None = None


class AccountMerged(RecordEvent):
    """`account_crm_id` is the survivor: it is told what it absorbed."""

    TOPIC: ClassVar[str] = "crm.Account.Merged"
    object: str
    survivor_crm_id: str


class ContactSeen(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Contact.Seen"
    subject_id: UUID
    buying_role: str | None = None
    influence: str | None = None
    attitude: str | None = None
    champion: bool | None = None
    has_mail: bool = False

    def subjects(self) -> tuple[UUID, ...]:
        return (self.subject_id,)


class OpportunitySeen(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Opportunity.Seen"
    name: str
    stage: str
    probability: int | None = None
    amount: int | None = None
    currency: str
    closes_on: date | None = None
    motion: str | None = None
    owner_id: str | None = None
    contacts: tuple[OpportunityContact, ...] = ()

    def subjects(self) -> tuple[UUID, ...]:
        return tuple(c.subject_id for c in self.contacts)


class OpportunityStageChanged(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Opportunity.StageChanged"
    from_stage: str
    to_stage: str
    direction: str


class OpportunityAmountChanged(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Opportunity.AmountChanged"
    from_amount: int | None
    to_amount: int | None
    currency: str


class OpportunityWon(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Opportunity.Won"
    amount: int | None
    currency: str


class OpportunityLost(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Opportunity.Lost"
    amount: int | None
    currency: str


class CaseSeen(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Case.Seen"
    number: int | None = None
    title: str | None = None
    priority: str | None = None
    status: str | None = None
    is_open: bool
    opened_at: datetime
    closed_at: datetime | None = None


class CaseOpened(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Case.Opened"
    number: int | None = None
    priority: str | None = None
    opened_at: datetime


class CaseReopened(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Case.Reopened"
    opened_at: datetime


class CaseEscalated(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Case.Escalated"
    from_priority: str
    to_priority: str


class CaseClosed(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Case.Closed"
    opened_at: datetime
    closed_at: datetime


class ContractSeen(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Contract.Seen"
    name: str
    status: str
    signed: bool
    product: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    arr: int | None = None
    currency: str
    seats: int | None = None
    notice_period_days: int | None = None
    auto_renew: bool | None = None
    notice_received_on: date | None = None
    signed_on: date | None = None
    owner_id: str | None = None


class ActivitySeen(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Activity.Seen"
    class_version: ClassVar[int] = 2
    kind: str
    direction: str | None = None
    status: str | None = None
    done: bool
    at: datetime | None = None
    owner_id: str | None = None
    participants: tuple[UUID, ...] = ()
    purpose: str | None = None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Nothing was told of the purpose."""
        state.setdefault("purpose", None)

    def subjects(self) -> tuple[UUID, ...]:
        return self.participants


class UserSeen(RecordEvent):
    TOPIC: ClassVar[str] = "crm.User.Seen"
    subject_id: UUID
    active: bool
    reports_to: str | None = None

    def subjects(self) -> tuple[UUID, ...]:
        return (self.subject_id,)


class UserDeactivated(RecordEvent):
    TOPIC: ClassVar[str] = "crm.User.Deactivated"
    subject_id: UUID

    def subjects(self) -> tuple[UUID, ...]:
        return (self.subject_id,)


class UsageSeen(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Usage.Seen"
    product: str
    metric: str
    value: int
    licensed: int | None = None
    period_start: date
    period_end: date
    reported_at: datetime
    reported_under: str


class RecordDeleted(RecordEvent):
    TOPIC: ClassVar[str] = "crm.Record.Deleted"
    object: str


class RecordMoved(RecordEvent):
    """Told to the account that had the record, which is `account_crm_id`."""

    TOPIC: ClassVar[str] = "crm.Record.Moved"
    object: str
    to_account_crm_id: str | None = None


class SourceEvent(Event):
    """Health of one CRM connection; a stream per system."""

    system: str


class Connected(SourceEvent):
    TOPIC: ClassVar[str] = "crm.Source.Connected"
    edition: str


class BackfillCompleted(SourceEvent):
    TOPIC: ClassVar[str] = "crm.Source.BackfillCompleted"
    rows: int


class LagExceeded(SourceEvent):
    TOPIC: ClassVar[str] = "crm.Source.LagExceeded"


class LagCleared(SourceEvent):
    TOPIC: ClassVar[str] = "crm.Source.LagCleared"


class SchemaDriftDetected(SourceEvent):
    TOPIC: ClassVar[str] = "crm.Source.SchemaDriftDetected"
    table: str
    column: str | None = None
    what: str


class FactRejected(SourceEvent):
    TOPIC: ClassVar[str] = "crm.Source.FactRejected"
    topic: str
    partition: int
    offset: int
    reason: str


TOPICS: Mapping[tuple[str, str], str] = {
    ("account", "Seen"): AccountSeen.TOPIC,
    ("account", "Merged"): AccountMerged.TOPIC,
    ("contact", "Seen"): ContactSeen.TOPIC,
    ("opportunity", "Seen"): OpportunitySeen.TOPIC,
    ("opportunity", "StageChanged"): OpportunityStageChanged.TOPIC,
    ("opportunity", "AmountChanged"): OpportunityAmountChanged.TOPIC,
    ("opportunity", "Won"): OpportunityWon.TOPIC,
    ("opportunity", "Lost"): OpportunityLost.TOPIC,
    ("case", "Seen"): CaseSeen.TOPIC,
    ("case", "Opened"): CaseOpened.TOPIC,
    ("case", "Reopened"): CaseReopened.TOPIC,
    ("case", "Escalated"): CaseEscalated.TOPIC,
    ("case", "Closed"): CaseClosed.TOPIC,
    ("contract", "Seen"): ContractSeen.TOPIC,
    ("activity", "Seen"): ActivitySeen.TOPIC,
    ("user", "Seen"): UserSeen.TOPIC,
    ("user", "Deactivated"): UserDeactivated.TOPIC,
    ("usage", "Seen"): UsageSeen.TOPIC,
}
"""(kind of record, name of the fact) → TOPIC; Deleted and Moved are the same for every kind."""


def version_of(topic: str) -> int | None:
    """The class version that facts of this TOPIC are written with; None: the first."""
    return ActivitySeen.class_version if topic == ActivitySeen.TOPIC else None


def topic_of(kind: str, name: str) -> str:
    """The TOPIC of a fact about a record of that kind."""
    found = TOPICS.get((kind, name))
    return found or (RecordDeleted.TOPIC if name == "Deleted" else RecordMoved.TOPIC)


def stream_of(system: str, kind: str, row: str) -> UUID:
    """The stream of a record; `row` is its row id in the mirror, `<table>/<key>`."""
    key = row if kind == "activity" else row.partition("/")[2]
    return derived(kind, system, key)


def source_stream(system: str) -> UUID:
    """The stream of the connection's health."""
    return derived("source", system)
