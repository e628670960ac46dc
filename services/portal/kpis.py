"""What the KPI pages compute from an answer: how a figure is written, its trend, its parts and their sum. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from services.portal.models import Kpi, KpiDefinition, KpiFigure, KpiPart, KpiPoint
from services.portal.words import Words

SCOPES = ("company", "tier:A", "tier:B", "tier:C")
BY_ONE = frozenset({"K14", "K20.slips"})
"""Basis points of these are steps and moves, no shares: 10000 is one."""
MONTHS = 13
"""Closed months of a small chart: a year and the month a year before."""


@dataclass(frozen=True, slots=True)
class Question:
    """The address of a KPI page, parsed."""

    scope: str = "company"
    as_of: str = ""
    known_at: str = ""  # with what was known at the end of this day; empty: with all that is known

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Question:
        """From query parameters; the service says which scopes there are."""
        return cls(**{f.name: query[f.name].strip()[:80] for f in fields(cls) if query.get(f.name, "").strip()})

    def address(self, path: str = "/kpis", **changes: str) -> str:
        """The address of this question with some answers changed."""
        changed = replace(self, **changes)
        said = {f.name: v for f in fields(self) if (v := getattr(changed, f.name)) != f.default}
        return f"{path}?{urlencode(said)}" if said else path


class Writing:
    """How figures are written for one reader."""

    def __init__(self, words: Words, currency: str | None) -> None:
        self._words, self._formats, self.currency = words, words.formats, currency or ""

    def value(self, d: KpiDefinition, value: int | None) -> str:
        """With its unit; `–` for nothing to divide by."""
        if value is None:
            return "–"
        if d.kpi in BY_ONE:
            return self._signed(value) if d.unit == "bp_signed" else self._formats.points(value // 100)
        if d.unit == "minutes":
            return f"{self._formats.number(value)} {self._words.code('unit', 'minutes')}"
        return self._formats.figure(value, f"minor:{self.currency}" if d.unit == "minor" else d.unit)

    def change(self, d: KpiDefinition, by: int) -> str:
        """How much more or less, with its sign; of a share in points, as 8 % more of 50 % would be 54 %."""
        sign, size = "+" if by > 0 else "−", abs(by)
        if d.unit == "bp" and d.kpi not in BY_ONE:
            return f"{sign}{self._formats.points(size)} {self._words.code('unit', 'points')}"
        return sign + self.value(d, size).removeprefix("+")

    def amount(self, d: KpiDefinition, value: int | None) -> str:
        """A numerator or denominator, without its unit: that stands in the head."""
        if value is None:
            return "–"
        return self._formats.money(value, self.currency) if d.of == "minor" else self._formats.number(value)

    def unit(self, d: KpiDefinition) -> str:
        """The unit of numerator and denominator, for the head of a table; empty where it is a number of things."""
        return self.currency if d.of == "minor" else ""

    def share(self, d: KpiDefinition, part: KpiPart) -> str:
        """A part's own ratio."""
        if not part.denominator:
            return "–"
        return self.value(d, (20_000 * part.numerator + part.denominator) // (2 * part.denominator))

    def _signed(self, value: int) -> str:
        return ("+" if value > 0 else "−" if value < 0 else "") + self._formats.points(abs(value) // 100)


def title(d: KpiDefinition, language: str) -> str:
    """What a figure is called."""
    return d.title_de if language == "de" else d.title_en


@dataclass(frozen=True, slots=True)
class Move:
    """A figure against an earlier one. `better` None: as it was."""

    by: int
    since: date
    better: bool | None


def move(figure: KpiFigure) -> Move | None:
    """Against the closed month a year before, else the first that there is; None: there is nothing to compare."""
    known = [p for p in figure.trend[-MONTHS:] if p.value is not None]
    if figure.value is None or not known or known[0].value is None:
        return None
    by = figure.value - known[0].value
    return Move(by, known[0].as_of, None if by == 0 else (by > 0) == (figure.definition.better == "up"))


def restated(figure: KpiFigure) -> list[KpiPoint]:
    """Closed months that a later fact changed, the newest first."""
    return [p for p in reversed(figure.trend) if p.restated and p.value != p.first_value]


@dataclass(frozen=True, slots=True)
class Sum:
    """The last row of a table of parts."""

    numerator: int
    denominator: int
    values: int
    agrees: bool  # with what the service says of the whole


def counted(kpi: Kpi) -> list[KpiPart]:
    """The parts that count."""
    return [p for p in kpi.parts if not p.apart]


def apart(kpi: Kpi) -> list[KpiPart]:
    """Accounts that do not count, with the reason."""
    return [p for p in kpi.parts if p.apart]


def total(kpi: Kpi) -> Sum:
    """The parts added up."""
    parts, figure = counted(kpi), kpi.figure
    n, d = sum(p.numerator for p in parts), sum(p.denominator for p in parts)
    agrees = figure.definition.kind not in ("ratio", "sum") or (
        n == (figure.numerator or 0) and d == (figure.denominator or 0)
    )
    return Sum(n, d, sum(len(p.values) + len(p.running) for p in parts), agrees)


def hidden(kpi: Kpi, part: KpiPart) -> bool:
    """Whether a part is withheld because it would tell what one person did."""
    figure = kpi.figure.definition
    return figure.kind == "median" and figure.least > 0 and not part.values and not part.apart


def plotted(points: Sequence[KpiPoint], d: KpiDefinition) -> str:
    """The points for the script that draws them: seconds, values in the unit of the axis, and which were restated."""
    scale = Decimal(10_000 if d.kpi in BY_ONE else 100 if d.unit in ("bp", "bp_signed", "minor") else 1)
    return json.dumps(
        {
            "days": [p.as_of.isoformat() for p in points],
            "values": [None if p.value is None else float(Decimal(p.value) / scale) for p in points],
            "first": [
                float(Decimal(p.first_value) / scale) if p.restated and p.first_value is not None else None
                for p in points
            ],
        }
    )
