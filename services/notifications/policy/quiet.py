"""Quiet hours and digests: when a person may be disturbed, in their own time zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

IsBusiness = Callable[[date], bool]
_AHEAD = 60  # days; no series of holidays is longer


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` local time (over midnight if start > end; equal: none) nothing is delivered; what was held
    comes at `release`. `free_days`: weekends and public holidays are quiet as a whole."""

    zone: str
    start: time = time(19)
    end: time = time(7)
    release: time = time(7, 30)
    free_days: bool = True

    def covers(self, t: time) -> bool:
        """Whether a local time of day is quiet."""
        if self.start == self.end:
            return False
        return self.start <= t < self.end if self.start < self.end else t >= self.start or t < self.end


def quiet_until(now: datetime, quiet: QuietHours, is_business: IsBusiness) -> datetime | None:
    """When the person may be told; None: now.

    Local times are combined with the zone day by day, so a changed clock moves nothing: 07:30 is 07:30 on that day.
    """
    zone = ZoneInfo(quiet.zone)
    local = now.astimezone(zone)
    free = quiet.free_days and not is_business(local.date())
    if not free and not quiet.covers(local.time()):
        return None
    return next_at(now, quiet.release, zone, is_business if quiet.free_days else _every_day)


def next_at(now: datetime, at: time, zone: ZoneInfo, is_day: IsBusiness) -> datetime:
    """The first instant after `now` at that local time on a day that counts. Raises ValueError if there is none."""
    first = now.astimezone(zone).date()
    for n in range(_AHEAD):
        day = first + timedelta(days=n)
        found = datetime.combine(day, at, zone).astimezone(UTC)
        if is_day(day) and found > now:
            return found
    raise ValueError(f"no day counts within {_AHEAD} days after {now}")


def _every_day(_: date) -> bool:
    return True
