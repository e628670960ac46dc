"""Commands by JSON: idempotent by header, problems with slug and fields, described."""

from __future__ import annotations

import httpx
import pytest

from shared.errors import Invalid, Rejected
from shared.ids import new_id
from tests.unit.portal import demo
from tests.unit.portal.demo_growth import PLAN
from tests.unit.portal.demo_qbr import by_state, ids
from tests.unit.portal.fake_steering import FakeGrowth, FakeQbr

KAN = next(r for r in demo.portfolio().rows if r.name == "Kan-code")
QBR = f"/api/v1/qbrs/{by_state('Planned')}"
ACCOUNT = f"/api/v1/accounts/{KAN.crm_id}"


def key() -> dict[str, str]:
    return {"idempotency-key": str(new_id())}


async def test_the_scripted_quarter_can_be_sent(web: httpx.AsyncClient, qbr: FakeQbr, growth: FakeGrowth) -> None:
    steps = [
        (f"{ACCOUNT}/qbrs/plan-qbr", None),
        (f"{QBR}/schedule", {"at": "2026-12-01T10:00:00+01:00", "accepted": ["s-1"], "invitees": ["s-1"]}),
        (f"{QBR}/prepare", None),
        (f"{QBR}/freeze", {"locale": "en"}),
        (f"{QBR}/publish", {"audience": "internal"}),
        (f"{QBR}/hold", {"effective_at": "2026-12-01T09:00:00Z", "mode": "remote", "minutes": 60, "own": ["u-77"],
                         "customer": [{"subject_id": "s-1", "roles": ["ECONOMIC_BUYER"]}]}),
        (f"{QBR}/decide", {"text": "We go on.", "agreed_by": ["s-1", "u-77"]}),
        (f"{QBR}/agree-action", {"title": "Go", "owner": "u-77", "due": "2026-12-20", "side": "ours", "promote": True}),
        (f"{QBR}/promote-action", {"action_id": ids("action"), "no_opportunity_reason": "none yet"}),
        (f"{ACCOUNT}/plan/plan-milestone", {"plan_id": PLAN, "initiative_id": ids("initiative"), "title": "First",
                                            "owner": "u-77", "due": "2026-12-18"}),
        (f"{ACCOUNT}/plan/move-milestone", {"plan_id": PLAN, "milestone_id": ids("milestone"), "due": "2026-12-19",
                                            "reason": "supplier"}),
        (f"{ACCOUNT}/plan/complete-milestone", {"plan_id": PLAN, "milestone_id": ids("milestone")}),
    ]  # fmt: skip
    for path, body in steps:
        response = await web.post(path, json=body, headers=key()) if body else await web.post(path, headers=key())
        assert response.status_code == 200, (path, response.text)
        assert response.json()["event_ids"]
    assert [name for name, _ in qbr.sent] == [
        "PlanQBR", "ScheduleQBR", "StartPreparation", "FreezeDataPack", "PublishPack", "HoldQBR", "RecordDecision",
        "AgreeAction", "ConvertToInitiative",
    ]  # fmt: skip
    assert qbr.sent[0][1].account_id == KAN.account_id
    assert qbr.sent[5][1].meta.effective_at == "2026-12-01T09:00:00Z"
    assert [name for name, _ in growth.sent] == ["PlanMilestone", "RescheduleMilestone", "CompleteMilestone"]


async def test_repeated_with_the_same_key_it_is_one_command(web: httpx.AsyncClient) -> None:
    headers = key()
    first = (await web.post(f"{QBR}/cancel", json={"reason": "merger"}, headers=headers)).json()
    again = (await web.post(f"{QBR}/cancel", json={"reason": "merger"}, headers=headers)).json()
    assert again == {**first, "repeated": True}


async def test_a_goal_takes_integers_as_they_are(web: httpx.AsyncClient, growth: FakeGrowth) -> None:
    goal = {
        "plan_id": PLAN,
        "title": "More",
        "owner": "u-77",
        "kpi_id": "K4",
        "unit": "minor:USD",
        "baseline": 100,
        "target": 250,
        "starts_on": "2026-12-01",
        "due": "2027-12-01",
        "checkpoints": [{"on": "2027-06-01", "value": 170}],
    }
    assert (await web.post(f"{ACCOUNT}/plan/set-goal", json=goal, headers=key())).status_code == 200
    assert (growth.sent[0][1].baseline, growth.sent[0][1].checkpoints[0].value) == (100, 170)


@pytest.mark.parametrize(
    ("body", "headers", "field"),
    [
        ({}, key(), "reason"),
        ({"reason": "x", "more": 1}, key(), "more"),
        ({"reason": "x"}, {}, "idempotency-key"),
        ({"reason": "x"}, {"idempotency-key": "7"}, "idempotency-key"),
    ],
)
async def test_what_is_wrong_is_named(
    web: httpx.AsyncClient, qbr: FakeQbr, body: dict[str, object], headers: dict[str, str], field: str
) -> None:
    response = await web.post(f"{QBR}/cancel", json=body, headers=headers)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert field in response.json()["errors"]
    assert qbr.sent == []


async def test_an_instant_needs_its_offset(web: httpx.AsyncClient) -> None:
    body = {"at": "2026-12-01T10:00:00", "accepted": ["s-1"]}
    response = await web.post(f"{QBR}/schedule", json=body, headers=key())
    assert (response.status_code, list(response.json()["errors"])) == (400, ["at"])


async def test_a_rule_and_a_field_of_the_service(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    qbr.refuse = Rejected("wrong-state", "not now")
    problem = (await web.post(f"{QBR}/cancel", json={"reason": "x"}, headers=key())).json()
    assert (problem["status"], problem["slug"], problem["detail"]) == (409, "wrong-state", "not now")
    qbr.refuse = Invalid(fields={"qbr_id": "is no id"})
    problem = (await web.post(f"{QBR}/cancel", json={"reason": "x"}, headers=key())).json()
    assert (problem["status"], problem["errors"]) == (400, {"qbr_id": "is no id"})


async def test_a_page_of_another_site_cannot_send(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    headers = key() | {"origin": "http://evil", "sec-fetch-site": "cross-site"}
    response = await web.post(f"{QBR}/cancel", json={"reason": "x"}, headers=headers)
    assert response.status_code == 403
    assert qbr.sent == []


async def test_an_unknown_account_is_not_found(web: httpx.AsyncClient) -> None:
    assert (await web.post("/api/v1/accounts/nobody/qbrs/plan-qbr", headers=key())).status_code == 404
    assert (await web.get("/api/v1/accounts/nobody/plan")).status_code == 404


async def test_the_commands_are_described(web: httpx.AsyncClient) -> None:
    api = (await web.get("/api/openapi.json")).json()
    schedule = api["paths"]["/api/v1/qbrs/{qbr_id}/schedule"]["post"]
    assert schedule["summary"] == "ScheduleQBR"
    assert any(p["name"] == "idempotency-key" and p["required"] for p in schedule["parameters"])
    body = schedule["requestBody"]["content"]["application/json"]["schema"]
    name = body["$ref"].rpartition("/")[2]
    assert set(api["components"]["schemas"][name]["required"]) == {"at", "accepted"}
    assert {"200", "400", "403", "404", "409", "503"} <= set(schedule["responses"])
