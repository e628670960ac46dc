"""A risk model as data: the document that a company signs, checked once and turned into what the rules read.

In the document each number stands as `{"value": …, "why": …, "source": …}`, or plainly; `model()` takes both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, cast

from services.risk.policy.colour import Lines

FACTORS = ("relationship", "engagement", "service", "usage", "commercial", "delivery")
TIERS = ("A", "B", "C")
RED_FLOORS = ("notice_received", "critical_escalation", "insolvency", "lapsed", "p1_72h", "compound")
AMBER_FLOORS = (
    "economic_buyer_lost", "champion_lost", "nps", "silence", "sla_breaches", "p1_repeat", "usage_halved",
    "usage_fall", "notice_no_opp", "renewal_late", "lapsed_talks", "renewal_at_risk", "owner_inactive",
    "high_escalation", "two_qbr_missed", "manual_worse",
)  # fmt: skip
Points = tuple[tuple[int, int], ...]


class ModelInvalid(ValueError):
    """The document cannot be used; the message names every fault."""


@dataclass(frozen=True, slots=True)
class FactorRule:
    """Weight of a factor, weights of its signals, and for how long its data count (days; None: always live)."""

    weight: int
    signals: Mapping[str, int]
    valid_days: int | None


@dataclass(frozen=True, slots=True)
class Model:
    """What the rules read. Points are (x, basis points); hours, days and basis points as the names say."""

    worst_minus: int
    factors: Mapping[str, FactorRule]
    weights: Mapping[str, int]
    lines: Lines
    onboarding_days: int
    needs_countermeasure: bool
    floors: frozenset[str]
    # relationship
    required_roles: Mapping[str, tuple[str, ...]]
    influence: Mapping[str, int]
    attitude: Mapping[str, int]
    attitude_band: Points
    strong_points: int
    champion_half_life: int
    nps_band: Points
    nps_valid_days: int
    # engagement
    contact_days: Mapping[str, tuple[int, int]]
    no_show_each: int
    qbr_each: int
    # service
    limits_hours: Mapping[str, int]
    p1_band: Points
    p2_band: Points
    breach_points: Mapping[str, int]
    breach_half_life: int
    severity_points: Mapping[str, int]
    # usage
    usage_onboarding_days: int
    trend_band: Points
    peak_band: Points
    licence_band: Points
    # commercial
    renewal_steps: Mapping[str, int]
    lead_days: Mapping[str, int]
    competitor_points: int
    stage_back: int
    each_slip: int
    # delivery
    late_each: Mapping[str, int]
    # floors
    notice_share: int
    p1_hours: int
    p1_tiers: frozenset[str]
    compound_n: int
    champion_deadline_days: int
    grace_days: int
    nps_limit: int
    silence_days: Mapping[str, int | None]
    sla_n: int
    p1_repeat_days: int
    halved_bp: int
    fall_bp: int
    notice_days: int
    at_risk_days: int
    at_risk_n: int
    owner_days: int
    # early warning, trend, flapping, groups
    projection_days: int
    warn_line: int
    warn_within_days: int
    floor_ahead_days: int
    floor_ahead_days_silence: int
    worse_count: int
    worse_by: int
    worse_days: int
    sliding_bp: int
    sliding_reports: int
    trend_days: int
    trend_rising: int
    trend_falling: int
    flap_window: int
    flap_enter: int
    flap_leave: int
    group_red_share: int
    group_amber_share: int
    group_any_red_a: bool
    group_any_red_is: str


def laid_over(document: Mapping[str, Any], additions: Mapping[str, Any]) -> dict[str, Any]:
    """A document with the additions in it; the document's own `policy`, `version` and `comment` stay."""
    merged = dict(document)
    for name, value in additions.items():
        own = document.get(name)
        if isinstance(own, dict) and isinstance(value, dict) and "value" not in value:
            merged[name] = laid_over(own, value)
        elif name not in ("policy", "version", "comment"):
            merged[name] = value
    return merged


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document's canonical JSON (sorted keys, no spaces): which document was signed."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def model(document: Mapping[str, Any]) -> Model:
    """The rules of a document. Raises ModelInvalid."""
    return _model(json.dumps(document, sort_keys=True))


