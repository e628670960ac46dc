"""The arithmetic of the tier score, by the reference's results and by its properties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.policy.tiering import (
    LADDER,
    TierName,
    apportion,
    band,
    div_half_up,
    raw_tier,
    tier_decide,
    weighted,
)

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())
# The reference's figures are domain.md's defaults, not the shipped policy's.
WEIGHTS = {"revenue_margin": 3000, "strategic": 2000, "growth": 2000, "complexity": 1500, "risk_profile": 1500}
LINES = {"A": 7000, "B": 5000, "C": 3000}
RULES: dict[str, Any] = {"lines": LINES, "up": 300, "down": 500, "min_dwell": 2, "min_completeness": 7000}
BAND = [(0, 0), (250_000, 3000), (1_000_000, 7000), (5_000_000, 10000)]
REVENUE = band(1_800_000, BAND)
VALUES = {"revenue_margin": REVENUE, "strategic": 8000, "growth": 6500, "complexity": 7000, "risk_profile": 4000}

scores = st.integers(0, 10000)
tiers = st.sampled_from(LADDER)
gates = st.fixed_dictionaries({}, optional={"A": st.booleans(), "B": st.booleans()})


def test_scores_of_the_reference() -> None:
    assert [REVENUE, *weighted(VALUES, WEIGHTS)] == VECTORS["tier_full"]
    assert list(weighted({**VALUES, "growth": None}, WEIGHTS)) == VECTORS["tier_missing_growth"]
    two_missing: dict[str, int | None] = {**VALUES, "growth": None, "strategic": None}
    assert list(weighted(two_missing, WEIGHTS)) == VECTORS["tier_two_missing"]


CASES: dict[str, tuple[Any, ...]] = {
    "B 71.5 first time": ("B", 7150, 6800, 3, {}, 10000),
    "B 71.5 twice": ("B", 7150, 7020, 3, {}, 10000),
    "B 73.0 once": ("B", 7300, 6000, 3, {}, 10000),
    "A 66 once": ("A", 6600, 7100, 3, {}, 10000),
    "A 64 twice": ("A", 6400, 6450, 3, {}, 10000),
    "A 64 twice, dwell 1": ("A", 6400, 6450, 1, {}, 10000),
    "A gate lost": ("A", 7800, 7800, 3, {"A": False}, 10000),
    "new 72 without A gate": (None, 7200, None, 0, {"A": False}, 10000),
    "incomplete": ("B", 9000, 9000, 3, {}, 6500),
}


def test_every_case_of_the_reference_is_here() -> None:
    assert set(CASES) == set(VECTORS["tier_cases"])


@pytest.mark.parametrize("case", CASES)
def test_decisions_of_the_reference(case: str) -> None:
    assert list(tier_decide(*CASES[case], **RULES)) == VECTORS["tier_cases"][case]


@pytest.mark.parametrize(
    ("n", "d", "expected"), [(5, 2, 3), (-5, 2, -2), (4, 2, 2), (1, 3, 0), (2, 3, 1), (-1, 3, 0), (0, 7, 0)]
)
def test_half_is_rounded_up(n: int, d: int, expected: int) -> None:
    assert div_half_up(n, d) == expected


@pytest.mark.parametrize(
    ("x", "bp"), [(-1, 0), (0, 0), (125_000, 1500), (250_000, 3000), (1_000_000, 7000), (5_000_001, 10000)]
)
def test_a_band_is_linear_and_clamped(x: int, bp: int) -> None:
    assert band(x, BAND) == bp


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**6))
def test_a_rising_band_never_falls(x: int, more: int) -> None:
    assert 0 <= band(x, BAND) <= band(x + more, BAND) <= 10000


values = st.dictionaries(st.sampled_from(sorted(WEIGHTS)), st.one_of(st.none(), scores), min_size=1)


@given(values)
def test_the_mean_lies_between_its_values_and_the_points_sum_to_it(found: dict[str, int | None]) -> None:
    score, completeness = weighted(found, WEIGHTS)
    present = [v for v in found.values() if v is not None]
    points = apportion(score, found, WEIGHTS)
    if not present:
        assert (score, completeness, points) == (None, 0, {})
        return
    assert score is not None
    assert min(present) <= score <= max(present)
    assert sum(points.values()) == score
    assert all(p >= 0 for p in points.values())
    assert set(points) == {k for k, v in found.items() if v is not None}


def test_a_weight_of_nothing_tells_nothing() -> None:
    assert weighted({"a": 5000}, {"a": 0, "b": 10}) == (None, 0)


@given(tiers, scores, st.one_of(st.none(), scores), st.integers(0, 9), gates, scores)
def test_an_assessed_tier_moves_down_one_step_at_most(
    current: TierName, score: int, previous: int | None, dwell: int, open_: dict[str, bool], complete: int
) -> None:
    to, reason = tier_decide(current, score, previous, dwell, open_, complete, **RULES)
    assert to is not None
    step = LADDER.index(to) - LADDER.index(current)
    assert step >= -1
    assert (step == 0) == (reason in ("hold", "incomplete"))
    assert (step > 0) == (reason == "promote")
    if step > 0:
        assert open_.get(to, True)
        assert score >= LINES[to]


@given(scores, gates)
def test_the_same_score_again_settles(score: int, open_: dict[str, bool]) -> None:
    """Assessed over and over with the same score, the tier comes to rest at its plain tier."""
    tier: TierName | None = None
    dwell, last, path = 0, None, []
    for _ in range(12):
        dwell += 1
        to, _why = tier_decide(tier, score, last, dwell, open_, 10000, **RULES)
        if to != tier:
            dwell = 0
        tier, last = to, score
        path.append(tier)
    assert len(set(path[-3:])) == 1
    assert path[-1] == raw_tier(score, open_, LINES)


@given(scores)
def test_the_plain_tier_is_the_highest_line_reached(score: int) -> None:
    expected = "A" if score >= 7000 else "B" if score >= 5000 else "C" if score >= 3000 else "N"
    assert raw_tier(score, {}, LINES) == expected
    assert raw_tier(score, {"A": False, "B": False}, LINES) == ("C" if score >= 3000 else "N")
