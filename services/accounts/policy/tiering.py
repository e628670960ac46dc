"""The arithmetic of the tier score: whole numbers only, so that every language replays it to the same bit.

Formulas and cases: domain.md §13; `tests/unit/accounts/vectors.json` holds its reference results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from services.accounts.policy.results import Reason

TierName = Literal["A", "B", "C", "N"]
LADDER: tuple[TierName, ...] = ("N", "C", "B", "A")
TIERS: tuple[TierName, ...] = ("A", "B", "C")


def div_half_up(n: int, d: int) -> int:
    """n/d rounded half up (towards plus infinity); d > 0, n may be negative."""
    return (2 * n + d) // (2 * d)


def band(x: int, points: Sequence[tuple[int, int]]) -> int:
    """Linear between the points (ascending in x), clamped outside: figure → basis points."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + div_half_up((y1 - y0) * (x - x0), x1 - x0)
    return points[-1][1]


def weighted(values: Mapping[str, int | None], weights: Mapping[str, int]) -> tuple[int | None, int]:
    """(mean of what is known, completeness), both in basis points: the weight of what is unknown spreads over the rest.

    (None, 0) if nothing with a weight is known.
    """
    known = {k: v for k in weights if (v := values.get(k)) is not None}
    present, total = sum(weights[k] for k in known), sum(weights.values())
    if not present:
        return None, 0
    return div_half_up(sum(v * weights[k] for k, v in known.items()), present), div_half_up(10000 * present, total)


def apportion(score: int | None, values: Mapping[str, int | None], weights: Mapping[str, int]) -> dict[str, int]:
    """How many points of the score each value brings: whole numbers that sum to `score` (largest remainder first)."""
    known = {k: v for k in weights if (v := values.get(k)) is not None}
    present = sum(weights[k] for k in known)
    if score is None or not present:
        return {}
    shares = {k: divmod(v * weights[k], present) for k, v in known.items()}
    points = {k: whole for k, (whole, _) in shares.items()}
    missing = score - sum(points.values())
    for k in sorted(shares, key=lambda k: -shares[k][1])[:missing]:
        points[k] += 1
    return points


def raw_tier(score: int, gates: Mapping[str, bool], lines: Mapping[str, int]) -> TierName:
    """The highest tier whose line is reached and whose gate is open."""
    for tier in TIERS:
        if score >= lines[tier] and gates.get(tier, True):
            return tier
    return "N"


def tier_decide(
    current: TierName | None,
    score: int,
    previous: int | None,
    dwell: int,
    gates: Mapping[str, bool],
    completeness: int,
    *,
    lines: Mapping[str, int],
    up: int,
    down: int,
    min_dwell: int,
    min_completeness: int,
) -> tuple[TierName | None, Reason]:
    """(tier that should hold, why). `previous`: the last complete assessment's score; `dwell`: complete assessments
    since the last change, this one included.

    Up if the score reaches line + `up`, or the line in two assessments running. Down one step if it stays under
    line − `down` in two running and `dwell` ≥ `min_dwell`. A lost gate takes one step at once. The first assessment
    takes the plain lines.
    """
    if completeness < min_completeness:
        return current, "incomplete"
    if current is None:
        return raw_tier(score, gates, lines), "first"
    for tier in TIERS:
        if LADDER.index(tier) <= LADDER.index(current):
            break
        twice = score >= lines[tier] and previous is not None and previous >= lines[tier]
        if gates.get(tier, True) and (score >= lines[tier] + up or twice):
            return tier, "promote"
    if current != "N":
        below = LADDER[LADDER.index(current) - 1]
        if not gates.get(current, True):
            return below, "gate_failed"
        floor = lines[current] - down
        if dwell >= min_dwell and score < floor and previous is not None and previous < floor:
            return below, "demote"
    return current, "hold"
