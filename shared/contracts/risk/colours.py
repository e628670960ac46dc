"""What evaluating the model found: colours with their reasons, warnings, trend."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.risk.base import (
    Colour,
    Contribution,
    Counterfactual,
    Evidence,
    Floor,
    Money,
    RiskFact,
    Tier,
    Trigger,
)


class RiskScoreChanged(RiskFact):
    """The score moved by 3 points or more since it was told last, or a factor crossed the middle."""

    TYPE: ClassVar[str] = "RiskScoreChanged"
    tier: Tier | None = None
    score: int | None = Field(description="Score, 0 good to 10000 bad; null: nothing is available")
    was: int | None = Field(default=None, description="Score told last")
    coverage: int = Field(description="Share of the weight that is available, basis points")
    contributions: tuple[Contribution, ...] = Field(description="What each factor adds to the score")
    late_by_s: int = 0


class ColourFact(RiskFact):
    """The account has another colour from `effective_at` on, and this is why."""

    tier: Tier | None = None
    from_: Colour = Field(alias="from", description="Colour before")
    amber_since: date | None = Field(default=None, description="Day since which it was amber without a break")
    score: int | None = Field(description="Score, 0 good to 10000 bad; null: nothing is available")
    coverage: int = Field(description="Share of the weight that is available, basis points")
    trigger: Trigger = Field(description="Why it changed at that instant")
    why: str = Field(description="Main cause in one line")
    contributions: tuple[Contribution, ...] = Field(description="What each factor adds; the points sum to the score")
    floors: tuple[Floor, ...] = Field(default=(), description="Conditions that force a colour now")
    counterfactual: tuple[Counterfactual, ...] = Field(default=(), description="What would turn it better")
    arr_exposed: Money = Field(description="Annual recurring revenue of the account then")
    epoch: int = Field(description="Number of the colour, from 1: alerts of one epoch belong together")
    suggested_plays: tuple[str, ...] = Field(default=(), description="Play books that fit the cause")
    model_version: int = Field(description="Version of the risk model")
    late_by_s: int = 0


class RiskTurnedRed(ColourFact):
    """Red: somebody has to act, a cause and a countermeasure are due by `plan_due_at`."""

    TYPE: ClassVar[str] = "RiskTurnedRed"
    plan_due_at: datetime | None = Field(default=None, description="By when a countermeasure is planned (instant, UTC)")


class RiskTurnedAmber(ColourFact):
    """Amber."""

    TYPE: ClassVar[str] = "RiskTurnedAmber"


class RiskTurnedGreen(ColourFact):
    """Green. Never straight from red."""

    TYPE: ClassVar[str] = "RiskTurnedGreen"


class RiskBecameUnknown(ColourFact):
    """Grey: too little is known, or the relation is over."""

    TYPE: ClassVar[str] = "RiskBecameUnknown"


class RiskColourStale(RiskFact):
    """The colour stays, but what it rests on is no longer fed: it can get worse, not better."""

    TYPE: ClassVar[str] = "RiskColourStale"
    colour: Colour = Field(description="The colour that stays")
    coverage: int = Field(description="Share of the weight that is available, basis points")
    expired: tuple[str, ...] = Field(description="Factors whose data are too old")
    late_by_s: int = 0


class EarlyWarning(RiskFact):
    """A sign of a worse colour while the account is green."""

    kind: Literal["projection", "factors_worse", "floor_ahead", "usage_sliding"] = Field(description="Which sign")


class RiskEarlyWarningRaised(EarlyWarning):
    """The sign is there."""

    TYPE: ClassVar[str] = "RiskEarlyWarningRaised"
    code: str | None = Field(default=None, description="Floor that will apply")
    expected_at: datetime | None = Field(default=None, description="When the colour would turn (instant, UTC)")
    why: str = Field(description="The sign in words")
    evidence: tuple[Evidence, ...] = Field(default=(), description="What it rests on")
    late_by_s: int = 0


class RiskEarlyWarningCleared(EarlyWarning):
    """The sign is gone, or it came true."""

    TYPE: ClassVar[str] = "RiskEarlyWarningCleared"


class RiskTrendChanged(RiskFact):
    """The score of 30 days moved the other way than before."""

    TYPE: ClassVar[str] = "RiskTrendChanged"
    trend: Literal["rising", "steady", "falling"] = Field(description="Rising is worse")
    was: Literal["rising", "steady", "falling"] = Field(description="Trend before")
    delta_30d: int = Field(description="Change of the score in 30 days, basis points")


class RiskFlappingDetected(RiskFact):
    """The colour changes so often that alerts of this account belong into the digest."""

    TYPE: ClassVar[str] = "RiskFlappingDetected"
    share: int = Field(description="Weighted share of changes among the last daily colours, basis points")


class RiskFlappingEnded(RiskFact):
    """It changes seldom again."""

    TYPE: ClassVar[str] = "RiskFlappingEnded"
    share: int = Field(description="Weighted share of changes among the last daily colours, basis points")