@lru_cache(16)
def _model(text: str) -> Model:
    document = json.loads(text)
    try:
        made = _read(document)
    except (KeyError, TypeError, ValueError, IndexError) as e:
        raise ModelInvalid(f"the document has not the form of risk_model.v1.json: {type(e).__name__} {e}") from e
    if faults := _faults(made):
        raise ModelInvalid("; ".join(faults))
    return made


def _v(node: Any, *path: str) -> Any:
    """The value at a path: `{"value": x}` or x itself."""
    for name in path:
        node = node[name]
    return node["value"] if isinstance(node, dict) and "value" in node else node


def _points(node: Any, *path: str) -> Points:
    return tuple((int(x), int(y)) for x, y in _v(node, *path))


def _ints(node: Any, *path: str) -> dict[str, int]:
    return {k: int(v) for k, v in _v(node, *path).items()}


def _read(d: dict[str, Any]) -> Model:
    f = d["factors"]
    rel, eng, ser, use, com = (f[n] for n in FACTORS[:5])
    rs, es, ss, us, cs = (x["signals"] for x in (rel, eng, ser, use, com))
    floors = {x["code"]: x for level in ("RED", "AMBER") for x in d["floors"][level]}
    colour, warn, roll = d["colour"], d["early_warning"], d["rollup"]
    worse, sliding = _v(warn, "factors_worse"), _v(warn, "usage_sliding")
    rules = {
        name: FactorRule(
            int(_v(f[name], "weight")),
            {s: int(_v(x, "weight")) for s, x in f[name]["signals"].items() if isinstance(x, dict) and "weight" in x},
            int(_v(f[name], "valid_days")) if "valid_days" in f[name] else None,
        )
        for name in FACTORS
    }
    lines = Lines(
        enter_amber=int(_v(colour, "enter_amber")),
        exit_amber=int(_v(colour, "exit_amber")),
        enter_red=int(_v(colour, "enter_red")),
        exit_red=int(_v(colour, "exit_red")),
        immediate_red=int(_v(colour, "immediate_red")),
        up=timedelta(hours=int(_v(colour, "up_hours"))),
        down=timedelta(days=int(_v(colour, "down_days"))),
        min_coverage=int(_v(colour, "min_coverage")),
    )  # fmt: skip
    return Model(
        worst_minus=int(_v(d, "factor_rule", "worst_minus")),
        factors=rules,
        weights={name: rule.weight for name, rule in rules.items()},
        lines=lines,
        onboarding_days=int(_v(colour, "onboarding_days")),
        needs_countermeasure=bool(_v(colour, "red_to_amber_needs_countermeasure")),
        floors=frozenset(floors),
        required_roles={t: tuple(r) for t, r in _v(rs, "roles", "required").items()},
        influence=_ints(rel, "mapping", "influence"),
        attitude=_ints(rel, "mapping", "attitude"),
        attitude_band=_points(rs, "attitude", "band"),
        strong_points=int(_v(rs, "strong_supporter", "points")),
        champion_half_life=int(_v(rs, "champion_lost", "half_life_days")),
        nps_band=_points(rs, "nps", "band"),
        nps_valid_days=int(_v(rs, "nps", "valid_days")),
        contact_days={t: (int(g), int(a)) for t, (g, a) in _v(es, "contact", "green_amber_days").items()},
        no_show_each=int(_v(es, "no_show", "each")),
        qbr_each=int(_v(es, "qbr", "each")) if "each" in es["qbr"] else 0,
        limits_hours=_ints(ser, "limits_hours"),
        p1_band=_points(ss, "p1_age", "band_hours"),
        p2_band=_points(ss, "p2_age", "band_hours"),
        breach_points=_ints(ss, "sla_breaches", "points"),
        breach_half_life=int(_v(ss, "sla_breaches", "half_life_days")),
        severity_points=_ints(ss, "escalation", "points") if "escalation" in ss else {},
        usage_onboarding_days=int(_v(use, "onboarding_days")),
        trend_band=_points(us, "trend", "band"),
        peak_band=_points(us, "peak", "band"),
        licence_band=_points(us, "licence", "band"),
        renewal_steps=_ints(cs, "renewal", "steps"),
        lead_days=_ints(cs, "renewal", "lead_days"),
        competitor_points=int(_v(cs, "competitor", "points")),
        stage_back=int(_v(cs, "stalled", "points")["stage_back"]),
        each_slip=int(_v(cs, "stalled", "points")["each_slip"]),
        late_each={kind: int(_v(x, "each")) for kind, x in f["delivery"]["signals"].items()},
        notice_share=int(_v(floors, "notice_received", "share_bp")),
        p1_hours=int(_v(floors, "p1_72h", "hours")),
        p1_tiers=frozenset(_v(floors, "p1_72h", "tiers")),
        compound_n=int(_v(floors, "compound", "n")),
        champion_deadline_days=int(_v(floors, "champion_lost", "deadline_days")),
        grace_days=int(_v(floors, "grace", "grace_days")),
        nps_limit=int(_v(floors, "nps", "limit")),
        silence_days={t: None if n is None else int(n) for t, n in _v(floors, "silence", "days").items()},
        sla_n=int(_v(floors, "sla_breaches", "n")),
        p1_repeat_days=int(_v(floors, "p1_repeat", "days")),
        halved_bp=int(_v(floors, "usage_halved", "x_bp")),
        fall_bp=int(_v(floors, "usage_fall", "x_bp")),
        notice_days=int(_v(floors, "notice_no_opp", "days")),
        at_risk_days=int(_v(floors, "renewal_at_risk", "days")),
        at_risk_n=int(_v(floors, "renewal_at_risk", "n")),
        owner_days=int(_v(floors, "owner_inactive", "days")),
        projection_days=int(_v(warn, "projection_days")),
        warn_line=int(_v(warn, "score_line")),
        warn_within_days=int(_v(warn, "within_days")),
        floor_ahead_days=int(_v(warn, "floor_forecast_days")),
        floor_ahead_days_silence=int(_v(warn, "floor_forecast_days_silence")),
        worse_count=int(worse["count"]),
        worse_by=int(worse["by"]),
        worse_days=int(worse["days"]),
        sliding_bp=int(sliding["ratio_bp"]),
        sliding_reports=int(sliding["reports"]),
        trend_days=int(_v(d, "trend", "days")),
        trend_rising=int(_v(d, "trend", "rising")),
        trend_falling=int(_v(d, "trend", "falling")),
        flap_window=int(_v(d, "flapping", "window")),
        flap_enter=int(_v(d, "flapping", "enter_bp")),
        flap_leave=int(_v(d, "flapping", "leave_bp")),
        group_red_share=int(_v(roll, "red_share_bp")),
        group_amber_share=int(_v(roll, "amber_share_bp")),
        group_any_red_a=bool(_v(roll, "any_red_A_child")),
        group_any_red_is=str(_v(roll, "any_red_child_is_at_least")),
    )


