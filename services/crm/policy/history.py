"""One row of the CRM over time, from the set of its versions.

The mirror never forgets a version and never changes one: it is a set, so duplicates and order cannot matter. What a row
was at an instant is the newest version, by coordinate, that had happened by then.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from services.crm.mapping.edition import FieldReader, Table
from services.crm.mapping.rows import KEY_LIMIT, Cells, Coordinate
from services.crm.mapping.values import Unreadable, decimal, flag

BEGIN = -(2**62)
"""Since ever, in milliseconds."""

Fields = Mapping[str, Any]
Scale = Callable[[Table, str, Coordinate], int]
Drift = set[tuple[str, str, str]]
"""(table, column or "", what)."""


class Version(NamedTuple):
    """A row as one message told it; `cells` None: it does not exist."""

    at: Coordinate
    op: str
    ts: int | None
    cells: Cells | None


class Span(NamedTuple):
    """From `instant` on the row has these cells."""

    instant: int
    cells: Cells | None
    at: Coordinate


_place = itemgetter(0)


def spans(table: Table, versions: Sequence[Version]) -> list[Span]:
    """The row over time, in order; time never runs backwards along the log, and equal neighbours are one."""
    if len(versions) == 1:
        v = versions[0]
        instant = v.ts if v.ts is not None and (v.op != "s" or table.record) else BEGIN
        return [Span(instant, v.cells, v.at)] if v.cells is not None else []
    out: list[Span] = []
    now, first = BEGIN, True
    ordered = sorted(versions, key=_place)
    if ordered and ordered[-1].at.file > 0:  # a tombstone only repeats what the delete before it says
        ordered = [v for v in ordered if v.at.file != 0]
    for v in ordered:
        instant = now if v.ts is None or v.ts < now else v.ts
        if v.op == "s" and first and not table.record:
            instant = BEGIN  # nothing older is known of it, and it does not say since when
        now, first = instant, False
        if out and out[-1].instant == instant:
            out.pop()
        if (out[-1].cells if out else None) != v.cells:
            out.append(Span(instant, v.cells, v.at))
    return out


def emptied(table: Table, versions: Sequence[Version]) -> list[Version]:
    """A personal row that was physically deleted keeps only that it existed, whenever its older versions arrive."""
    erased = max((v.at for v in versions if v.cells is None), default=None) if table.personal else None
    if erased is None:
        return list(versions)
    keep = table.structural
    return [
        v if v.at > erased or v.cells is None else v._replace(cells={c: v.cells[c] for c in keep if c in v.cells})
        for v in versions
    ]


def first_difference(old: Sequence[Span], new: Sequence[Span]) -> int | None:
    """The instant from which on the two differ; None if they do not."""
    for a, b in zip(old, new, strict=False):
        if a.instant != b.instant or a.cells != b.cells:
            return min(a.instant, b.instant)
    if len(old) == len(new):
        return None
    return (old if len(old) > len(new) else new)[min(len(old), len(new))].instant


class History:
    """A row over time, decoded when somebody looks. `key` is its key in the CRM."""

    __slots__ = ("_fields", "_scale", "drift", "instants", "key", "spans", "table")

    def __init__(self, table: Table, key: str, spans: Sequence[Span], scale: Scale, drift: Drift) -> None:
        self.table, self.key, self.spans = table, key, spans
        self.instants = [s[0] for s in spans]
        self._fields: dict[int, Fields | None] = {}
        self._scale, self.drift = scale, drift

    def at(self, instant: int) -> Fields | None:
        """Its fields at that instant; None while it does not exist or is soft deleted. References are row ids."""
        n = bisect_right(self.instants, instant) - 1
        return self.nth(n) if n >= 0 else None

    def nth(self, n: int) -> Fields | None:
        """Its fields in a span."""
        if n not in self._fields:
            span = self.spans[n]
            self._fields[n] = None if span.cells is None else self._decode(span.cells, span.at)
        return self._fields[n]

    def span_at(self, instant: int) -> Span | None:
        """The span of that instant."""
        n = bisect_right(self.instants, instant) - 1
        return self.spans[n] if n >= 0 else None

    def referred(self, field: FieldReader) -> set[str]:
        """Every row that the field ever referred to."""
        return {row for s in self.spans if s.cells and (row := reference(field, s.cells))}

    def _decode(self, cells: Cells, at: Coordinate) -> Fields | None:
        table = self.table
        if table.deleted is not None and (gone := cells.get(table.deleted)) and self._cell(table.deleted, flag, gone):
            return None
        out: dict[str, Any] = dict(table.fixed)
        try:
            for name, column, read in table.plain:
                raw = cells.get(column)
                out[name] = None if raw is None else read(raw)
        except (Unreadable, TypeError):  # again, cell by cell
            for name, column, read in table.plain:
                out[name] = self._cell(column, read, cells.get(column))
        for f in table.refs:
            out[f.name] = reference(f, cells)
        for f in table.special:
            raw = cells.get(f.column)
            if raw is None or (f.when and any(cells.get(c) != wanted for c, wanted in f.when)):
                out[f.name] = None
            elif f.scale is not None:
                out[f.name] = self._cell(f.column, decimal, raw, self._scale(table, f.column, at))
            else:
                out[f.name] = self._cell(f.column, f.read, raw)
        return out

    def _cell(self, column: str, read: Callable[..., Any], *raw: Any) -> Any:
        try:
            return read(*raw)
        except Unreadable as e:
            self.drift.add((self.table.name, column, str(e)))
        except TypeError:  # a reader that remembers cannot hash an object or a list
            self.drift.add((self.table.name, column, "a value of another type"))
        return None


def reference(field: FieldReader, cells: Cells) -> str | None:
    """The id of the row that a reference means; None for an empty one or a module that is not mapped."""
    key = cells.get(field.column)
    if key is None or not key or len(key := key if type(key) is str else str(key)) > KEY_LIMIT or "\x00" in key:
        return None
    if field.refers_by is None:
        return f"{field.refers}/{key}"
    module = cells.get(field.refers_by)
    table = field.modules.get(module) if isinstance(module, str) else None
    return f"{table}/{key}" if table else None


def references(table: Table, cells: Cells) -> list[tuple[FieldReader, str]]:
    """The rows that a version refers to, by field."""
    return [(f, row) for f in table.refs if (row := reference(f, cells)) is not None]
