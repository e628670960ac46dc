"""Facts about plans, risk, standards and alerts."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.bi.base import Sourced


class FactMilestone(Sourced):
    """Each milestone of a growth plan."""

    TABLE: ClassVar[str] = "fact_milestone"
    KEY: ClassVar[tuple[str, ...]] = ("milestone_id",)
    milestone_id: UUID = Field(description="The milestone")
    plan_id: UUID = Field(description="Plan that it belongs to")
    initiative_id: UUID = Field(description="Initiative that it belongs to")
    state: str = Field(description="planned, in_progress, done or waived")
    planned_at: datetime = Field(description="When it was planned (instant, UTC)")
    first_due: date = Field(description="Due day when it was planned")
    due: date = Field(description="Due day now")
    completed_on: date | None = Field(description="Day on which it was done, in the account's time zone")
    on_time_first: bool | None = Field(description="Whether it was done by its first due day; null: open or waived")
    on_time_last: bool | None = Field(description="Whether it was done by its last due day; null: open or waived")
    slips: int = Field(description="How often the due day was moved")
    became_overdue: bool = Field(description="Whether it was ever overdue")


class FactGoal(Sourced):
    """Each goal of a growth plan, with its last check."""

    TABLE: ClassVar[str] = "fact_goal"
    KEY: ClassVar[tuple[str, ...]] = ("goal_id",)
    goal_id: UUID = Field(description="The goal")
    plan_id: UUID = Field(description="Plan that it belongs to")
    plan_state: str = Field(description="drafted, submitted, active, closed, abandoned or superseded")
    state: str = Field(description="open, on_track, at_risk, off_track, achieved, missed or withdrawn")
    kpi_id: str = Field(description="KPI definition and version that it is measured by")
    baseline: int = Field(description="Value at the start, in the goal's unit")
    target: int = Field(description="Value to be reached, in the goal's unit")
    value: int | None = Field(description="Value at the last check, in the goal's unit")
    unit: str = Field(description="Unit of the values")
    due: date = Field(description="Due day")
    progress_bp: int = Field(description="Share of the way from baseline to target, 0 to 10000")


class FactRiskEpisode(Sourced):
    """Each time that an account had one colour without a break."""

    TABLE: ClassVar[str] = "fact_risk_episode"
    KEY: ClassVar[tuple[str, ...]] = ("account_id", "began_at")
    began_at: datetime = Field(description="When the colour came (instant, UTC)")
    ended_at: datetime | None = Field(description="When another one came (instant, UTC); null: it lasts")
    colour: str = Field(description="GREEN, AMBER, RED or GREY (not known)")
    colour_before: str = Field(description="The colour before")
    colour_after: str | None = Field(description="The colour after; null: it lasts")
    cause: str = Field(description="Rule that decided: sustained, severe, hard_trigger …")
    code: str | None = Field(description="Floor that decided; null: the score did")
    score: int | None = Field(description="Score then, 0 good to 10000 bad")
    arr_exposed_minor: int = Field(description="ARR of the account then, minor units")
    currency: str = Field(description="ISO 4217 code")
    model_version: int = Field(description="Version of the risk model")


class FactStandardBreach(Sourced):
    """Each time that an account did not get what its tier is owed."""

    TABLE: ClassVar[str] = "fact_standard_breach"
    KEY: ClassVar[tuple[str, ...]] = ("account_id", "standard", "breached_at")
    standard: str = Field(description="Code of the standard")
    tier: str = Field(description="Tier that it is owed to")
    breached_at: datetime = Field(description="Since when (instant, UTC)")
    restored_at: datetime | None = Field(description="Until when (instant, UTC); null: it lasts")
    policy_version: int = Field(description="Version of the standards")


class FactAlert(Sourced):
    """Each alert, without who got it."""

    TABLE: ClassVar[str] = "fact_alert"
    KEY: ClassVar[tuple[str, ...]] = ("alert_id",)
    alert_id: UUID = Field(description="The alert")
    rule: str = Field(description="Rule of the rule book (R1 … R22)")
    severity: str = Field(description="info, warning, urgent or critical")
    raised_at: datetime = Field(description="When it was raised (instant, UTC)")
    deliveries: int = Field(description="Messages that a channel took")
    dead_letters: int = Field(description="Messages that a channel would not take")
    acknowledged_at: datetime | None = Field(description="When somebody took it on first (instant, UTC)")
    escalated_to: int = Field(description="Highest level of the ladder that was told")
    outcome: str | None = Field(description="resolved, expired, suppressed or ladder_exhausted; null: open")
    ended_at: datetime | None = Field(description="When it ended so (instant, UTC)")
    suppressed_why: str | None = Field(description="Reason of suppression")
