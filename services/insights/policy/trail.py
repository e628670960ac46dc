"""The audit trail: every public event about one thing, in the order in which it was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.insights.policy.book.risk import TURNS
from services.insights.policy.facts import Fact

KEYS: Mapping[str, str] = {
    "account": "account_id",
    "contract": "",
    "stakeholder": "subject_id",
    "series": "series_id",
    "qbr": "qbr_id",
    "action": "action_id",
    "plan": "plan_id",
    "goal": "goal_id",
    "initiative": "initiative_id",
    "milestone": "milestone_id",
    "risk": "risk_id",
    "escalation": "escalation_id",
    "alert": "",
}
"""Kind → the field by which an event names such a thing; empty: only the stream tells."""
POLICIES: Mapping[str, str] = {
    "tier": "TierPolicy",
    "standards": "Standards",
    "risk": "RiskModel",
    "alerts": "AlertRule",
}
"""Policy → how the types of its events begin."""
_DULL = frozenset(("account_id", "subject_id", "system", "crm_id"))


@dataclass(frozen=True, slots=True)
class Change:
    """What a field was and is. `told`: the event itself says both; else `before` is from the event before it."""

    field: str
    before: Any
    after: Any
    told: bool


def about(kind: str, id: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts about a thing, the newest recorded first."""
    if kind == "policy":
        begins = POLICIES[id]
        found = [f for f in facts if f.account is None and f.type.startswith(begins)]
    else:
        key, stream = KEYS[kind], UUID(id)
        found = [f for f in facts if f.stream == stream or (key and f.data.get(key) == id)]
    return newest(found)


def newest(facts: Iterable[Fact]) -> list[Fact]:
    """The newest recorded first."""
    return sorted(facts, key=lambda f: (f.recorded_at, f.topic, f.position), reverse=True)


def changes(fact: Fact, before: Fact | None) -> list[Change]:
    """What a fact changed: pairs that it tells itself (`from_due`, `to_due`), and the fields that it names as changed,
    with their value in the fact before it of the same thing."""
    d, found = fact.data, list[Change]()
    for name, value in d.items():
        if pair := _pair(name, fact):
            found.append(Change(pair[0], value, pair[1], told=True))
    earlier = before.data if before is not None else {}
    for name in d.get("changed") or ():
        if isinstance(name, str) and name in d and name not in _DULL:
            found.append(Change(name, earlier.get(name), d[name], told=False))
    return found


def _pair(name: str, fact: Fact) -> tuple[str, Any] | None:
    """(the field, its new value), if `name` holds its old one."""
    d = fact.data
    if name == "from" and fact.type in TURNS:
        return "colour", TURNS[fact.type]
    if name == "was":
        return next(((field, d[field]) for field in ("score", "severity") if field in d), None)
    for start, other in (("from_", "to_"), ("was_", "")):
        field = name.removeprefix(start)
        if field != name and f"{other}{field}" in d:
            return field, d[f"{other}{field}"]
    field = name.removesuffix("_before")
    return (field, d[field]) if field != name and field in d else None


def told_before(found: Sequence[Fact]) -> dict[str, Fact]:
    """event id → the fact before it in the same stream that carries the same fields."""
    last: dict[tuple[UUID, frozenset[str]], Fact] = {}
    before: dict[str, Fact] = {}
    for f in sorted(found, key=lambda f: (f.topic, f.position)):
        shape = (f.stream, frozenset(k for k in f.data if k not in ("changed", *_DULL)))
        if shape in last:
            before[f.event_id] = last[shape]
        last[shape] = f
    return before
