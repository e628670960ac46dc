"""What a signal is, and the instant it is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Evidence(NamedTuple):
    """What a value rests on: an event, or a clock that runs since an instant."""

    code: str
    why: str
    event: str | None = None
    clock: str | None = None
    since: datetime | None = None


class Signal(NamedTuple):
    """`value`: 0 good to 10000 bad, None: not available. `raw`: the figure that it was made of."""

    value: int | None
    raw: str = ""
    evidence: tuple[Evidence, ...] = ()


NOTHING = Signal(0)
MISSING = Signal(None)


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of an evaluation and what holds for all of it. `tier` A, B or C: whose limits count; `today`: the
    company's calendar day."""

    at: datetime
    zone: ZoneInfo
    tier: str
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", self.at.astimezone(self.zone).date())

    def midnight(self, day: date) -> datetime:
        """The first instant of a day of the company."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


def days(span: timedelta) -> int:
    """Whole days."""
    return span // DAY


def hours(span: timedelta) -> str:
    """Hours with one decimal, rounded down."""
    tenths = span // timedelta(minutes=6)
    return f"{tenths // 10}.{tenths % 10}"
