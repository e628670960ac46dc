"""The policy lab: which numbers of a document a form asks for, what two documents differ in, what a report shows. Pure.

What a form does not ask for (bands, written anchors, lists of roles) stays as it is; programs may send a whole
document.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from services.portal.rulebook import plain
from services.portal.words import Words

BP = 10_000
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
WORDS = frozenset(("why", "source", "comment", "when", "status", "version", "policy", "units", "formula", "note"))
"""Parts of a document that no rule reads."""
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a form asks for: where it stands, its unit (`share` and `points` in basis points, shown as
    hundredths), and its bounds as it is stored."""

    path: str
    unit: str
    low: int
    high: int

    @property
    def name(self) -> str:
        """The last part that says something: `weights.strategic` → `strategic`."""
        parts = self.path.split(".")
        return parts[-2] if parts[-1] == "weight" else parts[-1]

    def shown(self, value: int) -> str:
        """As a form has it."""
        return f"{Decimal(value) / 100:f}" if self.unit in ("share", "points") else str(value)

    def read(self, text: str) -> int:
        """The stored number. Raises ValueError with a code: `number`, `too-low`, `too-high`."""
        plainly = text.strip().replace(",", ".")
        exact = (
            Decimal(plainly) * (100 if self.unit in ("share", "points") else 1) if _NUMBER.fullmatch(plainly) else None
        )
        if exact is None or exact != int(exact):
            raise ValueError("number")
        value = int(exact)
        if not self.low <= value <= self.high:
            raise ValueError("too-low" if value < self.low else "too-high")
        return value


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers that belong together. `total`: what they must sum to."""

    name: str
    numbers: tuple[Number, ...]
    total: int = 0


def _some(prefix: str, unit: str, low: int, high: int, *names: str) -> tuple[Number, ...]:
    return tuple(Number(f"{prefix}.{n}", unit, low, high) for n in names)


CRITERIA = ("revenue_margin", "strategic", "growth", "complexity", "risk_profile")
FACTORS = ("relationship", "engagement", "service", "usage", "commercial", "delivery")
PARTS: Mapping[str, tuple[Part, ...]] = {
    "tier": (
        Part("weights", _some("weights", "share", 0, BP, *CRITERIA), BP),
        Part("thresholds", _some("thresholds", "points", 100, BP, "A", "B", "C")),
        Part(
            "decision",
            (
                *_some("decision", "points", 0, 3_000, "up", "down"),
                Number("decision.min_dwell_assessments", "count", 0, 12),
                Number("decision.min_completeness", "share", 1_000, BP),
            ),
        ),
        Part(
            "gates",
            (
                *_some("gates.A", "money", 0, 10**12, "min_revenue", "min_potential"),
                Number("gates.A_and_B.min_margin_pct_x100", "share", -BP, BP),
            ),
        ),
        Part(
            "capacity",
            (
                *_some("capacity", "count", 1, 500, "A_per_kam", "A_plus_B_per_kam"),
                Number("capacity.A_share_bp", "share", 0, BP),
            ),
        ),
    ),
    "risk": (
        Part("factors", tuple(Number(f"factors.{f}.weight", "share", 0, BP) for f in FACTORS), BP),
        Part(
            "lines",
            _some("colour", "points", 0, BP, "enter_amber", "exit_amber", "enter_red", "exit_red", "immediate_red"),
        ),
        Part(
            "times",
            (
                Number("colour.up_hours", "hours", 0, 720),
                *_some("colour", "days", 0, 90, "down_days", "onboarding_days"),
                Number("colour.min_coverage", "share", 0, BP),
            ),
        ),
        Part(
            "floors",
            (
                Number("floors.RED.notice_received.share_bp", "share", 0, BP),
                Number("floors.RED.p1_72h.hours", "hours", 1, 2_000),
                Number("floors.AMBER.champion_lost.deadline_days", "days", 0, 720),
                Number("floors.AMBER.sla_breaches.n", "count", 1, 100),
                Number("floors.AMBER.notice_no_opp.days", "days", 0, 365),
            ),
        ),
        Part(
            "warnings",
            _some(
                "early_warning", "days", 1, 180,
                "projection_days", "within_days", "floor_forecast_days", "floor_forecast_days_silence",
            ),
        ),
    ),
}  # fmt: skip
"""By kind of policy: what a form asks for, in its order."""


def at(document: Json, path: str) -> Any:
    """What stands at a path; conditions are found by their code. None: nothing."""
    node: Any = document
    for part in path.split("."):
        if isinstance(node, list):
            node = next((x for x in node if isinstance(x, Mapping) and x.get("code") == part), None)
        else:
            node = node.get(part) if isinstance(node, Mapping) else None
    return node


def asked(kind: str, document: Json) -> list[Part]:
    """What a form asks for of this document: numbers that it does not have are left out."""
    found = []
    for part in PARTS[kind]:
        numbers = tuple(n for n in part.numbers if isinstance(plain(at(document, n.path)), int))
        if numbers:
            found.append(Part(part.name, numbers, part.total))
    return found


def drafted(kind: str, base: Json, typed: Mapping[str, str], reason: str) -> tuple[dict[str, Any], dict[str, str]]:
    """(the changed document, what is wrong by path or by the name of a part). A changed number takes the reason."""
    document: dict[str, Any] = copy.deepcopy(dict(base))
    errors: dict[str, str] = {}
    changed = 0
    for part in asked(kind, base):
        for number in part.numbers:
            before = plain(at(base, number.path))
            try:
                value = number.read(typed.get(number.path, number.shown(before)))
            except ValueError as e:
                errors[number.path] = str(e)
                continue
            if value != before:
                _put(document, number.path, value, reason)
                changed += 1
        if part.total and not any(n.path in errors for n in part.numbers):
            total = sum(plain(at(document, n.path)) for n in part.numbers)
            if total != part.total:
                errors[part.name] = f"sum:{total}"
    if not errors and not changed:
        errors[""] = "nothing-changed"
    if not reason.strip():
        errors["reason"] = "missing"
    document["status"] = "draft"
    return document, errors


def _put(document: dict[str, Any], path: str, value: int, reason: str) -> None:
    parent, _, name = path.rpartition(".")
    node = at(document, parent)
    if isinstance(node[name], dict):
        node[name] |= {"value": value, "why": reason, "source": "changed"}
    else:
        node[name] = value


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two documents have otherwise; None: one of them has it not."""

    path: str
    before: Any
    after: Any
    why: str


