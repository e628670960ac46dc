"""Facts about business reviews and promises."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.bi.base import Sourced


class FactQbr(Sourced):
    """Each QBR, from plan to close."""

    TABLE: ClassVar[str] = "fact_qbr"
    KEY: ClassVar[tuple[str, ...]] = ("qbr_id",)
    qbr_id: UUID = Field(description="The QBR")
    state: str = Field(
        description="proposed, dismissed, planned, scheduled, preparing, ready, postponed, held, closed, missed, "
        "cancelled, waived or retracted"
    )
    due_by: date | None = Field(description="Day by which it is due")
    due_by_frozen: date | None = Field(description="Due day as it stood 30 days before: moving it late does not help")
    scheduled_at: datetime | None = Field(description="Its date (instant, UTC)")
    held_at: datetime | None = Field(description="When it took place (instant, UTC); null: it did not")
    missed_at: datetime | None = Field(description="When its grace was over (instant, UTC)")
    closed_at: datetime | None = Field(description="When it was closed (instant, UTC)")
    moves: int = Field(description="How often its date was moved")
    minutes: int | None = Field(description="How long it took, minutes")
    economic_buyer_present: bool | None = Field(description="Whether an economic buyer was there")
    customers_present: int = Field(description="How many persons of the customer were there")
    actions_ours: int = Field(description="Actions agreed on our side")
    actions_customer: int = Field(description="Actions agreed on the customer's side")
    next_dated: bool | None = Field(description="Whether the day of the next one was agreed")
    pack_hash: str | None = Field(description="Data pack it was held with")


class FactAction(Sourced):
    """Each promise of either side."""

    TABLE: ClassVar[str] = "fact_action"
    KEY: ClassVar[tuple[str, ...]] = ("action_id",)
    action_id: UUID = Field(description="The action item")
    qbr_id: UUID = Field(description="QBR that it was agreed in")
    side: str = Field(description="ours or customer")
    state: str = Field(description="agreed, in_progress, done or dropped")
    agreed_at: datetime = Field(description="When it was agreed (instant, UTC)")
    first_due: date = Field(description="Due day when it was agreed")
    due: date = Field(description="Due day now")
    done_at: datetime | None = Field(description="When it was done (instant, UTC)")
    on_time_first: bool | None = Field(description="Whether it was done by its first due day; null: dropped, or open")
    on_time_last: bool | None = Field(description="Whether it was done by its last due day; null: dropped, or open")
    moves: int = Field(description="How often the due day was moved")
    blocked: bool = Field(description="Whether it waits for something else")
    initiative_id: UUID | None = Field(description="Initiative that it became")
