"""Business days: Monday to Friday, domain.md §15. Public holidays shift alerts (notifications), not duties."""

from __future__ import annotations

from datetime import datetime, timedelta


def add_business_days(at: datetime, days: int) -> datetime:
    """The same time of day, so many working days later; from a weekend it counts from Monday."""
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return at
