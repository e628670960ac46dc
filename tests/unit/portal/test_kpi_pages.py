"""KPIs, readiness and data quality: what is shown adds up, leads on, and names no person."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import grpc
import httpx
import pytest

from services.portal import kpis as view
from services.portal.clients import Clients
from services.portal.formats import Formats
from services.portal.models import Kpi, KpiFigure
from services.portal.models import view as as_model
from services.portal.settings import PortalSettings
from services.portal.usage import VIEWS
from services.portal.web import create_app
from services.portal.words import Words
from shared.testing import ManualClock
from tests.unit.portal import demo, demo_insights
from tests.unit.portal.fake_insights import FakeInsights
from tests.unit.portal.posting import post

EN, DE = {"accept-language": "en"}, {"accept-language": "de"}
REVIEW = "01900000-0000-7000-8000-000000000000"


def writing(language: str) -> view.Writing:
    return view.Writing(Words(Formats(language, PortalSettings().zone)), "EUR")


def figure(kpi: str, scope: str = "company") -> KpiFigure:
    return as_model(KpiFigure, demo_insights.figure(kpi, scope))


async def test_a_board_shows_its_six_and_all_others(web: httpx.AsyncClient, insights: FakeInsights) -> None:
    page = (await web.get("/kpis?scope=tier:A", headers=DE)).text
    six = demo_insights.document()["dashboards"]["A"]
    assert re.findall(r'<tr><th scope="row"><a href="/kpis/([\w.]+)\?scope=tier%3AA">', page)[:6] == six
    assert {k for k in demo_insights.document()["kpis"] if f"/kpis/{k}?" not in page} == set()
    assert "berichtigt</a>: " in page, "a month that was restated is marked, with the old value"
    asked = next(r for name, r in insights.asked if name == "GetDashboard")
    assert (asked.scope, asked.every) == ("tier:A", True)


async def test_the_days_are_asked_for_and_kept_in_every_link(web: httpx.AsyncClient, insights: FakeInsights) -> None:
    page = (await web.get("/kpis?as_of=2026-10-15&known_at=2026-11-01", headers=EN)).text
    asked = next(r for name, r in insights.asked if name == "GetDashboard")
    assert (asked.as_of, asked.known_at) == ("2026-10-15", "2026-11-01")
    assert "as they were known at the end of that day" in page
    links = re.findall(r'href="(/kpis[^"#]*)', page)
    assert [x for x in links if x.startswith("/kpis/") and "known_at=2026-11-01" not in x] == []
    assert "/api/v1/kpis.csv?as_of=2026-10-15&amp;known_at=2026-11-01" in page


@pytest.mark.parametrize("query", ["as_of=x", "known_at=2026-02-30"])
async def test_a_day_that_is_none_is_named(web: httpx.AsyncClient, query: str) -> None:
    assert (await web.get(f"/kpis?{query}")).status_code == 400
    problem = (await web.get(f"/api/v1/kpis/K1?{query}")).json()
    assert (problem["status"], problem["parameter"]) == (400, query.partition("=")[0])


async def test_a_kpi_that_is_not_defined_is_refused(web: httpx.AsyncClient) -> None:
    assert (await web.get("/kpis/K99")).status_code == 400
    assert (await web.get("/api/v1/kpis/K99.csv")).json()["parameter"] == "kpi"


@pytest.mark.parametrize("scope", view.SCOPES)
async def test_every_kpi_in_every_scope_sums_to_its_figure(web: httpx.AsyncClient, scope: str) -> None:
    for kpi in demo_insights.document()["kpis"]:
        response = await web.get(f"/kpis/{kpi}?scope={scope}", headers=EN)
        assert response.status_code == 200, kpi
        assert "do not add up" not in response.text, kpi
        answer = Kpi.model_validate((await web.get(f"/api/v1/kpis/{kpi}?scope={scope}")).json())
        assert view.total(answer).agrees, kpi


def test_parts_that_do_not_add_up_are_told() -> None:
    answer = as_model(Kpi, demo_insights.kpi("K1", "company"))
    assert answer.figure.numerator is not None
    wrong = answer.figure.model_copy(update={"numerator": answer.figure.numerator + 1})
    assert view.total(answer).agrees
    assert not view.total(answer.model_copy(update={"figure": wrong})).agrees


async def test_a_part_leads_to_account_and_events_and_one_apart_says_why(web: httpx.AsyncClient) -> None:
    page = (await web.get("/kpis/K1", headers=DE)).text
    first = demo_insights.parts("K1", "company")[0]
    assert f'href="/accounts/{first.crm_id}"' in page
    assert f'href="/events/{first.event_ids[0]}"' in page
    apart = page[page.index('id="h-apart"') :]
    assert "im Onboarding" in apart[: apart.index("</section>")]
    restated = page[page.index('id="restated"') :]
    assert 'href="/events/crm:99"' in restated
    assert "ARR am Ende derer mit ARR am Anfang" in page


async def test_a_value_of_few_preparations_is_not_shown(web: httpx.AsyncClient) -> None:
    """Fewer than five would tell what one person did: insights sends no values, the page says why there are none."""
    parts = demo_insights.parts("K10", "company")
    assert all(not p.values for p in parts)
    page = (await web.get("/kpis/K10", headers=EN)).text
    assert page.count("not shown: under 5 cases") == len([p for p in parts if not p.apart])


@pytest.mark.parametrize(
    ("kpi", "value", "german", "english"),
    [
        ("K1", 10324, "103,24 %", "103.24%"),
        ("K16", 123456789, "1.234.568 EUR", "1,234,568 EUR"),
        ("K14", -4200, "−0,42", "−0.42"),
        ("K20.slips", 12000, "1,20", "1.20"),
        ("K10", 42, "42 min", "42 min"),
        ("K15.days", 12, "12 Tage", "12 days"),
        ("K3.new", 7, "7", "7"),
        ("K1", None, "–", "–"),
    ],
)
def test_figures_are_written_in_their_unit(kpi: str, value: int | None, german: str, english: str) -> None:
    d = figure(kpi).definition
    said = [writing(language).value(d, value).replace("\u202f", " ").replace("\xa0", " ") for language in ("de", "en")]
    assert said == [german, english]


def test_a_move_is_better_or_worse_by_the_direction_of_the_figure() -> None:
    up, down = figure("K1"), figure("K16")
    for f, more_is_better in ((up, True), (down, False)):
        first = f.trend[0].value
        assert first is not None
        more = view.move(f.model_copy(update={"value": first + 100}))
        same = view.move(f.model_copy(update={"value": first}))
        assert more is not None
        assert same is not None
        assert (more.by, more.better) == (100, more_is_better)
        assert (same.by, same.better) == (0, None)
    assert view.move(up.model_copy(update={"value": None})) is None


async def test_ten_questions_with_the_accounts_that_fail(web: httpx.AsyncClient) -> None:
    page = (await web.get("/readiness", headers=DE)).text
    assert re.findall(r'<tr id="(Q\d+)">', page) == demo_insights.QUESTIONS
    assert page.count('class="lamp grey"') >= 2, "what cannot be answered has no colour of its own"
    name = demo.portfolio().rows[0].name
    assert f">{name}</a>" in page
    assert "noch nicht zu beantworten" in page
    assert "Tiering und Account 360" in page


async def test_findings_are_filtered_alike_on_page_and_sheet(web: httpx.AsyncClient) -> None:
    crm_id = demo.portfolio().rows[0].crm_id
    page = (await web.get(f"/findings?account={crm_id}", headers=EN)).text
    sheet = (await web.get(f"/api/v1/findings.csv?account={crm_id}")).text.splitlines()
    assert sheet[0].lstrip("\ufeff") == "rule,weight,account_id,crm_id,name,what,event_ids"
    assert {line.split(",")[3] for line in sheet[1:]} == {crm_id}
    assert demo.portfolio().rows[1].name not in re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL)


async def test_a_review_is_completed(web: httpx.AsyncClient, insights: FakeInsights) -> None:
    answer = await post(web, "/findings", f"complete-review-{REVIEW}")
    assert answer.status_code == 303
    name, request = insights.sent[-1]
    assert (name, request.review_id, request.meta.user_id) == ("CompleteReview", REVIEW, "demo")
    page = (await web.get(answer.headers["location"], headers=EN)).text
    assert "Recorded:" in page
    assert "completed in time" in page


async def test_without_insights_only_its_pages_are_missing(web: httpx.AsyncClient, insights: FakeInsights) -> None:
    insights.failures = [grpc.StatusCode.UNAVAILABLE] * 200
    assert (await web.get("/kpis")).status_code == 503
    assert (await web.get("/portfolio")).status_code == 200
    assert "The insights service" in (await web.get("/status", headers=EN)).text


async def test_the_four_views_are_counted_once_a_week(clients: Clients, insights: FakeInsights) -> None:
    clock = ManualClock(demo.NOW)
    app: Any = create_app(clients, PortalSettings(), clock)
    kan = next(r.crm_id for r in demo.portfolio().rows if r.name == "Kan-code")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal") as browser:
        for path in ("/plans", "/risks", "/portfolio", "/portfolio?q=x", f"/accounts/{kan}", "/kpis", "/policy"):
            await browser.get(path)
        await app.state.site.usage.settled()
        assert sorted(insights.views) == sorted(("demo", v) for v in set(VIEWS.values()))
        clock.advance(timedelta(days=8))
        await browser.get("/risks")
        await app.state.site.usage.settled()
    assert insights.views[-1] == ("demo", "risks")
    assert len(insights.views) == 5
