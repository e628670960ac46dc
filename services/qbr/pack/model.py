"""What a pack consists of, and its canonical form.

A pack is JSON with sorted keys and without floats: instants in UTC (RFC 3339), days as ISO dates, money in minor units,
shares in basis points, persons as pseudonyms. Words come only with rendering, so erasing a person changes no hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict

FORMAT = 2
"""Rises when the same facts make another pack: stored packs of an older format are shown as they were frozen.

2: the risk section.
"""

Value = int | str | bool | tuple[str, ...] | None
Status = Literal["ok", "empty", "stale", "not_available"]
Health = Literal["ok", "behind", "backfilling", "unknown", "silent"]


class Part(BaseModel):
    """Base: frozen; a reader of a stored pack ignores what it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Source(Part):
    """Where figures come from. `watermark_at`: when the newest fact became true; `health` as the vector tells it."""

    topic: str
    health: Health
    watermark_at: str | None


class Figure(Part):
    """One number or date. `of`: what it is about where a name has several (product, priority, side).

    `unit`: count, minor:<currency>, bp, points (hundredths of a score),
    days, hours, minutes, day, instant, text, person, user, yes_no, code.
    """

    name: str
    of: str | None = None
    value: Value
    unit: str
    as_of: str
    source: Source
    events: tuple[str, ...]
    internal: bool = False


class Column(Part):
    """A column of a table; `minor` stands for money in the row's currency."""

    name: str
    unit: str
    internal: bool = False


class Row(Part):
    """A row; `id` is the same in every pack that shows the same thing."""

    id: str
    cells: tuple[Value, ...]
    events: tuple[str, ...]
    currency: str | None = None
    internal: bool = False


class Table(Part):
    """Rows with one source and one as-of instant."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    as_of: str
    source: Source
    internal: bool = False

    def index(self, column: str) -> int:
        """Where a column stands. Raises StopIteration for a column that the table does not have."""
        return next(n for n, c in enumerate(self.columns) if c.name == column)

    def column(self, name: str) -> list[Value]:
        """The cells of a column."""
        n = self.index(name)
        return [r.cells[n] for r in self.rows]


class Section(Part):
    """One topic of the pack. Unless `ok`, `reason` says why there is nothing, and there are no old numbers.

    `internal`: not for the customer, unless the template or the release shares it.
    """

    name: str
    status: Status
    reason: str | None = None
    internal: bool
    source: Source
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()

    def table(self, name: str) -> Table | None:
        """A table by name."""
        return next((t for t in self.tables if t.name == name), None)

    def figure(self, name: str, of: str | None = None) -> Figure | None:
        """A figure by name."""
        return next((f for f in self.figures if f.name == name and f.of == of), None)


class Agenda(Part):
    """One of the sections of the meeting; titles by language."""

    key: str
    title_de: str
    title_en: str
    minutes: int


class ResultField(Part):
    """A result recorded of the meeting."""

    key: str
    title_de: str
    title_en: str
    required: bool


class TemplateRef(Part):
    """The template version that the pack was made by."""

    id: str
    version: int


class Baseline(Part):
    """The moment that changes are told from: the last QBR held, else the look-back of the limits."""

    at: str
    kind: Literal["qbr", "lookback"]
    qbr_id: str | None = None
    event: str | None = None


class Pack(Part):
    """A data pack. `account`: name, tier, zone, owners as figures."""

    format: int = FORMAT
    account_id: str
    as_of: str
    day: str
    zone: str
    locale: str
    template: TemplateRef
    limits_version: int
    vector: dict[str, int]
    since: Baseline
    account: tuple[Figure, ...]
    agenda: tuple[Agenda, ...]
    result_fields: tuple[ResultField, ...]
    sections: tuple[Section, ...]

    def canonical(self) -> bytes:
        """The bytes that are hashed and kept: sorted keys, UTF-8, no white space."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)

    @cached_property
    def hash(self) -> str:
        """`sha256:` and 64 hex digits."""
        return "sha256:" + hashlib.sha256(self.canonical()).hexdigest()

    @classmethod
    def parse(cls, canonical: bytes) -> Pack:
        """A kept pack. Raises pydantic's ValidationError for bytes that are no pack."""
        return cls.model_validate_json(canonical)

    def section(self, name: str) -> Section | None:
        """A section by name."""
        return next((s for s in self.sections if s.name == name), None)

    def persons(self) -> set[str]:
        """The pseudonyms of all persons and employees in it: what a document needs names for."""
        found: set[str] = set()
        for figure in (*self.account, *(f for s in self.sections for f in s.figures)):
            if figure.unit in PERSONS:
                found |= _strings(figure.value)
        for table in (t for s in self.sections for t in s.tables):
            for n, column in enumerate(table.columns):
                if column.unit in PERSONS:
                    found |= {x for row in table.rows for x in _strings(row.cells[n])}
        return found


PERSONS = ("person", "user")
"""Units of cells that hold a pseudonym."""


def event_ids(ids: Iterable[str | None]) -> tuple[str, ...]:
    """Each id once, by service and position."""

    def place(event: str) -> tuple[str, int, str]:
        service, _, position = event.partition(":")
        return service, int(position) if position.isdigit() else 0, event

    return tuple(sorted({i for i in ids if i}, key=place))


def _strings(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    return set(value) if isinstance(value, tuple) else set()
