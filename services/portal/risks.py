"""What the risk pages compute from an answer: filters, the matrix, places on a bar, colours ahead. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from services.portal.charts import Scale
from services.portal.models import (
    Escalation,
    Override,
    RiskAccount,
    RiskBoard,
    RiskContribution,
    RiskItem,
    RiskModel,
    RiskRow,
    ScorePoint,
)
from services.portal.rulebook import plain

COLOURS = ("RED", "AMBER", "GREEN", "GREY")
LAMPS = {"RED": "red", "AMBER": "amber", "GREEN": "green", "GREY": "grey"}
TIERS = ("A", "B", "C", "N", "-")
HORIZONS = (30, 60, 90)
OPEN_ITEM = ("Identified", "Assessed", "Mitigating", "Monitoring", "Accepted")
_GRAVITY = {"RED": 0, "AMBER": 1, "GREY": 2, "GREEN": 3}


def lamp(colour: str | None) -> str:
    """The lamp of a colour; one that is not known is grey."""
    return LAMPS.get(colour or "", "grey")


@dataclass(frozen=True, slots=True)
class Question:
    """The board's address, parsed."""

    tier: str = ""
    colour: str = ""
    owner: str = ""
    only: str = ""  # bare: red without a countermeasure; warned; overridden
    sort: str = ""  # arr; otherwise the gravest first
    as_of: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Question:
        """From query parameters; anything not understood is as if it had not been said."""
        return cls(**{f.name: query[f.name].strip()[:80] for f in fields(cls) if query.get(f.name)})

    def address(self, path: str = "/risks", **changes: str) -> str:
        """The address of this question with some answers changed."""
        changed = replace(self, **changes)
        said = {f.name: v for f in fields(self) if (v := getattr(changed, f.name))}
        return f"{path}?{urlencode(said)}" if said else path

    @property
    def filtered(self) -> bool:
        """Whether some rows may be hidden."""
        return any((self.tier, self.colour, self.owner, self.only))

    def answer(self, rows: Sequence[RiskRow]) -> list[RiskRow]:
        """The rows that pass: the gravest first, by revenue; or by revenue alone."""
        found = [r for r in rows if self._passes(r)]
        if self.sort == "arr":
            return sorted(found, key=lambda r: (-r.arr_minor, r.name or ""))
        return sorted(found, key=lambda r: (_GRAVITY.get(r.colour, 2), -r.arr_minor, r.name or ""))

    def _passes(self, row: RiskRow) -> bool:
        only = {"": True, "bare": row.no_countermeasure, "warned": bool(row.warnings), "overridden": row.overridden}
        return (
            self.tier in ("", row.tier or "-")
            and self.colour in ("", row.colour)
            and self.owner in ("", row.owner_id or "-")
            and only.get(self.only, True)
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the matrix; `change`: accounts more (or fewer) than before, None: not known."""

    accounts: int
    arr_minor: int
    change: int | None


def matrix(board: RiskBoard, before: RiskBoard | None) -> dict[str, dict[str, Cell]]:
    """Tier → colour → cell, with a last row `all`; only tiers that occur."""
    was = {(c.tier or "-", c.colour): c.accounts for c in before.cells} if before else None
    now = {(c.tier or "-", c.colour): (c.accounts, c.arr_minor) for c in board.cells}
    tiers = [t for t in TIERS if any(k[0] == t for k in now)]
    out: dict[str, dict[str, Cell]] = {}
    for tier in (*tiers, "all"):
        of = tiers if tier == "all" else [tier]
        out[tier] = {}
        for colour in COLOURS:
            found = [now.get((t, colour), (0, 0)) for t in of]
            count = sum(n for n, _ in found)
            past = None if was is None else sum(was.get((t, colour), 0) for t in _all(was, tier, of))
            change = None if past is None else count - past
            out[tier][colour] = Cell(count, sum(a for _, a in found), change)
    return out


def _all(was: Mapping[tuple[str, str], int], tier: str, of: Sequence[str]) -> set[str]:
    return {t for t, _ in was} if tier == "all" else set(of)


@dataclass(frozen=True, slots=True)
class Segment:
    """A factor's stretch of the score bar, which is 10,000 bp long."""

    part: RiskContribution
    number: int
    start_bp: int


def segments(parts: Sequence[RiskContribution]) -> list[Segment]:
    """Factors laid end to end, the greatest first; what they add up to is the score."""
    out, start = [], 0
    for number, part in enumerate(sorted(parts, key=lambda p: -p.points), 1):
        out.append(Segment(part, number, start))
        start += part.points
    return out


def score(answer: RiskAccount) -> int | None:
    """The score now, which is what its parts add up to; the row's is that of the last evaluation.

    None: too little is known.
    """
    return None if answer.row.score is None else sum(p.points for p in answer.contributions)


def lines(model: RiskModel | None) -> dict[str, int]:
    """Where AMBER and RED begin, in basis points, by the model's document; empty where it is not known."""
    try:
        document: Mapping[str, Any] = json.loads(model.document_json or "{}") if model else {}
    except ValueError:
        return {}
    names = {"AMBER": "enter_amber", "RED": "enter_red"}
    found = {c: plain(document.get("colour", {}).get(n)) for c, n in names.items()}
    return {c: v for c, v in found.items() if isinstance(v, int)}


@dataclass(frozen=True, slots=True)
class Ahead:
    """Colour and score in some days, if nobody acts."""

    days: int
    on: date
    colour: str
    score: int | None


def ahead(answer: RiskAccount, today: date, zone: ZoneInfo) -> list[Ahead]:
    """Now and in 30, 60 and 90 days, from the changes that time alone brings."""
    out = []
    for days in (0, *HORIZONS):
        on = today + timedelta(days=days)
        come = [s for s in answer.forecast if days and s.at.astimezone(zone).date() <= on]
        colour = come[-1].to if come else answer.row.colour
        out.append(Ahead(days, on, colour, come[-1].score if come else answer.row.score))
    return out


@dataclass(frozen=True, slots=True)
class Band:
    """Days on end with one colour, as a stretch of the chart."""

    colour: str
    since: date
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class PathChart:
    """Score and colour by day: geometry in user units. A table beside it says the same.

    `marks`: colour → height of the line where it begins; `curves`: points of the score, one list for each stretch that
    is known; `ticks`: firsts of months.
    """

    marks: dict[str, float]
    curves: list[str]
    bands: list[Band]
    ticks: list[tuple[float, date]]
    width: int = 960
    height: int = 198


def chart(path: Sequence[ScorePoint], marks: Mapping[str, int]) -> PathChart:
    """Zero is the floor of the scores, the greatest score or line the top."""
    scale = Scale(960, 150, max([6_000, *(p.score or 0 for p in path), *marks.values()]), 10)
    n = len(path)
    step = (scale.width - 2 * scale.pad) / max(1, n - 1)
    curves, bands, open_ = list[str](), list[Band](), list[str]()
    for i, point in enumerate(path):
        x, colour = scale.x(i, n), point.colour or "GREY"
        if point.score is None:
            curves, open_ = [*curves, " ".join(open_)], []
        else:
            open_.append(f"{x:.1f},{scale.y(point.score):.1f}")
        if bands and bands[-1].colour == colour:
            bands[-1] = replace(bands[-1], width=min(x + step, scale.width) - bands[-1].x)
        else:
            bands.append(Band(colour, point.on, x, min(step, scale.width - x)))
    every = 1 if n < 200 else 2 if n < 400 else 6
    ticks = [
        (scale.x(i, n), p.on)
        for i, p in enumerate(path)
        if p.on.day == 1 and p.on.month % every == 0 and 0 < i < n - n // 20
    ]
    found = [c for c in [*curves, " ".join(open_)] if c]
    return PathChart({c: scale.y(at) for c, at in marks.items()}, found, bands, ticks)


def holding(overrides: Sequence[Override]) -> Override | None:
    """The override that holds or waits for a second person."""
    return next((o for o in overrides if o.status in ("holds", "waits")), None)


def items(answer: RiskAccount) -> tuple[list[RiskItem], list[RiskItem]]:
    """(open risks, those without a countermeasure first; those that are over)."""
    found = sorted(answer.items, key=lambda i: (not i.no_countermeasure, str(i.identified_at or "")))
    return [i for i in found if i.status in OPEN_ITEM], [i for i in found if i.status not in OPEN_ITEM]


def live(escalations: Sequence[Escalation]) -> list[Escalation]:
    """Those that are not closed."""
    return [e for e in escalations if e.status != "Closed"]
