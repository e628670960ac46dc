"""A scripted quarter through the public APIs only: every event, every alert once, every command twice, every replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from deploy.local.postgres import Postgres
from shared.contracts.base import Envelope
from shared.protos import growth_pb2, qbr_pb2
from shared.protos.accounts_pb2 import GetEventRequest
from tests.features.json_door import json_door
from tests.features.quarter import START, Quarter, at, play
from tests.features.two_services import two_services
from tests.integration.qbr_chain import ACCOUNT, BUYER, USER

pytestmark = pytest.mark.asyncio(loop_scope="module")

Expected = list[tuple[str, datetime, dict[str, Any]]]
ALERTS = {
    "QBRDueSoon": 7, "QBRMissed": 0, "QBRSummaryOverdue": 1, "QBRCloseOverdue": 1, "ActionItemDueSoon": 2,
    "ActionItemOverdue": 1, "GrowthPlanDutyMissed": 1, "GrowthPlanCheckDue": 0, "MilestoneDueSoon": 4,
    "MilestoneOverdue": 1, "MilestoneOverdueEscalated": 1, "GoalMissed": 0, "InitiativeProposalRefused": 0,
    "DependencyCycleDetected": 0, "MilestoneDependencyViolated": 0,
}  # fmt: skip
"""How often each fact that somebody must be told happens in this quarter."""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["grpc", "json"])
async def quarter(postgres: Postgres, request: pytest.FixtureRequest) -> AsyncIterator[Quarter]:
    """After the story, told by gRPC or through the portal's JSON API. No test of this module changes it."""
    async with (
        two_services(postgres, f"quarter_{request.param}", START) as house,
        json_door(house.qbr.target, house.growth.target, house.qbr.clock) as door,
    ):
        house.door = door if request.param == "json" else None
        yield await play(house)


