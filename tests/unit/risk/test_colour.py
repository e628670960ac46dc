"""What holds for every path of scores, floors and dead feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from services.risk.policy.arithmetic import shares, weighted
from services.risk.policy.colour import RANK, Lines, State, dwell_ends, step

T0 = datetime(2026, 1, 5, 5, tzinfo=UTC)
LINES = Lines()
FACTORS = ("relationship", "engagement", "service", "usage", "commercial", "delivery")
Floor = Literal["AMBER", "RED"] | None

days = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 10_000)), st.sampled_from((0, 5999, 6000, 10_000)),
        st.sampled_from((None, None, None, "AMBER", "RED")), st.booleans(), st.booleans(), st.integers(1, 200),
    ),
    max_size=60,
)  # fmt: skip


@given(days)
def test_never_from_red_to_green_and_a_red_floor_is_red(
    path: list[tuple[int | None, int, Floor, bool, bool, int]],
) -> None:
    state, now = State(), T0
    for score, coverage, floor, mitigated, held, hours in path:
        before, now = state, now + timedelta(hours=hours)
        state, turn = step(state, now, score, coverage, floor, mitigated, LINES, held=held)
        assert (before.colour, state.colour) != ("RED", "GREEN")
        assert (turn is not None) == (before.colour != state.colour)
        if floor == "RED":
            assert state.colour == "RED"
        if before.colour == "RED" and not mitigated:
            assert state.colour == "RED"


@given(st.lists(st.integers(3200, 3999), min_size=1, max_size=100), st.sampled_from(("GREEN", "AMBER")))
def test_inside_the_band_nothing_flips(scores: list[int], colour: Literal["GREEN", "AMBER"]) -> None:
    state = State(colour, T0)
    for n, score in enumerate(scores):
        state, turn = step(state, T0 + timedelta(days=n), score, 10_000, None, True, LINES)
        assert turn is None


@given(days, st.booleans())
def test_a_dead_feed_never_makes_a_colour_better(
    path: list[tuple[int | None, int, Floor, bool, bool, int]], partly: bool
) -> None:
    """`partly`: one factor is no longer fed; else all of them."""
    state, now = State(), T0
    for score, coverage, floor, mitigated, held, hours in path:
        now += timedelta(hours=hours)
        state, _ = step(state, now, score, coverage, floor, mitigated, LINES, held=held)
    if state.colour == "GREY":
        return
    for n in range(40):
        before = state.colour
        score, coverage = (0, 8_500) if partly else (None, 0)
        state, _ = step(state, now + timedelta(days=n + 1), score, coverage, None, True, LINES, held=partly)
        assert state.colour == "GREY" or RANK[state.colour] >= RANK[before]
        assert not (state.colour == "GREY" and before in ("AMBER", "RED"))
        if state.colour == "GREY":
            return
        if state.colour in ("AMBER", "RED"):
            assert state.stale


@given(days)
def test_time_alone_changes_a_colour_only_when_a_dwell_time_ends(
    path: list[tuple[int | None, int, Floor, bool, bool, int]],
) -> None:
    state, now = State(), T0
    for score, coverage, floor, mitigated, held, hours in path:
        now += timedelta(hours=hours)
        state, _ = step(state, now, score, coverage, floor, mitigated, LINES, held=held)
        ends = [t for t in dwell_ends(state, LINES) if t > now]
        just_before = (min(ends) if ends else now + timedelta(days=400)) - timedelta(seconds=1)
        if just_before > now:
            _, turn = step(state, just_before, score, coverage, floor, mitigated, LINES, held=held)
            assert turn is None


@given(st.fixed_dictionaries({f: st.one_of(st.none(), st.integers(0, 10_000)) for f in FACTORS}))
def test_the_parts_sum_to_the_score(values: dict[str, int | None]) -> None:
    weights = dict(zip(FACTORS, (2000, 1500, 2000, 1500, 2000, 1000), strict=True))
    score, _ = weighted(values, weights)
    parts = shares(score, values, weights)
    assert sum(parts.values()) == (score or 0)
    assert all(parts[f] == 0 for f, v in values.items() if not v)
