"""Colours with their reasons, what is done about them, and what time will bring."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.portal.models.base import Absent, Moment, Tier, View

Colour = Literal["RED", "AMBER", "GREEN", "GREY"]


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


class Countermeasure(View):
    """Something that is done about a risk."""

    countermeasure_id: str
    title: str | None
    owner: str | None
    due: date | None
    status: str
    link: str | None
    overdue: bool
    text: str | None = Field(description="Why it failed")


class RiskItem(View):
    """A risk that somebody named."""

    risk_id: str
    category: str | None
    cause: str | None
    title: str | None
    owner: str | None
    status: str
    likelihood: int | None
    impact: int | None
    arr_exposed_minor: int
    currency: str | None
    countermeasures: list[Countermeasure]
    accepted_until: datetime | None
    no_countermeasure: bool
    identified_at: datetime | None
    version: int
    escalated: bool
    accepted_by: str | None
    text: str | None = Field(description="Why it was accepted")


class Escalation(View):
    """An escalation; `last_update` is its newest word."""

    escalation_id: str
    account_id: str
    account: str | None
    title: str | None
    cause: str | None
    severity: str
    status: str
    dri: str | None
    opened_at: datetime | None
    update_due_at: datetime | None
    update_overdue: bool
    last_update_at: datetime | None
    last_update: str | None
    closed_at: datetime | None
    risk_id: str | None
    version: int


class Escalations(View):
    """Escalations, open and gravest first."""

    rows: list[Escalation]


class EscalationStep(View):
    """Something that was said or decided about an escalation; `kind` is the event's name."""

    at: datetime
    kind: str
    by: str | None
    severity: str | None
    was: str | None
    dri: str | None
    text: str | None
    update_due_at: datetime | None
    agreed_by_customer: str | None = Field(description="Pseudonym of the customer's person who agreed to the end")
    event_id: str | None


class EscalationDetail(View):
    """One escalation with everything that happened to it, newest first."""

    as_of: datetime
    row: Escalation
    steps: list[EscalationStep]


class Override(View):
    """A colour that a person set."""

    override_id: str
    to: str
    from_: str | None = Field(alias="from", serialization_alias="from")
    reason: str | None
    text: str | None
    until: datetime | None
    by: str | None
    status: str
    confirmed_by: str | None
    at: datetime | None


class ForecastStep(View):
    """A change of colour that time alone will bring."""

    at: datetime
    from_: str | None = Field(alias="from", serialization_alias="from")
    to: str
    trigger: str | None
    code: str | None
    why: str | None
    score: int | None


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
