"""Life and group of an account."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.accounts.base import AccountFact


class AccountRegistered(AccountFact):
    """The account is known. `name` is empty where a merge was told before the record."""

    TYPE: ClassVar[str] = "AccountRegistered"
    name: str
    time_zone: str


class AccountLinkedToCrm(AccountFact):
    """Which CRM record the account is."""

    TYPE: ClassVar[str] = "AccountLinkedToCrm"
    system: str
    crm_id: str


class AccountActivated(AccountFact):
    """The CRM calls it a customer."""

    TYPE: ClassVar[str] = "AccountActivated"


class AccountRenamed(AccountFact):
    """Another name."""

    TYPE: ClassVar[str] = "AccountRenamed"
    name: str
    was: str


class AccountTimeZoneChanged(AccountFact):
    """Due dates are dates in this zone from now on."""

    TYPE: ClassVar[str] = "AccountTimeZoneChanged"
    time_zone: str
    was: str


class AccountParentSet(AccountFact):
    """The account belongs under another one."""

    TYPE: ClassVar[str] = "AccountParentSet"
    parent_id: UUID


class AccountParentCleared(AccountFact):
    """The account stands alone."""

    TYPE: ClassVar[str] = "AccountParentCleared"
    was: UUID


class AccountParentRejected(AccountFact):
    """The parent the CRM names would make a circle, or a group deeper than eight levels."""

    TYPE: ClassVar[str] = "AccountParentRejected"
    parent_id: UUID
    why: Literal["cycle", "too_deep"]


class AccountsMerged(AccountFact):
    """One account went into another; published under both keys. Histories stay and are read together from then on."""

    TYPE: ClassVar[str] = "AccountsMerged"
    survivor_id: UUID
    survivor_crm_id: str
    absorbed_id: UUID
    absorbed_crm_id: str


class AccountMergeReverted(AccountFact):
    """The absorbed account lives again; published under both keys."""

    TYPE: ClassVar[str] = "AccountMergeReverted"
    survivor_id: UUID
    absorbed_id: UUID
    absorbed_crm_id: str


class AccountEnded(AccountFact):
    """The business relation is over."""

    TYPE: ClassVar[str] = "AccountEnded"
    reason: Literal["churned", "insolvent", "acquired", "other"]
    value_at_end: int
    currency: str
    at: datetime


class AccountReopened(AccountFact):
    """An ended relation goes on."""

    TYPE: ClassVar[str] = "AccountReopened"
    reason: str
    at: datetime


class AccountArchived(AccountFact):
    """The CRM deleted the record."""

    TYPE: ClassVar[str] = "AccountArchived"


class AccountRestored(AccountFact):
    """The CRM shows a deleted record again."""

    TYPE: ClassVar[str] = "AccountRestored"
