"""Why one account has its colour, what would help, what time will bring."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from services.portal.models.base import Moment, View
from services.portal.models.escalations import Escalation, Override, RiskItem
from services.portal.models.risk import ForecastStep, RiskFreshness, RiskRow


class RiskEvidence(View):
    """What a value rests on: an event, or time that has passed."""

    event: str | None
    clock: str | None
    since: Moment | None
    code: str | None
    why: str | None


class RiskSignal(View):
    """One signal of a factor."""

    signal: str
    weight: int
    value: int | None
    raw: str | None
    evidence: list[RiskEvidence]


class RiskContribution(View):
    """The part of one factor in the score; the points of all add up to it."""

    factor: str
    weight: int
    value: int | None
    points: int
    delta_14d: int | None
    signals: list[RiskSignal]
    expired: bool
    evidence: list[RiskEvidence]


class RiskFloor(View):
    """A condition that forces a colour, whatever the score."""

    code: str
    colour: str
    factor: str | None
    evidence: list[RiskEvidence]


class RiskChange(View):
    """One change of a counterfactual."""

    code: str
    subject: str | None
    change: str | None


class RiskCounterfactual(View):
    """The smallest set of changes that turns the account better."""

    change: str | None
    changes: list[RiskChange]
    score: int
    colour_after: str | None


class ColourStep(View):
    """A change of colour."""

    at: datetime
    from_: str | None = Field(alias="from", serialization_alias="from")
    to: str
    trigger: str | None
    code: str | None
    why: str | None
    score: int | None
    late_by_s: int
    event_id: str | None
    epoch: int
    model_version: int


class ScorePoint(View):
    """The score at a day's tick."""

    on: date
    score: int | None
    colour: str | None


class RiskTimer(View):
    """What time brings next."""

    at: datetime
    code: str | None
    why: str | None


class EarlyWarning(View):
    """A sign of a worse colour."""

    kind: str
    since: datetime | None
    why: str | None
    code: str | None
    expected_at: Moment | None
    event_id: str | None


class ShadowColour(View):
    """What a model on trial says."""

    model_version: int
    colour: str | None
    score: int | None
    since: datetime | None


class RiskAccount(View):
    """Everything about the colour of one account."""

    as_of: datetime
    freshness: RiskFreshness
    row: RiskRow
    model_version: int
    contributions: list[RiskContribution]
    floors: list[RiskFloor]
    counterfactual: list[RiskCounterfactual]
    history: list[ColourStep]
    path: list[ScorePoint]
    items: list[RiskItem]
    escalations: list[Escalation]
    overrides: list[Override]
    forecast: list[ForecastStep]
    timers: list[RiskTimer]
    children: list[RiskRow]
    warnings: list[EarlyWarning]
    shadows: list[ShadowColour]
