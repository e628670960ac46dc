"""The company's business days: Monday to Friday without public holidays."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

FIRST, LAST = 1990, 2200  # years that the calendar knows


class Calendar:
    """`country` is an ISO 3166 code; `region` its subdivision (a Bundesland such as BY), empty: holidays of the whole
    country only. Business days are numbered, so that differences between them are differences of numbers."""

    def __init__(self, country: str = "DE", region: str = "") -> None:
        """Raises NotImplementedError for a country or region without a calendar."""
        self.country, self.region = country, region
        holidays.country_holidays(country, subdiv=region or None, years=FIRST)
        self._years: dict[int, list[date]] = {}
        self._before: dict[int, int] = {FIRST: 0}

    def is_business(self, day: date) -> bool:
        """Whether people work on that day."""
        days = self._of(day.year)
        n = bisect_right(days, day)
        return n > 0 and days[n - 1] == day

    def number(self, day: date) -> int:
        """The number of the last business day up to `day`."""
        return self._until(day.year) + bisect_right(self._of(day.year), day)

    def day(self, number: int) -> date:
        """The business day of that number. Raises ValueError outside of the years that are known."""
        year = FIRST + max(0, number - 1) // 262
        while self._until(year + 1) < number:
            year += 1
        while self._until(year) >= number > 0:
            year -= 1
        if number < 1 or year > LAST:
            raise ValueError(f"business day {number} lies outside of {FIRST}…{LAST}")
        return self._of(year)[number - self._until(year) - 1]

    def add(self, day: date, days: int) -> date:
        """So many business days after (before, if negative) a day. 0: the day itself, or the next business day."""
        number = self.number(day)
        if not self.is_business(day) and days <= 0:
            number += 1
        return self.day(number + days)

    def between(self, first: date, last: date) -> int:
        """How many business days lie after `first` up to `last`."""
        return self.number(last) - self.number(first)

    def _until(self, year: int) -> int:
        if year not in self._before:
            last = max(y for y in self._before if y < year)
            for y in range(last, year):
                self._before[y + 1] = self._before[y] + len(self._of(y))
        return self._before[year]

    def _of(self, year: int) -> list[date]:
        if year not in self._years:
            if not FIRST <= year <= LAST + 1:
                raise ValueError(f"{year} lies outside of {FIRST}…{LAST}")
            free = holidays.country_holidays(self.country, subdiv=self.region or None, years=year)
            days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
            self._years[year] = [d for d in days if d.year == year and d.weekday() < 5 and d not in free]
        return self._years[year]


@lru_cache(8)
def calendar(country: str, region: str) -> Calendar:
    """The calendar of a place, made once."""
    return Calendar(country, region)


def midnight(day: date, zone: str) -> datetime:
    """The first instant of a day there. After a gap at midnight it is the first instant that exists."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def overdue_at(due: date, zone: str) -> datetime:
    """The first instant after a due day in the account's own zone (domain.md §7; `reference.py: overdue_at`)."""
    return midnight(due + timedelta(days=1), zone)
