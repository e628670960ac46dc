"""KPI values, as they were told, and what they consist of."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from shared.contracts.bi.base import BiRow


class FactKpi(BiRow):
    """Each KPI value that was ever told; a restatement is a further row. `superseded_at` null: the value that holds."""

    TABLE: ClassVar[str] = "fact_kpi"
    KEY: ClassVar[tuple[str, ...]] = ("kpi", "definition_version", "scope", "as_of", "known_at")
    kpi: str = Field(description="KPI (K1 … K25, with variants such as K4.churn)")
    definition_version: int = Field(description="Version of its definition")
    scope: str = Field(description="company, or tier:A, tier:B, tier:C (as of the start of the period)")
    period_start: date = Field(description="First day of the period, on which the cohort is frozen")
    as_of: date = Field(description="Last day of the period")
    known_at: datetime = Field(description="With what was known at this instant (UTC)")
    unit: str = Field(description="bp (10000 = 100 %), minor, days, minutes, count or bp_signed")
    value: int | None = Field(description="The value in its unit; null: nothing to divide by, shown as –")
    numerator: int | None = Field(description="Above the line; null: a median has none")
    denominator: int | None = Field(description="Below the line; null: a median has none")
    accounts: int = Field(description="How many accounts it is made of")
    superseded_at: datetime | None = Field(description="When a restatement took its place (instant, UTC)")
    event_ids: tuple[str, ...] = Field(description="The event that told it, on kam.kpi.v1")
