"""Facts about the foreign CRM, on `kam.crm.v1`; Kafka key = account id (record id where there is no account).

A `…Seen` fact carries the whole known state of one CRM record; the others name what changed. `revision` counts the
facts of one record and only grows: between Kafka partitions there is no order, so a reader keeps the highest it saw.
Money is in minor units of `currency`. Persons appear by `subject_id`; their names are on `kam.people.v1`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, PublicEvent

CHANNEL = "kam.crm.v1"

ObjectKind = Literal["account", "contact", "opportunity", "case", "contract", "activity", "user"]
ActivityKind = Literal["meeting", "call", "mail", "offer", "ticket", "task", "note"]


class CrmFact(PublicEvent):
    """What every fact about one CRM record has. `system` names the CRM connection (`sugar`)."""

    CHANNEL: ClassVar[str] = CHANNEL
    system: str
    crm_id: str
    revision: int
    account_id: UUID | None = None
    account_crm_id: str | None = None


class CrmAccountSeen(CrmFact):
    """The CRM's master data of an account. `parent_crm_id`/`parent_account_id`: the group above it."""

    TYPE: ClassVar[str] = "CrmAccountSeen"
    name: str
    account_type: str | None = None
    industry: str | None = None
    country: str | None = None
    parent_crm_id: str | None = None
    parent_account_id: UUID | None = None
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


class CrmContactSeen(CrmFact):
    """A person of the customer; `account_id` None: without a live account link. Assessments as the CRM has them."""

    TYPE: ClassVar[str] = "CrmContactSeen"
    subject_id: UUID
    buying_role: str | None = None
    influence: Literal["high", "medium", "low"] | None = None
    attitude: Literal["supporter", "neutral", "sceptic", "opponent"] | None = None
    champion: bool | None = None
    has_mail: bool = False


class OpportunityContact(Contract):
    """A contact's part in an opportunity."""

    subject_id: UUID
    role: str | None = None


class CrmOpportunitySeen(CrmFact):
    """A deal. `motion` tells renewals and expansions apart where the CRM knows it."""

    TYPE: ClassVar[str] = "CrmOpportunitySeen"
    name: str
    stage: str
    probability: int | None = None
    amount: int | None = None
    currency: str
    closes_on: date | None = None
    motion: str | None = None
    owner_id: str | None = None
    contacts: tuple[OpportunityContact, ...] = ()


class CrmOpportunityStageChanged(CrmFact):
    """`direction`: whether the probability of the new stage is higher or lower than the old one's."""

    TYPE: ClassVar[str] = "CrmOpportunityStageChanged"
    from_stage: str
    to_stage: str
    direction: Literal["forward", "backward", "level"]


class CrmOpportunityAmountChanged(CrmFact):
    """The value of the deal is another one."""

    TYPE: ClassVar[str] = "CrmOpportunityAmountChanged"
    from_amount: int | None
    to_amount: int | None
    currency: str


class CrmOpportunityWon(CrmFact):
    """The deal was closed and won."""

    TYPE: ClassVar[str] = "CrmOpportunityWon"
    amount: int | None
    currency: str


class CrmOpportunityLost(CrmFact):
    """The deal was closed and lost."""

    TYPE: ClassVar[str] = "CrmOpportunityLost"
    amount: int | None
    currency: str


class CrmCaseSeen(CrmFact):
    """A support case. `opened_at` is the first opening: closing and reopening do not reset its age."""

    TYPE: ClassVar[str] = "CrmCaseSeen"
    number: int | None = None
    title: str | None = None
    priority: Literal["P1", "P2", "P3"] | None = None
    status: str | None = None
    is_open: bool
    opened_at: datetime
    closed_at: datetime | None = None


class CrmCaseOpened(CrmFact):
    """A case was opened for the first time."""

    TYPE: ClassVar[str] = "CrmCaseOpened"
    number: int | None = None
    priority: Literal["P1", "P2", "P3"] | None = None
    opened_at: datetime


class CrmCaseReopened(CrmFact):
    """A closed case was opened again; `opened_at` stays the first opening."""

    TYPE: ClassVar[str] = "CrmCaseReopened"
    opened_at: datetime


class CrmCaseEscalated(CrmFact):
    """The priority went up."""

    TYPE: ClassVar[str] = "CrmCaseEscalated"
    from_priority: str
    to_priority: str


