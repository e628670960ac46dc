"""Why an account has its tier."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import ConfigDict, Field

from services.portal.models.base import Moment, Tier, View


class Signal(View):
    """One measured or rated figure inside a criterion."""

    signal: str
    weight_bp: int
    value_bp: int | None
    raw: str | None = Field(description="The figure before the policy's band")
    source: str | None
    event_ids: list[str]
    why: str | None = Field(description="The policy's reason for the band")


class Criterion(View):
    """One of the five tier criteria; the points of all criteria sum to the score."""

    criterion: str
    weight_bp: int
    value_bp: int | None
    points_bp: int
    signals: list[Signal]

    @property
    def event_ids(self) -> list[str]:
        """The events behind all signals, each once, in order of appearance."""
        return list(dict.fromkeys(i for signal in self.signals for i in signal.event_ids))


class Gate(View):
    """A condition besides the score, e.g. minimum revenue for A."""

    gate: str
    passed: bool
    why: str | None


class Threshold(View):
    """The score line of a tier."""

    tier: Tier
    line_bp: int


class TierStep(View):
    """One change of the tier."""

    at: Moment
    from_: Tier | None = Field(alias="from", serialization_alias="from")
    to: Tier | None
    reason: str | None
    event_id: str | None
    decided_by: str | None
    score_bp: int | None

    model_config = ConfigDict(populate_by_name=True)


class TierExplanation(View):
    """The last assessment and what it led to."""

    tier: Tier | None
    raw_tier: Tier | None = Field(description="What thresholds and gates alone would say")
    score_bp: int | None
    completeness_bp: int | None
    reason: str | None
    gates: list[Gate]
    policy_version: int
    policy_signed_off: bool
    assessed_at: datetime | None
    event_id: str | None
    thresholds: list[Threshold]
    history: list[TierStep]
    proposed: Tier | None = Field(description="An open proposal that waits for a decision")
    next_review_on: date | None
