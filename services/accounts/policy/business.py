"""Business days: Monday to Friday without the public holidays of the company's place."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from functools import lru_cache
from typing import cast

import holidays

HANDOVER_DAYS = 10  # domain.md PM10: business days until a handover is overdue


@lru_cache(16)
def public_holidays(country: str, region: str = "") -> Container[date]:
    """`country`: an ISO 3166 code; `region`: its subdivision (a Bundesland such as BY), empty: holidays of the whole
    country only. Raises ValueError for a place without a calendar."""
    try:
        return cast("Container[date]", holidays.country_holidays(country, subdiv=region or None))
    except (NotImplementedError, AttributeError, KeyError) as e:
        place = f"{country} {region}".rstrip()
        raise ValueError(f"{place} has no calendar of public holidays: write for example DE, or DE and BY") from e


def business_days_after(day: date, days: int, off: Container[date]) -> date:
    """The day so many business days after another."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in off
    return day


def handover_due(started: date, off: Container[date]) -> date:
    """The last day on which a handover that began on a day is in time."""
    return business_days_after(started, HANDOVER_DAYS, off)
