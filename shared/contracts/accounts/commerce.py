"""Contracts, contacts with the customer, and product usage. `Envelope.stream` is the contract, the contact or the
figure.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.accounts.base import AccountFact

Kind = Literal["flat", "expansion", "contraction"]


class ContractFact(AccountFact):
    """The whole contract as it is now."""

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


class ContractRecorded(ContractFact):
    """A contract of the CRM is known."""

    TYPE: ClassVar[str] = "ContractRecorded"
    system: str
    crm_id: str


class ContractAmended(ContractFact):
    """Its terms are others now."""

    TYPE: ClassVar[str] = "ContractAmended"
    changed: tuple[str, ...]


class ContractReassigned(ContractFact):
    """It belongs to `account_id` now."""

    TYPE: ClassVar[str] = "ContractReassigned"
    from_account_id: UUID


class ContractWithdrawn(ContractFact):
    """The CRM deleted it, or it belongs to no account: it counts at no time."""

    TYPE: ClassVar[str] = "ContractWithdrawn"


class ContractRestored(ContractFact):
    """A withdrawn contract counts again."""

    TYPE: ClassVar[str] = "ContractRestored"


class NoticeReceived(AccountFact):
    """The customer gave notice."""

    TYPE: ClassVar[str] = "NoticeReceived"
    on: date
    ends_on: date | None


class NoticeWithdrawn(AccountFact):
    """The notice given on `was_on` is void."""

    TYPE: ClassVar[str] = "NoticeWithdrawn"
    was_on: date


class RenewalWindowOpened(AccountFact):
    """The tier's lead before the notice deadline is reached."""

    TYPE: ClassVar[str] = "RenewalWindowOpened"
    opened_on: date
    notice_deadline: date
    ends_on: date
    lead_days: int


class NoticeDeadlineApproached(AccountFact):
    """Few days are left to give notice."""

    TYPE: ClassVar[str] = "NoticeDeadlineApproached"
    notice_deadline: date
    days_left: int
    step_days: int
    has_renewal_opportunity: bool


class NoticeDeadlinePassed(AccountFact):
    """Nobody can give notice for this term any more."""

    TYPE: ClassVar[str] = "NoticeDeadlinePassed"
    notice_deadline: date
    auto_renew: bool | None


class RenewalOpportunityLinked(AccountFact):
    """A renewal deal of the CRM belongs to the contract."""

    TYPE: ClassVar[str] = "RenewalOpportunityLinked"
    opportunity_crm_id: str


class ContractRenewed(AccountFact):
    """A successor begins without a gap."""

    TYPE: ClassVar[str] = "ContractRenewed"
    successor_contract_id: UUID
    starts_on: date
    kind: Kind
    arr_before: int
    arr_after: int
    currency: str


class ContractLapsed(AccountFact):
    """It ended without successor and without notice."""

    TYPE: ClassVar[str] = "ContractLapsed"
    ends_on: date
    arr: int
    currency: str


class ContractRenewedLate(AccountFact):
    """A successor begins after a gap of at most 90 days."""

    TYPE: ClassVar[str] = "ContractRenewedLate"
    successor_contract_id: UUID
    starts_on: date
    gap_days: int
    kind: Kind
    arr_before: int
    arr_after: int
    currency: str


class ContractTerminated(AccountFact):
    """It is over: after notice, or 90 days after it lapsed."""

    TYPE: ClassVar[str] = "ContractTerminated"
    ends_on: date
    arr: int
    currency: str
    after_notice: bool


class InteractionFact(AccountFact):
    """The whole contact as it is known now."""

    kind: Literal["meeting", "call", "mail", "offer", "ticket"]
    direction: Literal["inbound", "outbound"] | None = None
    status: str | None = None
    done: bool
    at: datetime | None = None
    owner_id: str | None = None
    participants: tuple[UUID, ...] = ()
    meaningful: bool


class InteractionRecorded(InteractionFact):
    """A contact with the customer, held or planned."""

    TYPE: ClassVar[str] = "InteractionRecorded"
    system: str
    crm_id: str


class InteractionHeld(InteractionFact):
    """A planned one took place."""

    TYPE: ClassVar[str] = "InteractionHeld"


class InteractionCorrected(InteractionFact):
    """The CRM says it differently now."""

    TYPE: ClassVar[str] = "InteractionCorrected"


class InteractionReassigned(InteractionFact):
    """It belongs to `account_id` now."""

    TYPE: ClassVar[str] = "InteractionReassigned"
    from_account_id: UUID


class InteractionRetracted(InteractionFact):
    """The CRM deleted it, or it belongs to no account: it never counted."""

    TYPE: ClassVar[str] = "InteractionRetracted"


class UsageReported(AccountFact):
    """Product usage of a period."""

    TYPE: ClassVar[str] = "UsageReported"
    product: str
    metric: str
    period_start: date
    period_end: date
    value: int
    licensed: int | None
    reported_at: datetime
    reported_under: str


class UsageCorrected(AccountFact):
    """A later report about the same period."""

    TYPE: ClassVar[str] = "UsageCorrected"
    product: str
    metric: str
    period_start: date
    period_end: date
    value: int
    licensed: int | None
    reported_at: datetime
    reported_under: str
