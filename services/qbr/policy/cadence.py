"""When the next QBR is due. Days are dates in the account's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a tier is owed: a QBR every `interval` days, missed `grace` days after it was due."""

    interval: int
    grace: int


def rhythm(document: Mapping[str, Any], tier: str) -> Rhythm | None:
    """The rhythm of a tier by a standards document; None: that tier has no QBRs."""
    owed = document["standards"]
    interval = owed["qbr_interval_days"].get(tier)
    return Rhythm(int(interval), int(owed["qbr_grace_days"][tier])) if interval else None


def next_due(
    last_held: date | None, interval: int, anchor: date, tier_change: date | None = None, lead: int = 30
) -> date:
    """`max(last_held + interval, tier_change + lead)`; without a QBR held the anchor stands for it (domain.md §6)."""
    due = (last_held or anchor) + timedelta(days=interval)
    return max(due, tier_change + timedelta(days=lead)) if tier_change else due


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day there, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def over(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a day there: when something due on it is overdue."""
    return midnight(day + timedelta(days=1), zone)
