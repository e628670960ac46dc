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


def medians(by_team: Mapping[str, Sequence[tuple[str, int]]], least: int) -> dict[str, tuple[int, int | None]]:
    """Team → (how many preparations, their median in minutes). `by_team`: (owner of the account, minutes) of each.

    None below `least` preparations, and where all are of one owner's accounts: such a median is about one person.
    """
    found: dict[str, tuple[int, int | None]] = {}
    for team, spent in by_team.items():
        told = len(spent) >= least and len({owner for owner, _ in spent}) > 1
        found[team] = len(spent), _median([minutes for _, minutes in spent]) if told else None
    return found


def _median(values: Sequence[int]) -> int:
    """Half up between the two in the middle."""
    return (median_low(values) + median_high(values) + 1) // 2
