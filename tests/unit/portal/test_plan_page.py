"""The plan page and its forms: whole units for people, integers for the service; nothing without owner and day."""

from __future__ import annotations

import grpc
import httpx
import pytest

from tests.unit.portal import demo
from tests.unit.portal.demo_growth import PLAN
from tests.unit.portal.demo_qbr import demo_people, ids
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.fake_steering import FakeGrowth, FakeQbr
from tests.unit.portal.posting import post

CRM = {r.name: r.crm_id for r in demo.portfolio().rows}
ACCOUNT = {r.name: r.account_id for r in demo.portfolio().rows}
KAN, KONEX, ISDOM = (f"/accounts/{CRM[name]}/plan" for name in ("Kan-code", "Konex", "Isdom"))


async def english(web: httpx.AsyncClient, path: str) -> str:
    response = await web.get(path, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.text


async def test_goals_show_value_against_expected(web: httpx.AsyncClient) -> None:
    page = await english(web, KAN)
    for text in (
        "860,000 USD",
        "900,000 USD",
        "800,000 USD<small>→ 1,200,000 USD</small>",
        "at risk",
        "15% reached, 25% expected",
        "65%",
    ):
        assert text in page


async def test_overdue_and_blocked_say_why(web: httpx.AsyncClient) -> None:
    page = await english(web, KAN)
    waiting = page[page.index('id="waiting"') : page.index('id="goals"')]
    assert waiting.index("Test system ready") < waiting.index("Data migrated")
    for text in ("moved 1 time", "supplier late", "waits for", "◆ critical path", "5 Dec 2026 → 14 Dec 2026"):
        assert text in waiting


async def test_the_timeline_is_drawn_with_shape_and_word(web: httpx.AsyncClient) -> None:
    page = await english(web, KAN)
    svg = page[page.index('<svg class="gantt chart"') :]
    svg = svg[: svg.index("</svg>")]
    assert svg.count("<rect") == 6
    assert svg.count('class="span open critical"') + svg.count('class="span done critical"') >= 2
    assert 'class="link violated critical"' in svg
    assert ">overdue, critical<" in svg.replace("\n", "")
    assert "today" in svg


async def test_whitespace_and_deals(web: httpx.AsyncClient) -> None:
    page = await english(web, KAN)
    assert "in use" in page
    assert "50,000 USD" in page
    assert "Insight pilot" in page


async def test_a_goal_is_asked_in_whole_units_and_sent_in_cents(web: httpx.AsyncClient, growth: FakeGrowth) -> None:
    typed = {
        "title": "More revenue", "owner": "u-77", "kpi_id": "K4", "unit": "minor:USD", "baseline": "800000",
        "target": "1200000.50", "direction": "increase", "starts_on": "2026-10-01", "due": "2027-09-30",
        "checkpoints": "2027-03-31 1000000\n",
    }  # fmt: skip
    response = await post(web, KONEX, "set-goal", **typed)
    assert response.status_code == 303
    request = growth.sent[0][1]
    assert (request.plan_id, request.baseline, request.target) == (PLAN, 80_000_000, 120_000_050)
    assert [(c.on, c.value) for c in request.checkpoints] == [("2027-03-31", 100_000_000)]


@pytest.mark.parametrize(("name", "value"), [("baseline", "lots"), ("due", "soon"), ("checkpoints", "31.3. much more")])
async def test_a_wrong_field_is_marked(web: httpx.AsyncClient, growth: FakeGrowth, name: str, value: str) -> None:
    typed = {
        "title": "More", "owner": "u-77", "kpi_id": "K4", "unit": "bp", "baseline": "40", "target": "90",
        "direction": "increase", "starts_on": "2026-10-01", "due": "2027-09-30",
    }  # fmt: skip
    response = await post(web, KONEX, "set-goal", **{**typed, name: value})
    assert response.status_code == 422
    assert f'id="set-goal-{name}-e"' in response.text
    assert value in response.text
    assert growth.sent == []


async def test_a_plan_is_drafted_for_the_account(web: httpx.AsyncClient, growth: FakeGrowth) -> None:
    typed = {"title": "Two plants", "owner": "u-77", "starts_on": "2026-12-01", "ends_on": "2027-12-01"}
    assert (await post(web, ISDOM, "draft-plan", **typed)).status_code == 303
    assert growth.sent[0][1].account_id == ACCOUNT["Isdom"]


async def test_a_draft_says_what_is_missing(web: httpx.AsyncClient) -> None:
    page = await english(web, KONEX)
    assert "Before it can be submitted: a goal." in " ".join(page.split())
    assert "The plan has no goal yet" in page


async def test_a_milestone_is_moved_and_done(web: httpx.AsyncClient, growth: FakeGrowth) -> None:
    milestone = ids("milestone", 2)
    page = f"{KAN}?open={milestone}"
    form = f"move-milestone-{milestone}"
    assert (await post(web, page, form, due="2026-12-14", reason="supplier")).status_code == 303
    form = f"complete-milestone-{milestone}"
    assert (await post(web, page, form, effective_at="2026-11-14T10:00")).status_code == 303
    moved, done = (request for _, request in growth.sent)
    assert (moved.milestone_id, moved.due, moved.plan_id) == (milestone, "2026-12-14", PLAN)
    assert done.meta.effective_at == "2026-11-14T09:00:00Z"


async def test_a_form_that_failed_stands_open_at_its_milestone(web: httpx.AsyncClient) -> None:
    milestone = ids("milestone", 2)
    response = await post(web, f"{KAN}?open={milestone}", f"move-milestone-{milestone}", due="2026-12-14", reason="")
    assert response.status_code == 422
    row = response.text[response.text.index(f'id="m-{milestone}"') :]
    assert row.index('aria-invalid="true"') < row.index("</tr>", row.index("opened"))


async def test_a_slip_proposal_is_taken_with_a_reason(web: httpx.AsyncClient, growth: FakeGrowth) -> None:
    milestone = ids("milestone", 2)
    response = await post(web, KAN, f"move-milestone-slip-{milestone}", due="2026-12-14", reason="follows")
    assert response.status_code == 303
    assert growth.sent[0][1].milestone_id == milestone


async def test_an_initiative_needs_a_goal_and_a_person(web: httpx.AsyncClient, growth: FakeGrowth) -> None:
    typed: dict[str, str | list[str]] = {"title": "Pilot", "owner": "u-77", "due": "2027-02-01"}
    wrong = await post(web, KAN, "propose-initiative", **typed)
    assert wrong.status_code == 422
    assert 'id="propose-initiative-goal_ids-e"' in wrong.text
    typed |= {"goal_ids": [ids("goal", 0)], "stakeholders": demo_people(ACCOUNT["Kan-code"])[:1]}
    typed |= {"opportunity_id": "opp-2"}
    assert (await post(web, KAN, "propose-initiative", **typed)).status_code == 303
    assert growth.sent[0][1].opportunity_id == "opp-2"


async def test_a_play_is_chosen_in_the_gallery_and_started_at_the_plan(
    web: httpx.AsyncClient, growth: FakeGrowth
) -> None:
    page = await english(web, "/playbooks/renewal")
    assert "60 business days before the notice deadline" in " ".join(page.split())
    chosen = await web.get(f"/playbooks/renewal/start?account={CRM['Kan-code']}")
    assert chosen.headers["location"] == f"{KAN}?play=renewal#start-play"
    typed = {"plan_id": PLAN, "playbook": "renewal", "title": "Renew", "owner": "u-77", "starts_on": "2026-11-16"}
    assert (await post(web, f"{KAN}?play=renewal", "start-play", **typed)).status_code == 303
    assert growth.sent[0][0] == "StartPlay"


async def test_what_could_be_used_is_assessed_in_whole_money(web: httpx.AsyncClient, growth: FakeGrowth) -> None:
    typed = {"org_unit": "Rostock", "product": "Service", "state": "Potential", "potential_minor": "50000"}
    assert (await post(web, KAN, "assess-cell", **typed)).status_code == 303
    assert growth.sent[0][1].potential_minor == 5_000_000


async def test_growth_down_is_said_in_place(web: httpx.AsyncClient, growth: FakeGrowth, qbr: FakeQbr) -> None:
    growth.failures = [grpc.StatusCode.UNAVAILABLE] * 60
    page = await english(web, f"/accounts/{CRM['Kan-code']}")
    assert "The growth service does not answer." in page
    assert "every 91 days" in page
    response = await web.get(KAN, headers={"accept-language": "en"})
    assert response.status_code == 503
    assert "The growth service does not answer" in response.text


async def test_without_accounts_the_plans_still_show(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.failures = [grpc.StatusCode.UNAVAILABLE] * 60
    page = await english(web, "/plans")
    assert "Plan 3" in page
    assert "The accounts service does not answer." in page


async def test_the_past_offers_no_forms(web: httpx.AsyncClient) -> None:
    page = await english(web, f"{KAN}?as_of=2026-11-01")
    assert 'method="post"' not in page
    assert "What is decided is decided today" in page