async def test_every_event_of_the_reviews_in_order(quarter: Quarter) -> None:
    q, later = {"qbr_id": quarter["qbr"]}, {"qbr_id": quarter["next"]}
    ours, customer = {"action_id": quarter["ours"]}, {"action_id": quarter["customer"]}
    buyer, held, midnight = str(BUYER), at(4, 14, 8, 30), at(1, 15, 23)
    (pack,) = [e.data["pack_hash"] for e in told(quarter, "qbr") if e.type == "QBRDataPackFrozen"]
    assert_told(told(quarter, "qbr"), [
        ("QbrTemplatePublished", START, {"template_id": "std"}),
        ("QBRSeriesStarted", START, {"tier": "A", "interval_days": 91, "anchor": "2026-01-15", "due_by": "2026-04-16"}),
        ("QBRPlanned", midnight, q | {"due_by": "2026-04-16", "grace_days": 14, "window_opens": "2026-01-16"}),
        ("QBRDueSoon", midnight, q | {"step": "plan", "days_left": 90}),
        ("QBRDueSoon", at(2, 14, 23), q | {"step": "invite", "days_left": 60}),
        ("QBRScheduled", at(2, 20, 9), q | {"at": "2026-04-14T08:30:00Z", "accepted": [buyer]}),
        ("QBRDueSoon", at(3, 14, 23), q | {"step": "accept_30", "days_left": 30}),
        ("QBRAcceptanceRecorded", at(3, 20, 9), q | {"subject_id": str(USER)}),
        ("QBRDueSoon", at(3, 30, 22), q | {"step": "freeze", "days_left": 14}),
        ("QBRPreparationStarted", at(4, 1, 8), q),
        ("QBRAgendaNoted", at(4, 1, 8, 10), q | {"section": "goals"}),
        ("QBRDataPackFrozen", at(4, 1, 8, 10), q | {"locale": "de", "template": {"id": "std", "version": 1}}),
        ("QBRPackAnnotated", at(4, 1, 8, 10), q | {"section": "usage"}),
        ("QBRDueSoon", at(4, 6, 22), q | {"step": "agenda", "days_left": 7}),
        ("QBRPackPublished", at(4, 8, 8), q | {"audience": "customer", "pack_hash": pack, "active_minutes": 10}),
        ("QBRHeld", held, q | {
            "due_by": "2026-04-16", "days_vs_due": -2, "mode": "onsite", "minutes": 75, "pack_hash": pack,
            "template": {"id": "std", "version": 1}, "economic_buyer_present": True, "next_qbr": "2026-07-14",
            "attendees": {"customer": [{"subject": buyer, "roles": ["ECONOMIC_BUYER"]}], "own": ["u1", "u2"]},
            "rating": {"criteria_version": 1, "values": [4, 3, 5, 4]},
        }),
        ("QBRRated", held, q | {"rating": {"criteria_version": 1, "values": [4, 3, 5, 4]}}),
        ("QBRResultsRecorded", held, q),
        ("QBRSeriesRetimed", held, {"cause": "held", "was_due_by": "2026-04-16", "due_by": "2026-07-14"}),
        ("QBRPlanned", held, later | {"due_by": "2026-07-14", "window_opens": "2026-04-15"}),
        ("QBRDecisionRecorded", at(4, 14, 10), q | {"decision_id": quarter["decision"], "agreed_by": ["u1", buyer]}),
        ("ActionItemAgreed", at(4, 14, 10), q | ours | {
            "side": "ours", "owner": "u1", "due": "2026-05-15", "decision_id": quarter["decision"]}),
        ("ActionItemPromoted", at(4, 14, 10), q | ours | {
            "initiative_id": quarter["initiative"], "title": "Offer for the extension", "owner": "u1",
            "due": "2026-05-15", "goal_ids": [], "stakeholders": [buyer], "opportunity_id": None,
            "no_opportunity_reason": "agreed in a QBR", "decision_id": quarter["decision"]}),
        ("ActionItemAgreed", at(4, 14, 10), q | customer | {"side": "customer", "owner": buyer, "due": "2026-04-30"}),
        ("QBRDueSoon", at(4, 14, 22), later | {"step": "plan", "days_left": 90}),
        ("QBRSummaryOverdue", at(4, 15, 22), q | {"due_on": "2026-04-15"}),
        ("QBRMinutesApproved", at(4, 16, 8), q),
        ("QBRSummarySent", at(4, 16, 8), q | {"due_on": "2026-04-15", "late": True}),
        ("QBRCloseOverdue", at(4, 21, 22), q | {"due_on": "2026-04-21"}),
        ("QBRClosed", at(4, 22, 8), q | {"actions": 2, "next_qbr_id": quarter["next"]}),
        ("ActionItemDueSoon", at(4, 26, 22), customer | {"owner": buyer, "due": "2026-04-30", "due_version": 1}),
        ("ActionItemOverdue", at(4, 30, 22), customer | {
            "owner": buyer, "due": "2026-04-30", "due_version": 1, "times_rescheduled": 0, "blocked": False}),
        ("ActionItemDone", at(5, 4, 8), customer | {"on_time": False, "evidence_ref": "mail-1"}),
        ("ActionItemStarted", at(5, 4, 8), ours),
        ("ActionItemDueSoon", at(5, 10, 22), ours | {"owner": "u1", "due": "2026-05-15"}),  # the 14th is a holiday
        ("QBRDueSoon", at(5, 14, 22), later | {"step": "invite", "days_left": 60}),
        ("ActionItemDone", at(5, 15, 8), ours | {"on_time": True}),
    ])  # fmt: skip


