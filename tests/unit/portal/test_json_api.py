"""The JSON API: shapes, nulls, problems, tags, CSV and the description."""

from __future__ import annotations

import csv
import io
import json

import grpc
import httpx
import jsonschema
import pytest

from tests.unit.portal import demo, demo_qbr
from tests.unit.portal.demo_risk import ESCALATION
from tests.unit.portal.fake_accounts import FakeAccounts

KAN = "b21e4a44-02f7-5191-978c-bdeba2e27c0a"
PROMISED = {
    "crm_id", "name", "parent_crm_id", "owner", "owner_active", "tier", "tier_score_bp", "arr_minor", "currency",
    "active_contracts", "next_notice_deadline", "live_contacts", "last_meaningful_contact_at", "account_id", "owner_id",
    "next_renewal_on", "completeness_bp", "key_status",
}  # fmt: skip


async def test_portfolio(web: httpx.AsyncClient) -> None:
    answer = (await web.get("/api/v1/portfolio")).json()
    assert set(answer) == {"as_of", "rows", "totals"}
    assert set(answer["rows"][0]) >= PROMISED
    oracle = {a["id"]: a for a in demo.oracle()["accounts"]}
    for row in answer["rows"]:
        assert row["arr_minor"] == round(oracle[row["crm_id"]]["arr"] * 100)
        assert row["parent_crm_id"] == oracle[row["crm_id"]]["parent_id"]  # null where there is none
        assert row["last_meaningful_contact_at"] == oracle[row["crm_id"]]["last_meaningful_contact"]["at"]
    assert answer["totals"]["arr_minor"] == round(demo.oracle()["retention"]["arr_now_total"] * 100)


async def test_account(web: httpx.AsyncClient) -> None:
    answer = (await web.get(f"/api/v1/accounts/{KAN}?as_of=2026-11-15")).json()
    assert set(answer) >= PROMISED | {"as_of", "criteria", "team", "stakeholders", "contracts"}
    assert sum(c["points_bp"] for c in answer["criteria"]) == answer["tier_score_bp"]
    assert all(s["event_ids"] for c in answer["criteria"] for s in c["signals"] if s["value_bp"] is not None)
    assert {"from", "to"} <= set(answer["tier_explanation"]["history"][0])
    assert answer["as_of"] == "2026-11-15T22:59:59Z"


async def test_a_merged_duplicate_gives_its_survivor(web: httpx.AsyncClient) -> None:
    answer = (await web.get("/api/v1/accounts/b1d0aa11-2222-5333-8444-555566667777")).json()
    assert answer["name"] == "Sunnamplex"


@pytest.mark.parametrize("bad", ["yesterday", "2026-02-30", "20261115", "2026-11-15T00:00:00Z", "1", "2026-11-15 "])
@pytest.mark.parametrize("path", ["/api/v1/portfolio", f"/api/v1/accounts/{KAN}", "/api/v1/portfolio.csv"])
async def test_a_bad_day_is_named(web: httpx.AsyncClient, path: str, bad: str) -> None:
    response = await web.get(path, params={"as_of": bad})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["parameter"]) == (400, "as_of")
    assert "as_of" in problem["detail"]
    assert bad in problem["detail"]


async def test_a_field_that_the_service_refuses_is_named_too(web: httpx.AsyncClient) -> None:
    problem = (await web.get("/api/v1/portfolio?as_of=2099-01-01")).json()
    assert (problem["status"], problem["parameter"]) == (400, "as_of")
    assert problem["detail"] == "as_of: 2099-01-01 lies outside of what is kept"


@pytest.mark.parametrize("path", ["/api/v1/accounts/nobody", "/api/v1/events/accounts:999999", "/api/v1/nothing"])
async def test_unknown_is_404(web: httpx.AsyncClient, path: str) -> None:
    response = await web.get(path)
    assert response.status_code == 404
    assert response.json()["status"] == 404
    assert response.headers["cache-control"] == "no-store"


