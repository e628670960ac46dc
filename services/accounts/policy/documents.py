"""Policy documents: versioned data that a company signs off, read into typed rules.

A document is the JSON of `policies/tier_policy.v1.json`: each number as `{"value": …, "why": …, "source": …}`. Reading
it checks everything that the arithmetic relies on and reports all faults at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

CRITERIA = ("revenue_margin", "strategic", "growth", "complexity", "risk_profile")
Kind = Literal["money", "count", "basis_points", "anchors", "manual"]

# What each signal measures. `manual`: nobody but a person knows it; REPLACEABLE: automatic, but a person's rating wins.
SIGNALS: Mapping[str, Mapping[str, Kind]] = {
    "revenue_margin": {"revenue_12m": "money", "margin": "basis_points", "potential": "money"},
    "strategic": {"reference": "anchors", "market_access": "money", "brand_innovation": "manual"},
    "growth": {"whitespace_value": "money", "sites_without_us": "manual", "product_lines": "count"},
    "complexity": {"stakeholders": "count", "countries": "manual", "process_demands": "count"},
    "risk_profile": {"churn_risk": "anchors", "price_pressure": "manual", "competitors": "anchors"},
}
ANCHORS: Mapping[str, frozenset[str]] = {
    "reference": frozenset({"0", "1"}),
    "churn_risk": frozenset({"GREEN", "AMBER", "RED"}),
    "competitors": frozenset({"none", "named"}),
}
REPLACEABLE = frozenset({"strategic.reference", "strategic.market_access", "complexity.process_demands"})
# ISO 4217 currencies without minor unit: one unit of money is one minor unit.
_WITHOUT_MINOR = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "VND"})


class PolicyInvalid(ValueError):
    """The document cannot be used; `problems` lists every fault with its path in the document."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