def differences(before: Json, after: Json) -> list[Difference]:
    """Field by field, in the order of the document."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    reasons = dict(_reasons(after))
    paths = [*new, *(p for p in old if p not in new)]
    return [Difference(p, old.get(p), new.get(p), reasons.get(p, "")) for p in paths if old.get(p) != new.get(p)]


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in _children(node):
        where = f"{path}.{name}" if path else name
        if isinstance(value, Mapping) and "value" not in value:
            yield from _leaves(value, where)
        elif isinstance(value, list) and value and all(isinstance(x, Mapping) and "code" in x for x in value):
            for one in value:
                yield from _leaves({k: v for k, v in one.items() if k != "code"}, f"{where}.{one['code']}")
        else:
            yield where, plain(value)


def _reasons(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in _children(node):
        where = f"{path}.{name}" if path else name
        if isinstance(value, Mapping):
            if "value" in value:
                yield where, str(value.get("why", ""))
            else:
                yield from _reasons(value, where)


def _children(node: Any) -> Iterator[tuple[str, Any]]:
    return ((str(k), v) for k, v in node.items() if k not in WORDS)


def label(words: Words, path: str) -> str:
    """A field in the reader's words, or its path."""
    parts = path.split(".")
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    if last == "weight" and parts[0] == "factors":
        last = before
    known = (
        ("lab field", path), ("rule", f"{before}.{last}"), ("criterion", last), ("rule", last), ("risk line", last),
        ("risk cause", last), ("lab field", last),
    )  # fmt: skip
    return next((words.code(c, n) for c, n in known if words.translated(c, n)), path)


def day(instant: str) -> date | None:
    """The day of a report's instant."""
    return date.fromisoformat(instant[:10]) if instant else None


def month(text: str) -> date:
    """The first day of a report's month."""
    return date.fromisoformat(f"{text}-01")


def counts(alerts: Iterable[Json], by: str) -> list[tuple[tuple[str, str], int, int]]:
    """((month or team, event), in force, draft) of a report's alerts, in order."""
    found: dict[tuple[str, str], list[int]] = {}
    for a in alerts:
        n = found.setdefault((str(a[by]), str(a["event"])), [0, 0])
        n[0] += a["active"]
        n[1] += a["draft"]
    return [(key, n[0], n[1]) for key, n in sorted(found.items())]
