"""A section as one audience may see it, in one language: what the pages are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.qbr.documents.language import NOTHING, Language, whole
from services.qbr.documents.outline.parts import Grid, Head, Tile
from services.qbr.pack.model import Figure, Pack, Row, Section, Table, Value

NUMBERS = frozenset({"count", "minor", "bp", "percent", "hours", "days", "number", "points"})


def visible(pack: Pack, audience: str, share: Sequence[str] = ()) -> list[Section]:
    """The sections for an audience. The customer's: without internal sections (unless shared), figures, tables, columns
    and rows; attitudes and power are internal wherever they stand.
    """
    if audience == "internal":
        return list(pack.sections)
    return [_without_internal(s) for s in pack.sections if not s.internal or s.name in share]


def _without_internal(s: Section) -> Section:
    tables = []
    for t in s.tables:
        if t.internal:
            continue
        keep = [n for n, c in enumerate(t.columns) if not c.internal]
        rows = tuple(r.model_copy(update={"cells": tuple(r.cells[n] for n in keep)}) for r in t.rows if not r.internal)
        if rows:
            tables.append(t.model_copy(update={"columns": tuple(t.columns[n] for n in keep), "rows": rows}))
    figures = tuple(f for f in s.figures if not f.internal)
    return s.model_copy(update={"tables": tuple(tables), "figures": figures})


@dataclass(frozen=True, slots=True)
class View:
    """A section with the language around it."""

    section: Section
    pack: Pack
    say: Language
    audience: str

    def title(self) -> str:
        """The section's name."""
        return self.say.label("sections", self.section.name)

    def figures(self, *names: str) -> list[Figure]:
        """Figures by name, in the order asked for; those that the pack does not have are left out."""
        return [f for name in names for f in self.section.figures if f.name == name]

    def shown(self, f: Figure) -> str:
        """The value in words."""
        return self.say.value(f.value, f.unit)

    def tile(self, f: Figure, *, alert: bool = False, signed: bool = False) -> Tile:
        """A figure as a tile; `of` stands before its name."""
        shown = self.say.percent(f.value, signed=True) if signed and isinstance(f.value, int) else self.shown(f)
        return Tile(shown, self.name(f), alert)

    def name(self, f: Figure) -> str:
        """The figure's name, with what it is about."""
        label = self.say.label("figures", f.name)
        if f.of is None:
            return label
        group = {"in_role": "roles", "changes": "tables"}.get(f.name)
        return self.say.label(group, f.of) if group else f"{self.say.label('codes', f.of)}: {label}"

    def tiles(self, *names: str, alert: Sequence[str] = ()) -> tuple[Tile, ...]:
        """Figures as tiles; `alert`: names that ask for attention unless they are zero or unknown."""
        return tuple(self.tile(f, alert=f.name in alert and bool(f.value)) for f in self.figures(*names))

    def table(self, name: str) -> Table | None:
        """A table that has rows."""
        found = self.section.table(name)
        return found if found is not None and found.rows else None

    def grid(self, table: Table, columns: Sequence[str], weights: Sequence[int]) -> Grid:
        """Columns of a table in words. Money: the currency stands in the head where all rows have the same."""
        wanted = [(n, w) for n, w in zip(columns, weights, strict=True) if n in {c.name for c in table.columns}]
        currencies = {r.currency for r in table.rows if r.currency}
        one = next(iter(currencies)) if len(currencies) == 1 else None
        heads, cells = [], []
        for name, weight in wanted:
            n = table.index(name)
            unit = table.columns[n].unit
            money = unit == "minor" and one is not None
            label = self.say.label("columns", name) + (f" ({one})" if money else "")
            heads.append(Head(label, weight, "right" if unit in NUMBERS else "left"))
            cells.append([self.cell(r, r.cells[n], unit, money) for r in table.rows])
        rows = tuple(zip(*cells, strict=True)) if cells else ()
        return Grid(self.say.label("tables", table.name), tuple(heads), rows)

    def cell(self, row: Row, value: Value, unit: str, head_names_currency: bool = False) -> str:
        """One cell in words."""
        if unit == "minor" and isinstance(value, int) and row.currency and not head_names_currency:
            return self.say.money(value, row.currency)
        return self.say.value(value, unit, row.currency)

    def money_figure(self, name: str) -> str:
        """A money figure in all its currencies."""
        return ", ".join(self.shown(f) for f in self.figures(name)) or NOTHING

    def amount(self, row: Row, value: Value) -> int | None:
        """A money cell in whole units, for charts."""
        return whole(value, row.currency or "") if isinstance(value, int) else None
