"""Business days: Monday to Friday without the public holidays of the company's calendar (`DE`, `DE-BY`, `US-CA` …)."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from functools import lru_cache
from typing import cast

import holidays


@lru_cache(16)
def calendar(name: str) -> Container[date]:
    """The public holidays of a country, or of a part of it. Raises ValueError for one that is not known."""
    country, _, part = name.partition("-")
    try:
        return cast("Container[date]", holidays.country_holidays(country, subdiv=part or None))
    except (NotImplementedError, AttributeError, KeyError) as e:
        raise ValueError(f"{name!r} is no calendar of public holidays; write for example DE or DE-BY") from e


def business_days_after(day: date, days: int, off: Container[date]) -> date:
    """The day `days` business days after (before, if negative) a day."""
    step = timedelta(days=1 if days >= 0 else -1)
    left = abs(days)
    while left:
        day += step
        left -= day.weekday() < 5 and day not in off
    return day
