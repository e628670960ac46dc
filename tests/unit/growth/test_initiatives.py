"""Initiatives and deals."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.growth.domain import GrowthPlan
from shared.errors import NotFound, Rejected
from tests.unit.growth.plans import (
    DRAFTED,
    GOAL,
    INITIATIVE,
    M1,
    OTHER,
    PERSON,
    WORDS,
    goal,
    happened,
    initiative,
    now,
    overdue,
    plan,
)

P = GrowthPlan
WITH_GOAL = (DRAFTED, goal())
APPROVED = happened(P.InitiativeApproved, initiative_id=INITIATIVE, approver="user:u1")
STARTED = happened(P.InitiativeStarted, initiative_id=INITIATIVE)
SUBMITTED = happened(P.GrowthPlanSubmitted, submitted_by="user:u7")


def propose(p: GrowthPlan, **fields: Any) -> None:
    known: dict[str, Any] = {
        "title": "Second site", "owner": "u8", "due": date(2026, 11, 30), "goal_ids": (GOAL,),
        "stakeholders": (PERSON,), "opportunity_id": None, "no_opportunity_ref": WORDS,
    }  # fmt: skip
    p.propose_initiative(now(), INITIATIVE, **(known | fields))


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({"owner": ""}, "owner-missing"),
        ({"goal_ids": ()}, "goal-missing"),
        ({"stakeholders": ()}, "stakeholder-missing"),
        ({"no_opportunity_ref": None}, "opportunity-missing"),
        ({"due": date(2026, 3, 1)}, "due-past"),
        ({"title": ""}, "title-missing"),
    ],
)
def test_what_an_initiative_needs(fields: dict[str, Any], slug: str) -> None:
    plan(base=WITH_GOAL).when(lambda p: propose(p, **fields)).then_raises(Rejected, slug)


def test_it_serves_goals_of_this_plan() -> None:
    plan(base=WITH_GOAL).when(lambda p: propose(p, goal_ids=(UUID(int=99),))).then_raises(NotFound, "goal-unknown")
    plan(base=WITH_GOAL).when(propose).then(P.InitiativeProposed, origin="person", goal_ids=(GOAL,))
    plan().when(propose).then_raises(Rejected, "initiative-exists")


def test_only_a_qbrs_action_comes_without_goals_and_into_a_plan_in_review() -> None:
    plan(base=WITH_GOAL).when(lambda p: propose(p, goal_ids=(), origin="qbr_action")).then(
        P.InitiativeProposed, origin="qbr_action", goal_ids=()
    )
    plan(SUBMITTED, base=WITH_GOAL).when(lambda p: propose(p, origin="qbr_action")).then(P.InitiativeProposed)
    plan(SUBMITTED, base=WITH_GOAL).when(propose).then_raises(Rejected, "plan-in-review")
    plan(base=(DRAFTED, goal(), initiative(goal_ids=()))).when(
        lambda p: p.approve_initiative(now(), INITIATIVE)
    ).then_raises(Rejected, "initiative-unaligned")
    plan(base=(DRAFTED, goal(), initiative(goal_ids=()))).when(
        lambda p: p.align_initiative(now(), INITIATIVE, (GOAL,))
    ).then(P.InitiativeAligned, goal_ids=(GOAL,))


def test_its_way() -> None:
    plan().when(lambda p: p.approve_initiative(now(), INITIATIVE)).then(P.InitiativeApproved)
    plan(APPROVED).when(lambda p: p.start_initiative(now(), INITIATIVE)).then(P.InitiativeStarted)
    plan(APPROVED, STARTED).when(lambda p: p.hold_initiative(now(), INITIATIVE, WORDS)).then(P.InitiativePutOnHold)
    held = happened(P.InitiativePutOnHold, initiative_id=INITIATIVE, reason_ref=WORDS)
    plan(APPROVED, STARTED, held).when(lambda p: p.resume_initiative(now(), INITIATIVE)).then(P.InitiativeResumed)
    plan().when(lambda p: p.reassign_initiative(now(), INITIATIVE, "u9")).then(P.InitiativeReassigned, from_owner="u8")


@pytest.mark.parametrize(
    "do",
    [
        lambda p: p.start_initiative(now(), INITIATIVE),
        lambda p: p.hold_initiative(now(), INITIATIVE, WORDS),
        lambda p: p.resume_initiative(now(), INITIATIVE),
        lambda p: p.complete_initiative(now(), INITIATIVE, "achieved", None),
    ],
)
def test_a_proposed_one_is_only_approved_or_cancelled(do: Any) -> None:
    plan().when(do).then_raises(Rejected, "initiative-status")


def test_completion_waits_for_its_milestones_and_tells_the_action() -> None:
    done = lambda p: p.complete_initiative(now(), INITIATIVE, "partly", None)  # noqa: E731
    plan(APPROVED, STARTED).when(done).then_raises(Rejected, "milestones-open")
    of_action = (DRAFTED, goal(), initiative(origin="qbr_action", from_action_id=OTHER), APPROVED, STARTED)
    plan(base=of_action).when(done).then(P.InitiativeCompleted, outcome="partly", from_action_id=OTHER)


def test_cancelling_waives_its_open_milestones() -> None:
    plan(overdue()).when(lambda p: p.cancel_initiative(now(), INITIATIVE, WORDS)).then_each(
        (P.InitiativeCancelled, {}),
        (P.MilestoneWaived, {"milestone_id": M1}),
        (P.MilestoneOverdueCleared, {"reason": "initiative_ended"}),
    )


def test_a_deal_has_one_primary_initiative() -> None:
    two = (DRAFTED, goal(), initiative(), initiative(OTHER))

    def link(p: GrowthPlan) -> None:
        p.link_opportunity(now(), INITIATIVE, "o1", (PERSON,))
        p.link_opportunity(now(), OTHER, "o1", (PERSON, PERSON))
        p.unlink_opportunity(now(), INITIATIVE, "o1")

    plan(base=two).when(link).then_each(
        (P.OpportunityLinked, {"primary": True}),
        (P.OpportunityLinked, {"primary": False, "stakeholders": (PERSON,)}),
        (P.OpportunityUnlinked, {"primary_initiative_id": OTHER}),
    )
    linked = happened(
        P.OpportunityLinked, opportunity_id="o1", initiative_id=INITIATIVE, stakeholders=(PERSON,), primary=True
    )
    plan(linked).when(lambda p: p.link_opportunity(now(), INITIATIVE, "o1", (PERSON,))).then_raises(
        Rejected, "opportunity-linked"
    )
    plan().when(lambda p: p.link_opportunity(now(), INITIATIVE, "o1", ())).then_raises(Rejected, "stakeholder-missing")
    plan().when(lambda p: p.unlink_opportunity(now(), INITIATIVE, "o1")).then_raises(Rejected, "opportunity-not-linked")