class CrmCaseClosed(CrmFact):
    """A case was closed."""

    TYPE: ClassVar[str] = "CrmCaseClosed"
    opened_at: datetime
    closed_at: datetime


class CrmContractSeen(CrmFact):
    """A contract or subscription. `starts_on`/`ends_on` are both inclusive days; `arr` is a year's value."""

    TYPE: ClassVar[str] = "CrmContractSeen"
    name: str
    status: Literal["Not Started", "In Progress", "Signed"] | str
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


class CrmActivityLogged(CrmFact):
    """A meeting, call, mail, task or note; logged again with a higher revision when the CRM changes it.

    `done`: the meeting was held, the call connected, the mail sent or received. `at`: when it happened or is planned.
    `purpose`: what its subject line says it was for, by the patterns of the mapping.
    """

    TYPE: ClassVar[str] = "CrmActivityLogged"
    kind: ActivityKind
    direction: Literal["inbound", "outbound"] | None = None
    status: str | None = None
    done: bool
    at: datetime | None = None
    owner_id: str | None = None
    participants: tuple[UUID, ...] = ()
    purpose: Literal["review"] | None = Field(
        default=None, description="`review`: a business review (QBR) with the customer; null: nothing is known"
    )


class CrmUserSeen(CrmFact):
    """An own employee, as the CRM knows users; `account_id` is always None."""

    TYPE: ClassVar[str] = "CrmUserSeen"
    subject_id: UUID
    active: bool
    reports_to: str | None = None


class CrmUserDeactivated(CrmFact):
    """An own employee was switched off in the CRM."""

    TYPE: ClassVar[str] = "CrmUserDeactivated"
    subject_id: UUID


class CrmUsageReported(CrmFact):
    """Weekly product usage. The later `reported_at` wins for the same account, product, metric and period.

    `crm_id` is `<product>/<metric>/<period_start>`; `reported_under` is the CRM account id in the report, which may be
    an alias of a merged account.
    """

    TYPE: ClassVar[str] = "CrmUsageReported"
    product: str
    metric: str
    value: int
    licensed: int | None = None
    period_start: date
    period_end: date
    reported_at: datetime
    reported_under: str


class CrmRecordDeleted(CrmFact):
    """The CRM deleted the record (softly or for real); a later `…Seen` with a higher revision restores it."""

    TYPE: ClassVar[str] = "CrmRecordDeleted"
    object: ObjectKind


class CrmRecordMoved(CrmFact):
    """The record belongs to another account now; published under the old account's key. None: to no account."""

    TYPE: ClassVar[str] = "CrmRecordMoved"
    object: ObjectKind
    to_account_id: UUID | None = None
    to_account_crm_id: str | None = None


class CrmRecordMerged(CrmFact):
    """`crm_id` was absorbed by `survivor_crm_id`; the old id stays an alias. Published under the survivor's key."""

    TYPE: ClassVar[str] = "CrmRecordMerged"
    object: ObjectKind
    survivor_crm_id: str
    survivor_account_id: UUID | None = None
    absorbed_account_id: UUID | None = None


class SourceEvent(PublicEvent):
    """Health of one CRM connection; Kafka key = the system's name."""

    CHANNEL: ClassVar[str] = CHANNEL
    system: str


class SourceConnected(SourceEvent):
    """The first message of a connection arrived."""

    TYPE: ClassVar[str] = "SourceConnected"
    edition: str


class BackfillCompleted(SourceEvent):
    """The first snapshot is through; `rows` counts its rows."""

    TYPE: ClassVar[str] = "BackfillCompleted"
    rows: int


class SourceLagExceeded(SourceEvent):
    """More of the CRM's stream waits than can be told at once: what was told is half a history, judge nothing."""

    TYPE: ClassVar[str] = "SourceLagExceeded"


class SourceLagCleared(SourceEvent):
    """Everything that the CRM has sent is told. Until the next `SourceLagExceeded` facts come as they happen."""

    TYPE: ClassVar[str] = "SourceLagCleared"


class SchemaDriftDetected(SourceEvent):
    """The CRM's schema differs from the mapping: an unknown table or column, or another type."""

    TYPE: ClassVar[str] = "SchemaDriftDetected"
    table: str
    column: str | None = None
    what: str


class CrmFactRejected(SourceEvent):
    """A change event that cannot be read; its bytes are a dead letter of the crm service."""

    TYPE: ClassVar[str] = "CrmFactRejected"
    topic: str
    partition: int
    offset: int
    reason: str
