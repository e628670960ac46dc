"""How long a preparation really took: active minutes, and their median where nobody can be recognised (K10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_high, median_low


def active_minutes(activity: Iterable[datetime], longest_pause: int) -> int:
    """Whole minutes between the first and the last activity, without pauses longer than `longest_pause` minutes.

    Rounded half up, once.
    """
    instants, active, limit = sorted(activity), timedelta(), timedelta(minutes=longest_pause)
    for before, after in pairwise(instants):
        gap = after - before
        active += gap if gap <= limit else timedelta()
    return int((active + timedelta(seconds=30)) // timedelta(minutes=1))


def medians(by_team: Mapping[str, Sequence[int]], least: int) -> dict[str, tuple[int, int | None]]:
    """Team → (how many preparations, their median in minutes). None below `least`: a median of few names a person."""
    return {team: (len(values), _median(values) if len(values) >= least else None) for team, values in by_team.items()}


def _median(values: Sequence[int]) -> int:
    """Half up between the two in the middle."""
    return (median_low(values) + median_high(values) + 1) // 2
