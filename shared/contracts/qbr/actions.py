"""Promises of both sides, agreed in a QBR."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.qbr.base import ActionFact, Side


class ActionItemAgreed(ActionFact):
    """A promise with owner and due day."""

    TYPE: ClassVar[str] = "ActionItemAgreed"
    side: Side = Field(description="Whose promise it is")
    owner: str = Field(description="Who keeps it: CRM user id (ours) or pseudonym (customer)")
    owner_subject: UUID
    due: date = Field(description="Day by which it is done, in the account's time zone")
    title: str = Field(description="What is to be done, at most 120 characters, no names of persons")
    decision_id: UUID | None = Field(default=None, description="Decision it follows from")
    due_version: int = Field(description="Number of the due day; each reminder is given once for each")


class ActionItemStarted(ActionFact):
    """Work on it began."""

    TYPE: ClassVar[str] = "ActionItemStarted"


class ActionItemBlocked(ActionFact):
    """It waits for something else; it can still become overdue."""

    TYPE: ClassVar[str] = "ActionItemBlocked"
    reason: str


class ActionItemUnblocked(ActionFact):
    """It can go on."""

    TYPE: ClassVar[str] = "ActionItemUnblocked"


class ActionItemRescheduled(ActionFact):
    """Another due day."""

    TYPE: ClassVar[str] = "ActionItemRescheduled"
    from_due: date = Field(description="Due day before")
    to_due: date = Field(description="New due day")
    reason: str
    count: int = Field(description="How often it was moved by now")
    due_version: int = Field(description="Number of the due day; each reminder is given once for each")


class ActionItemReassigned(ActionFact):
    """Somebody else of the same side keeps the promise."""

    TYPE: ClassVar[str] = "ActionItemReassigned"
    owner: str = Field(description="Who keeps it: CRM user id (ours) or pseudonym (customer)")
    owner_subject: UUID
    was_owner: str = Field(description="Who kept it before")


class ActionItemDone(ActionFact):
    """Kept."""

    TYPE: ClassVar[str] = "ActionItemDone"
    evidence_ref: str = Field(description="Event id, record id or address that shows it")
    on_time: bool = Field(description="Whether it was done by the due day")


class ActionItemDropped(ActionFact):
    """Given up by both sides."""

    TYPE: ClassVar[str] = "ActionItemDropped"
    reason: str
    agreed_by: tuple[str, ...] = Field(description="Who agreed: CRM user ids and pseudonyms, of both sides")


class ActionItemReopened(ActionFact):
    """It was not done after all, or is wanted again."""

    TYPE: ClassVar[str] = "ActionItemReopened"
    reason: str


class ActionItemPromoted(ActionFact):
    """It becomes an initiative of the growth plan, with this id."""

    TYPE: ClassVar[str] = "ActionItemPromoted"
    initiative_id: UUID = Field(description="Id that the initiative gets")
    title: str = Field(description="What is to be done, at most 120 characters, no names of persons")
    owner: str = Field(description="Who owns it: CRM user id")
    due: date = Field(description="Day by which it is done, in the account's time zone")
    goal_ids: tuple[UUID, ...] = Field(default=(), description="Goals it serves; empty: none named yet")
    stakeholders: tuple[UUID, ...] = Field(default=(), description="Pseudonyms of the persons it is about")
    opportunity_id: str | None = Field(default=None, description="CRM id of its deal; null: none")
    no_opportunity_reason: str | None = Field(default=None, description="Why there is no deal")
    decision_id: UUID | None = Field(default=None, description="Decision it follows from")
