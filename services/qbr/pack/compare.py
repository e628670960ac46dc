"""Which sections of two packs differ, and in what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.qbr.pack.model import Pack, Section, Table


@dataclass(frozen=True, slots=True)
class Change:
    """A difference. `section`: its name, or `pack` for what stands above the sections (account, vector, template).

    `what`: status, figure, row or evidence (the same numbers from other facts). `name`: the figure (with `/of`), or
    `table/row`; `was` and `now` are JSON values, None where there is none.
    """

    section: str
    what: str
    name: str
    was: Any
    now: Any


def compare(a: Pack, b: Pack) -> list[Change]:
    """The differences from `a` to `b`, section by section; none: the packs say the same by the same facts."""
    found = [*_head(a, b)]
    names = [s.name for s in a.sections] + [s.name for s in b.sections if a.section(s.name) is None]
    for name in names:
        found += _section(name, a.section(name), b.section(name))
    return found


def changed_sections(a: Pack, b: Pack) -> list[str]:
    """The names of the sections that differ, in their order."""
    return list(dict.fromkeys(c.section for c in compare(a, b) if c.section != "pack"))


def _head(a: Pack, b: Pack) -> Iterator[Change]:
    for name in ("format", "account_id", "as_of", "zone", "locale", "limits_version", "vector", "since", "template"):
        was, now = (p.model_dump(mode="json")[name] for p in (a, b))
        if was != now:
            yield Change("pack", "head", name, was, now)
    was_account, now_account = ({_key(f.name, f.of): f for f in p.account} for p in (a, b))
    yield from _differences("pack", "figure", _values(was_account), _values(now_account))


def _section(name: str, a: Section | None, b: Section | None) -> Iterator[Change]:
    if a is None or b is None:
        yield Change(name, "status", "section", a and a.status, b and b.status)
        return
    if (a.status, a.reason) != (b.status, b.reason):
        yield Change(
            name, "status", "status", f"{a.status} {a.reason or ''}".strip(), f"{b.status} {b.reason or ''}".strip()
        )
    was, now = ({_key(f.name, f"{f.of or ''}{_currency(f.unit)}"): f for f in s.figures} for s in (a, b))
    yield from _differences(name, "figure", _values(was), _values(now))
    for table in dict.fromkeys(t.name for t in (*a.tables, *b.tables)):
        yield from _differences(name, "row", _rows(a.table(table)), _rows(b.table(table)), f"{table}/")
    if _evidence(a) != _evidence(b):
        yield Change(
            name, "evidence", "events", sorted(_evidence(a) - _evidence(b)), sorted(_evidence(b) - _evidence(a))
        )


def _differences(
    section: str, what: str, was: Mapping[str, Any], now: Mapping[str, Any], prefix: str = ""
) -> Iterator[Change]:
    for key in dict.fromkeys((*was, *now)):
        if was.get(key) != now.get(key):
            yield Change(section, what, prefix + key, was.get(key), now.get(key))


def _values(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {key: f.value for key, f in figures.items()}


def _rows(table: Table | None) -> dict[str, Any]:
    if table is None:
        return {}
    names = [c.name for c in table.columns]
    return {r.id: dict(zip(names, r.cells, strict=True)) for r in table.rows}


def _evidence(s: Section) -> set[str]:
    return {e for f in s.figures for e in f.events} | {e for t in s.tables for r in t.rows for e in r.events}


def _key(name: str, of: str | None) -> str:
    return f"{name}/{of}" if of else name


def _currency(unit: str) -> str:
    return unit.partition(":")[2]