def _faults(m: Model) -> list[str]:
    """What is wrong with a document of the right form."""
    found, lines = [], m.lines
    if sum(m.weights.values()) != 10_000:
        found.append(f"the weights of the factors sum to {sum(m.weights.values())}, not to 10000")
    found += [f"factor {n}: weight below 0" for n, r in m.factors.items() if min((r.weight, *r.signals.values())) < 0]
    if not lines.exit_amber < lines.enter_amber < lines.enter_red <= lines.immediate_red:
        found.append("the lines must rise: exit_amber < enter_amber < enter_red <= immediate_red")
    if not lines.enter_amber <= lines.exit_red < lines.enter_red:
        found.append("exit_red must lie between enter_amber and enter_red, or a red account could not leave to amber")
    for name in (n for n in Model.__dataclass_fields__ if n.endswith("_band")):
        points = cast(Points, getattr(m, name))
        if len(points) < 2 or any(a[0] >= b[0] for a, b in pairwise(points)):
            found.append(f"{name}: at least two points, ascending")
    found += [f"contact_days: tier {t} is missing" for t in TIERS if t not in m.contact_days]
    found += [f"lead_days: tier {t} is missing" for t in TIERS if t not in m.lead_days]
    if strange := m.floors - {*RED_FLOORS, *AMBER_FLOORS, "grace"}:
        found.append(f"floors that nothing computes: {', '.join(sorted(strange))}")
    return found
