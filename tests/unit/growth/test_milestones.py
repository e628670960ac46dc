"""Milestones: dates, dependencies, what is blocked and violated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.growth.domain import GrowthPlan
from shared.errors import NotFound, Rejected
from tests.unit.growth.plans import (
    INITIATIVE,
    M1,
    M2,
    M3,
    OTHER,
    WORDS,
    depends,
    happened,
    later,
    milestone,
    now,
    on,
    overdue,
    plan,
)

P = GrowthPlan
DONE = happened(
    P.MilestoneCompleted, milestone_id=M1, initiative_id=INITIATIVE, completed_at=now().at,
    completed_on=date(2026, 3, 2), due=date(2026, 3, 28), days_late=0,
)  # fmt: skip


def plan_one(p: GrowthPlan, **fields: Any) -> None:
    known: dict[str, Any] = {"title": "Step", "owner": "u8", "due": date(2026, 3, 28)}
    p.plan_milestone(now(), M2, INITIATIVE, **(known | fields))


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"owner": " "}, "owner-missing"),
        ({"title": ""}, "title-missing"),
        ({"due": date(2026, 3, 1)}, "due-past"),
        ({"duration_days": -1}, "duration-wrong"),
    ],
)
def test_nothing_exists_without_owner_and_date(fields: dict[str, Any], slug: str) -> None:
    plan().when(lambda p: plan_one(p, **fields)).then_raises(Rejected, slug)


def test_a_milestone_begins_with_due_version_one() -> None:
    plan().when(plan_one).then(P.MilestonePlanned, due_version=1, due=date(2026, 3, 28), owner="u8")
    plan(milestone(M2)).when(plan_one).then_raises(Rejected, "milestone-exists")


def test_rescheduling_counts_and_clears() -> None:
    to = date(2026, 4, 10)
    spec = plan(overdue()).when(lambda p: p.reschedule_milestone(on("03-30"), M1, to, WORDS))
    spec.then_each(
        (
            P.MilestoneRescheduled,
            {"from_due": date(2026, 3, 28), "to_due": to, "due_version": 2, "times_rescheduled": 1},
        ),
        (P.MilestoneOverdueCleared, {"reason": "rescheduled", "due_version": 1}),
    )
    plan().when(lambda p: p.reschedule_milestone(now(), M1, date(2026, 3, 28), WORDS)).then_nothing()
    plan().when(lambda p: p.reschedule_milestone(now(), M1, date(2026, 3, 1), WORDS)).then_raises(Rejected, "due-past")


def test_completion_in_time_and_late() -> None:
    plan().when(lambda p: p.complete_milestone(on("03-28"), M1)).then(P.MilestoneCompleted, days_late=0)
    plan(overdue()).when(lambda p: p.complete_milestone(on("03-30"), M1)).then_each(
        (P.MilestoneCompleted, {"days_late": 2}), (P.MilestoneOverdueCleared, {"reason": "completed"})
    )


@pytest.mark.parametrize(
    ("at", "reason"), [("2026-03-28T22:59:59+00:00", "backdated"), ("2026-03-28T23:00:00+00:00", "completed")]
)
def test_backdating_is_judged_at_the_accounts_midnight(at: str, reason: str) -> None:
    when = later(now(datetime.fromisoformat(at)), datetime(2026, 3, 30, tzinfo=UTC))
    plan(overdue()).when(lambda p: p.complete_milestone(when, M1)).then_each(
        (P.MilestoneCompleted, {}), (P.MilestoneOverdueCleared, {"reason": reason})
    )


@pytest.mark.parametrize(("days", "by", "allowed"), [(5, "u8", True), (6, "u8", False), (6, "u7", True)])
def test_backdating_beyond_five_days_needs_the_plan_owner(days: int, by: str, allowed: bool) -> None:
    at = on("03-10", by=f"user:{by}")
    spec = plan().when(lambda p: p.complete_milestone(later(at, at.at + timedelta(days=days)), M1))
    if allowed:
        spec.then(P.MilestoneCompleted)
    else:
        spec.then_raises(Rejected, "backdating-needs-plan-owner")


def test_nothing_is_done_in_the_future_or_twice() -> None:
    ahead = later(on("03-10"), now().at)
    plan().when(lambda p: p.complete_milestone(ahead, M1)).then_raises(Rejected, "completed-in-future")
    plan(DONE).when(lambda p: p.complete_milestone(now(), M1)).then_raises(Rejected, "milestone-not-open")


def test_reopening_gives_a_new_due_version() -> None:
    plan(DONE).when(lambda p: p.reopen_milestone(now(), M1, date(2026, 4, 1), WORDS)).then(
        P.MilestoneReopened, due_version=2, due=date(2026, 4, 1)
    )
    plan().when(lambda p: p.reopen_milestone(now(), M1, date(2026, 4, 1), WORDS)).then_raises(
        Rejected, "milestone-open"
    )


def test_start_waive_reassign() -> None:
    plan().when(lambda p: p.start_milestone(now(), M1)).then(P.MilestoneStarted, started_on=date(2026, 3, 2))
    begun = happened(P.MilestoneStarted, milestone_id=M1, started_on=date(2026, 3, 2))
    plan(begun).when(lambda p: p.start_milestone(now(), M1)).then_raises(Rejected, "milestone-started")
    plan(overdue()).when(lambda p: p.waive_milestone(now(), M1, WORDS)).then_each(
        (P.MilestoneWaived, {}), (P.MilestoneOverdueCleared, {"reason": "waived"})
    )
    plan().when(lambda p: p.reassign_milestone(now(), M1, "u9")).then(P.MilestoneReassigned, to_owner="u9")
    plan().when(lambda p: p.reassign_milestone(now(), M1, "")).then_raises(Rejected, "owner-missing")


# -- dependencies


def add(p: GrowthPlan, m: Any = M2, before: Any = M1, kind: Any = "FS", lag: int = 0, other: Any = None) -> None:
    p.add_dependency(now(), m, before, kind, lag, other)


def test_a_dependency_that_fits_says_nothing_more() -> None:
    plan(milestone(M2, "2026-03-31")).when(add).then(P.MilestoneDependencyAdded, kind="FS", predecessor_id=M1)
    plan(milestone(M2, "2026-03-31"), depends()).when(add).then_nothing()
    plan(milestone(M2), depends()).when(lambda p: add(p, lag=1)).then_raises(Rejected, "dependency-exists")
    plan().when(add).then_raises(NotFound, "milestone-unknown")
    plan(milestone(M2)).when(lambda p: add(p, lag=251)).then_raises(Rejected, "lag-wrong")


def test_two_never_wait_for_each_other() -> None:
    three = (milestone(M2, "2026-04-01"), milestone(M3, "2026-04-02"), depends(), depends(M3, M2))
    plan(*three).when(lambda p: add(p, M1, M3, "FF")).then_raises(Rejected, "dependency-cycle")
    plan().when(lambda p: add(p, M1, M1)).then_raises(Rejected, "dependency-cycle")
    plan().when(lambda p: add(p, M1, M3, other=OTHER)).then(P.MilestoneDependencyAdded, predecessor_plan_id=OTHER)


def test_a_violated_dependency_proposes_and_blocks() -> None:
    spec = plan(milestone(M2, "2026-03-27", duration_days=1)).when(lambda p: add(p, lag=2))
    spec.then_each(
        (P.MilestoneDependencyAdded, {}),
        (P.MilestoneDependencyViolated, {"milestone_id": M2, "earliest_possible": date(2026, 4, 1), "due_version": 1}),
        (P.MilestoneBlocked, {"milestone_id": M2, "blocked_by": (M1,)}),
    )
    assert spec.aggregate is not None
    assert spec.aggregate.milestones[M2].due == date(2026, 3, 27)  # nothing moves


def test_removing_what_blocks_frees_it() -> None:
    late = (milestone(M2, "2026-03-20"), depends(), happened(P.MilestoneBlocked, milestone_id=M2, blocked_by=(M1,)))
    told = happened(
        P.MilestoneDependencyViolated, milestone_id=M2, predecessor_id=M1, kind="FS", due=date(2026, 3, 20),
        due_version=1, predecessor_due=date(2026, 3, 28), predecessor_due_version=1,
        earliest_possible=date(2026, 3, 28), owner="u8", predecessor_owner="u8",
    )  # fmt: skip
    freed = (P.MilestoneUnblocked, {"milestone_id": M2})
    plan(*late, told).when(lambda p: p.remove_dependency(now(), M2, M1)).then_each(
        (P.MilestoneDependencyRemoved, {}), freed
    )
    plan(*late, told).when(lambda p: p.waive_milestone(now(), M1, WORDS)).then_each((P.MilestoneWaived, {}), freed)
    plan(*late, told).when(lambda p: p.complete_milestone(now(), M1)).then_each((P.MilestoneCompleted, {}), freed)
    plan(*late, told).when(lambda p: p.start_milestone(now(), M1)).then(P.MilestoneStarted)
    plan().when(lambda p: p.remove_dependency(now(), M2, M1)).then_raises(NotFound, "dependency-unknown")


def test_a_circle_between_plans_is_told_once() -> None:
    found = happened(P.DependencyCycleDetected, milestone_ids=(M1, M2), plan_ids=(OTHER,))
    plan().when(lambda p: p.cycle_found((M1, M2), (OTHER,))).then(P.DependencyCycleDetected)
    plan(found).when(lambda p: p.cycle_found((M1, M2), (OTHER,))).then_nothing()
