"""A pack expects of a goal what the growth service expects of it: the same arithmetic, in two services."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.growth.policy import goals
from services.qbr.pack.state.growth import Goal

START = date(2026, 1, 1)
VALUES = st.integers(-10_000, 10_000)


@given(
    VALUES, VALUES, st.integers(1, 400), st.integers(-20, 420), st.dictionaries(st.integers(1, 399), VALUES, max_size=3)
)
def test_expected(baseline: int, target: int, length: int, elapsed: int, points: dict[int, int]) -> None:
    due, on = START + timedelta(days=length), START + timedelta(days=elapsed)
    checkpoints = tuple((START + timedelta(days=d), v) for d, v in sorted(points.items()) if d < length)
    goal = Goal("g", "p", "t", "u", "k", baseline, target, "x", "increase", START, due, checkpoints, "e:1")
    assert goal.expected(on) == goals.expected(baseline, target, START, due, on, checkpoints)


@given(VALUES, VALUES, VALUES)
def test_progress(baseline: int, target: int, value: int) -> None:
    goal = Goal("g", "p", "t", "u", "k", baseline, target, "x", "increase", START, START, (), "e:1")
    if baseline == target:
        assert goal.progress(value) is None
    else:
        assert goal.progress(value) == goals.progress_bp(baseline, target, value)
