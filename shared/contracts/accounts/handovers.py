"""Handovers of a theme from one employee to another."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.accounts.base import AccountFact
from shared.contracts.base import Contract


class HandoverFact(AccountFact):
    """Something about one handover; the stream is the handover."""

    theme: str
    from_owner_id: str
    from_subject: UUID
    to_owner_id: str
    to_subject: UUID
    at: datetime


class HandoverItem(Contract):
    """One thing that the receiver has to know."""

    kind: Literal["escalation", "promise", "contract", "timer", "stakeholder"]
    ref: str = Field(description="Id of what it is about, or a code where nothing has one")
    what: str = Field(description="Code: what about it")
    label: str = Field(description="Title of the record; never the name of a person")
    due_on: date | None = Field(default=None, description="Its own day; null: none")


class HandoverStarted(HandoverFact):
    """A theme is to be handed over. `cause` person: responsibility moves when it is accepted; otherwise the receiver
    owns the theme already."""

    TYPE: ClassVar[str] = "HandoverStarted"
    cause: Literal["person", "owner_replaced", "owner_left"]
    due_on: date = Field(description="Last day on which it is accepted in time, in the company's time zone")
    items: tuple[HandoverItem, ...] = Field(description="What the receiver has to know")


class HandoverItemConfirmed(HandoverFact):
    """The receiver knows what an item is about."""

    TYPE: ClassVar[str] = "HandoverItemConfirmed"
    item_id: str = Field(description="`kind:ref` of the item")


class HandoverAccepted(HandoverFact):
    """The receiver answers for the theme."""

    TYPE: ClassVar[str] = "HandoverAccepted"


class HandoverDeclined(HandoverFact):
    """The receiver does not take the theme."""

    TYPE: ClassVar[str] = "HandoverDeclined"
    reason: str


class HandoverWithdrawn(HandoverFact):
    """Over without an answer."""

    TYPE: ClassVar[str] = "HandoverWithdrawn"
    cause: Literal["taken_back", "owner_changed"]


class HandoverOverdue(HandoverFact):
    """Nobody accepted it in ten business days."""

    TYPE: ClassVar[str] = "HandoverOverdue"
    due_on: date = Field(description="Last day on which it would have been accepted in time")
    unconfirmed: int = Field(description="Items that the receiver has not confirmed")