async def test_service_down_is_503_with_a_time_to_wait(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.failures = [grpc.StatusCode.UNAVAILABLE] * 20
    response = await web.get("/api/v1/portfolio")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["type"] == "urn:stellwerk:problem:unavailable"


async def test_a_broken_answer_is_502(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.failures = [grpc.StatusCode.INTERNAL]
    assert (await web.get("/api/v1/status")).status_code == 502


async def test_same_content_same_tag(web: httpx.AsyncClient) -> None:
    first = await web.get("/api/v1/portfolio")
    tag = first.headers["etag"]
    again = await web.get("/api/v1/portfolio", headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = await web.get("/api/v1/portfolio?as_of=2026-01-01", headers={"if-none-match": tag})
    assert other.status_code == 200
    assert first.headers["cache-control"] == "private, no-cache"


async def test_csv_has_the_rows_of_the_page(web: httpx.AsyncClient) -> None:
    response = await web.get("/api/v1/portfolio.csv?tier=A&sort=name&as_of=2026-11-15")
    assert response.headers["content-disposition"] == 'attachment; filename="portfolio-2026-11-15.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [r["name"] for r in rows] == ["Hottechi", "Isdom", "Kan-code", "Konex", "Xx-holding"]
    assert rows[2]["arr_minor"] == "42194000"
    assert rows[2]["parent_crm_id"] == ""


async def test_csv_runs_no_formula(web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = demo.portfolio()
    answer.rows[0].name = '=HYPERLINK("http://evil")'
    monkeypatch.setattr(demo, "portfolio", lambda *_: answer)
    text = (await web.get("/api/v1/portfolio.csv")).text
    assert "'=HYPERLINK" in text


async def test_event_and_status(web: httpx.AsyncClient) -> None:
    event = (await web.get("/api/v1/events/accounts:3")).json()
    assert (event["event_id"], event["causation_id"]) == ("accounts:3", "accounts:4")
    assert (await web.get("/api/v1/status")).json()["freshness"]["caught_up"] is True


async def test_the_description_fits_the_answers(web: httpx.AsyncClient) -> None:
    api = (await web.get("/api/openapi.json")).json()
    reads = {path for path, operations in api["paths"].items() if "get" in operations}
    assert reads == {
        "/api/v1/qbrs",
        "/api/v1/qbrs/{qbr_id}",
        "/api/v1/accounts/{crm_id}/plan",
        "/api/v1/accounts/{crm_id}/promises",
        "/api/v1/portfolio",
        "/api/v1/portfolio.csv",
        "/api/v1/risks.csv",
        "/api/v1/risks/forecast.csv",
        "/api/v1/escalations.csv",
        "/api/v1/qbrs.csv",
        "/api/v1/plans",
        "/api/v1/plans.csv",
        "/api/v1/promises",
        "/api/v1/promises.csv",
        "/api/v1/accounts/{crm_id}/promises.csv",
        "/api/v1/accounts/{crm_id}/handovers.csv",
        "/api/v1/alerts.csv",
        "/api/v1/alerts/ledger.csv",
        "/api/v1/kpis",
        "/api/v1/kpis.csv",
        "/api/v1/kpis/definitions",
        "/api/v1/kpis/{kpi}",
        "/api/v1/kpis/{kpi}.csv",
        "/api/v1/readiness",
        "/api/v1/readiness.csv",
        "/api/v1/rollout",
        "/api/v1/findings",
        "/api/v1/findings.csv",
        "/api/v1/reviews",
        "/api/v1/accounts/{crm_id}",
        "/api/v1/events/{event_id}",
        "/api/v1/status",
        "/api/v1/preparation-times",
        "/api/v1/risks",
        "/api/v1/risks/trend",
        "/api/v1/risks/forecast",
        "/api/v1/risks/model",
        "/api/v1/accounts/{crm_id}/risk",
        "/api/v1/escalations",
        "/api/v1/escalations/{escalation_id}",
        "/api/v1/inbox",
        "/api/v1/alerts",
        "/api/v1/alerts/ledger",
        "/api/v1/alerts/{alert_id}",
        "/api/v1/accounts/{crm_id}/alerts",
        "/api/v1/accounts/{crm_id}/timers",
        "/api/v1/preferences",
        "/api/v1/accounts/{crm_id}/contracts.csv",
        "/api/v1/accounts/{crm_id}/confidential",
        "/api/v1/accounts/{crm_id}/handovers",
        "/api/v1/accounts/{crm_id}/insight",
        "/api/v1/accounts/{crm_id}/people",
        "/api/v1/accounts/{crm_id}/people.csv",
        "/api/v1/accounts/{crm_id}/timeline",
        "/api/v1/audit/{kind}/{ident}",
        "/api/v1/audit/{kind}/{ident}.csv",
        "/api/v1/audit/{kind}/{ident}.jsonl",
        "/api/v1/feed",
        "/api/v1/lab/risk/versions/{version}",
        "/api/v1/lab/tier/versions/{version}",
        "/api/v1/lab/{kind}/versions/{version}/changes/{against}",
        "/api/v1/lab/{kind}/what-ifs",
        "/api/v1/lab/{kind}/what-ifs/{whatif_id}",
        "/api/v1/lab/{kind}/what-ifs/{whatif_id}/moved.csv",
        "/api/v1/portfolio/insights",
        "/api/v1/search",
        "/api/v1/webhooks",
        "/api/v1/webhooks/{hook_id}",
        "/api/v1/webhooks/{hook_id}/attempts",
    }
    for path, url in [
        ("/api/v1/portfolio", "/api/v1/portfolio"),
        ("/api/v1/accounts/{crm_id}", f"/api/v1/accounts/{KAN}"),
        ("/api/v1/events/{event_id}", "/api/v1/events/accounts:3"),
        ("/api/v1/status", "/api/v1/status"),
        ("/api/v1/qbrs", "/api/v1/qbrs"),
        ("/api/v1/qbrs/{qbr_id}", f"/api/v1/qbrs/{demo_qbr.by_state('Held')}"),
        ("/api/v1/accounts/{crm_id}/plan", f"/api/v1/accounts/{KAN}/plan"),
        ("/api/v1/accounts/{crm_id}/promises", f"/api/v1/accounts/{KAN}/promises"),
        ("/api/v1/accounts/{crm_id}/handovers", f"/api/v1/accounts/{KAN}/handovers"),
        ("/api/v1/risks", "/api/v1/risks"),
        ("/api/v1/risks/trend", "/api/v1/risks/trend?weeks=13"),
        ("/api/v1/risks/forecast", "/api/v1/risks/forecast?days=90"),
        ("/api/v1/risks/model", "/api/v1/risks/model"),
        ("/api/v1/accounts/{crm_id}/risk", f"/api/v1/accounts/{KAN}/risk"),
        ("/api/v1/escalations", "/api/v1/escalations?closed=true"),
        ("/api/v1/escalations/{escalation_id}", f"/api/v1/escalations/{ESCALATION}"),
        ("/api/v1/inbox", "/api/v1/inbox?all=true"),
        ("/api/v1/alerts", "/api/v1/alerts"),
        ("/api/v1/alerts/ledger", "/api/v1/alerts/ledger?kind=told&first=2026-11-01"),
        ("/api/v1/alerts/{alert_id}", f"/api/v1/alerts/{demo_qbr.ids('alert', 0)}"),
        ("/api/v1/accounts/{crm_id}/timers", f"/api/v1/accounts/{KAN}/timers"),
        ("/api/v1/preferences", "/api/v1/preferences"),
        ("/api/v1/plans", "/api/v1/plans"),
        ("/api/v1/promises", "/api/v1/promises"),
        ("/api/v1/kpis", "/api/v1/kpis?scope=tier:A&known_at=2026-11-01"),
        ("/api/v1/kpis/definitions", "/api/v1/kpis/definitions"),
        ("/api/v1/kpis/{kpi}", "/api/v1/kpis/K1"),
        ("/api/v1/readiness", "/api/v1/readiness"),
        ("/api/v1/rollout", "/api/v1/rollout"),
        ("/api/v1/findings", "/api/v1/findings"),
        ("/api/v1/reviews", "/api/v1/reviews"),
    ]:
        schema = api["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        text = json.dumps({**schema, "components": api["components"]})
        jsonschema.validate((await web.get(url)).json(), json.loads(text))
    problem = api["components"]["schemas"]["ProblemDetails"]
    jsonschema.validate((await web.get("/api/v1/accounts/nobody")).json(), problem)
    assert "422" not in api["paths"]["/api/v1/portfolio"]["get"]["responses"]
