"""KPIs down to their accounts and events, as the insights service computes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.portal.models.base import Absent, Moment, View


class KpiDefinition(View):
    """What a figure means, in one version."""

    kpi: str
    version: int
    kind: Literal["ratio", "sum", "median", "survival"]
    unit: str = Field(description="bp, bp_signed, minor, days, minutes or count")
    window: Literal["year", "point"] = Field(description="year: the twelve months up to as_of; point: the day itself")
    better: Literal["up", "down"] = Field(description="Which direction is the good one")
    title_de: str
    title_en: str
    formula: str
    of: str = Field(description="What numerator and denominator are: minor or count")
    least: int = Field(description="Cases below which there is no value; 0: none")


class KpiDefinitions(View):
    """Every definition in force."""

    kpis: list[KpiDefinition]
    version: int


class KpiPoint(View):
    """A closed month's value, as told last."""

    as_of: date
    value: int | None
    restated: bool = Field(description="A later fact changed it; first_value is what was told first")
    first_value: int | None
    event_id: str | None


class KpiFigure(View):
    """A figure now, with its closed months."""

    definition: KpiDefinition
    value: int | None = Field(description="In `definition.unit`; null: nothing to divide by, or too few cases")
    numerator: int | None
    denominator: int | None
    accounts: int = Field(description="Accounts that count")
    apart: int = Field(description="Accounts that are not counted and shown apart")
    trend: list[KpiPoint] = Field(description="Closed months, oldest first")


class InsightsFreshness(View):
    """How far the insights service has read."""

    crm_event_at: datetime | None
    caught_up: bool
    accounts_waiting: int
    behind: list[str] = Field(description="Sources that are behind")


class Dashboard(View):
    """Six figures of the company or of a tier, and all others."""

    scope: str
    as_of: Moment
    figures: list[KpiFigure]
    others: list[KpiFigure]
    currency: str | None
    freshness: Annotated[InsightsFreshness | None, Absent]


class KpiPart(View):
    """One account's part of a figure."""

    account_id: str
    crm_id: str | None
    name: str | None
    tier: str | None = Field(description="At the start of the period")
    numerator: int
    denominator: int
    values: list[int] = Field(description="Of a median: the values it is the middle of")
    running: list[int] = Field(description="Of a survival median: what still runs")
    apart: str | None = Field(description="Why it is not counted; null: it is")
    event_ids: list[str]


class Restatement(View):
    """A value of a closed month that took the place of another one."""

    as_of: date
    scope: str
    old: int | None
    new: int | None
    known_at: datetime
    causes: list[str] = Field(description="Ids of the events that changed it")
    account_ids: list[str]
    event_id: str
    restates: str


class Kpi(View):
    """One figure down to its parts: they sum to numerator and denominator."""

    figure: KpiFigure
    scope: str
    period_start: date
    as_of: date
    currency: str | None
    parts: list[KpiPart]
    restatements: list[Restatement]


class InsightsStatus(View):
    """The state of the insights service."""

    facts: int
    accounts: int
    bi_rows: int
    kpi_values: int
    dead_letters: int
    freshness: InsightsFreshness
    bi_built_at: datetime | None
