"""The risk service over gRPC: what people decide, and what time does about it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import uuid4

import grpc.aio
import pytest

from services.risk.shipped import default_model
from shared.contracts.crm import (
    SourceLagCleared,
    SourceLagExceeded,
)
from shared.contracts.growth.milestones import MilestoneCompleted, MilestoneOverdue
from shared.contracts.qbr.actions import ActionItemDropped
from shared.protos import risk_pb2 as pb
from shared.protos.accounts_pb2 import CommandMeta, GetEventRequest
from tests.integration.risk_world import ACME, BEGIN, World, a_world, case, slug


@pytest.fixture
async def world(dsn: str) -> AsyncIterator[World]:
    async with a_world(dsn) as made:
        yield made


async def test_a_p1_turns_red_at_the_minute_and_says_why(world: World) -> None:
    opened = BEGIN + timedelta(minutes=12)
    await world.service.at(BEGIN + timedelta(hours=1))
    await world.tell((case(7, opened), opened))
    await world.service.at(opened + timedelta(hours=71, minutes=59))
    assert (await world.risk()).row.colour == "GREEN"
    await world.service.at(opened + timedelta(hours=72))
    found = await world.risk()
    assert (found.row.colour, found.row.since) == ("RED", "2026-01-08T09:12:00Z")
    event = json.loads(found.history[0].data_json)
    assert found.history[0].late_by_s == 0
    assert event["trigger"]["code"] == "p1_72h"
    assert sum(c["points"] for c in event["contributions"]) == event["score"]
    cited = [e for c in event["contributions"] for e in c["evidence"]]
    assert {"event", "clock", "since", "code", "why"} == set(cited[0])
    assert event["counterfactual"][0]["change"] == "close P1 case 7"
    assert found.row.no_countermeasure
    stored = await world.queries.GetEvent(GetEventRequest(event_id=found.history[0].event_id))
    assert stored.type == "risk.RiskTurnedRed"
    assert json.loads(stored.policy_refs_json) == [["risk", 1]]


async def test_after_downtime_the_colour_is_dated_at_its_instant(world: World) -> None:
    opened = BEGIN - timedelta(hours=1)
    await world.tell((case(7, opened), opened))
    await world.service.at(opened + timedelta(days=10))
    step = (await world.risk()).history[0]
    assert step.at == "2026-01-08T08:00:00Z"
    assert step.late_by_s == timedelta(days=7).total_seconds()


async def test_red_leaves_only_with_a_countermeasure_or_when_the_cause_is_gone(world: World) -> None:
    opened = BEGIN - timedelta(days=4)
    await world.tell((case(7, opened), opened))
    assert (await world.risk()).row.colour == "RED"
    closed = BEGIN + timedelta(hours=2)
    await world.service.at(closed)
    await world.tell((case(7, opened, revision=2, closed=closed), closed))
    await world.service.at(closed + timedelta(days=7) - timedelta(seconds=1))
    assert (await world.risk()).row.colour == "RED"
    await world.service.at(closed + timedelta(days=7))
    assert (await world.risk()).row.colour == "AMBER"


async def test_no_plan_in_time_opens_an_escalation(world: World) -> None:
    opened = BEGIN - timedelta(days=3)
    await world.tell((case(7, opened), opened))
    await world.service.at(BEGIN + timedelta(days=2, seconds=1))  # A: two business days
    found = await world.risk()
    assert [(e.severity, e.cause, e.status) for e in found.escalations] == [("medium", "no_plan", "Opened")]
    await world.service.at(BEGIN + timedelta(days=9, hours=1))
    assert (await world.risk()).escalations[0].update_overdue


async def test_a_planned_countermeasure_answers_the_plan_duty(world: World) -> None:
    opened = BEGIN - timedelta(days=3)
    await world.tell((case(7, opened), opened))
    done = await world.do(
        "IdentifyRisk", pb.IdentifyRiskRequest, account_id=str(ACME), category="service", cause="p1_72h",
        title="Data loss", owner="u1",
    )  # fmt: skip
    await world.do(
        "PlanCountermeasure", pb.PlanCountermeasureRequest, risk_id=done.id, title="Fix", owner="u2", due="2026-01-07"
    )
    await world.service.at(BEGIN + timedelta(days=3))
    found = await world.risk()
    assert not found.escalations
    assert not found.row.no_countermeasure
    assert found.items[0].countermeasures[0].overdue


async def test_a_countermeasure_is_what_becomes_of_the_work_it_is_linked_with(world: World) -> None:
    """A milestone that is done later, and an action that was given up before anybody linked it."""
    milestone, action = uuid4(), uuid4()
    risk = await world.do(
        "IdentifyRisk", pb.IdentifyRiskRequest, account_id=str(ACME), category="service", cause="p1_72h", title="x",
        owner="u1",
    )  # fmt: skip
    planned = {"risk_id": risk.id, "owner": "u2", "due": "2026-02-01"}
    await world.do(
        "PlanCountermeasure", pb.PlanCountermeasureRequest, title="Fix", link=f"milestone:{milestone}", **planned
    )
    done = BEGIN + timedelta(days=3)
    await world.service.at(done)
    assert [m.status for m in (await world.risk()).items[0].countermeasures] == ["planned"]
    await world.tell(
        (
            MilestoneCompleted(
                account_id=ACME, plan_id=uuid4(), milestone_id=milestone, initiative_id=uuid4(), completed_at=done,
                completed_on=done.date(), due=date(2026, 2, 1), days_late=0,
            ),
            done,
        ),
        (
            ActionItemDropped(
                account_id=ACME, qbr_id=uuid4(), action_id=action, reason="no longer wanted", agreed_by=("u1",)
            ),
            done,
        ),
    )  # fmt: skip
    item = (await world.risk()).items[0]
    assert ([m.status for m in item.countermeasures], item.status) == (["completed"], "Monitoring")
    rows = await world.service.rows(
        "SELECT effective_at, actor FROM events WHERE topic = 'risk.CountermeasureCompleted'"
    )
    assert [tuple(r) for r in rows] == [(done, "policy:risk")]
    await world.do("PlanCountermeasure", pb.PlanCountermeasureRequest, title="Ask", link=f"action:{action}", **planned)
    assert [m.status for m in (await world.risk()).items[0].countermeasures] == ["completed", "failed"]
    await world.service.at(done + timedelta(days=5))
    assert len(await world.service.rows("SELECT 1 FROM events WHERE topic LIKE 'risk.Countermeasure%ed'")) == 4


async def test_a_worse_override_holds_until_its_end(world: World) -> None:
    until = BEGIN + timedelta(days=10)
    await world.do(
        "OverrideColour", pb.OverrideColourRequest, account_id=str(ACME), to="RED", reason="we know more",
        text="The board told us", until=until.isoformat(),
    )  # fmt: skip
    found = await world.risk()
    assert (found.row.colour, found.history[0].trigger, found.row.overridden) == ("RED", "override", True)
    assert found.overrides[0].text == "The board told us"
    stored = await world.service.rows("SELECT convert_from(state, 'UTF8') FROM events")
    assert not any("The board" in r[0] for r in stored), "free text must not enter the log"
    await world.service.at(until + timedelta(hours=1))
    found = await world.risk()
    assert found.overrides[0].status == "expired"
    await world.service.at(until + timedelta(days=7, hours=1))
    assert (await world.risk()).row.colour == "AMBER"


async def test_a_better_colour_on_an_a_needs_a_second_person(world: World) -> None:
    opened = BEGIN - timedelta(days=4)
    await world.tell((case(7, opened), opened))
    fields = {"account_id": str(ACME), "reason": "customer agrees", "text": "told on the phone", "until": "2026-01-20"}
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.do("OverrideColour", pb.OverrideColourRequest, to="GREEN", **fields)
    assert "one-step-only" in slug(refused.value)
    await world.do("OverrideColour", pb.OverrideColourRequest, to="AMBER", **fields)
    assert (await world.risk()).row.colour == "RED"
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.do("ConfirmOverride", pb.AccountOverrideRequest, account_id=str(ACME))
    assert "same-person" in slug(refused.value)
    await world.do("ConfirmOverride", pb.AccountOverrideRequest, user="u2", account_id=str(ACME))
    found = await world.risk()
    assert (found.row.colour, found.row.model_colour) == ("AMBER", "RED")
    await world.do("LiftOverride", pb.AccountOverrideRequest, account_id=str(ACME))
    assert (await world.risk()).row.colour == "RED"


async def test_a_critical_escalation_is_red_and_closes_only_with_the_customer(world: World) -> None:
    opened = await world.do(
        "OpenEscalation", pb.OpenEscalationRequest, account_id=str(ACME), severity="critical", title="Outage"
    )
    assert (await world.risk()).row.colour == "RED"
    assert (await world.risk()).row.escalation == "critical"
    await world.do("AssignDri", pb.AssignDriRequest, escalation_id=opened.id, dri="u3")
    await world.do("ProposeResolution", pb.EscalationTextRequest, escalation_id=opened.id, text="patched")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.do("CloseEscalation", pb.CloseEscalationRequest, escalation_id=opened.id)
    assert "customer-not-agreed" in slug(refused.value)
    await world.do(
        "CloseEscalation", pb.CloseEscalationRequest, escalation_id=opened.id, agreed_by_customer=str(uuid4())
    )
    assert [e.status for e in (await world.risk()).escalations] == ["Closed"]
    assert not (await world.queries.ListEscalations(pb.ListEscalationsRequest())).rows


async def test_the_same_command_twice_is_one_command(world: World) -> None:
    meta = CommandMeta(command_id=str(uuid4()), user_id="u1")
    request = pb.OpenEscalationRequest(meta=meta, account_id=str(ACME), severity="high", title="Outage")
    first, second = [await world.commands.OpenEscalation(request) for _ in range(2)]
    assert (first.repeated, second.repeated) == (False, True)
    assert first.event_ids == second.event_ids


async def test_overdue_milestones_make_delivery_count(world: World) -> None:
    late = MilestoneOverdue(
        account_id=ACME, plan_id=uuid4(), milestone_id=uuid4(), initiative_id=uuid4(), tier="A", owner="u1",
        due=date(2026, 1, 4), tz="UTC", due_version=1, times_rescheduled=0, blocked_by=(), blocks=(),
        on_critical_path=True, goals=(), late_by_s=0,
    )  # fmt: skip
    before = await world.risk()
    await world.tell((late, BEGIN))
    found = await world.risk()
    delivery = next(c for c in found.contributions if c.factor == "delivery")
    assert delivery.value == 5000
    assert delivery.evidence[0].event.startswith("growth:")
    assert found.row.coverage == before.row.coverage + 1000 or found.contributions[5].points > 0


async def test_a_dead_feed_makes_green_unknown_and_nothing_better(world: World) -> None:
    since = BEGIN + timedelta(hours=1)
    await world.service.at(since)
    await world.service.take(world.teller.tell((SourceLagExceeded(system="sugar"), since)))
    await world.service.at(since + timedelta(hours=12))
    assert (await world.risk()).row.colour == "GREEN"  # nothing is judged on half a history
    await world.service.at(since + timedelta(hours=49))
    found = await world.risk()
    assert (found.row.colour, found.freshness.feed_dead) == ("GREY", True)
    await world.tell((SourceLagCleared(system="sugar"), since + timedelta(hours=49)))
    await world.service.at(since + timedelta(hours=60))
    assert (await world.risk()).row.colour == "GREEN"


async def test_a_dead_feed_keeps_red_and_says_that_it_is_stale(world: World) -> None:
    opened = BEGIN - timedelta(days=4)
    await world.tell((case(7, opened), opened))
    since = BEGIN + timedelta(hours=1)
    await world.service.at(since)
    await world.service.take(world.teller.tell((SourceLagExceeded(system="sugar"), since)))
    await world.service.at(since + timedelta(days=30))
    found = await world.risk()
    assert (found.row.colour, found.row.stale) == ("RED", True)
    assert await world.service.rows("SELECT 1 FROM sign_steps WHERE sign = 'stale'")


async def test_a_model_goes_from_draft_to_active_and_recolours_in_one_digest(world: World) -> None:
    opened = BEGIN - timedelta(days=4)
    await world.tell((case(7, opened), opened))
    document = default_model()
    document["floors"]["RED"] = [f for f in document["floors"]["RED"] if f["code"] != "p1_72h"]
    document["floors"]["RED"].append({"code": "p1_72h", "hours": 720, "tiers": ["A"]})
    drafted = await world.do("DraftModel", pb.DraftModelRequest, document_json=json.dumps(document))
    assert drafted.id == "2"
    before = await world.service.rows("SELECT count(*) FROM colour_steps")
    await world.do("ShadowModel", pb.ModelRequest, version=2)
    assert await world.service.rows("SELECT count(*) FROM colour_steps") == before, "a trial tells nobody"
    assert [(s.model_version, s.colour) for s in (await world.risk()).shadows] == [(2, "GREEN")]
    model = await world.queries.GetModel(pb.GetModelRequest(version=2))
    assert [(d.active, d.shadow) for d in model.differences] == [("RED", "GREEN")]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.do("SignOffModel", pb.ModelRequest, roles=("head_of_kam",), version=2)
    assert "signer-is-author" in slug(refused.value)
    await world.do("SignOffModel", pb.ModelRequest, user="u2", roles=("head_of_kam",), version=2)
    await world.do("ActivateModel", pb.ModelRequest, user="u2", version=2)
    await world.service.at(BEGIN + timedelta(seconds=1))
    found = await world.risk()
    assert (found.row.colour, found.history[0].trigger, found.model_version) == ("AMBER", "model_change", 2)
    digests = await world.service.rows(
        "SELECT convert_from(state, 'UTF8') FROM events WHERE topic = 'risk.RiskPortfolioRecoloured'"
    )
    assert len(digests) == 1
    assert [(c["from_"], c["to"]) for c in json.loads(digests[0][0])["changes"]] == [("RED", "AMBER")]
