"""Business time: hours and days in which the company works, and how far an offset such as `+5 bd` reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

Unit = Literal["bh", "bd", "h", "d"]
_OFFSET = re.compile(r"([+-]?\d+)(?:\s*(bh|bd|h|d))?")
_AHEAD = 400  # days that are looked through at most: no calendar is closed for a year


@dataclass(frozen=True, slots=True)
class Offset:
    """`amount` of `unit`: business hours, business days, hours, days. 0: at once."""

    amount: int
    unit: Unit

    @staticmethod
    def parse(text: str) -> Offset:
        """`0`, `4 bh`, `+5 bd`, `-14 d`, `24 h`. Raises ValueError."""
        found = _OFFSET.fullmatch(text.strip())
        if found is None or (found[2] is None and int(found[1]) != 0):
            raise ValueError(f"{text!r} is no offset; write 0, 4 bh, +5 bd, -14 d or 24 h")
        return Offset(int(found[1]), found[2] or "d")  # type: ignore[arg-type]


class WorkCalendar:
    """Monday to Friday from `opens` to `closes` o'clock in `zone`, without public holidays. `country` is an ISO 3166
    code, `region` its subdivision (a Bundesland such as BY), empty: holidays of the whole country only."""

    def __init__(self, zone: ZoneInfo, country: str, region: str = "", opens: int = 9, closes: int = 17) -> None:
        """Raises NotImplementedError for a country or region without a calendar, ValueError for hours that are none."""
        if not 0 <= opens < closes <= 23:
            raise ValueError(f"business hours from {opens} to {closes} o'clock are none")
        self.zone, self.opens, self.closes = zone, opens, closes
        self._free = holidays.country_holidays(country, subdiv=region or None)
        _ = date(2000, 1, 1) in self._free  # an unknown place shows itself now, not with the first alert

    def is_business(self, day: date) -> bool:
        """Whether people work on that day."""
        return day.weekday() < 5 and day not in self._free

    def opening(self, day: date) -> datetime:
        """When work begins on a day, whether or not anybody works."""
        return datetime.combine(day, time(self.opens), self.zone).astimezone(UTC)

    def add(self, start: datetime, offset: Offset) -> datetime:
        """The instant that lies `offset` after (before, if negative) another. UTC.

        A business day is a day's worth of business hours (`reference.py: add_business`), so a clock that runs stands
        still at night; backwards it is the same time of day so many business days before. Days keep the time of day
        in the company's zone, hours do not care for clocks that are changed.
        """
        match offset.unit:
            case _ if offset.amount == 0:
                return start.astimezone(UTC)
            case "h":
                return start.astimezone(UTC) + timedelta(hours=offset.amount)
            case "d":
                local = start.astimezone(self.zone)
                return datetime.combine(
                    local.date() + timedelta(days=offset.amount), local.timetz().replace(tzinfo=None), self.zone
                ).astimezone(UTC)
            case "bd" if offset.amount < 0:
                return self._back(start, -offset.amount)
            case "bd":
                return self._forward(start, offset.amount * (self.closes - self.opens) * 60)
            case "bh" if offset.amount > 0:
                return self._forward(start, offset.amount * 60)
        raise ValueError(f"{offset} cannot be counted: business hours only run forward")

    def _forward(self, start: datetime, minutes: int) -> datetime:
        left, t = timedelta(minutes=minutes), start.astimezone(self.zone)
        for _ in range(_AHEAD * 20):
            day = t.date()
            opens = datetime.combine(day, time(self.opens), self.zone)
            closes = datetime.combine(day, time(self.closes), self.zone)
            if self.is_business(day) and t < closes:
                t = max(t, opens)
                room = closes.astimezone(UTC) - t.astimezone(UTC)
                if left <= room:
                    return t.astimezone(UTC) + left
                left -= room
            t = datetime.combine(day + timedelta(days=1), time(self.opens), self.zone)
        raise ValueError(f"{minutes} business minutes after {start} do not end")

    def _back(self, start: datetime, days: int) -> datetime:
        local = start.astimezone(self.zone)
        day = local.date()
        while days:
            day -= timedelta(days=1)
            days -= self.is_business(day)
        return datetime.combine(day, local.timetz().replace(tzinfo=None), self.zone).astimezone(UTC)


@lru_cache(8)
def calendar(zone: str, country: str, region: str = "", opens: int = 9, closes: int = 17) -> WorkCalendar:
    """The calendar of a place, made once."""
    return WorkCalendar(ZoneInfo(zone), country, region, opens, closes)
