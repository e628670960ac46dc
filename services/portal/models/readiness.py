"""Readiness, the roll-out, data quality and what-if runs, as the insights service answers them."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from services.portal.models.base import Moment, View


class Failing(View):
    """An account that keeps something down."""

    account_id: str
    crm_id: str | None
    name: str | None
    what: str | None
    event_ids: list[str]


class ReadinessAnswer(View):
    """One of the ten questions."""

    question: str
    score: int | None = Field(description="0 to 100; null: not answerable yet")
    light: str | None
    why: str | None
    failing: list[Failing]


class Readiness(View):
    """The ten questions."""

    total: int | None = Field(description="Mean of the questions that can be answered")
    light: str | None
    answers: list[ReadinessAnswer]
    as_of: Moment


class ExitTest(View):
    """What a phase must reach."""

    question: str
    least: int
    score: int | None


class RolloutPhase(View):
    """A phase of the roll-out."""

    number: int
    title_de: str
    title_en: str
    weeks: int
    on: bool
    passed: bool | None = Field(description="null: not answerable yet")
    features: list[str]
    tests: list[ExitTest]


class Rollout(View):
    """The phases, and which features they have turned on."""

    phases: list[RolloutPhase]
    features: dict[str, bool]


class FindingRule(View):
    """A rule of data quality."""

    rule: str
    weight: int
    applies: int = Field(description="How often it was looked at")
    failing_count: int
    failing: list[Failing]


class Findings(View):
    """Data quality by rule."""

    rules: list[FindingRule]
    as_of: Moment


class Review(View):
    """A review of data quality; `findings` counts by rule what was wrong when it was opened."""

    review_id: str
    due_on: date
    opened_at: datetime
    completed_at: datetime | None
    findings: dict[str, int]


class Reviews(View):
    """The reviews, the newest first."""

    reviews: list[Review]
