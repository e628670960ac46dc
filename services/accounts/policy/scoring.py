"""From figures to an assessment: which figure feeds which signal, the five criteria, the gates, and the decision.

Sources of the rules: domain.md §13 and the policy document itself. A figure that is not known is not available (never a
neutral value); its weight spreads over the rest and lowers the completeness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from services.accounts.policy.documents import CriterionRule, SignalRule, TierPolicyDocument, minor_units
from services.accounts.policy.results import Assessment, CriterionResult, GateResult, Reason, SignalResult
from services.accounts.policy.tiering import (
    LADDER,
    TierName,
    apportion,
    band,
    div_half_up,
    raw_tier,
    tier_decide,
    weighted,
)

Events = tuple[str, ...]
Colour = Literal["GREEN", "AMBER", "RED", "GREY"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the stored events it was read from. `value` None: not known."""

    value: int | None = None
    event_ids: Events = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the systems know about one account at one instant. Money in minor units of `currency`.

    `revenue`: `contracts.revenue_for_tier` (None: never a contract). `lines`: product lines with an active contract.
    `contacts`: live contacts. `reference` and `competitor` come from the account's profile, as do `profile_events`.
    `colour` None or GREY: not available.
    """

    currency: str
    revenue: Figure = Figure()
    margin_bp: Figure = Figure()
    potential: Figure = Figure()
    customer_revenue: Figure = Figure()
    employees: Figure = Figure()
    contacts: Figure = Figure(0)
    lines: frozenset[str] = frozenset()
    line_events: Events = ()
    reference: bool | None = None
    competitor: str | None = None
    profile_events: Events = ()
    colour: Colour | None = None
    colour_events: Events = ()


@dataclass(frozen=True, slots=True)
class Rating:
    """A person's rating of a signal and the event that recorded it."""

    value_bp: int
    event_ids: Events = ()


@dataclass(frozen=True, slots=True)
class History:
    """What the hysteresis needs to know: see `tiering.tier_decide`. `strategic_reason`: one signed by two people."""

    current: TierName | None = None
    previous_score: int | None = None
    dwell: int = 0
    strategic_reason: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """A figure before its band: its value (None: not known), as text, and where it came from."""

    value: int | str | None
    raw: str
    event_ids: Events = field(default=())


def assess(
    document: TierPolicyDocument,
    version: int,
    facts: Facts,
    ratings: Mapping[str, Rating],
    history: History,
) -> Assessment:
    """The whole judgement of one account at one instant. `ratings`: by `<criterion>.<signal>`. Pure."""
    readings = _readings(document, facts)
    measured = [_criterion(rule, readings, ratings) for rule in document.criteria]
    weights = {c.criterion: c.weight_bp for c in measured}
    values = {c.criterion: c.value_bp for c in measured}
    score, _ = weighted(values, weights)
    completeness = div_half_up(sum(c.weight_bp * c.available_bp for c in measured), sum(weights.values()))
    points = apportion(score, values, weights)
    criteria = tuple(c.model_copy(update={"points_bp": points.get(c.criterion, 0)}) for c in measured)
    gates = _gates(document, facts, history.strategic_reason)
    open_ = {tier: all(g.passed for g in gates if tier in g.tiers) for tier in "ABC"}
    tier, reason = _decide(document, history, score, completeness, open_)
    ungated, _ = _decide(document, history, score, completeness, {})
    higher = ungated and tier and LADDER.index(ungated) > LADDER.index(tier)
    return Assessment(
        policy_version=version,
        score_bp=score,
        completeness_bp=completeness,
        criteria=criteria,
        gates=gates,
        raw_tier=raw_tier(score or 0, open_, document.thresholds),
        tier=tier,
        reason=reason,
        held_back=ungated if higher else None,
    )


