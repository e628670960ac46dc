"""What every public event of the accounts service has."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.base import PublicEvent

CHANNEL = "kam.accounts.v1"
Tier = Literal["A", "B", "C", "N"]


class AccountFact(PublicEvent):
    """Something about one account."""

    CHANNEL: ClassVar[str] = CHANNEL
    account_id: UUID


class PersonFact(AccountFact):
    """Something about one person of the customer in one account."""

    subject_id: UUID


class CompanyFact(PublicEvent):
    """A rule of the whole company; Kafka key = stream id."""

    CHANNEL: ClassVar[str] = CHANNEL
