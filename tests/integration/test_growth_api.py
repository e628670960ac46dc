"""A growth plan through the public API: from the key account to the closed plan, with plays, deals and whitespace."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from shared.protos import growth_pb2 as pb
from tests.integration.growth_service import (
    ACCOUNT,
    PERSON,
    GrowthService,
    Plan,
    drafted,
    growth_service,
    key_account,
)
from tests.integration.test_accounts_api import refused


@pytest.fixture
async def service(dsn: str) -> AsyncIterator[GrowthService]:
    async with growth_service(dsn) as found:
        yield found


@pytest.fixture
async def plan(service: GrowthService) -> Plan:
    await key_account(service)
    return await drafted(service)


async def test_a_plan_lives_from_draft_to_closed(service: GrowthService, plan: Plan) -> None:
    code, slug, _ = await refused(service.do("SubmitPlan", plan_id=plan.id))
    assert (code, slug) == (grpc.StatusCode.FAILED_PRECONDITION, "milestone-missing")
    m = await plan.milestone(date(2026, 4, 15))
    await service.do("SubmitPlan", plan_id=plan.id)
    assert (await refused(service.do("ApprovePlan", plan_id=plan.id)))[1] == "head-of-kam-needed"
    assert (await refused(service.do("ApprovePlan", plan_id=plan.id, roles=["head_of_kam"])))[1] == "approver-is-author"
    await service.do("ApprovePlan", plan_id=plan.id, user="boss", roles=["head_of_kam"])
    page = await service.plan()
    assert (page.plan.status, page.duty.duty, page.duty.missed, page.plan.approver) == (
        "Active",
        "head_of_kam",
        False,
        "user:boss",
    )
    for rpc in ("ApproveInitiative", "StartInitiative"):
        await service.do(rpc, plan_id=plan.id, initiative_id=plan.initiative)
    assert (await refused(_complete(service, plan)))[1] == "milestones-open"
    await service.do("CompleteMilestone", plan_id=plan.id, milestone_id=m)
    await _complete(service, plan)
    await service.do("CheckGoal", plan_id=plan.id, goal_id=plan.goal, value=200)
    await service.do("ClosePlan", plan_id=plan.id, result="achieved", summary="All seats sold")
    page = await service.plan()
    assert (page.plan.status, page.plan.result, page.plan.reason) == ("Closed", "achieved", "All seats sold")
    assert [g.status for g in page.goals] == ["Achieved"]
    assert [(i.status, i.outcome, i.words, i.no_opportunity_reason) for i in page.initiatives] == [
        ("Completed", "achieved", "Signed", "No budget yet")
    ]
    assert (await refused(plan.milestone(date(2026, 5, 1))))[1] == "plan-not-open"


async def _complete(service: GrowthService, plan: Plan) -> Any:
    return await service.do(
        "CompleteInitiative", plan_id=plan.id, initiative_id=plan.initiative, outcome="achieved", words="Signed"
    )


async def test_a_second_approved_plan_supersedes_the_first(service: GrowthService, plan: Plan) -> None:
    assert (await refused(drafted(service)))[1] == "plan-drafted-already"
    m = await plan.milestone(date(2026, 3, 10))
    await plan.approve()
    await service.at(datetime(2026, 3, 12, tzinfo=UTC))
    second = await drafted(service)
    await second.milestone(date(2026, 4, 15))
    await second.approve()
    page = await service.plan()
    assert [(p.plan_id, p.status) for p in page.plans] == [(second.id, "Active"), (plan.id, "Superseded")]
    assert [(e[1]["milestone_id"], e[1]["reason"]) for e in await service.log("MilestoneOverdueCleared")] == [
        (m, "plan_ended")
    ]
    await service.at(datetime(2026, 3, 20, tzinfo=UTC))
    assert len(await service.log("MilestoneOverdue")) == 1


async def test_goal_progress_is_linear_and_checked_quarterly(service: GrowthService, plan: Plan) -> None:
    await plan.milestone(date(2026, 12, 1))
    await plan.approve()
    await service.do("CheckGoal", plan_id=plan.id, goal_id=plan.goal, value=118)  # 2 March: 60 of 364 days
    (check,) = await service.log("GoalChecked")
    assert (check[1]["expected"], check[1]["status"], check[1]["progress_bp"]) == (116, "OnTrack", 1800)
    await service.at(datetime(2026, 6, 1, tzinfo=UTC))  # 91 days later, midnight in Berlin was two hours ago
    late = (await service.log("GoalChecked"))[1]
    assert (late[1]["checked_by"], late[1]["expected"], late[1]["status"]) == ("timer", 141, "AtRisk")
    assert late[2] == datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert [e[1]["due_on"] for e in await service.log("GrowthPlanCheckDue")] == ["2026-06-01"]
    page = await service.plan()
    assert (page.goals[0].value, page.goals[0].status, len(page.goals[0].checks)) == (118, "AtRisk", 2)
    await service.do("ConfirmGoalWithCustomer", plan_id=plan.id, goal_id=plan.goal, by_subject=str(PERSON))
    await service.at(datetime(2026, 6, 16, tzinfo=UTC))
    assert len(await service.log("GrowthPlanCheckOverdue")) == 1
    assert not (await service.plan()).goals[0].confirmation_stale
    await service.at(datetime(2026, 12, 1, tzinfo=UTC))
    assert (await service.plan()).goals[0].confirmation_stale
    assert [e[1]["days_left"] for e in await service.log("GrowthPlanEndApproached")] == [60]
    await service.at(datetime(2027, 1, 16, tzinfo=UTC))
    assert [(e[1]["value"], e[1]["due"]) for e in await service.log("GoalMissed")] == [(118, "2026-12-31")]


async def test_the_page_shows_an_earlier_day(service: GrowthService, plan: Plan) -> None:
    m = await plan.milestone(date(2026, 4, 15))
    await service.at(datetime(2026, 3, 9, 9, tzinfo=UTC))
    await service.do("RescheduleMilestone", plan_id=plan.id, milestone_id=m, due="2026-05-15", reason="Holiday")
    then, now = await service.plan(as_of="2026-03-05"), await service.plan()
    assert [(x.due, x.times_rescheduled, x.reason) for x in then.milestones] == [("2026-04-15", 0, "")]
    assert [(x.due, x.times_rescheduled, x.reason) for x in now.milestones] == [("2026-05-15", 1, "Holiday")]
    assert not (await service.plan(as_of="2026-03-01")).HasField("plan")


async def test_a_slip_proposes_and_moves_nothing(service: GrowthService, plan: Plan) -> None:
    first, second = await plan.milestone(date(2026, 4, 1)), await plan.milestone(date(2026, 4, 8), duration_days=2)
    await service.do("AddDependency", plan_id=plan.id, milestone_id=second, predecessor_id=first, kind="FS", lag_days=1)
    assert (
        await refused(
            service.do("AddDependency", plan_id=plan.id, milestone_id=first, predecessor_id=second, kind="SS")
        )
    )[1] == "dependency-cycle"
    assert await service.log("MilestoneDependencyViolated") == []
    await service.do("RescheduleMilestone", plan_id=plan.id, milestone_id=first, due="2026-04-13", reason="Ill")
    (violated,) = await service.log("MilestoneDependencyViolated")
    assert (violated[1]["milestone_id"], violated[1]["earliest_possible"]) == (second, "2026-04-16")
    page = await service.plan()
    assert [(m.milestone_id, m.due) for m in page.milestones] == [(second, "2026-04-08"), (first, "2026-04-13")]
    assert [(p.milestone_id, getattr(p, "from"), p.to, list(p.because)) for p in page.slip_proposals] == [
        (second, "2026-04-08", "2026-04-16", [first])
    ]
    assert list(page.critical_path) == [first, second]
    assert [d.violated for d in page.dependencies] == [True]
    assert list(page.milestones[0].blocked_by) == [first]
    await service.do("CompleteMilestone", plan_id=plan.id, milestone_id=first)
    assert len(await service.log("MilestoneUnblocked")) == 1


async def test_a_play_becomes_an_initiative_with_dated_milestones(service: GrowthService, plan: Plan) -> None:
    books = (await service.ask.ListPlaybooks(pb.ListPlaybooksRequest())).playbooks
    assert [b.playbook for b in books] == ["champion_succession", "expansion", "onboarding", "recovery", "renewal"]
    fields: dict[str, Any] = {
        "plan_id": plan.id, "playbook": "renewal", "owner": "u8", "owners": {"SERVICE": "u5"}, "locale": "de",
        "goal_ids": [plan.goal], "stakeholders": [str(PERSON)], "opportunity_id": "o1",
    }  # fmt: skip
    assert (await refused(service.do("StartPlay", **fields)))[2].keys() == {"anchor_on"}
    run = (await service.do("StartPlay", anchor_on="2026-09-30", **fields)).id
    page = await service.plan()
    (found,) = page.runs
    mine = {m.step: m for m in page.milestones if m.run_id == run}
    assert len(found.steps) == len(mine) == len(books[4].steps) == 8
    assert mine["signature"].due == "2026-09-23"  # five business days before
    assert (mine["service_open_points"].owner, mine["offer"].owner) == ("u5", "u8")
    assert mine["offer"].title == "Angebot vorlegen"
    assert next(i.status for i in page.initiatives if i.run_id == run) == "InProgress"
    assert (await service.log("MilestoneDependencyViolated")) == []
    await service.do("CompleteStep", run_id=run, step="value_review")
    await service.do("CompleteMilestone", plan_id=plan.id, milestone_id=mine["risk_check"].milestone_id)
    await service.do("SkipStep", run_id=run, step="soft_question", reason="Asked already")
    (found,) = (await service.plan()).runs
    assert {s.step: s.status for s in found.steps if s.status != "open"} == {
        "value_review": "completed", "risk_check": "completed", "soft_question": "skipped",
    }  # fmt: skip
    done = {m.step: m.status for m in (await service.plan()).milestones if m.run_id == run}
    assert (done["value_review"], done["risk_check"], done["soft_question"]) == ("Done", "Done", "Waived")
    for step in set(mine) - {"value_review", "risk_check", "soft_question"}:
        await service.do("CompleteStep", run_id=run, step=step)
    assert [(e[1]["completed"], e[1]["skipped"]) for e in await service.log("PlayCompleted")] == [(7, 1)]


async def test_a_run_keeps_the_version_of_its_play_book(service: GrowthService, plan: Plan) -> None:
    fields: dict[str, Any] = {
        "plan_id": plan.id, "playbook": "expansion", "owner": "u8", "goal_ids": [plan.goal],
        "stakeholders": [str(PERSON)], "no_opportunity_reason": "Not yet",
    }  # fmt: skip
    await service.do("StartPlay", **fields)
    step = {"step": "only", "title": {"de": "Eins", "en": "One"}, "role": "COMMERCIAL", "business_days": 3}
    document = {
        "playbook": "expansion",
        "title": {"de": "A", "en": "A"},
        "purpose": {"de": "B", "en": "B"},
        "steps": [step],
    }
    assert (await refused(service.do("DefinePlaybook", document_json=json.dumps(document | {"steps": []}))))[
        1
    ] == "playbook-invalid"
    await service.do("DefinePlaybook", document_json=json.dumps(document))
    assert (await service.ask.GetPlaybook(pb.GetPlaybookRequest(playbook="expansion"))).version == 1
    await service.do("PublishPlaybook", playbook="expansion", version=2)
    await service.do("StartPlay", **fields)
    runs = (await service.plan()).runs
    assert sorted((r.playbook_version, len(r.steps)) for r in runs) == [(1, 8), (2, 1)]
    assert {s.title["en"] for r in runs if r.playbook_version == 1 for s in r.steps} >= {"Need confirmed"}


async def test_an_aborted_play_cancels_its_initiative(service: GrowthService, plan: Plan) -> None:
    run = await service.do(
        "StartPlay", plan_id=plan.id, playbook="recovery", owner="u8", goal_ids=[plan.goal],
        stakeholders=[str(PERSON)], no_opportunity_reason="None",
    )  # fmt: skip
    await service.do("AbortPlay", run_id=run.id, reason="All is well")
    page = await service.plan()
    assert [(i.status, i.words) for i in page.initiatives if i.run_id] == [("Cancelled", "All is well")]
    assert {m.status for m in page.milestones} == {"Waived"}
    assert page.runs[0].status == "Aborted"


async def test_a_repeated_command_gives_the_first_answer(service: GrowthService, plan: Plan) -> None:
    command = str(uuid4())
    first = await plan.milestone(date(2026, 4, 15), command_id=command)
    request = pb.PlanMilestoneRequest(
        meta={"command_id": command, "user_id": "u7"}, plan_id=plan.id, initiative_id=plan.initiative, title="X",
        owner="u8", due="2026-04-15",
    )  # fmt: skip
    again = await service.tell.PlanMilestone(request)
    assert (again.repeated, again.id) == (True, first)
    assert len((await service.plan()).milestones) == 1


async def test_who_decided_on_an_old_state_is_refused(service: GrowthService, plan: Plan) -> None:
    seen = (await service.plan()).plan.version
    await plan.milestone(date(2026, 4, 15), expected_version=seen)
    code, slug, _ = await refused(plan.milestone(date(2026, 4, 16), expected_version=seen))
    assert (code, slug) == (grpc.StatusCode.ABORTED, "version-changed")


async def test_wrong_fields_are_named_all_at_once(service: GrowthService, plan: Plan) -> None:
    code, _, fields = await refused(
        service.do("PlanMilestone", plan_id="x", initiative_id=plan.initiative, title="", owner=" ", due="tomorrow")
    )
    assert (code, set(fields)) == (grpc.StatusCode.INVALID_ARGUMENT, {"plan_id", "title", "owner", "due"})
    assert (
        await refused(
            service.do(
                "DraftPlan",
                account_id=str(UUID(int=3)),
                title="T",
                owner="u7",
                starts_on="2026-01-01",
                ends_on="2026-12-31",
            )
        )
    )[1] == "account-unknown"


async def test_an_event_tells_where_it_is_from(service: GrowthService, plan: Plan) -> None:
    done = await service.do("ConfirmGoalWithCustomer", plan_id=plan.id, goal_id=plan.goal, by_subject=str(PERSON))
    event = await service.ask.GetEvent(pb.GetEventRequest(event_id=done.event_ids[0]))
    assert (event.type, event.actor, event.stream_id, event.account_id) == (
        "growth.GoalConfirmedByCustomer",
        "user:u7",
        plan.id,
        str(ACCOUNT),
    )
    assert (await refused(service.ask.GetEvent(pb.GetEventRequest(event_id="qbr:1"))))[1] == "event-of-another-service"
    assert (await refused(service.ask.GetEvent(pb.GetEventRequest(event_id="growth:99999"))))[1] == "event-unknown"


async def test_links_between_plans_that_close_a_circle_are_found_later(service: GrowthService, plan: Plan) -> None:
    mine = await plan.milestone(date(2026, 4, 15))
    await plan.approve()
    second = await drafted(service)
    theirs = await second.milestone(date(2026, 4, 20))
    await service.do(
        "AddDependency", plan_id=second.id, milestone_id=theirs, predecessor_id=mine, predecessor_plan_id=plan.id
    )
    assert await service.log("DependencyCycleDetected") == []
    await service.do(
        "AddDependency", plan_id=plan.id, milestone_id=mine, predecessor_id=theirs, predecessor_plan_id=second.id
    )
    (found,) = await service.log("DependencyCycleDetected")
    assert sorted(found[1]["milestone_ids"]) == sorted([mine, theirs])
    assert sorted(found[1]["plan_ids"]) == sorted([plan.id, second.id])


async def test_health_and_reflection(service: GrowthService) -> None:
    checks = health_pb2_grpc.HealthStub(service.channel)
    answer = await checks.Check(health_pb2.HealthCheckRequest(service="stellwerk.growth.v1.GrowthQueries"))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    stub = reflection_pb2_grpc.ServerReflectionStub(service.channel)
    asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    names = [s.name async for r in stub.ServerReflectionInfo(asked) for s in r.list_services_response.service]
    assert {"stellwerk.growth.v1.GrowthQueries", "stellwerk.growth.v1.GrowthCommands"} <= set(names)


async def test_every_event_of_a_plan_moves_the_version_that_its_page_shows(service: GrowthService, plan: Plan) -> None:
    await plan.milestone(date(2026, 3, 10))
    await service.at(datetime(2026, 3, 12, tzinfo=UTC))  # the last event says who is told
    assert (await service.log())[-1][0] == "MilestoneOverdueEscalated"
    page = await service.plan()
    await plan.milestone(date(2026, 4, 15), expected_version=page.plan.version)
