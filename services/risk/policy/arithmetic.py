"""Integer arithmetic of scores (domain.md §13, §14): basis points 0 … 10000, rounded half up once, at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

Points = Sequence[tuple[int, int]]
FULL = 10_000


def div_half_up(n: int, d: int) -> int:
    """n/d rounded half up; n may be negative, d is positive."""
    return (2 * n + d) // (2 * d)


def band(x: int, points: Points) -> int:
    """Piecewise linear x → basis points, clamped; the points ascend in x."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + div_half_up((y1 - y0) * (x - x0), x1 - x0)
    return points[-1][1]


def weighted(values: Mapping[str, int | None], weights: Mapping[str, int]) -> tuple[int | None, int]:
    """(weighted mean of what is available, coverage): the weight of what is None is spread over the rest."""
    total = sum(weights.values())
    there = {k: w for k, w in weights.items() if w and values.get(k) is not None}
    if not there:
        return None, 0
    mean = div_half_up(sum((values[k] or 0) * w for k, w in there.items()), sum(there.values()))
    return mean, div_half_up(FULL * sum(there.values()), total)


def decay_bp(age_days: int, half_life: int) -> int:
    """10000 at age 0, halves every `half_life` days, linear in between."""
    halvings, rest = divmod(max(0, age_days), half_life)
    return 0 if halvings >= 14 else (FULL >> halvings) * (2 * half_life - rest) // (2 * half_life)


def shares(score: int | None, values: Mapping[str, int | None], weights: Mapping[str, int]) -> dict[str, int]:
    """What each available value adds to the score of `weighted`: whole points that sum to it exactly.

    The rest after rounding down goes to the largest remainders, ties to the first in order of the weights.
    """
    there = {k: w for k, w in weights.items() if w and values.get(k) is not None}
    if score is None or not there:
        return dict.fromkeys(weights, 0)
    total = sum(there.values())
    parts = {k: divmod((values[k] or 0) * w, total) for k, w in there.items()}
    found = {k: parts[k][0] if k in parts else 0 for k in weights}
    for k in sorted(there, key=lambda k: -parts[k][1])[: score - sum(found.values())]:
        found[k] += 1
    return found
