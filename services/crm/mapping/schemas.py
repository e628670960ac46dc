"""The columns of the CRM's tables over time, as its topic of schema changes tells: decimal scales, and drift from the
mapping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.crm.mapping.edition import Edition, Table
from services.crm.mapping.rows import Columns, Coordinate

Known = tuple[str, Coordinate, Mapping[str, Any]]
"""Table, place in the log, column → (type, scale)."""

_NUMBERS = (
    "DECIMAL",
    "NUMERIC",
    "DOUBLE",
    "FLOAT",
    "INT",
    "BIGINT",
    "SMALLINT",
    "TINYINT",
    "MEDIUMINT",
    "BIT",
    "BOOL",
    "BOOLEAN",
    "REAL",
)
_TEXTS = ("CHAR", "VARCHAR", "TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "ENUM", "SET", "NVARCHAR", "NCHAR", "UUID")
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "flag": (*_NUMBERS, "CHAR", "VARCHAR"),
    "integer": (*_NUMBERS, *_TEXTS),
    "decimal": _NUMBERS,
    "date": ("DATE", "DATETIME", "TIMESTAMP"),
    "instant": ("DATETIME", "TIMESTAMP"),
}
"""SQL types that a reader can read; every other reader reads anything that is text or a number."""


class Schemas:
    """What is known of the columns. A row is decoded by the newest schema at its place in the log."""

    def __init__(self, edition: Edition, known: Iterable[Known]) -> None:
        self._edition = edition
        self._tables: dict[str, list[tuple[Coordinate, Mapping[str, Any]]]] = {}
        for table, at, columns in known:
            self._tables.setdefault(table, []).append((at, columns))
        for versions in self._tables.values():
            versions.sort(key=lambda v: v[0][:2])

    def scale(self, table: Table, column: str, at: Coordinate) -> int:
        """Decimals of a column for a row told at that place: by the source if it says so, else by the mapping."""
        for since, columns in reversed(self._tables.get(table.name, ())):
            if since[:2] <= at[:2] or at.file < 1:
                return self._said(table, column, columns)
        if versions := self._tables.get(table.name):
            return self._said(table, column, versions[0][1])
        return table.scales[column]

    def _said(self, table: Table, column: str, columns: Mapping[str, Any]) -> int:
        kind, scale = columns.get(column) or ("", None)
        return int(scale) if kind in ("DECIMAL", "NUMERIC") and scale is not None else table.scales[column]

    def newest(self, table: Table) -> Mapping[str, Any]:
        """The columns of a table as far as they are known."""
        versions = self._tables.get(table.name)
        return versions[-1][1] if versions else {}

    def scales(self, table: Table) -> list[tuple[Coordinate | None, dict[str, int]]]:
        """All scales over time, changes only: two states of knowledge with the same scales decode alike."""
        out: list[tuple[Coordinate | None, dict[str, int]]] = []
        for at, columns in self._tables.get(table.name, ()):
            scales = {c: self._said(table, c, columns) for c in table.scales}
            if not out or out[-1][1] != scales:
                out.append((at if out else None, scales))
        return out or [(None, dict(table.scales))]


def drift(columns: Columns, before: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Where a table differs from its mapping: (table, column, what). A column that is missing is drift only if it was
    there before: many are optional, and custom ones come later.
    """
    table = columns.table
    if columns.dropped:
        return {(table.name, "", "the table was dropped")}
    out = {(table.name, c, "unknown column") for c in columns.types if c not in table.known}
    for f in table.fields:
        kind, scale = columns.types.get(f.column, (None, None))
        if kind is None:
            if f.column in before:
                out.add((table.name, f.column, "the column was dropped"))
        elif kind not in _FAMILIES.get(f.kind, (kind,)):
            out.add((table.name, f.column, f"the type is {kind}, the mapping says {f.kind}"))
        elif f.scale is not None and kind in ("DECIMAL", "NUMERIC") and (scale or 0) != f.scale:
            out.add((table.name, f.column, f"the decimal scale is {scale or 0}, the mapping says {f.scale}"))
    return out
