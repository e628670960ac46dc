"""Events in words: what an entry of the timeline or the audit trail says beside its type. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.words import Words

Name = Callable[[str | None], str]

TELLING = (
    "title", "name", "kind", "direction", "from_tier", "to_tier", "tier", "theme", "standard", "required", "actual",
    "owner_id", "owner", "subject_id", "successor_id", "power", "interest", "attitude_value", "from_due", "to_due",
    "due", "due_by", "was_due_by", "starts_on", "ends_on", "notice_deadline", "days_left", "severity", "score", "rule",
    "product", "stage", "status", "reason", "outcome", "result", "cause", "category", "version",
)  # fmt: skip
"""Fields that say what an event is about, in the order in which they are said; other fields are on the event's page."""
MOST = 5
_PERSONS = frozenset(("owner_id", "owner", "subject_id", "successor_id", "manager_id", "member_id", "user_id"))


@dataclass(frozen=True, slots=True)
class Said:
    """One fact of an event: its name and its value, both in the reader's language."""

    name: str
    value: str


def data_of(text: str | None) -> Mapping[str, Any]:
    """An event's data; nothing for text that is none."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def title_of(data: Mapping[str, Any]) -> str:
    """What the thing is called, where the event says it."""
    for key in ("title", "name"):
        if isinstance(value := data.get(key), str) and value:
            return value
    return ""


def facts_of(data: Mapping[str, Any], words: Words, name: Name) -> list[Said]:
    """The facts that tell most, at most five; the title is said elsewhere."""
    found, data = list[Said](), dict(data)
    if contact := _contact(data):
        found.append(Said(words.code("fact", "kind"), words.what(contact, "")))
        data = {k: v for k, v in data.items() if k not in ("kind", "direction", "status")}
    for key in TELLING:
        value = data.get(key)
        if value in (None, "", [], {}) or key in ("title", "name") or isinstance(value, dict | list):
            continue
        if key.startswith("from_") and f"to_{key[5:]}" in data:
            continue  # said with its new value
        said = value_of(key, value, words, name)
        before = data.get(f"from_{key[3:]}") if key.startswith("to_") else None
        if before not in (None, ""):
            said = f"{value_of(key, before, words, name)} → {said}"
        if said:
            found.append(Said(words.code("fact", key), said))
    if isinstance(why := data.get("why"), str) and why:
        known = words.code("tier reason", why) if words.translated("tier reason", why) else why
        found.append(Said(words.code("fact", "why"), known))
    return found[:MOST]


def _contact(data: Mapping[str, Any]) -> str:
    """What a contact with the customer was, as the catalogs call it (`mail_inbound`, `call_held`); else empty."""
    if "meaningful" not in data or not isinstance(kind := data.get("kind"), str):
        return ""
    if kind == "mail" and data.get("direction"):
        return f"mail_{data['direction']}"
    return f"{kind}_{'held' if data.get('done') else 'not_held'}"


def value_of(key: str, value: Any, words: Words, name: Name) -> str:
    """One value in words: days, shares, codes, and persons by name where there is one."""
    if value is None or value == "":
        return "–"
    if key in _PERSONS:
        return name(str(value))
    if key == "product":
        return str(value)
    if key == "rule":
        return words.code("rule name", str(value))
    if isinstance(value, dict) and set(value) >= {"amount", "currency"}:
        return words.formats.figure(int(value["amount"]), f"minor:{value['currency']}")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return words.code("value", "true" if value else "false")
    if key in ("arr", "amount", "value_at_end") and isinstance(value, int):
        return words.formats.money(value)
    if key == "score" and isinstance(value, int):
        return words.formats.points(value)
    if key in ("colour", "from", "to") and str(value).isupper():
        return words.code("colour", str(value))
    context = {"severity": "severity", "theme": "theme", "kind": "value", "cause": "risk cause"}.get(key)
    if context and words.translated(context, str(value)):
        return words.code(context, str(value))
    try:
        return words.fact(key, str(value))
    except (ArithmeticError, ValueError):
        return str(value)


def before_of(field: str, text: str | None, words: Words, name: Name) -> str:
    """A value of an audit trail, which comes as text: JSON where it is no plain text."""
    if not text:
        return "–"
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return value_of(field, value, words, name)
