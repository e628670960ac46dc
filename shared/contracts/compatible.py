"""Whether a new schema still serves the readers and writers of the old one: only added optional fields do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

ANNOTATIONS = {"$schema", "$id", "$comment", "$defs", "title", "description", "examples", "deprecated"}
"""Keywords that tell people something and validate nothing."""


def breaking(old: Schema, new: Schema) -> list[str]:
    """Every way in which `new` could break somebody who still uses `old`; empty when it is compatible.

    Both directions count, because producer and consumer are never deployed in the same instant: an old reader gets new
    messages, a new reader gets old ones. So a field may not vanish, change its type, enumeration, bounds or default,
    nor become required or optional; a new field must be optional. `$ref`s are followed, so that a nested model
    may be renamed.
    """
    return sorted(set(_compare(old, new, old, new, "$", frozenset())))


def _compare(
    old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str, seen: frozenset[str]
) -> Iterator[str]:
    pair = f"{old.get('$ref')}|{new.get('$ref')}"
    if "$ref" in old or "$ref" in new:
        if pair in seen:  # a recursive model: this pair is being compared further up
            return
        seen |= {pair}
    old, new = _follow(old, old_root), _follow(new, new_root)
    for word in sorted((old.keys() | new.keys()) - ANNOTATIONS):
        was, now = old.get(word), new.get(word)
        if word == "properties":
            yield from _properties(old, new, old_root, new_root, at, seen)
        elif word == "required":
            yield from _required(set(was or ()), set(now or ()), new, at)
        elif word in {"items", "additionalProperties"} and isinstance(was, dict) and isinstance(now, dict):
            yield from _compare(was, now, old_root, new_root, f"{at}[]", seen)
        elif word in {"anyOf", "oneOf", "allOf", "prefixItems"} and was and now:
            yield from _branches(was, now, old_root, new_root, f"{at}.{word}", seen)
        elif _value(was) != _value(now):
            yield f"{at}: {word} {was!r} -> {now!r}"


def _follow(schema: Schema, root: Schema) -> Schema:
    """The schema behind a `#/$defs/…` reference; keywords beside the reference (a default) stay."""
    while "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        schema = {**root["$defs"][name], **{word: value for word, value in schema.items() if word != "$ref"}}
    return schema


def _properties(
    old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str, seen: frozenset[str]
) -> Iterator[str]:
    was, now = old.get("properties", {}), new.get("properties", {})
    for name in was:
        if name not in now:
            yield f"{at}.{name}: removed"
        else:
            yield from _compare(was[name], now[name], old_root, new_root, f"{at}.{name}", seen)


def _required(was: set[str], now: set[str], new: Schema, at: str) -> Iterator[str]:
    for name in now - was:
        yield f"{at}.{name}: became required"
    for name in was - now:
        if name in new.get("properties", {}):
            yield f"{at}.{name}: became optional"


def _branches(
    was: list[Schema], now: list[Schema], old_root: Schema, new_root: Schema, at: str, seen: frozenset[str]
) -> Iterator[str]:
    """Alternatives in any order, each of which must find its compatible partner."""
    left = list(now)
    for branch in was:
        partner = next((n for n in left if not list(_compare(branch, n, old_root, new_root, at, seen))), None)
        if partner is None:
            yield f"{at}: no alternative like {_value(branch)!r} any more"
        else:
            left.remove(partner)
    for branch in left:
        yield f"{at}: new alternative {_value(branch)!r}"


def _value(value: Any) -> Any:
    """Enumerations and type lists without their order."""
    return sorted(value, key=repr) if isinstance(value, list) else value
