"""The risk pages: the matrix, why an account is red, what would help, and every step that is taken about it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import grpc
import httpx
import pytest

from services.portal import risks as view
from services.portal.models import RiskAccount, RiskBoard, RiskModel
from services.portal.models import view as as_model
from services.portal.rulebook import model_parts
from shared.errors import Rejected
from shared.protos import risk_pb2 as pb
from tests.unit.portal import demo, demo_qbr, demo_risk
from tests.unit.portal.fake_alerting import FakeRisk
from tests.unit.portal.posting import post

CRM = {r.name: r.crm_id for r in demo.portfolio().rows}
IDS = {r.name: r.account_id for r in demo.portfolio().rows}
KAN, KONEX = f"/accounts/{CRM['Kan-code']}/risk", f"/accounts/{CRM['Konex']}/risk"
EN = {"accept-language": "en"}


def board() -> RiskBoard:
    return as_model(RiskBoard, demo_risk.board())


def account(name: str = "Kan-code") -> RiskAccount:
    return as_model(RiskAccount, demo_risk.account(IDS[name]) or pb.GetRiskResponse())


def test_the_matrix_adds_up_and_says_what_changed() -> None:
    now = board()
    before = now.model_copy(update={"cells": [c for c in now.cells if c.colour != "RED"]})
    found = view.matrix(now, before)
    red = [r for r in now.rows if r.colour == "RED"]
    assert found["all"]["RED"].accounts == len(red) == 2
    assert found["all"]["RED"].arr_minor == sum(r.arr_minor for r in red)
    assert found["all"]["RED"].change == 2
    assert found["all"]["GREEN"].change == 0
    assert {c.change for row in view.matrix(now, None).values() for c in row.values()} == {None}
    assert sum(c.accounts for c in found["all"].values()) == 12


def test_the_gravest_come_first_and_filters_narrow() -> None:
    rows = board().rows
    shown = view.Question().answer(rows)
    assert [r.colour for r in shown[:4]] == ["RED", "RED", "AMBER", "AMBER"]
    assert shown[0].arr_minor >= shown[1].arr_minor
    assert [r.name for r in view.Question(only="bare").answer(rows)] == ["Hottechi"]
    assert [r.name for r in view.Question(only="overridden").answer(rows)] == ["Konex"]
    assert view.Question.of({"tier": "A", "x": "y"}).address(colour="RED") == "/risks?tier=A&colour=RED"


def test_factors_fill_the_bar_to_the_score() -> None:
    found = view.segments(account().contributions)
    assert [s.start_bp for s in found][1] == found[0].part.points
    assert sum(s.part.points for s in found) == account().row.score


def test_lines_come_from_the_model_that_is_active() -> None:
    model = as_model(RiskModel, demo_risk.model(0))
    assert view.lines(model) == {"AMBER": 3_500, "RED": 4_500}
    assert view.lines(None) == {}
    assert view.lines(model.model_copy(update={"document_json": "no json"})) == {}
    assert [p.name for p in model_parts(model)["factors"]][:2] == ["relationship", "engagement"]
    assert "p1_72h" in {p.name for p in model_parts(model)["RED"]}


def test_the_path_shows_each_colour_once_and_gaps_as_gaps() -> None:
    chart = view.chart(account().path, {"AMBER": 3_500})
    assert [b.colour for b in chart.bands] == ["GREY", "GREEN", "AMBER", "RED"]
    assert chart.bands[1].since == date(2026, 8, 28)
    assert len(chart.curves) == 1
    assert len(chart.curves[0].split()) == 80  # ten days without a score
    assert all(b.x + b.width <= chart.width for b in chart.bands)


def test_the_forecast_is_read_off_the_steps() -> None:
    found = view.ahead(account(), demo.TODAY, ZoneInfo("Europe/Berlin"))
    assert [(a.days, a.colour) for a in found] == [(0, "RED"), (30, "RED"), (60, "AMBER"), (90, "AMBER")]
    assert found[2].score == 3_010


async def test_why_goes_down_to_the_event(web: httpx.AsyncClient) -> None:
    page = (await web.get(KAN, headers=EN)).text
    for text in (
        "P1 open too long: P1 4711 open for 80.5 h",
        'href="/events/crm:51"',
        "close P1 case 4711",
        "after 7 days if:",
        "much of the revenue is red",
        "Model v2 on trial says:",
        "nobody answered",
        "Line 3 stands still",
    ):
        assert text in page
    german = (await web.get(KAN, headers={"accept-language": "de"})).text
    assert "P1 zu lange offen: P1 4711 offen seit 80,5 h" in german
    assert (await web.get("/events/crm:51")).status_code == 200


async def test_a_light_has_shape_word_and_account(web: httpx.AsyncClient) -> None:
    page = (await web.get("/portfolio", headers={"accept-language": "de"})).text
    assert f'<b class="lamp light red" data-light="{IDS["Kan-code"]}">Rot</b>' in page
    assert f'<b class="lamp light grey" data-light="{IDS["Rangreen"]}">Unbekannt</b>' in page


async def test_a_dead_feed_is_said_in_place(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    risk.dead = True
    page = (await web.get("/risks", headers=EN)).text
    assert "A source has been behind since" in page
    assert page.count(">stale<") > 2


async def test_without_the_risk_service_the_rest_stands(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    risk.failures = [grpc.StatusCode.UNAVAILABLE] * 40
    portfolio = await web.get("/portfolio", headers=EN)
    assert portfolio.status_code == 200
    assert "The risk service does not answer" in portfolio.text
    assert (await web.get(KAN, headers=EN)).status_code == 503


async def test_a_broken_answer_costs_only_its_part(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    risk.failures = [grpc.StatusCode.INTERNAL]
    portfolio = await web.get("/portfolio", headers=EN)
    assert portfolio.status_code == 200
    assert "The risk service does not answer" in portfolio.text


async def test_an_account_without_a_colour_says_why(web: httpx.AsyncClient) -> None:
    page = await web.get(f"/accounts/{CRM['Isdom']}/risk", headers=EN)
    assert page.status_code == 200
    assert "This account has no colour." in page.text


async def test_a_countermeasure_is_planned(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    risk_id = demo_qbr.ids("risk", 1)
    said = {"title": "Spare part", "owner": "u-77", "due": "2026-11-20", "link": f"action:{demo_qbr.ids('action', 0)}"}
    answer = await post(web, KAN, f"plan-countermeasure-{risk_id}", **said)
    assert answer.headers["location"] == f"{KAN}?done=plan-countermeasure&seen=risk%3A501"
    name, request = risk.sent[-1]
    assert (name, request.risk_id, request.title, request.due) == (
        "PlanCountermeasure",
        risk_id,
        "Spare part",
        "2026-11-20",
    )
    assert request.meta.user_id == "demo"
    page = (await web.get(answer.headers["location"], headers=EN)).text
    assert "Recorded:" in page
    assert "still being worked in" not in page


async def test_money_is_typed_in_whole_units(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    risk_id = demo_qbr.ids("risk", 1)
    said = {"likelihood": "4", "impact": "5", "arr_exposed_minor": "1200.50"}
    await post(web, KAN, f"assess-risk-{risk_id}", **said)
    request = risk.sent[-1][1]
    assert (request.likelihood, request.impact, request.arr_exposed_minor) == (4, 5, 120_050)


async def test_a_second_person_is_asked_for(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    page = (await web.get(KONEX, headers=EN)).text
    assert "waits for a second person" in page
    risk.refuse = Rejected("same-person", "Somebody else has to confirm it.")
    answer = await post(web, KONEX, "confirm-override")
    assert answer.status_code == 409
    assert "Somebody else has to confirm it." in answer.text


@pytest.mark.parametrize(
    ("n", "form", "typed", "name"),
    [
        (1, "assign-dri", {"dri": "u-77"}, "AssignDri"),
        (0, "update-escalation", {"text": "Part is here."}, "UpdateEscalation"),
        (0, "propose-resolution", {"text": "Part replaced."}, "ProposeResolution"),
        (0, "change-severity", {"severity": "critical"}, "ChangeSeverity"),
        (3, "reopen-escalation", {"text": "It came back."}, "ReopenEscalation"),
    ],
)
async def test_steps_of_an_escalation(
    web: httpx.AsyncClient, risk: FakeRisk, n: int, form: str, typed: dict[str, str], name: str
) -> None:
    row = demo_risk.escalation(n=n)
    answer = await post(web, f"/escalations/{row.escalation_id}", form, **typed)
    assert answer.status_code == 303
    sent, request = risk.sent[-1]
    assert (sent, request.escalation_id) == (name, row.escalation_id)


async def test_both_sides_close_an_escalation(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    row = demo_risk.escalation(n=2)
    person = demo_qbr.demo_people(row.account_id)[0]
    await post(web, f"/escalations/{row.escalation_id}", "close-escalation", agreed_by_customer=person)
    assert risk.sent[-1][1].agreed_by_customer == person
    empty = await post(web, f"/escalations/{row.escalation_id}", "close-escalation")
    assert empty.status_code == 422
    assert len(risk.sent) == 1


async def test_programs_get_and_send_the_same(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    found = (await web.get(f"/api/v1{KAN}")).json()
    assert sum(c["points"] for c in found["contributions"]) == found["row"]["score"]
    assert found["history"][0]["from"] == "AMBER"
    key = {"idempotency-key": "018f6f2c-0000-7000-8000-000000000001"}
    body = {"to": "RED", "reason": "They told us", "until": "2026-12-01", "text": "On the phone."}
    assert (await web.post(f"/api/v1{KAN}/override-colour", json=body, headers=key)).json()["repeated"] is False
    assert (await web.post(f"/api/v1{KAN}/override-colour", json=body, headers=key)).json()["repeated"] is True
    assert risk.sent[-1][1].account_id == IDS["Kan-code"]
    assert (await web.get("/api/v1/risks?as_of=2026-11-01")).json()["as_of"].startswith("2026-11-01")
    missing = await web.get(f"/api/v1/accounts/{CRM['Isdom']}/risk")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
