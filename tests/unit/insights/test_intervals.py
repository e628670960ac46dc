"""Histories with two times: for any two instants exactly one row holds, and it is what a fresh fold would say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.insights.policy.intervals import Patch, at, line, versions

START = datetime(2026, 1, 1, tzinfo=UTC)
EMPTY = {"tier": None, "owner": None}


def day(n: int) -> datetime:
    return START + timedelta(days=n)


patches = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 20), st.sampled_from(["tier", "owner"]), st.sampled_from("ABC")),
    min_size=1,
    max_size=12,
).map(
    lambda rows: [
        Patch(day(eff), day(max(eff, eff + late - 10)), ("t", n), {name: value}, f"e:{n}")
        for n, (eff, late, name, value) in enumerate(rows)
    ]
)


@given(patches, st.integers(0, 45), st.integers(0, 45))
def test_the_rows_say_at_every_two_instants_what_a_fold_of_what_was_known_says(
    given: list[Patch], effective: int, known: int
) -> None:
    rows = [
        v
        for v in versions(given, EMPTY)
        if v.valid_from <= day(effective)
        and (v.valid_to is None or day(effective) < v.valid_to)
        and v.known_from <= day(known)
        and (v.known_to is None or day(known) < v.known_to)
    ]
    learned = [p for p in given if p.known_at <= day(known)]
    span = at(line(learned, EMPTY), day(effective))
    assert [r.state for r in rows] == ([span.state] if span else [])


@given(patches)
def test_the_order_in_which_facts_come_does_not_matter(given: list[Patch]) -> None:
    assert versions(given, EMPTY) == versions(given[::-1], EMPTY)


def test_a_backdated_word_closes_what_we_thought_and_keeps_it() -> None:
    told = [
        Patch(day(0), day(0), ("t", 1), {"tier": "B"}, "e:1"),
        Patch(day(10), day(10), ("t", 2), {"tier": "A"}, "e:2"),
        Patch(day(5), day(20), ("t", 3), {"tier": "C"}, "e:3"),  # on day 20 we learn of day 5
    ]
    thought = [v for v in versions(told, EMPTY) if v.valid_from <= day(7) and (not v.valid_to or v.valid_to > day(7))]
    assert [(v.state["tier"], v.known_from, v.known_to) for v in thought] == [
        ("B", day(0), day(10)),  # open-ended, until the A came
        ("B", day(10), day(20)),
        ("C", day(20), None),
    ]
