"""The data pack as the page shows it: sections in order, with health and notes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.models import Note, Pack, PackColumn, PackContent, PackRow, PackSection, PackTable
from services.portal.words import Words, is_day

LAMPS = {"ok": "green", "empty": "grey", "stale": "amber", "not_available": "grey"}
NUMBERS = frozenset({"count", "number", "points", "bp", "percent", "days", "minor", "hours", "minutes"})
ROWS = 12  # rows of a table shown at once; the rest is in the documents


@dataclass(frozen=True, slots=True)
class OpenPack:
    """A pack with what is inside."""

    pack: Pack
    content: PackContent

    @property
    def trusted(self) -> int:
        """How many sections have figures."""
        return sum(1 for s in self.content.sections if s.status == "ok")


def opened(pack: Pack | None) -> OpenPack | None:
    """The pack with its content; raises pydantic's ValidationError if the service broke its contract."""
    if pack is None:
        return None
    return OpenPack(pack, PackContent.model_validate_json(pack.canonical_json))


def lamp(section: PackSection) -> str:
    """The lamp of a section."""
    return LAMPS.get(section.status, "grey")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in words: heads as (column, whether its cells are numbers), rows as texts with the facts behind them."""

    heads: list[tuple[str, bool]]
    rows: list[tuple[list[str], list[str]]]
    more: int
    """Rows that only the documents show."""


def grid(table: PackTable, words: Words, name: Callable[[str], str]) -> Grid:
    """What a reader sees of a table. Numbers take the unit that their row names; a rule is told as a sentence."""
    columns = {c.name: n for n, c in enumerate(table.columns)}
    hidden = {"unit", "about"} if "rule" in columns else {"unit"}
    shown = [(n, c) for n, c in enumerate(table.columns) if c.name not in hidden]

    def cell(row: PackRow, column: PackColumn, value: object) -> str:
        if column.name == "rule":
            return words.rule(str(value), str(row.cells[columns["about"]] or ""))
        if column.name == "kpi":
            return words.kpi(str(value or ""))
        own = row.cells[columns["unit"]] if column.unit == "number" and "unit" in columns else None
        if column.unit == "instant" and isinstance(value, str):  # the hour stands with the event
            return _held(words.formats.day(datetime.fromisoformat(value)))
        unit = str(own or column.unit)
        said = words.cell(value, unit, row.currency, name)
        return _held(said) if unit == "day" or is_day(value) else said

    rows = [([cell(r, c, r.cells[n]) for n, c in shown], r.events) for r in table.rows[:ROWS]]
    told = [
        i for i in range(len(shown)) if not rows or any(cells[i] for cells, _ in rows)
    ]  # a column of dashes is none
    heads = [(c.name, c.unit in NUMBERS) for _, c in shown]
    return Grid(
        [heads[i] for i in told],
        [([cells[i] for i in told], events) for cells, events in rows],
        max(len(table.rows) - ROWS, 0),
    )


def _held(day: str) -> str:
    """A day that is not broken at the end of a line."""
    return day.replace(" ", "\u00a0")


def by_section(notes: Sequence[Note]) -> Mapping[str, list[Note]]:
    """Notes by what they are about, oldest first."""
    out: dict[str, list[Note]] = {}
    for note in sorted(notes, key=lambda n: str(n.written_at or "")):
        out.setdefault(note.section, []).append(note)
    return out