async def test_every_event_of_the_plan_in_order(quarter: Quarter) -> None:
    plan, initiative = {"plan_id": quarter["plan"]}, {"initiative_id": quarter["initiative"]}
    first, second = ({"milestone_id": quarter[n], "due_version": 1} for n in ("first", "second"))
    books = [e for e in told(quarter, "growth") if e.type == "PlaybookPublished"]
    assert len(books) == 5
    assert {e.effective_at for e in books} == {START}
    action, goals, now = {"from_action_id": quarter["ours"]}, {"goal_ids": [quarter["goal"]]}, at(4, 15, 9)
    assert_told([e for e in told(quarter, "growth") if e not in books], [
        ("GrowthPlanRequired", START, {"tier": "A", "duty": "head_of_kam", "due_on": "2026-01-29"}),
        ("GrowthPlanDutyMissed", at(1, 29, 23), {"tier": "A", "due_on": "2026-01-29"}),
        ("GrowthPlanDrafted", at(4, 14, 10), plan | {"owner": "u1", "drafted_by": "policy:growth"}),
        ("InitiativeProposed", at(4, 14, 10), plan | initiative | action | {
            "title": "Offer for the extension", "owner": "u1", "due": "2026-05-15", "goal_ids": [],
            "stakeholders": [str(BUYER)], "origin": "qbr_action"}),
        ("GoalSet", now, plan | {"goal_id": quarter["goal"], "baseline": 100, "target": 200, "due": "2026-12-31"}),
        ("InitiativeAligned", now, initiative | goals),
        ("MilestonePlanned", now, first | initiative | {"owner": "u2", "due": "2026-05-08"}),
        ("GrowthPlanSubmitted", now, plan | {"submitted_by": "user:u1"}),
        ("GrowthPlanApproved", now, plan | {"approver": "user:boss", "tier": "A", "duty": "head_of_kam"}),
        ("InitiativeApproved", now, initiative),
        ("InitiativeStarted", now, initiative),
        ("MilestonePlanned", now, second | initiative | {"owner": "u1", "due": "2026-05-13"}),
        ("MilestoneDependencyAdded", now, {
            "milestone_id": quarter["second"], "predecessor_id": quarter["first"], "kind": "FS", "lag_days": 0}),
        ("MilestoneDueSoon", at(4, 22, 22), first | {"business_days_left": 10, "owner": "u2"}),  # 1 May is a holiday
        ("MilestoneDueSoon", at(4, 27, 22), second | {"business_days_left": 10, "owner": "u1"}),
        ("MilestoneDueSoon", at(5, 4, 22), first | {"business_days_left": 3}),
        ("MilestoneCompleted", at(5, 6, 8), {"milestone_id": quarter["first"], "days_late": 0}),
        ("MilestoneDueSoon", at(5, 7, 22), second | {"business_days_left": 3}),
        ("MilestoneOverdue", at(5, 13, 22), second | initiative | plan | {
            "account_id": str(ACCOUNT), "tier": "A", "owner": "u1", "due": "2026-05-13", "tz": "Europe/Berlin",
            "times_rescheduled": 0, "blocked_by": [], "blocks": [], "on_critical_path": True,
            "goals": [quarter["goal"]], "late_by_s": 0}),
        ("MilestoneOverdueEscalated", at(5, 13, 22), second | {
            "step_business_days": 0, "why": "critical_path",
            "recipients": [{"user_id": "u1", "role": "owner"}, {"user_id": "u1", "role": "plan_owner"}]}),
        ("MilestoneCompleted", at(5, 15, 8), {
            "milestone_id": quarter["second"], "completed_on": "2026-05-15", "days_late": 2}),
        ("MilestoneOverdueCleared", at(5, 15, 8), second | {"reason": "completed"}),
        ("InitiativeCompleted", at(5, 15, 8), initiative | action | {"outcome": "achieved"}),
    ])  # fmt: skip


async def test_every_alert_comes_once_and_in_time(quarter: Quarter) -> None:
    every = [*told(quarter, "qbr"), *told(quarter, "growth")]
    found = Counter(e.type for e in every)
    assert {name: found[name] for name in ALERTS} == ALERTS
    said = Counter((e.type, e.stream, *(str(e.data.get(k)) for k in _SAME)) for e in every if e.type in ALERTS)
    assert set(said.values()) == {1}
    assert {e.data.get("late_by_s", 0) for e in every} == {0}


_SAME = ("milestone_id", "due_version", "step", "business_days_left", "step_business_days")


