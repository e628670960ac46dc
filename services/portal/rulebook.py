"""The policy documents in the order a reader wants them. They are data of the accounts service: gaps are left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.portal.models import RiskModel, TierPolicy

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One number (or word, or list) of a policy with its reason."""

    name: str
    value: Any
    why: str = ""


@dataclass(frozen=True, slots=True)
class SignalRule:
    """How one signal becomes a value: `points` are (raw figure, basis points), either a band or written anchors."""

    name: str
    weight_bp: int
    source: str
    points: list[tuple[str, int]]
    why: str
    linear: bool  # a band is linear between its points; anchors are steps


@dataclass(frozen=True, slots=True)
class CriterionRule:
    """A criterion's weight and what is inside it."""

    name: str
    weight_bp: int
    why: str
    signals: list[SignalRule]


@dataclass(frozen=True, slots=True)
class StandardRule:
    """A standard with its value per tier."""

    name: str
    values: dict[str, Any]
    why: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Both documents, taken apart."""

    criteria: list[CriterionRule] = field(default_factory=list)
    lines: list[Rule] = field(default_factory=list)
    decision: list[Rule] = field(default_factory=list)
    gates: list[Rule] = field(default_factory=list)
    capacity: list[Rule] = field(default_factory=list)
    standards: list[StandardRule] = field(default_factory=list)
    comment: str = ""


def rules(policy: TierPolicy) -> Rules:
    """Takes the documents apart; raises nothing on parts it does not know."""
    document: Json = json.loads(policy.document_json or "{}")
    standards: Json = json.loads(policy.standards_json or "{}")
    inside = _table(document, "inside")
    return Rules(
        criteria=[
            CriterionRule(r.name, int(r.value), r.why, [_signal(n, s) for n, s in _table(inside, r.name).items()])
            for r in _rules(_table(document, "weights"))
        ],
        lines=_rules(_table(document, "thresholds")),
        decision=_rules(_table(document, "decision")),
        gates=[
            Rule(f"{tiers}.{r.name}", r.value, r.why)
            for tiers, gate in _table(document, "gates").items()
            if isinstance(gate, Mapping)
            for r in _rules(gate)
        ],
        capacity=_rules(_table(document, "capacity")),
        standards=[
            StandardRule(name, {t: spec.get(t, spec.get("value")) for t in "ABC"}, str(spec.get("why", "")))
            for name, spec in _table(standards, "standards").items()
            if isinstance(spec, Mapping)
        ],
        comment=str(document.get("comment", "")),
    )


def _table(document: Json, name: str) -> Json:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}


def _rules(part: Json) -> list[Rule]:
    """`name: {value, why}` and `name: value` alike."""
    return [
        Rule(name, spec.get("value"), str(spec.get("why", ""))) if isinstance(spec, Mapping) else Rule(name, spec)
        for name, spec in part.items()
    ]


def _signal(name: str, spec: Json) -> SignalRule:
    weight = spec.get("weight")
    band = next((spec[k] for k in spec if k.startswith("band")), None)
    anchors = spec.get("anchors")
    shown = band or anchors or {}
    value = shown.get("value") or {}
    points = list(value.items()) if isinstance(value, Mapping) else [tuple(p) for p in value]
    if "band_pct_x100" in spec:
        points = [(f"{x / 100:.2f} %", y) for x, y in points]
    return SignalRule(
        name=name,
        weight_bp=int(weight.get("value", 0)) if isinstance(weight, Mapping) else int(weight or 0),
        source=str(spec.get("source", "")),
        points=[(str(x), int(y)) for x, y in points],
        why=str(shown.get("why", "")),
        linear=band is not None,
    )


@dataclass(frozen=True, slots=True)
class ModelRule:
    """A number of the model with its reason: `name` is a code, `weight` in basis points where it is one."""

    name: str
    value: Any
    why: str
    inner: tuple[ModelRule, ...] = ()


def model_parts(model: RiskModel) -> dict[str, list[ModelRule]]:
    """The model's document as a reader wants it: lines, factors with their signals, conditions by colour."""
    try:
        document: Json = json.loads(model.document_json or "{}")
    except ValueError:
        return {}
    factors = document.get("factors", {})
    return {
        "lines": [_part(n, v) for n, v in document.get("colour", {}).items() if _said(v)],
        "factors": [
            ModelRule(n, plain(f.get("weight")), _why(f.get("weight")), tuple(_model_signals(f.get("signals", {}))))
            for n, f in factors.items()
        ],
        "RED": _floors(document, "RED"),
        "AMBER": _floors(document, "AMBER"),
    }


def _floors(document: Json, colour: str) -> list[ModelRule]:
    """The conditions of a colour; entries that only hold numbers for the others are left out."""
    found = [
        ModelRule(f["code"], f.get("when", ""), f.get("why", "")) for f in document.get("floors", {}).get(colour, ())
    ]
    return [f for f in found if f.value or f.why]


def _model_signals(signals: Any) -> list[ModelRule]:
    if not isinstance(signals, Mapping):
        return []
    weights = {n: s.get("weight") if isinstance(s, Mapping) else None for n, s in signals.items()}
    return [ModelRule(name, plain(weight), _why(weight)) for name, weight in weights.items() if weight is not None]


def _part(name: str, value: Any) -> ModelRule:
    return ModelRule(name, plain(value), _why(value))


def _said(value: Any) -> bool:
    return isinstance(plain(value), int | bool)


def _why(value: Any) -> str:
    return str(value.get("why", "")) if isinstance(value, Mapping) else ""


def plain(value: Any) -> Any:
    """A number of a model's document, which may stand with its reason."""
    return value.get("value") if isinstance(value, Mapping) else value