@dataclass(frozen=True, slots=True)
class SignalRule:
    """How one figure becomes basis points. `band`: ascending (figure, bp), money already in minor units."""

    name: str
    kind: Kind
    weight_bp: int
    band: tuple[tuple[int, int], ...] = ()
    anchors: Mapping[str, int] | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class CriterionRule:
    """One criterion, its weight in the score, and the signals inside it."""

    name: str
    weight_bp: int
    signals: tuple[SignalRule, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class TierPolicyDocument:
    """A tier policy, checked. Money in minor units of `currency`, scores and shares in basis points."""

    currency: str
    criteria: tuple[CriterionRule, ...]
    thresholds: Mapping[str, int]
    up: int
    down: int
    min_dwell: int
    min_completeness: int
    min_revenue: int
    min_potential: int
    min_margin_bp: int
    lines_total: int
    a_per_kam: int
    ab_per_kam: int
    a_share_bp: int

    def rateable(self) -> frozenset[str]:
        """The criteria a person may rate, as `<criterion>.<signal>`."""
        manual = {f"{c.name}.{s.name}" for c in self.criteria for s in c.signals if s.kind == "manual"}
        return REPLACEABLE | manual


class _Reader:
    """Walks a document, remembers each fault, and goes on with zero so that all of them are found."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document, self.problems = document, list[str]()

    def at(self, path: str) -> Any:
        node: Any = self.document
        for part in path.split("."):
            if not isinstance(node, Mapping) or part not in node:
                return None
            node = node[part]
        return node

    def names(self, path: str) -> set[str]:
        """What is written below a path."""
        node = self.at(path)
        return {str(name) for name in node} if isinstance(node, Mapping) else set()

    def value(self, path: str) -> Any:
        node = self.at(path)
        return node.get("value") if isinstance(node, Mapping) else None

    def why(self, path: str) -> str:
        node = self.at(path)
        return str(node.get("why", "")) if isinstance(node, Mapping) else ""

    def number(self, path: str, low: int = 0, high: int = 10**15) -> int:
        value = self.value(path)
        if isinstance(value, bool) or not isinstance(value, int):
            self.problems.append(f"{path}: needs a whole number as value, got {value!r}")
            return 0
        if not low <= value <= high:
            self.problems.append(f"{path}: {value} is not between {low} and {high}")
        return value

    def band(self, path: str, factor: int) -> tuple[tuple[int, int], ...]:
        value = self.value(path)
        points = value if isinstance(value, list) else []
        if len(points) < 2 or not all(
            isinstance(p, list) and len(p) == 2 and all(isinstance(n, int) and not isinstance(n, bool) for n in p)
            for p in points
        ):
            self.problems.append(f"{path}: needs at least two pairs of whole numbers [figure, basis points]")
            return ()
        if any(a[0] >= b[0] for a, b in pairwise(points)):
            self.problems.append(f"{path}: the figures must rise from pair to pair")
        if any(not 0 <= p[1] <= 10000 for p in points):
            self.problems.append(f"{path}: basis points lie between 0 and 10000")
        return tuple((p[0] * factor, p[1]) for p in points)

    def sums_to_10000(self, path: str, weights: Mapping[str, int]) -> None:
        if (total := sum(weights.values())) != 10000:
            self.problems.append(f"{path}: the weights sum to {total}, they must sum to 10000")


def minor_units(currency: str) -> int:
    """How many minor units one unit of the currency has."""
    return 1 if currency in _WITHOUT_MINOR else 100


def tier_policy(document: Mapping[str, Any]) -> TierPolicyDocument:
    """Reads and checks a tier policy document. Raises `PolicyInvalid` with every fault found."""
    read = _Reader(document)
    currency = read.at("units.currency")
    if not (isinstance(currency, str) and len(currency) == 3 and currency.isupper()):
        read.problems.append(f"units.currency: needs a currency code such as USD, got {currency!r}")
        currency = "USD"
    factor = minor_units(currency)
    weights = {name: read.number(f"weights.{name}", 0, 10000) for name in CRITERIA}
    read.sums_to_10000("weights", weights)
    criteria = tuple(
        CriterionRule(name, weights[name], _signals(read, name, factor), read.why(f"weights.{name}"))
        for name in CRITERIA
    )
    for section in ("weights", "inside"):
        for name in sorted(read.names(section) - set(CRITERIA)):
            read.problems.append(f"{section}.{name}: unknown criterion; known are {', '.join(CRITERIA)}")
    lines = {tier: read.number(f"thresholds.{tier}", 0, 10000) for tier in "ABC"}
    if not lines["A"] > lines["B"] > lines["C"]:
        read.problems.append(f"thresholds: A > B > C must hold, got {lines['A']}, {lines['B']}, {lines['C']}")
    result = TierPolicyDocument(
        currency=currency,
        criteria=criteria,
        thresholds=lines,
        up=read.number("decision.up", 0, 10000),
        down=read.number("decision.down", 0, 10000),
        min_dwell=read.number("decision.min_dwell_assessments", 1, 100),
        min_completeness=read.number("decision.min_completeness", 0, 10000),
        min_revenue=read.number("gates.A.min_revenue") * factor,
        min_potential=read.number("gates.A.min_potential") * factor,
        min_margin_bp=read.number("gates.A_and_B.min_margin_pct_x100", -10000, 10000),
        lines_total=read.number("inside.growth.product_lines.lines_total", 1, 1000),
        a_per_kam=read.number("capacity.A_per_kam", 1, 1000),
        ab_per_kam=read.number("capacity.A_plus_B_per_kam", 1, 1000),
        a_share_bp=read.number("capacity.A_share_bp", 1, 10000),
    )
    if read.problems:
        raise PolicyInvalid(read.problems)
    return result


def _signals(read: _Reader, criterion: str, factor: int) -> tuple[SignalRule, ...]:
    known = SIGNALS[criterion]
    path = f"inside.{criterion}"
    for name in sorted(read.names(path) - set(known)):
        read.problems.append(f"{path}.{name}: unknown signal; known are {', '.join(known)}")
    weights = {name: read.number(f"{path}.{name}.weight", 0, 10000) for name in known}
    read.sums_to_10000(path, weights)
    return tuple(_signal(read, f"{path}.{name}", name, kind, weights[name], factor) for name, kind in known.items())


def _signal(read: _Reader, path: str, name: str, kind: Kind, weight: int, factor: int) -> SignalRule:
    if kind == "manual":
        return SignalRule(name, kind, weight, why=read.why(f"{path}.weight"))
    if kind == "anchors":
        value = read.value(f"{path}.anchors")
        anchors = value if isinstance(value, Mapping) else {}
        if set(anchors) != ANCHORS[name] or not all(type(v) is int and 0 <= v <= 10000 for v in anchors.values()):
            names = ", ".join(sorted(ANCHORS[name]))
            read.problems.append(f"{path}.anchors: needs basis points (0 to 10000) for exactly {names}")
        return SignalRule(name, kind, weight, anchors=dict(anchors), why=read.why(f"{path}.anchors"))
    key = "band_pct_x100" if kind == "basis_points" else "band"
    band = read.band(f"{path}.{key}", factor if kind == "money" else 1)
    return SignalRule(name, kind, weight, band=band, why=read.why(f"{path}.{key}"))


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document's canonical JSON (sorted keys, no spaces): which document was signed."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
