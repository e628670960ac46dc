"""How far a goal should be and how far it is. Integers only, rounded half up once at the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

Point = tuple[date, int]
WHOLE = 10_000


def div_half_up(n: int, d: int) -> int:
    """n/d rounded half up (towards plus infinity), `d` positive; as in `reference.py`."""
    return (2 * n + d) // (2 * d)


def expected(
    baseline: int, target: int, starts_on: date, due: date, on: date, checkpoints: Sequence[Point] = ()
) -> int:
    """What the KPI should have reached on a day: on the straight line from (start, baseline) to (due, target), or on
    the straight lines through the checkpoints between them. Before the start the baseline, after the due day the
    target."""
    line = [(starts_on, baseline), *sorted(checkpoints), (due, target)]
    if on <= starts_on:
        return baseline
    if on >= due:
        return target
    for (first, low), (last, high) in pairwise(line):
        if on <= last:
            total, elapsed = (last - first).days, (on - first).days
            return div_half_up(low * total + (high - low) * elapsed, total)
    return target


def progress_bp(baseline: int, target: int, value: int) -> int:
    """Share of the way from baseline to target that is done, in basis points; below 0 and above 10000 if so."""
    way = target - baseline
    done = value - baseline
    return div_half_up(done * WHOLE, way) if way > 0 else div_half_up(-done * WHOLE, -way)


def reached(target: int, value: int, direction: str) -> bool:
    """Whether the value is as good as the target."""
    return value >= target if direction == "increase" else value <= target


def status(
    baseline: int, target: int, value: int, should: int, at_risk_bp: int, off_track_bp: int
) -> Literal["OnTrack", "AtRisk", "OffTrack"]:
    """By the shortfall against the expected value as a share of the whole way. On a line the milder status holds."""
    sign = 1 if target > baseline else -1
    short, way = (should - value) * sign * WHOLE, abs(target - baseline)
    if short <= at_risk_bp * way:
        return "OnTrack"
    return "AtRisk" if short <= off_track_bp * way else "OffTrack"
