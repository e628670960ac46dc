"""Plan duty, and that an account never has two active plans; the processes that lead there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.growth import process
from services.growth.domain import AccountPlanning
from services.growth.domain.values import AccountState
from services.growth.process import (
    AdoptZone,
    DraftForAction,
    LiftDuty,
    NoteStanding,
    ProposeFromAction,
    RefuseProposal,
    RequirePlan,
)
from shared.contracts.qbr.actions import ActionItemPromoted
from shared.errors import Rejected
from shared.testing import Spec
from tests.unit.growth.plans import ACCOUNT, AT, GOAL, INITIATIVE, OTHER, PERSON, PLAN, Given, happened, now, plan

A = AccountPlanning
OPENED: Given = (A.AccountPlanningOpened, {"account_id": ACCOUNT})
REGISTERED = happened(A.PlanRegistered, plan_id=PLAN)
ACTIVE = happened(A.PlanPutInForce, plan_id=PLAN)
DUE = date(2026, 3, 16)


def required(tier: str = "A", duty: str = "head_of_kam", version: int = 1, due: date | None = DUE) -> Given:
    return happened(
        A.GrowthPlanRequired, tier=tier, duty=duty, check_every_days=91, since=AT, due_on=due, duty_version=version,
        policy_version=1,
    )  # fmt: skip


def planning(*more: Given) -> Spec[AccountPlanning]:
    return Spec(AccountPlanning, OPENED, *more, id=A.create_id(ACCOUNT))


@pytest.mark.parametrize(
    ("tier", "duty", "days", "due"),
    [("A", "head_of_kam", 91, DUE), ("B", "owner", 182, DUE), ("C", "optional", 365, None)],
)
def test_the_duty_of_each_tier(tier: Any, duty: str, days: int, due: date | None) -> None:
    planning().when(lambda p: p.require(tier, AT, AT.date(), now())).then(
        A.GrowthPlanRequired, duty=duty, check_every_days=days, due_on=due, duty_version=1
    )


def test_another_tier_keeps_the_day_by_which_a_plan_is_owed() -> None:
    later = datetime(2026, 3, 10, tzinfo=UTC)
    planning(required("B", "owner")).when(lambda p: p.require("A", later, later.date(), now())).then(
        A.GrowthPlanRequired, due_on=DUE, duty_version=2
    )
    planning(required("C", "optional", due=None)).when(lambda p: p.require("A", later, later.date(), now())).then(
        A.GrowthPlanRequired, due_on=date(2026, 3, 24)
    )
    planning(required()).when(lambda p: p.require("A", later, later.date(), now())).then_nothing()


def test_a_duty_is_missed_once_and_not_with_a_plan_in_force() -> None:
    planning(required()).when(lambda p: p.miss_duty(1, 5)).then(A.GrowthPlanDutyMissed, due_on=DUE, late_by_s=5)
    missed = happened(A.GrowthPlanDutyMissed, tier="A", due_on=DUE, duty_version=1, late_by_s=0)
    planning(required(), missed).when(lambda p: p.miss_duty(1, 5)).then_nothing()
    planning(required(), REGISTERED, ACTIVE).when(lambda p: p.miss_duty(1, 5)).then_nothing()
    planning(required()).when(lambda p: p.miss_duty(2, 5)).then_nothing()
    planning(required("C", "optional", due=None)).when(lambda p: p.miss_duty(1, 5)).then_nothing()
    planning(required()).when(lambda p: p.lift("declassified")).then(A.GrowthPlanDutyLifted, why="declassified")
    planning().when(lambda p: p.lift("declassified")).then_nothing()


def test_one_draft_and_one_active_plan() -> None:
    planning(REGISTERED).when(lambda p: p.register(OTHER)).then_raises(Rejected, "plan-drafted-already")
    planning(REGISTERED, ACTIVE).when(lambda p: p.register(OTHER)).then(A.PlanRegistered, plan_id=OTHER)
    planning(REGISTERED).when(lambda p: p.put_in_force(OTHER)).then_raises(Rejected, "plan-not-drafted")
    both = planning(REGISTERED, ACTIVE, happened(A.PlanRegistered, plan_id=OTHER)).aggregate
    assert both is not None
    assert both.put_in_force(OTHER) == PLAN
    assert (both.active, both.draft) == (OTHER, None)


def test_the_duty_timer_is_armed_while_a_plan_is_owed() -> None:
    def timer(*more: Given) -> Any:
        p = planning(*more).aggregate
        assert p is not None
        return process.duty_timer(p, "Europe/Berlin").due_at

    assert timer(required()) == datetime(2026, 3, 16, 23, tzinfo=UTC)
    assert timer(required(), REGISTERED, ACTIVE) is None
    assert timer(required(), happened(A.AccountStandingNoted, live=False)) is None
    assert timer() is None


# -- PM2

KEY = AccountState(ACCOUNT, key_since=AT, tier="A")


@pytest.mark.parametrize(
    ("before", "after", "commands"),
    [
        (AccountState(ACCOUNT), KEY, [RequirePlan("A", AT)]),
        (KEY, KEY, []),
        (KEY, replace(KEY, tier="B"), [RequirePlan("B", AT)]),
        (KEY, replace(KEY, tier="N"), [LiftDuty("no_tier")]),
        (KEY, replace(KEY, key_since=None), [LiftDuty("declassified")]),
        (KEY, replace(KEY, live=False), [NoteStanding(False), LiftDuty("account_ended")]),
        (replace(KEY, live=False), KEY, [NoteStanding(True), RequirePlan("A", AT)]),
        (KEY, replace(KEY, zone="Asia/Tokyo"), [AdoptZone("Asia/Tokyo")]),
        (AccountState(ACCOUNT), AccountState(ACCOUNT, tier="A"), []),
    ],
)
def test_pm2_what_an_accounts_change_means(before: AccountState, after: AccountState, commands: list[Any]) -> None:
    assert process.plan_duty(before, after, AT) == commands


# -- PM4


def action(**fields: Any) -> ActionItemPromoted:
    known: dict[str, Any] = {
        "account_id": ACCOUNT, "action_id": UUID(int=50), "qbr_id": UUID(int=51), "initiative_id": UUID(int=52),
        "title": "Roll out", "owner": "u8", "due": date(2026, 6, 30), "goal_ids": (GOAL,), "stakeholders": (PERSON,),
        "opportunity_id": "o1",
    }  # fmt: skip
    return ActionItemPromoted.model_validate(known | fields)


def test_pm4_an_action_becomes_an_initiative() -> None:
    p, today = plan().aggregate, AT.date()
    assert process.promote(KEY, None, p, action(), today) == [ProposeFromAction(action(), PLAN)]
    assert process.promote(KEY, None, p, action(initiative_id=INITIATIVE), today) == []
    bare = action(goal_ids=())
    assert process.promote(KEY, None, None, bare, today) == [DraftForAction("u8"), ProposeFromAction(bare, None)]


def test_pm4_an_action_that_was_settled_is_not_looked_at_again() -> None:
    """Neither when its plan is over and another one is active, nor when what it was refused for is cured."""
    once = happened(A.InitiativeProposalNoted, action_id=action().action_id, initiative_id=action().initiative_id)
    known, active, today = planning(once).aggregate, plan().aggregate, AT.date()
    assert process.promote(KEY, known, active, action(), today) == []
    assert process.promote(KEY, known, None, action(), today) == []
    refused = happened(
        A.InitiativeProposalRefused, action_id=action().action_id, initiative_id=INITIATIVE, reason="due_past"
    )
    assert process.promote(KEY, planning(refused).aggregate, active, action(), today) == []
    planning(once).when(lambda p: p.note_proposed(action().action_id, INITIATIVE)).then_nothing()


@pytest.mark.parametrize(
    ("fields", "account", "reason"),
    [
        ({}, None, "account_unknown"),
        ({}, replace(KEY, live=False), "account_not_live"),
        ({"owner": " "}, KEY, "no_owner"),
        ({"title": "x" * 121}, KEY, "title_invalid"),
        ({"stakeholders": ()}, KEY, "no_stakeholder"),
        ({"opportunity_id": None}, KEY, "no_opportunity_reason"),
        ({"due": date(2026, 3, 1)}, KEY, "due_past"),
        ({"goal_ids": (OTHER,)}, KEY, "goal_unknown"),
    ],
)
def test_pm4_or_a_refusal(fields: dict[str, Any], account: AccountState | None, reason: Any) -> None:
    (found,) = process.promote(account, None, plan().aggregate, action(**fields), AT.date())
    assert found == RefuseProposal(UUID(int=50), UUID(int=52), reason)


def test_a_refusal_is_told_once() -> None:
    told = happened(A.InitiativeProposalRefused, action_id=OTHER, initiative_id=INITIATIVE, reason="due_past")
    planning().when(lambda p: p.refuse(OTHER, INITIATIVE, "due_past")).then(A.InitiativeProposalRefused)
    planning(told).when(lambda p: p.refuse(OTHER, INITIATIVE, "due_past")).then_nothing()
