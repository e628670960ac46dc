"""Facts about money: contracts by month, deals."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.bi.base import Sourced


class FactContractMonth(Sourced):
    """ARR of each contract at the end of each month in which it was in force, or left; and what moved since the month
    before."""

    TABLE: ClassVar[str] = "fact_contract_month"
    KEY: ClassVar[tuple[str, ...]] = ("contract_id", "month")
    contract_id: UUID = Field(description="The contract")
    holder_id: UUID = Field(description="Account whose ARR it is: the survivor of a merge")
    month: date = Field(description="First day of the month")
    product: str | None = Field(description="Product")
    arr_start_minor: int = Field(description="ARR at the end of the month before, minor units")
    arr_end_minor: int = Field(description="ARR at the end of the month, minor units")
    currency: str = Field(description="ISO 4217 code")
    movement: str = Field(
        description="none, new, renewal, expansion, contraction or lost: of a renewal its difference to the contract "
        "before, on the successor's row"
    )
    movement_minor: int = Field(description="Amount of that movement, minor units; negative: less ARR")


class FactOpportunity(Sourced):
    """Each deal of the CRM as it stands."""

    TABLE: ClassVar[str] = "fact_opportunity"
    KEY: ClassVar[tuple[str, ...]] = ("opportunity_id",)
    opportunity_id: str = Field(description="CRM id of the deal")
    holder_id: UUID = Field(description="Account that it counts for: the survivor of a merge")
    outcome: str = Field(description="open, won or lost")
    stage: str = Field(description="The CRM's sales stage")
    motion: str | None = Field(description="renewal, expansion or new business, where the CRM knows it")
    amount_minor: int | None = Field(description="Value, minor units; null: not known")
    currency: str = Field(description="ISO 4217 code")
    closes_on: date | None = Field(description="Day on which it closes")
    first_seen_at: datetime = Field(description="When the CRM had it first (instant, UTC)")
    closed_at: datetime | None = Field(description="When it was won or lost (instant, UTC)")
    initiative_id: UUID | None = Field(description="Primary initiative of the growth plan; null: none")
