"""The time slider: which days can be asked for, where the page stands, and the marks that lead to days. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

QUARTERS = 6  # quick marks beside today


@dataclass(frozen=True, slots=True)
class Mark:
    """A day that a reader may jump to; `what`: quarter, or the code of what happened there."""

    on: date
    what: str


@dataclass(frozen=True, slots=True)
class Slider:
    """`first`: before this day nothing is known; `known`: with the knowledge of which day, None: of today."""

    first: date
    today: date
    at: date
    known: date | None
    marks: tuple[Mark, ...]

    @property
    def days(self) -> int:
        """The length of the scale in days."""
        return max(1, (self.today - self.first).days)

    @property
    def position(self) -> int:
        """Where the page stands on it."""
        return min(self.days, max(0, (self.at - self.first).days))


def slider(
    first: datetime | date | None,
    today: date,
    at: date,
    known: date | None,
    zone: ZoneInfo,
    happened: Iterable[tuple[str, datetime | date | None]] = (),
) -> Slider:
    """The slider of a page. `first`: the oldest fact, without one a year ago; `happened`: marks beside quarters."""
    begin = local(first, zone) or today - timedelta(days=365)
    begin = min(begin, today, at)
    marks = [Mark(day, "quarter") for day in _quarter_ends(today) if begin < day]
    marks += [Mark(day, what) for what, on in happened if (day := local(on, zone)) and begin <= day <= today]
    once = {m.on: m for m in sorted(marks, key=lambda m: m.what != "quarter")}
    return Slider(begin, today, at, known, tuple(sorted(once.values(), key=lambda m: m.on)))


def local(at: datetime | date | None, zone: ZoneInfo) -> date | None:
    """The company's day of an instant."""
    return at.astimezone(zone).date() if isinstance(at, datetime) else at


def _quarter_ends(today: date) -> list[date]:
    first, found = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), list[date]()
    for _ in range(QUARTERS):
        end = first - timedelta(days=1)
        found.append(end)
        first = date(end.year, 3 * ((end.month - 1) // 3) + 1, 1)
    return found
