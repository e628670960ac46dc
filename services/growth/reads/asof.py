"""Which instant a question is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class AsOf:
    """`before`: what became true before this instant counts. `day`: the company's calendar day then."""

    before: datetime
    day: date

    @property
    def shown(self) -> datetime:
        """The instant that an answer is for: the last one that counts."""
        return self.before - TICK

    @classmethod
    def end_of(cls, day: date, zone: ZoneInfo) -> AsOf:
        """A whole day: its end in the company's time zone."""
        return cls(datetime.combine(day + timedelta(days=1), time(), zone), day)

    @classmethod
    def at(cls, instant: datetime, zone: ZoneInfo) -> AsOf:
        """This instant, itself included."""
        return cls(instant + TICK, instant.astimezone(zone).date())
