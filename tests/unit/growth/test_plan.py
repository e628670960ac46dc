"""A plan's life."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.growth.domain import GrowthPlan
from shared.errors import Rejected
from tests.unit.growth.plans import (
    ACCOUNT,
    DRAFTED,
    GOAL,
    INITIATIVE,
    M1,
    OTHER,
    PLAN,
    WORDS,
    ZONE,
    goal,
    happened,
    initiative,
    milestone,
    now,
    overdue,
    plan,
)

P = GrowthPlan
SUBMITTED = happened(P.GrowthPlanSubmitted, submitted_by="user:u7")
WAIVED = happened(P.MilestoneWaived, milestone_id=M1, reason_ref=WORDS)
ACTIVE = (
    SUBMITTED,
    happened(P.GrowthPlanApproved, approver="user:u1", tier="B", duty="owner", policy_version=1),
)


def draft(**fields: Any) -> GrowthPlan:
    known: dict[str, Any] = {"title": "T", "owner": "u7", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    return GrowthPlan.draft(now(), PLAN, ACCOUNT, zone=ZONE, **(known | fields))


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"title": " "}, "title-missing"),
        ({"title": "x" * 121}, "title-too-long"),
        ({"owner": ""}, "owner-missing"),
        ({"ends_on": date(2026, 1, 1)}, "period-backwards"),
    ],
)
def test_nothing_begins_without_title_owner_and_period(fields: dict[str, Any], slug: str) -> None:
    plan(base=()).when(lambda _: draft(**fields)).then_raises(Rejected, slug)


def test_a_draft_has_owner_and_period() -> None:
    plan(base=()).when(lambda _: draft()).then(P.GrowthPlanDrafted, owner="u7", ends_on=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("base", "slug"),
    [
        ((DRAFTED,), "goal-missing"),
        ((DRAFTED, goal()), "initiative-missing"),
        ((DRAFTED, goal(), initiative()), "milestone-missing"),
        ((DRAFTED, goal(), initiative(), milestone(), initiative(OTHER, goal_ids=())), "initiative-unaligned"),
        ((DRAFTED, goal(), goal(OTHER), initiative(), milestone()), "initiative-missing"),
        ((DRAFTED, goal(), initiative(), milestone(), WAIVED), "milestone-missing"),
    ],
)  # fmt: skip
def test_submission_needs_goal_initiative_and_milestone(base: Any, slug: str) -> None:
    plan(base=base).when(lambda p: p.submit(now())).then_raises(Rejected, slug)


def test_a_whole_plan_is_submitted_once() -> None:
    plan().when(lambda p: p.submit(now())).then(P.GrowthPlanSubmitted, submitted_by="user:u7")
    plan(SUBMITTED).when(lambda p: p.submit(now())).then_raises(Rejected, "plan-not-draft")


@pytest.mark.parametrize(
    ("by", "roles", "duty", "slug"),
    [
        ("user:u9", (), "head_of_kam", "head-of-kam-needed"),
        ("user:u7", ("head_of_kam",), "head_of_kam", "approver-is-author"),
        ("user:u9", (), "owner", "plan-owner-needed"),
    ],
)
def test_who_may_not_approve(by: str, roles: tuple[str, ...], duty: Any, slug: str) -> None:
    plan(SUBMITTED).when(lambda p: p.approve(now(by=by, roles=roles), duty, "A")).then_raises(Rejected, slug)


def test_who_may_approve() -> None:
    head = now(by="user:u1", roles=("head_of_kam",))
    plan(SUBMITTED).when(lambda p: p.approve(head, "head_of_kam", "A")).then(P.GrowthPlanApproved, approver="user:u1")
    plan(SUBMITTED).when(lambda p: p.approve(now(), "owner", "B")).then(P.GrowthPlanApproved, duty="owner", tier="B")
    plan().when(lambda p: p.approve(now(), "owner", "B")).then_raises(Rejected, "plan-not-in-review")


def test_a_plan_in_review_does_not_change_until_it_is_returned() -> None:
    plan(SUBMITTED).when(lambda p: p.withdraw_goal(now(), GOAL, WORDS)).then_raises(Rejected, "plan-in-review")
    plan(SUBMITTED).when(lambda p: p.return_(now(), WORDS)).then(P.GrowthPlanReturned, reason_ref=WORDS)


def test_an_active_plan_is_revised_and_stays_active() -> None:
    head = ("New", "u9", date(2026, 1, 1), date(2027, 1, 31))
    spec = plan(*ACTIVE).when(lambda p: p.revise(now(), *head, WORDS))
    spec.then(P.GrowthPlanRevised, revision=1, owner="u9")
    assert spec.aggregate is not None
    assert spec.aggregate.status == "Active"
    same = ("Acme 2026", "u7", date(2026, 1, 1), date(2026, 12, 31))
    plan(*ACTIVE).when(lambda p: p.revise(now(), *same, WORDS)).then_nothing()


def test_the_end_clears_what_is_overdue() -> None:
    plan(*ACTIVE, overdue()).when(lambda p: p.close(now(), "partly", None)).then_each(
        (P.GrowthPlanClosed, {"result": "partly"}), (P.MilestoneOverdueCleared, {"reason": "plan_ended"})
    )
    plan(overdue()).when(lambda p: p.abandon(now(), WORDS)).then_each(
        (P.GrowthPlanAbandoned, {}), (P.MilestoneOverdueCleared, {"milestone_id": M1})
    )
    plan(*ACTIVE).when(lambda p: p.supersede(OTHER)).then(P.GrowthPlanSuperseded, by_plan_id=OTHER)


def test_only_an_active_plan_is_closed_and_none_twice() -> None:
    plan().when(lambda p: p.close(now(), "achieved", None)).then_raises(Rejected, "plan-not-active")
    over = happened(P.GrowthPlanAbandoned, abandoned_by="user:u7", reason_ref=WORDS)
    plan(over).when(lambda p: p.abandon(now(), WORDS)).then_raises(Rejected, "plan-not-open")
    plan(over).when(lambda p: p.start_initiative(now(), INITIATIVE)).then_raises(Rejected, "plan-not-open")


def test_a_new_zone_is_adopted_once() -> None:
    plan().when(lambda p: p.adopt_zone("Asia/Tokyo")).then(P.GrowthPlanZoneAdopted, was=ZONE)
    plan().when(lambda p: p.adopt_zone(ZONE)).then_nothing()


def test_the_plan_check_follows_the_tiers_cadence() -> None:
    spec = plan(*ACTIVE)  # approved on 1 January
    assert spec.aggregate is not None
    found = spec.aggregate.check_due(now(), 91)
    assert found is not None
    assert (found[0], found[1]) == ("due", date(2026, 4, 2))
    due = now(found[2])
    spec.when(lambda p: p.come_to_check(due, 91, "A")).then(P.GrowthPlanCheckDue, due_on=date(2026, 4, 2), late_by_s=0)
    plan(*ACTIVE).when(lambda p: p.come_to_check(now(), 91, "A")).then_nothing()