async def test_what_caused_what_can_be_followed_from_the_decision_to_the_initiative(quarter: Quarter) -> None:
    by = {e.type: e for e in [*told(quarter, "qbr"), *told(quarter, "growth")] if e.data.get("side") != "customer"}
    chain = [by[n] for n in ("QBRDecisionRecorded", "ActionItemAgreed", "ActionItemPromoted", "InitiativeProposed")]
    assert [e.causation_id for e in chain[1:]] == [e.id for e in chain[:-1]]
    assert len({e.correlation_id for e in chain[1:]} - {None}) == 1
    asked = (("qbr", GetEventRequest, chain[0]), ("growth", growth_pb2.GetEventRequest, chain[3]))
    for service, request, event in asked:
        ask = getattr(quarter.house, service).ask
        found = await ask.GetEvent(request(event_id=event.id))
        assert (found.type.rpartition(".")[2], found.stream_id) == (event.type, str(event.stream))


async def test_the_ledger_shows_what_became_of_both_promises(quarter: Quarter) -> None:
    rows = (await pages(quarter))["ledger"].rows
    assert [(r.action.side, r.action.state, r.kept, r.initiative_state, r.outcome) for r in rows] == [
        ("ours", "Done", "kept", "Completed", "achieved"), ("customer", "Done", "late", "", ""),
    ]  # fmt: skip
    plan = (await pages(quarter))["plan"]
    assert [(m.title, m.status, m.overdue) for m in plan.milestones] == [
        ("Offer drafted", "Done", False), ("Offer sent", "Done", False),
    ]  # fmt: skip


async def test_the_same_commands_again_after_all_of_it_change_nothing(quarter: Quarter) -> None:
    assert len(quarter.house.sent) == 29
    for sent in quarter.house.sent:
        await quarter.house.again(sent)


async def test_a_rebuild_of_both_read_models_gives_the_same_answers_and_sends_nothing(quarter: Quarter) -> None:
    house = quarter.house
    heads, shown, answers = await house.heads(), await house.shown(), await pages(quarter)
    await house.rebuild()
    assert await house.shown() == shown
    assert await pages(quarter) == answers
    assert await house.heads() == heads
    assert answers["pack"].matches
    assert not [t for tables in shown.values() for t, rows in tables.items() if rows.startswith("0 ")]


async def test_everything_read_again_from_the_start_sends_nothing(quarter: Quarter) -> None:
    house = quarter.house
    heads, shown = await house.heads(), await house.shown()
    for service in (house.qbr, house.growth):
        async with service.engine.begin() as conn:
            await conn.execute(text("DELETE FROM positions WHERE source LIKE 'kam.%'"))
    await house.replay()
    assert (await house.heads(), await house.shown()) == (heads, shown)


def told(quarter: Quarter, service: str) -> list[Envelope]:
    """What the service published, in order."""
    return quarter.house.told[service].envelopes


def assert_told(found: list[Envelope], expected: Expected) -> None:
    """Type and instant of each, and the fields that are named."""
    assert [(e.type, e.effective_at) for e in found] == [(name, when) for name, when, _ in expected]
    for event, (name, _, fields) in zip(found, expected, strict=True):
        assert {k: event.data[k] for k in fields} == fields, name


async def pages(quarter: Quarter) -> dict[str, Any]:
    """What both APIs answer."""
    ask, of = quarter.house.qbr.ask, {"account_id": str(ACCOUNT)}
    return {
        "list": await quarter.house.qbr.listed(),
        "qbr": await quarter.house.qbr.qbr(quarter["qbr"]),
        "ledger": await ask.GetLedger(qbr_pb2.GetLedgerRequest(**of)),
        "pack": await ask.GetPack(qbr_pb2.GetPackRequest(qbr_id=quarter["qbr"])),
        "since": await ask.GetSinceLastQbr(qbr_pb2.GetSinceLastQbrRequest(**of)),
        "plan": await quarter.house.growth.plan(),
        "milestones": await quarter.house.growth.ask.ListMilestones(growth_pb2.ListMilestonesRequest(**of)),
    }
