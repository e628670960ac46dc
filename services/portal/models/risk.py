"""The colours of the portfolio: board, trend, forecast, model."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.portal.models.base import Absent, Moment, Tier, View


class RiskFreshness(View):
    """How far colours are judged."""

    evaluated_until: datetime | None = Field(description="Colours are evaluated up to this business instant")
    crm_event_at: datetime | None
    caught_up: bool
    feed_dead: bool = Field(description="A source has been behind for a day: nothing can get better")
    feed_dead_since: datetime | None


class RollUp(View):
    """The colour of a group: by revenue, never an average."""

    colour: str | None
    worst_child_id: str | None
    worst_child: str | None
    worst_colour: str | None
    arr_at_risk_minor: int
    arr_minor: int
    red_share_bp: int
    amber_share_bp: int
    rule: str | None
    children: int


class RiskRow(View):
    """One account with its colour."""

    account_id: str
    crm_id: str | None
    name: str | None
    tier: Tier | None
    colour: str = Field(description="RED, AMBER, GREEN, GREY (unknown): what is shown, an override counts")
    model_colour: str | None = Field(description="What the model says")
    score: int | None = Field(description="Basis points, 0 good to 10000 bad")
    coverage: int = Field(description="Share of the model's weight that has data, basis points")
    trend: str | None = Field(description="rising (worse), steady, falling")
    delta_30d: int | None
    since: datetime | None
    why: str | None = Field(description="Main cause in one line")
    stale: bool
    overridden: bool
    flapping: bool
    no_countermeasure: bool = Field(description="Red without an open countermeasure")
    escalation: str | None = Field(description="Gravest open severity")
    arr_minor: int
    currency: str | None
    parent_id: str | None
    group: Annotated[RollUp | None, Absent]
    warnings: list[str]
    owner_id: str | None
    event_id: str | None
    evaluated_at: datetime | None
    plan_due_at: datetime | None = Field(description="Red: until then every cause needs a countermeasure")
    override_waits: bool = Field(description="A better colour was set and waits for a second person")
    at_risk: bool = Field(description="Red, or amber with a notice deadline within 180 days (K16)")


class RiskCell(View):
    """A cell of tier × colour."""

    tier: str | None
    colour: str
    accounts: int
    arr_minor: int


class RiskTotals(View):
    """Sums over all rows."""

    accounts: int
    arr_minor: int
    arr_at_risk_minor: int = Field(
        description="Recurring revenue of red accounts, and of amber ones with a notice deadline within 180 days (K16)"
    )
    currency: str | None
    by_colour: dict[str, int]
    arr_red_minor: int = Field(description="Of the red ones alone")


class RiskBoard(View):
    """Every judged account, for one instant."""

    as_of: datetime
    freshness: RiskFreshness
    rows: list[RiskRow]
    cells: list[RiskCell]
    totals: RiskTotals


class TrendPoint(View):
    """The board at the end of a week."""

    at: datetime
    by_colour: dict[str, int]
    arr_minor: int
    arr_at_risk_minor: int
    arr_red_minor: int


class RiskTrend(View):
    """The board week by week, oldest first."""

    as_of: datetime
    points: list[TrendPoint]
    currency: str | None


class ForecastStep(View):
    """A change of colour that time alone will bring."""

    at: datetime
    from_: str | None = Field(alias="from", serialization_alias="from")
    to: str
    trigger: str | None
    code: str | None
    why: str | None
    score: int | None


class AccountForecast(View):
    """One account's colours ahead."""

    account_id: str
    crm_id: str | None
    name: str | None
    tier: Tier | None
    colour: str
    colour_30: str | None
    colour_60: str | None
    colour_90: str | None
    steps: list[ForecastStep]
    arr_minor: int
    score: int | None
    score_30: int | None
    score_60: int | None
    score_90: int | None


class ForecastCount(View):
    """The portfolio on a day ahead."""

    day: int
    by_colour: dict[str, int]
    arr_at_risk_minor: int


class RiskForecast(View):
    """What time alone will bring, if nobody acts."""

    from_: datetime = Field(alias="from", serialization_alias="from")
    until: datetime
    days: int
    accounts: list[AccountForecast]
    counts: list[ForecastCount]


class ModelVersion(View):
    """One version of the risk model."""

    version: int
    status: str | None
    author: str | None
    signer: str | None
    effective_from: Moment | None
    signed_off: bool


class ShadowDifference(View):
    """An account that a model on trial would colour otherwise."""

    account_id: str
    name: str | None
    active: str | None
    shadow: str | None
    active_score: int | None
    shadow_score: int | None


class RiskModel(View):
    """A version of the risk model as a document, and all versions."""

    version: int
    status: str | None
    signed_off: bool
    author: str | None
    digest: str | None
    document_json: str | None
    versions: list[ModelVersion]
    differences: list[ShadowDifference]
    effective_from: Moment | None


class RiskStatus(View):
    """The state of the risk service."""

    freshness: RiskFreshness
    events: int
    accounts: int
    armed_timers: int
    dead_letters: int
    shown: int = Field(description="The answers show all events up to this position")