def _readings(document: TierPolicyDocument, facts: Facts) -> dict[str, _Reading]:
    """Signal → figure, for the signals that the systems know. Money in another currency than the policy's is not
    known.
    """
    unit, foreign = minor_units(facts.currency), facts.currency != document.currency

    def money(figure: Figure) -> _Reading:
        if figure.value is None:
            return _Reading(None, "", figure.event_ids)
        cents = f".{abs(figure.value) % 100:02d}" if unit == 100 else ""
        text = f"{'-' if figure.value < 0 else ''}{abs(figure.value) // unit}{cents} {facts.currency}"
        return _Reading(None if foreign else figure.value, text, figure.event_ids)

    def count(figure: Figure) -> _Reading:
        return _Reading(figure.value, "" if figure.value is None else str(figure.value), figure.event_ids)

    margin, potential, revenue = facts.margin_bp, facts.potential, facts.revenue
    whitespace = Figure(
        None if potential.value is None else max(0, potential.value - (revenue.value or 0)),
        tuple(dict.fromkeys(potential.event_ids + revenue.event_ids)),
    )
    percent = (
        ""
        if margin.value is None
        else f"{'-' if margin.value < 0 else ''}{abs(margin.value) // 100}.{abs(margin.value) % 100:02d} %"
    )
    free_lines = max(0, document.lines_total - len(facts.lines))
    colour = facts.colour if facts.colour in ("GREEN", "AMBER", "RED") else None
    return {
        "revenue_12m": money(revenue),
        "margin": _Reading(margin.value, percent, margin.event_ids),
        "potential": money(potential),
        "reference": _Reading(
            "1" if facts.reference else "0", "yes" if facts.reference else "no", facts.profile_events
        ),
        "market_access": money(facts.customer_revenue),
        "whitespace_value": money(whitespace),
        "product_lines": _Reading(free_lines, str(free_lines), facts.line_events),
        "stakeholders": count(facts.contacts),
        "process_demands": count(facts.employees),
        "churn_risk": _Reading(colour, colour or "", facts.colour_events),
        "competitors": _Reading(
            "named" if facts.competitor else "none", facts.competitor or "none", facts.profile_events
        ),
    }


def _criterion(rule: CriterionRule, readings: Mapping[str, _Reading], ratings: Mapping[str, Rating]) -> CriterionResult:
    signals = tuple(_signal(s, readings.get(s.name), ratings.get(f"{rule.name}.{s.name}")) for s in rule.signals)
    value, available = weighted({s.signal: s.value_bp for s in signals}, {s.signal: s.weight_bp for s in signals})
    return CriterionResult(
        criterion=rule.name, weight_bp=rule.weight_bp, value_bp=value, available_bp=available, signals=signals
    )


def _signal(rule: SignalRule, reading: _Reading | None, rating: Rating | None) -> SignalResult:
    if rating:
        return SignalResult(
            signal=rule.name,
            weight_bp=rule.weight_bp,
            value_bp=rating.value_bp,
            raw=str(rating.value_bp),
            source="manual",
            event_ids=rating.event_ids,
        )
    if reading is None:
        return SignalResult(signal=rule.name, weight_bp=rule.weight_bp, source="manual")
    value: int | None = None
    if isinstance(reading.value, str):
        value = (rule.anchors or {})[reading.value]
    elif reading.value is not None:
        value = band(reading.value, rule.band)
    return SignalResult(
        signal=rule.name, weight_bp=rule.weight_bp, value_bp=value, raw=reading.raw, event_ids=reading.event_ids
    )


def _gates(document: TierPolicyDocument, facts: Facts, strategic_reason: bool) -> tuple[GateResult, ...]:
    """A needs revenue, potential or a strategic reason signed by two; a negative margin keeps out of A and B."""
    local = facts.currency == document.currency
    revenue = facts.revenue.value if local else None
    potential = facts.potential.value if local else None
    unit = minor_units(document.currency)
    big = (revenue or 0) >= document.min_revenue or (potential or 0) >= document.min_potential
    needed = document.min_revenue // unit, document.min_potential // unit
    margin = facts.margin_bp.value
    return (
        GateResult(
            gate="revenue_or_potential",
            tiers=("A",),
            passed=big or strategic_reason,
            why=f"revenue {_whole(revenue, unit)} of {needed[0]} or potential {_whole(potential, unit)} of {needed[1]}"
            f" {document.currency}"
            + (", or a strategic reason with two signatures: given" if strategic_reason else ""),
        ),
        GateResult(
            gate="margin_not_negative",
            tiers=("A", "B"),
            passed=margin is None or margin >= document.min_margin_bp,
            why="margin not known" if margin is None else f"margin {margin} bp, at least {document.min_margin_bp} bp",
        ),
    )


def _whole(amount: int | None, unit: int) -> str:
    return "not known" if amount is None else str(amount // unit)


def _decide(
    document: TierPolicyDocument, history: History, score: int | None, completeness: int, gates: Mapping[str, bool]
) -> tuple[TierName | None, Reason]:
    if score is None:
        return history.current, "incomplete"
    return tier_decide(
        history.current,
        score,
        history.previous_score,
        history.dwell,
        gates,
        completeness,
        lines=document.thresholds,
        up=document.up,
        down=document.down,
        min_dwell=document.min_dwell,
        min_completeness=document.min_completeness,
    )
