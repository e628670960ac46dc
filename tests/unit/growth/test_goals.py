"""Goals: expected progress, status, checks, end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.growth.domain import GrowthPlan
from services.growth.domain.values import Checkpoint
from services.growth.policy import goals as rules
from shared.errors import Rejected
from tests.unit.growth.plans import DRAFTED, GOAL, PERSON, WORDS, goal, happened, now, on, plan

P = GrowthPlan
FIRST = date(2026, 1, 1)
DAYS = st.dates(date(2025, 1, 1), date(2028, 1, 1))


def with_goal(*more: Any, **fields: Any) -> Any:
    return plan(*more, base=(DRAFTED, goal(**fields)))


def set_goal(p: GrowthPlan, **fields: Any) -> None:
    known: dict[str, Any] = {
        "title": "Seats", "owner": "u7", "kpi_id": "seats@1", "baseline": 0, "target": 100, "unit": "seats",
        "direction": "increase", "starts_on": None, "due": date(2026, 12, 31),
    }  # fmt: skip
    p.set_goal(now(), GOAL, **(known | fields))


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"owner": ""}, "owner-missing"),
        ({"title": ""}, "title-missing"),
        ({"kpi_id": ""}, "kpi-missing"),
        ({"unit": " "}, "kpi-missing"),
        ({"due": date(2026, 3, 1), "starts_on": FIRST}, "due-past"),
        ({"due": date(2026, 3, 2)}, "goal-backwards"),
        ({"target": 0}, "target-is-baseline"),
        ({"direction": "decrease"}, "direction-wrong"),
        ({"checkpoints": (Checkpoint(on=date(2027, 1, 1), value=1),)}, "checkpoints-wrong"),
        ({"checkpoints": (Checkpoint(on=date(2026, 5, 1), value=1),) * 2}, "checkpoints-wrong"),
    ],
)
def test_a_goal_that_is_none(fields: dict[str, Any], slug: str) -> None:
    plan(base=(DRAFTED,)).when(lambda p: set_goal(p, **fields)).then_raises(Rejected, slug)


def test_a_goal_counts_from_today_unless_told() -> None:
    plan(base=(DRAFTED,)).when(set_goal).then(P.GoalSet, starts_on=date(2026, 3, 2), due=date(2026, 12, 31))
    with_goal().when(set_goal).then_raises(Rejected, "goal-exists")


def test_retargeting_names_what_was() -> None:
    with_goal().when(lambda p: p.retarget_goal(now(), GOAL, 120, date(2026, 12, 31), (), WORDS)).then(
        P.GoalRetargeted, from_target=100, to_target=120, from_due=date(2026, 12, 31)
    )
    with_goal().when(lambda p: p.retarget_goal(now(), GOAL, 100, date(2026, 12, 31), (), WORDS)).then_nothing()


@pytest.mark.parametrize(
    ("value", "status"), [(17, "OnTrack"), (6, "OnTrack"), (5, "AtRisk"), (-9, "AtRisk"), (-10, "OffTrack")]
)
def test_a_check_judges_by_the_shortfall(value: int, status: str) -> None:
    """60 of 364 days: 16 are expected; 10 behind is on track, 25 behind at risk."""
    with_goal().when(lambda p: p.check_goal(now(), GOAL, value, None)).then(
        P.GoalChecked, expected=16, status=status, value=value, checked_by="user:u7"
    )


def test_reaching_the_target_or_the_due_day_ends_the_goal() -> None:
    with_goal().when(lambda p: p.check_goal(now(), GOAL, 100, None)).then_each(
        (P.GoalChecked, {}), (P.GoalAchieved, {})
    )
    end = now(datetime(2026, 12, 31, 9, tzinfo=UTC))
    with_goal().when(lambda p: p.check_goal(end, GOAL, 99, None)).then_each((P.GoalChecked, {}), (P.GoalMissed, {}))
    falling = {"baseline": 50, "target": 10, "direction": "decrease"}
    with_goal(**falling).when(lambda p: p.check_goal(now(), GOAL, 9, None)).then_each(
        (P.GoalChecked, {"progress_bp": 10_250}), (P.GoalAchieved, {"value": 9})
    )


@pytest.mark.parametrize(
    ("value_on", "slug"), [("2026-03-03", "value-in-future"), ("2025-12-31", "value-before-start")]
)
def test_a_value_has_a_day_that_makes_sense(value_on: str, slug: str) -> None:
    on_ = date.fromisoformat(value_on)
    with_goal().when(lambda p: p.check_goal(now(), GOAL, 1, on_)).then_raises(Rejected, slug)


def test_an_older_value_does_not_replace_a_newer_one() -> None:
    def twice(p: GrowthPlan) -> None:
        p.check_goal(now(), GOAL, 5, None)
        p.collect_events()
        p.check_goal(now(), GOAL, 5, date(2026, 2, 1))

    spec = with_goal()
    with pytest.raises(Rejected, match="known already"):
        twice(spec.aggregate)


def test_the_timer_checks_each_quarter_with_the_last_value_and_ends_after_the_grace() -> None:
    spec = with_goal()
    assert spec.aggregate.goal_due_at(spec.aggregate.goals[GOAL], now()) == datetime(2026, 4, 1, 22, tzinfo=UTC)
    with_goal().when(lambda p: p.goal_falls_due(on("04-01", 21), GOAL)).then_nothing()
    with_goal().when(lambda p: p.goal_falls_due(on("04-01", 22), GOAL)).then(
        P.GoalChecked, value=0, expected=25, checked_by="timer", status="AtRisk", checked_on=date(2026, 4, 2)
    )
    soon = with_goal(due=date(2026, 3, 31))
    at = soon.aggregate.goal_due_at(soon.aggregate.goals[GOAL], now())
    assert at == datetime(2026, 4, 16, 22, tzinfo=UTC)  # ten business days over Easter
    soon.when(lambda p: p.goal_falls_due(now(at, at + timedelta(hours=1)), GOAL)).then(
        P.GoalMissed, value=0, target=100, late_by_s=3600
    )


def test_who_confirmed_it_and_who_gave_it_up() -> None:
    with_goal().when(lambda p: p.confirm_goal(now(), GOAL, PERSON)).then(P.GoalConfirmedByCustomer, by_subject=PERSON)
    gone = happened(P.GoalWithdrawn, goal_id=GOAL, reason_ref=WORDS)
    with_goal().when(lambda p: p.withdraw_goal(now(), GOAL, WORDS)).then(P.GoalWithdrawn)
    with_goal(gone).when(lambda p: p.check_goal(now(), GOAL, 1, None)).then_raises(Rejected, "goal-not-open")


# -- the arithmetic


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), DAYS, DAYS, DAYS)
def test_expected_is_the_line_rounded_half_up(baseline: int, target: int, first: date, due: date, on_: date) -> None:
    assume(first < due)
    found = rules.expected(baseline, target, first, due, on_)
    elapsed = min(max((on_ - first).days, 0), (due - first).days)
    exact = Fraction(baseline) + Fraction((target - baseline) * elapsed, (due - first).days)
    assert Fraction(found) - exact <= Fraction(1, 2)
    assert exact - Fraction(found) < Fraction(1, 2)
    assert min(baseline, target) <= found <= max(baseline, target)


@given(st.integers(0, 10**6), st.integers(1, 10**6), DAYS, st.integers(3, 400), st.data())
def test_checkpoints_are_met_and_the_line_runs_through_them(
    baseline: int, way: int, first: date, days: int, data: st.DataObject
) -> None:
    due, on_ = first + timedelta(days=days), first + timedelta(days=data.draw(st.integers(1, days - 1)))
    value = data.draw(st.integers(baseline, baseline + way))
    points = [(on_, value)]
    assert rules.expected(baseline, baseline + way, first, due, on_, points) == value
    assert rules.expected(baseline, baseline + way, first, due, due, points) == baseline + way
    line = [
        rules.expected(baseline, baseline + way, first, due, first + timedelta(days=n), points) for n in range(days)
    ]
    assert line == sorted(line)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-3000, 3000), st.integers(-3000, 3000))
def test_a_better_value_is_never_judged_worse(baseline: int, target: int, value: int, should: int) -> None:
    assume(target != baseline)
    better = value + (1 if target > baseline else -1)
    order = ["OffTrack", "AtRisk", "OnTrack"]
    now_, then = (order.index(rules.status(baseline, target, v, should, 1000, 2500)) for v in (value, better))
    assert then >= now_


def test_half_goes_up() -> None:
    due = FIRST + timedelta(days=2)
    assert [rules.expected(b, t, FIRST, due, FIRST + timedelta(days=1)) for b, t in ((0, 1), (0, -1), (1, 0))] == [
        1,
        0,
        1,
    ]
    assert (rules.progress_bp(0, 3, 1), rules.progress_bp(0, 3, 2), rules.progress_bp(3, 0, 2)) == (3333, 6667, 3333)
