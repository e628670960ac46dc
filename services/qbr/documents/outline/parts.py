"""What a document consists of, whatever its format: pages with tiles, at most one chart and at most one grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Align = Literal["left", "right"]
ChartKind = Literal["bar", "column", "stacked", "line"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that stands alone. `alert`: it asks for attention (a word says why, never the colour alone)."""

    value: str
    label: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a grid; `weight`: its part of the width."""

    text: str
    weight: int = 2
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words. `title` is for readers who do not see the page (and for continued pages)."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    blank: bool = False
    """Rows to be filled in by hand: they get room."""


@dataclass(frozen=True, slots=True)
class Series:
    """Values of a chart, one for each category; None: a gap. `role` gives the colour."""

    name: str
    values: tuple[int | None, ...]
    role: Literal["main", "second", "muted", "alert"] = "main"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of whole numbers; `percent`: they are percentages."""

    kind: ChartKind
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One topic. `notes`: for the speaker: sources and events behind the figures, one paragraph each."""

    key: str
    title: str
    eyebrow: str = ""
    lead: str = ""
    tiles: tuple[Tile, ...] = ()
    chart: Chart | None = None
    grid: Grid | None = None
    split: int = 50
    """Percent of the width that the chart takes where a grid stands beside it."""
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def with_notes(self, eyebrow: str, remarks: tuple[str, ...], notes: tuple[str, ...]) -> Page:
        """The page with what all pages of its section share."""
        return replace(self, eyebrow=eyebrow, remarks=remarks, notes=notes)


@dataclass(frozen=True, slots=True)
class Document:
    """Everything in the reader's language."""

    language: str
    audience: str
    account: str
    title: str
    subtitle: str
    stamp: str
    audience_label: str
    hash: str
    pages: tuple[Page, ...]
    page_label: str
    """With `{n}` and `{of}`."""
    part_label: str
    events_at: str
    """The pack's instant (RFC 3339): what a document calls its date."""
