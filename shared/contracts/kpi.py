"""KPI values, on `kam.kpi.v1`; key = KPI and scope. A closed period is told once; when a late or corrected fact changes
it, that is told as a restatement, with the old value and what caused it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import PublicEvent

CHANNEL = "kam.kpi.v1"


class KpiFact(PublicEvent):
    """The value of one KPI for one period and scope."""

    CHANNEL: ClassVar[str] = CHANNEL
    kpi: str = Field(description="KPI (`K1` … `K25`, with variants such as `K4.churn`)")
    definition_version: int = Field(description="Version of the KPI's definition")
    scope: str = Field(description="`company`, or `tier:A`, `tier:B`, `tier:C`, as of the start of the period")
    period_start: date = Field(description="First day of the period, on which the cohort is frozen")
    as_of: date = Field(description="Last day of the period")
    known_at: datetime = Field(description="With what was known at this instant (UTC)")
    unit: str = Field(description="`bp`, `bp_signed`, `minor`, `days`, `minutes` or `count`")
    numerator: int | None = Field(description="Above the line; null: a median has none")
    denominator: int | None = Field(description="Below the line; null: a median has none")
    accounts: int = Field(description="How many accounts it is made of")
    watermark: dict[str, int] = Field(description="Topic and partition, and the highest position seen there")


class KpiComputed(KpiFact):
    """The first value of a period. Null: nothing to divide by, shown as –."""

    TYPE: ClassVar[str] = "KpiComputed"
    value: int | None = Field(description="The value in its unit; null: nothing to divide by")


class KpiRestated(KpiFact):
    """Another value of a period that was told before. The old value stays where it was told."""

    TYPE: ClassVar[str] = "KpiRestated"
    old: int | None = Field(description="Value told before")
    new: int | None = Field(description="Value with what is known now")
    restates: str = Field(description="Event id of the value told before")
    causes: tuple[str, ...] = Field(description="Events learned since then, of the accounts whose part changed")
    changed_accounts: tuple[UUID, ...] = Field(description="Accounts whose part changed")
