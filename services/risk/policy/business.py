"""Business days: Monday to Friday in the company's zone, without the public holidays of its place (domain.md §15)."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

import holidays


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """`free`: the public holidays."""

    zone: ZoneInfo
    free: Container[date] = ()

    def add(self, at: datetime, days: int) -> datetime:
        """The same time of day there, so many business days later (UTC); from a day off it counts from the next one."""
        local = at.astimezone(self.zone)
        while days:
            local += timedelta(days=1)
            days -= local.weekday() < 5 and local.date() not in self.free
        return local.astimezone(UTC)


WEEKDAYS = BusinessDays(ZoneInfo("UTC"))
"""Monday to Friday, without a calendar."""


@dataclass(frozen=True, slots=True)
class PlanDuty:
    """How many business days a red account may be without a countermeasure, by tier; other tiers owe none."""

    days: Mapping[str, int]
    business: BusinessDays = WEEKDAYS

    def due(self, tier: str, at: datetime) -> datetime | None:
        """Until when an account that turned red at an instant needs one."""
        return self.business.add(at, self.days[tier]) if tier in self.days else None


NO_DUTY = PlanDuty({})


@lru_cache(16)
def business_days(zone: ZoneInfo, country: str, region: str = "") -> BusinessDays:
    """`country`: an ISO 3166 code; `region`: its subdivision (a Bundesland such as BY), empty: holidays of the whole
    country only. Raises ValueError for a place without a calendar."""
    try:
        free = cast("Container[date]", holidays.country_holidays(country, subdiv=region or None))
    except (NotImplementedError, AttributeError, KeyError) as e:
        place = f"{country} {region}".rstrip()
        raise ValueError(f"{place} has no calendar of public holidays: write for example DE, or DE and BY") from e
    return BusinessDays(zone, free)
