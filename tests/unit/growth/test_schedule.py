"""Business days, dependencies, critical path."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.growth.policy import documents
from services.growth.policy.calendar import Calendar, calendar
from services.growth.policy.schedule import Edge, Node, cycles, schedule, violated, would_cycle

DE, BY = calendar("DE", ""), Calendar("DE", "BY")
DAYS = st.dates(date(1995, 1, 1), date(2150, 1, 1))
SERVICES = Path(__file__).parents[3] / "services"


@pytest.mark.parametrize(
    ("day", "days", "found"),
    [
        ("2026-04-02", 1, "2026-04-07"),  # Good Friday to Easter Monday
        ("2026-04-07", -1, "2026-04-02"),
        ("2026-04-04", 0, "2026-04-07"),
        ("2026-04-04", -1, "2026-04-02"),
        ("2026-04-04", 1, "2026-04-07"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-03-02", 0, "2026-03-02"),
    ],
)
def test_business_days_in_germany(day: str, days: int, found: str) -> None:
    assert DE.add(date.fromisoformat(day), days) == date.fromisoformat(found)


def test_a_region_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert (DE.is_business(epiphany), BY.is_business(epiphany)) == (True, False)
    with pytest.raises(NotImplementedError):
        Calendar("DE", "XX")


@given(DAYS, st.integers(-800, 800))
def test_adding_business_days_lands_on_one_and_counts_right(day: date, days: int) -> None:
    found = DE.add(day, days)
    assert DE.is_business(found)
    begin = day if DE.is_business(day) or days > 0 else DE.add(day, 0)
    assert DE.between(begin, found) == days


@given(DAYS)
def test_numbers_rise_by_one_on_business_days(day: date) -> None:
    step = DE.number(day) - DE.number(day - timedelta(days=1))
    assert step == DE.is_business(day)
    assert not DE.is_business(day) or DE.day(DE.number(day)) == day


@pytest.mark.parametrize(
    ("kind", "lag", "due", "earliest"),
    [
        ("FS", 0, "2026-03-12", None),
        ("FS", 0, "2026-03-11", "2026-03-12"),  # two days of work after the tenth
        ("FS", 1, "2026-03-12", "2026-03-13"),
        ("SS", 0, "2026-03-09", None),  # the predecessor begins on the fifth
        ("SS", 1, "2026-03-09", "2026-03-10"),
        ("FF", 0, "2026-03-10", None),
        ("FF", 2, "2026-03-10", "2026-03-12"),
        ("SF", 0, "2026-03-05", None),
        ("SF", 1, "2026-03-05", "2026-03-06"),
        ("FS", -2, "2026-03-10", None),
    ],
)
def test_each_kind_of_dependency(kind: str, lag: int, due: str, earliest: str | None) -> None:
    before, after = Node("a", date(2026, 3, 10), 3), Node("b", date.fromisoformat(due), 2)
    found = violated(Edge("a", "b", kind, lag), before, after, DE)
    assert found == (date.fromisoformat(earliest) if earliest else None)


def test_on_one_weekend_day_nothing_is_violated() -> None:
    saturday = date(2026, 3, 28)
    assert violated(Edge("a", "b"), Node("a", saturday), Node("b", saturday), DE) is None
    assert violated(Edge("a", "b"), Node("a", saturday), Node("b", date(2026, 3, 26)), DE) == saturday


def test_the_critical_path_and_the_slack() -> None:
    nodes = [
        Node("a", date(2026, 3, 6)), Node("b", date(2026, 3, 13), 5), Node("c", date(2026, 3, 10), 1),
        Node("d", date(2026, 3, 16), 1),
    ]  # fmt: skip
    edges = [Edge("a", "b"), Edge("a", "c"), Edge("b", "d"), Edge("c", "d")]
    found = schedule(nodes, edges, date(2026, 3, 2), DE)
    assert found.critical == ("a", "b", "d")
    assert (found.slack["c"], found.because) == (3, {})
    slipped = schedule([Node("a", date(2026, 3, 10)), *nodes[1:]], edges, date(2026, 3, 2), DE)
    assert {n: DE.day(slipped.finish[n]).isoformat() for n in "bd"} == {"b": "2026-03-17", "d": "2026-03-18"}
    assert slipped.because == {"b": ("a",), "c": ("a",), "d": ("b",)}


def test_what_is_late_cannot_be_done_before_today_and_what_is_done_has_no_slack() -> None:
    nodes = [
        Node("a", date(2026, 3, 2)),
        Node("b", date(2026, 3, 3), done_on=date(2026, 3, 2)),
        Node("c", date(2026, 3, 9), 2),
    ]
    found = schedule(nodes, [Edge("a", "c"), Edge("b", "c")], date(2026, 3, 7), DE)  # a Saturday
    assert DE.day(found.finish["a"]) == date(2026, 3, 9)
    assert DE.day(found.finish["c"]) == date(2026, 3, 11)
    assert set(found.slack) == {"a", "c"}


EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20)


@given(EDGES)
def test_a_refused_edge_is_one_that_would_close_a_circle(pairs: list[tuple[int, int]]) -> None:
    kept: list[Edge] = []
    for before, after in pairs:
        edge = Edge(before, after)
        if would_cycle(kept, before, after):
            assert cycles([*kept, edge])
        else:
            kept.append(edge)
            assert cycles(kept) == []


@given(EDGES, st.lists(st.integers(0, 60), min_size=7, max_size=7), st.lists(st.integers(0, 5), min_size=7, max_size=7))
def test_the_passes_agree(pairs: list[tuple[int, int]], due: list[int], work: list[int]) -> None:
    edges = [Edge(a, b) for a, b in pairs if a < b]
    nodes = [Node(n, date(2026, 3, 2) + timedelta(days=due[n]), work[n]) for n in range(7)]
    found = schedule(nodes, edges, date(2026, 3, 2), DE)
    assert min(found.slack.values()) == 0  # something ends the plan
    for e in edges:
        assert found.finish[e.after] - work[e.after] >= found.finish[e.before]
    for n in range(7):  # a slip within the slack moves no end, one day more does
        end, moved = max(found.finish.values()), dict(found.finish)
        moved[n] += found.slack[n] + 1
        for k in range(7):
            bounds = [moved[e.before] + work[k] for e in edges if e.after == k]
            moved[k] = max([moved[k], *bounds])
        assert max(moved.values()) > end


# -- the policy


def test_the_shipped_policy_says_what_the_accounts_service_says() -> None:
    ours = json.loads((SERVICES / "growth/policies/growth.v1.json").read_text(encoding="utf-8"))["standards"]
    theirs = json.loads((SERVICES / "accounts/policies/standards.v1.json").read_text(encoding="utf-8"))["standards"]
    assert ours == {name: theirs[name] for name in ours}
    assert set(ours) == {"growth_plan", "plan_check"}


@pytest.mark.parametrize("part", ["standards", "rules", "version"])
def test_an_incomplete_policy_is_refused(part: str) -> None:
    document: dict[str, Any] = json.loads((documents.POLICIES / "growth.v1.json").read_text(encoding="utf-8"))
    assert documents.parse(document).version == 1
    del document[part]
    with pytest.raises(ValueError, match="incomplete"):
        documents.parse(document)
