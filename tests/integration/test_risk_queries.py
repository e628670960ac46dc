"""The risk service over gRPC: what pages read, for now and as of a day."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import grpc.aio
import pytest

from shared.protos import risk_pb2 as pb
from shared.protos.accounts_pb2 import GetEventRequest
from tests.integration.risk_world import ACME, BEGIN, World, a_world, case, slug


@pytest.fixture
async def world(dsn: str) -> AsyncIterator[World]:
    async with a_world(dsn) as made:
        yield made


async def test_the_forecast_is_what_happens_when_nobody_acts(world: World) -> None:
    opened = BEGIN - timedelta(hours=1)
    await world.tell((case(7, opened), opened))
    told = await world.queries.GetForecast(pb.GetForecastRequest(account_id=str(ACME), days=90))
    steps = [(s.at, getattr(s, "from"), s.to, s.score) for s in told.accounts[0].steps]
    assert steps, "an open P1 turns red"
    path = [(c.at, getattr(c, "from"), c.to, c.score) for c in reversed((await world.risk()).history)]
    await world.service.at(BEGIN + timedelta(days=90))
    happened = [(c.at, getattr(c, "from"), c.to, c.score) for c in reversed((await world.risk()).history)]
    assert happened[len(path) :] == steps
    assert (await world.risk()).row.colour == told.accounts[0].colour_90


async def test_the_portfolio_is_a_matrix_and_can_be_asked_for_a_day(world: World) -> None:
    await world.service.at(BEGIN + timedelta(days=1))
    opened = BEGIN + timedelta(hours=1)
    await world.tell((case(7, opened), opened))
    await world.service.at(opened + timedelta(days=3))
    now = await world.queries.ListRisk(pb.ListRiskRequest())
    assert [(r.name, r.colour, r.tier) for r in now.rows] == [("Acme", "RED", "A")]
    assert [(c.tier, c.colour, c.accounts, c.arr_minor) for c in now.cells] == [("A", "RED", 1, 10_000_00)]
    assert now.totals.arr_at_risk_minor == 10_000_00
    then = await world.queries.ListRisk(pb.ListRiskRequest(as_of="2026-01-06"))
    assert [r.colour for r in then.rows] == ["GREEN"]
    assert not (await world.queries.ListRisk(pb.ListRiskRequest(colour="AMBER"))).rows


async def test_amber_near_its_notice_deadline_is_at_risk_and_the_trend_tells_since_when(world: World) -> None:
    """Silence makes it amber in March 2026; the deadline is 2 October 2027, 180 days before that is 5 April."""
    await world.service.at(datetime(2026, 4, 1, 9, tzinfo=UTC))
    far = await world.queries.ListRisk(pb.ListRiskRequest())
    assert (far.rows[0].colour, far.rows[0].at_risk, far.totals.arr_at_risk_minor) == ("AMBER", False, 0)
    await world.service.at(datetime(2027, 4, 20, 9, tzinfo=UTC))
    near = await world.queries.ListRisk(pb.ListRiskRequest())
    assert (near.rows[0].at_risk, near.totals.arr_at_risk_minor, near.totals.arr_red_minor) == (True, 10_000_00, 0)
    ahead = await world.queries.GetForecast(pb.GetForecastRequest())
    assert ahead.counts[0].arr_at_risk_minor == near.totals.arr_at_risk_minor, "one definition, today and later"
    told = await world.queries.GetTrend(pb.GetTrendRequest(weeks=3))
    assert [p.arr_at_risk_minor for p in told.points] == [0, 10_000_00, 10_000_00, 10_000_00]
    assert [p.at[:10] for p in told.points] == ["2027-03-30", "2027-04-06", "2027-04-13", "2027-04-20"]
    assert {p.arr_minor for p in told.points} == {10_000_00}
    assert (await world.queries.GetTrend(pb.GetTrendRequest(weeks=1, tier="B"))).points[-1].arr_minor == 0


async def test_an_escalation_has_a_page_with_everything_that_was_said(world: World) -> None:
    opened = await world.do(
        "OpenEscalation", pb.OpenEscalationRequest, account_id=str(ACME), severity="high", title="Outage"
    )
    await world.do("AssignDri", pb.AssignDriRequest, escalation_id=opened.id, dri="u3")
    await world.service.at(BEGIN + timedelta(hours=2))
    await world.do("UpdateEscalation", pb.EscalationTextRequest, escalation_id=opened.id, text="we look into it")
    await world.do("ChangeSeverity", pb.ChangeSeverityRequest, escalation_id=opened.id, severity="critical")
    found = await world.queries.GetEscalation(pb.GetEscalationRequest(escalation_id=opened.id))
    assert [s.kind for s in found.steps] == [
        "EscalationRaised", "EscalationUpdated", "EscalationDriAssigned", "EscalationOpened",
    ]  # fmt: skip
    assert [(s.by, s.text, s.dri, s.was) for s in found.steps[:3]] == [
        ("u1", "", "", "high"), ("u1", "we look into it", "", ""), ("u1", "", "u3", ""),
    ]  # fmt: skip
    assert (found.row.status, found.row.severity, found.row.account) == ("InProgress", "critical", "Acme")
    then = (BEGIN + timedelta(hours=1)).isoformat()
    early = await world.queries.GetEscalation(pb.GetEscalationRequest(escalation_id=opened.id, as_of=then))
    assert (early.row.severity, len(early.steps)) == ("high", 2)
    listed = await world.queries.ListEscalations(pb.ListEscalationsRequest(as_of=then))
    assert [(e.severity, e.status) for e in listed.rows] == [("high", "Owned")]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.queries.GetEscalation(pb.GetEscalationRequest(escalation_id=str(uuid4())))
    assert "escalation-unknown" in slug(refused.value)


async def test_evidence_leads_to_the_fact_that_was_told(world: World) -> None:
    opened = BEGIN - timedelta(days=4)
    await world.tell((case(7, opened), opened))
    found = await world.risk()
    cited = next(e.event for e in found.floors[0].evidence if e.event)
    told = await world.queries.GetEvent(GetEventRequest(event_id=cited))
    assert (told.type, told.crm_id, told.effective_at) == ("crm.CrmCaseSeen", "acme", "2026-01-01T09:00:00Z")
    assert json.loads(told.data_json)["number"] == 7
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.queries.GetEvent(GetEventRequest(event_id="growth:999"))
    assert "event-of-another-service" in slug(refused.value)


async def test_the_forecast_of_a_day_before_is_what_the_clock_promised_then(world: World) -> None:
    opened = BEGIN - timedelta(hours=1)
    await world.tell((case(7, opened), opened))
    promised = await world.queries.GetForecast(pb.GetForecastRequest(account_id=str(ACME)))
    await world.service.at(BEGIN + timedelta(hours=5))
    closed = BEGIN + timedelta(hours=5)
    await world.tell((case(7, opened, revision=2, closed=closed), closed))
    await world.service.at(BEGIN + timedelta(days=20))
    then = await world.queries.GetForecast(pb.GetForecastRequest(account_id=str(ACME), as_of=BEGIN.isoformat()))
    assert then.accounts[0].steps == promised.accounts[0].steps
    now = await world.queries.GetForecast(pb.GetForecastRequest(account_id=str(ACME)))
    assert now.accounts[0].steps != promised.accounts[0].steps


async def test_words_about_an_accepted_risk_and_a_failed_measure_are_shown(world: World) -> None:
    risk = await world.do(
        "IdentifyRisk", pb.IdentifyRiskRequest, account_id=str(ACME), category="service", cause="p1_72h", title="x",
        owner="u1",
    )  # fmt: skip
    planned = await world.do(
        "PlanCountermeasure", pb.PlanCountermeasureRequest, risk_id=risk.id, title="Fix", owner="u2", due="2026-01-07"
    )
    await world.do(
        "FailCountermeasure", pb.CountermeasureRequest, risk_id=risk.id, countermeasure_id=planned.id, text="no spare"
    )
    await world.do("AcceptRisk", pb.AcceptRiskRequest, user="u9", risk_id=risk.id, until="2026-02-01", text="cheaper")
    item = (await world.risk()).items[0]
    assert (item.status, item.text, item.accepted_by) == ("Accepted", "cheaper", "u9")
    assert (item.countermeasures[0].status, item.countermeasures[0].text) == ("failed", "no spare")


@pytest.mark.parametrize(
    ("name", "request_", "field"),
    [
        ("GetTrend", pb.GetTrendRequest(weeks=105), "weeks"),
        ("GetEscalation", pb.GetEscalationRequest(escalation_id="x"), "escalation_id"),
        ("ListRisk", pb.ListRiskRequest(as_of="yesterday"), "as_of"),
        ("GetRisk", pb.GetRiskRequest(account_id="x"), "account_id"),
        ("GetForecast", pb.GetForecastRequest(days=31), "days"),
        ("GetEvent", GetEventRequest(event_id="risk:x"), "event_id"),
    ],
)
async def test_a_wrong_field_is_named(world: World, name: str, request_: Any, field: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await getattr(world.queries, name)(request_)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert field in slug(refused.value)


async def test_the_status_says_how_far_it_is(world: World) -> None:
    s = await world.queries.GetStatus(pb.GetRiskStatusRequest())
    assert (s.accounts, s.dead_letters, s.freshness.caught_up) == (1, 0, True)
    assert s.armed_timers >= 1
