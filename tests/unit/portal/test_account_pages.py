"""The tabs of an account, search and audit trail: any day and knowledge, people and what is decided about them."""

from __future__ import annotations

import csv
import io
import json
import re
from uuid import uuid4

import grpc
import httpx
import pytest

from shared.errors import Rejected
from tests.unit.portal import demo, demo_looking, demo_qbr
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.fake_insights import FakeInsights
from tests.unit.portal.posting import SAME, FormsOf, post

KAN = next(r.crm_id for r in demo.portfolio().rows if r.name == "Kan-code")
FACTS = demo.account(KAN)
assert FACTS is not None
PERSONS = [s.subject_id for s in FACTS.stakeholders]
PEOPLE = f"/accounts/{KAN}/people"
EN, DE = {"accept-language": "en"}, {"accept-language": "de"}
THEN = "as_of=2026-05-01&known_at=2026-06-01"


async def text(web: httpx.AsyncClient, path: str, **headers: str) -> str:
    response = await web.get(path, headers=EN | headers)
    assert response.status_code == 200, response.text[:500]
    return response.text


async def test_the_head_tells_light_tier_money_team_qbr_plan_and_promises(web: httpx.AsyncClient) -> None:
    page = await text(web, f"/accounts/{KAN}")
    for said in (
        "Next QBR due by",
        "10 Dec 2026",
        "3 Sep 2026",
        "62%",
        "1 milestone overdue",
        "1 open risk",
        "escalation",
    ):
        assert said in page
    assert '<svg class="spark"' in page
    assert page.count('class="initials"') == 1
    tabs = page[page.index('<nav class="tabs"') :]
    order = [
        "Overview",
        "Why",
        "People",
        "Contracts",
        "QBRs",
        "Plan",
        "Promises",
        "Handover",
        "Alerts",
        "Confidential",
        "History",
        "Audit",
    ]
    assert [tabs.index(f">{o}</a>") for o in order] == sorted(tabs.index(f">{o}</a>") for o in order)


@pytest.mark.parametrize("tab", ["", "/people", "/contracts", "/timeline"])
async def test_a_tab_says_which_day_and_knowledge_it_shows(
    web: httpx.AsyncClient, insights: FakeInsights, tab: str
) -> None:
    page = await text(web, f"/accounts/{KAN}{tab}?{THEN}")
    assert "Shown: 1 May 2026" in page
    assert "with what was known on 1 Jun 2026" in page
    assert "Nothing can be decided while looking at the past" in page
    asked = {(r.as_of, r.known_at) for name, r in insights.asked if hasattr(r, "known_at")}
    assert asked == {("2026-05-01", "2026-06-01")}
    assert '<form class="act' not in page
    assert "Shown: today" in await text(web, f"/accounts/{KAN}{tab}")


async def test_a_page_that_does_not_know_the_knowledge_says_so(web: httpx.AsyncClient) -> None:
    page = await text(web, f"/accounts/{KAN}/risk?{THEN}")
    assert "This page does not know what was known on 1 Jun 2026" in page
    assert '<form class="act' not in page, "nothing is decided while looking at the past"


async def test_with_the_knowledge_of_a_day_before_all_facts_nobody_knew_the_account(web: httpx.AsyncClient) -> None:
    page = await text(web, f"/accounts/{KAN}?as_of=2023-01-01&known_at=2023-01-01")
    assert "nobody knew this account yet" in page
    assert "Nothing has been recorded" in await text(web, f"/accounts/{KAN}/timeline?known_at=2023-01-01")


async def test_a_day_that_is_none_is_named(web: httpx.AsyncClient) -> None:
    response = await web.get(f"/accounts/{KAN}?known_at=soon", headers=EN)
    assert (response.status_code, "write it as 2026-11-15" in response.text) == (400, True)
    problem = (await web.get(f"/api/v1/accounts/{KAN}/insight?known_at=soon")).json()
    assert problem["parameter"] == "known_at"


async def test_both_days_stay_with_every_link(web: httpx.AsyncClient) -> None:
    page = await text(web, f"/accounts/{KAN}?{THEN}")
    assert f'href="/accounts/{KAN}/people?as_of=2026-05-01&amp;known_at=2026-06-01"' in page


@pytest.mark.parametrize("path", [f"/accounts/{KAN}", PEOPLE, f"/accounts/{KAN}/timeline", "/portfolio"])
async def test_without_insights_the_rest_stands(web: httpx.AsyncClient, insights: FakeInsights, path: str) -> None:
    insights.failures = [grpc.StatusCode.UNAVAILABLE] * 60
    page = await text(web, path)
    assert "insights" in page or path == "/portfolio"
    assert "Kan-code" in page


# -- people


async def test_gaps_come_first_and_the_map_is_there_in_three_forms(web: httpx.AsyncClient) -> None:
    page = await text(web, PEOPLE)
    parts = [page.index(f'id="{part}"') for part in ("gaps", "grid", "people", "graph", "matrix")]
    assert parts == sorted(parts)
    assert "nobody holds this role" in page
    assert '<svg class="orgchart"' in page
    assert page.count('class="edge reports_to') >= 2
    assert "in conflict with" in page
    assert 3 < page.count('draggable="true"') < page.count('class="card')


async def test_a_person_is_assessed_with_what_shows_it(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    who = PERSONS[1]
    page = await text(web, f"{PEOPLE}?person={who}")
    action, hidden = FormsOf(page).forms[f"assess-influence-{who}"]
    assert hidden["subject_id"] == who
    evidence = re.findall(r'<option value="(accounts:[^"]+)"', page)[0]
    sent = await web.post(action, data={**hidden, "power": "5", "interest": "2", "evidence": evidence}, headers=SAME)
    assert (sent.status_code, sent.headers["location"].split("?")[0]) == (303, PEOPLE)
    name, request = fake.commands.sent[-1]
    assert (name, request.subject_id, request.power, request.interest) == ("AssessInfluence", who, 5, 2)
    assert list(request.evidence) == [f"power:{evidence}"]
    assert request.account_id == next(r.account_id for r in demo.portfolio().rows if r.crm_id == KAN)


async def test_a_dragged_card_posts_the_same_command(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    page = await text(web, PEOPLE)
    action, hidden = FormsOf(page).forms["move"]
    proof = re.findall(r'<option value="(accounts:[^"]+)"', page)[0]
    data = {**hidden, "subject_id": PERSONS[1], "power": "4", "interest": "4", "evidence": proof}
    assert (await web.post(action, data=data, headers=SAME)).status_code == 303
    assert fake.commands.sent[-1][0] == "AssessInfluence"


@pytest.mark.parametrize(
    ("person", "form", "typed", "method"),
    [
        (0, "map-person", {}, "MapStakeholder"),
        (0, "dismiss-person", {"reason": "duplicate"}, "DismissSuggestion"),
        (1, "assess-attitude", {"value": "-1", "evidence": "accounts:7@2026-11-01"}, "AssessAttitude"),
        (1, "assign-roles", {"roles": ["DECIDER", "CHAMPION"]}, "AssignRoles"),
        (1, "confirm-person", {}, "ConfirmStakeholder"),
        (1, "mark-departed", {}, "MarkDeparted"),
        (1, "set-reporting-line", {"manager_id": PERSONS[2]}, "SetReportingLine"),
        (1, "draw-influence", {"to_subject_id": PERSONS[2], "line": "influences", "weight": "3"}, "DrawInfluence"),
        (1, "rate-relationship", {"member_id": "u1", "value": "4"}, "RateRelationship"),
    ],
)
async def test_every_step_of_a_person(
    web: httpx.AsyncClient, fake: FakeAccounts, person: int, form: str, typed: dict[str, str], method: str
) -> None:
    who = PERSONS[person]
    response = await post(web, f"{PEOPLE}?person={who}", f"{form}-{who}", **typed)
    assert response.status_code == 303, response.text[:800]
    assert [name for name, _ in fake.commands.sent] == [method]


async def test_a_rule_that_says_no_keeps_what_was_typed(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    who = PERSONS[1]
    fake.commands.refuse = Rejected("stakeholder-not-mapped", "Map the stakeholder first.")
    typed = {"power": "5", "interest": "4", "evidence": "accounts:7@2026-11-01"}
    response = await post(web, f"{PEOPLE}?person={who}", f"assess-influence-{who}", **typed)
    assert response.status_code == 409
    assert "Put the person on the map first." in response.text
    assert '<option value="5" selected>' in response.text


async def test_in_the_past_nothing_is_decided_about_people(web: httpx.AsyncClient) -> None:
    page = await text(web, f"{PEOPLE}?person={PERSONS[1]}&known_at=2026-06-01")
    assert 'class="act' not in page
    assert "draggable" not in page


async def test_programs_send_the_same_steps(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    body = {"subject_id": PERSONS[1], "value": 2, "evidence": "accounts:7"}
    path, key = f"/api/v1/accounts/{KAN}/people/assess-attitude", str(uuid4())
    first = await web.post(path, json=body, headers={"idempotency-key": key})
    again = await web.post(path, json=body, headers={"idempotency-key": key})
    assert (first.status_code, first.json()["repeated"], again.json()["repeated"]) == (200, False, True)
    assert fake.commands.sent[0][1].value == 2
    wrong = await web.post(path, json=body | {"value": 3}, headers={"idempotency-key": str(uuid4())})
    assert wrong.status_code in (400, 422)


async def test_people_as_json_and_csv(web: httpx.AsyncClient) -> None:
    found = (await web.get(f"/api/v1/accounts/{KAN}/people")).json()
    assert found["gaps"][0]["role"] == "champion"
    assert found["lines"][0]["from"]
    assert set(found["names"]) <= {p["subject_id"] for p in found["people"]}
    rows = list(
        csv.DictReader(io.StringIO((await web.get(f"/api/v1/accounts/{KAN}/people.csv")).text.lstrip("\ufeff")))
    )
    assert len(rows) == len(found["people"])


# -- history


async def test_history_is_filtered_and_paged(web: httpx.AsyncClient, insights: FakeInsights) -> None:
    page = await text(web, f"/accounts/{KAN}/timeline?service=growth&type=MilestoneRescheduled")
    request = [r for name, r in insights.asked if name == "GetTimeline"][-1]
    assert (list(request.services), list(request.types), request.limit) == (["growth"], ["MilestoneRescheduled"], 25)
    assert "1 Oct 2026 → 1 Nov 2026" in page
    assert "Pilot &lt;b&gt;" in page
    older = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&").split("#")[0]
    assert "Newest" in await text(web, older)
    assert "before=" in older


async def test_history_speaks_the_readers_language(web: httpx.AsyncClient) -> None:
    page = await text(web, f"/accounts/{KAN}/timeline", **DE)
    for said in ("Meilenstein verschoben", "Wachstum", "frühere Änderung"):
        assert said in page, said


# -- search


async def test_one_search_over_everything(web: httpx.AsyncClient, fake: FakeAccounts, insights: FakeInsights) -> None:
    page = await text(web, "/search?q=mueller")
    assert "Pilot bei Müller abnehmen" in page
    assert [name for name, _ in insights.asked].count("Search") == 1
    assert [name for name, _ in fake.calls].count("SearchPeople") == 1
    assert "Kan-code" in await text(web, "/search?q=KAN-CODE")


async def test_a_person_is_found_by_name_and_leads_to_the_map(web: httpx.AsyncClient) -> None:
    hit = demo_looking.persons(FACTS.stakeholders[0].name.split()[0]).hits[0]
    page = await text(web, f"/search?q={hit.name}")
    assert f'href="/accounts/{hit.crm_id}/people?person={hit.subject_id}#person"' in page


async def test_too_little_and_nothing(web: httpx.AsyncClient, insights: FakeInsights) -> None:
    assert "Type two letters or more." in await text(web, "/search?q=a")
    assert "Nothing was found" in await text(web, "/search?q=zzzz")
    assert "The key / leads here" in await text(web, "/search")
    assert [name for name, _ in insights.asked].count("Search") == 1
    assert (await web.get("/api/v1/search")).status_code == 400


async def test_search_with_one_service_down(web: httpx.AsyncClient, insights: FakeInsights) -> None:
    insights.failures = [grpc.StatusCode.UNAVAILABLE] * 20
    name = FACTS.stakeholders[0].name
    page = await text(web, f"/search?q={name}")
    assert name in page
    assert "The insights service does not answer" in page
    insights.failures = [grpc.StatusCode.UNAVAILABLE] * 20
    assert (await web.get(f"/api/v1/search?q={name}")).json()["things"] is None


# -- audit trail


async def test_the_trail_tells_who_when_and_what_was_before(web: httpx.AsyncClient) -> None:
    page = await text(web, f"/audit/account/{KAN}")
    for said in (
        "120 events",
        "1 Mar 2026 → <strong>1 Apr 2026</strong>",
        "2 Mar 2026",
        "Command",
        "crm:51",
        "Tier policy v1",
    ):
        assert said in page, said
    older = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "accounts:70" in await text(web, older)


async def test_a_trail_of_a_policy_a_milestone_and_of_nothing(web: httpx.AsyncClient) -> None:
    assert "Tier policy" in await text(web, "/audit/policy/tier")
    page = await text(web, f"/audit/milestone/{uuid4()}")
    assert "=Pilot" in page
    assert f'href="/accounts/{next(iter(demo.portfolio().rows)).crm_id}/plan"' in page
    assert (await web.get("/audit/account/nobody", headers=EN)).status_code == 404


async def test_pages_of_things_lead_to_their_trails(web: httpx.AsyncClient) -> None:
    links = {
        f"/accounts/{KAN}/plan?open={demo_qbr.ids('milestone', 2)}": ("/audit/plan/", "/audit/milestone/"),
        f"/accounts/{KAN}/risk": ("/audit/risk/",),
        "/policy": ("/audit/policy/tier", "/audit/policy/standards"), "/policy/risk": ("/audit/policy/risk",),
        f"/alerts/{demo_qbr.ids('alert', 0)}": ("/audit/alert/",), f"/accounts/{KAN}": (f"/audit/account/{KAN}",),
    }  # fmt: skip
    for path, wanted in links.items():
        page = await text(web, path)
        assert [w for w in wanted if f'href="{w}' not in page] == [], path


async def test_the_whole_trail_as_csv_and_json_lines(web: httpx.AsyncClient) -> None:
    response = await web.get(f"/api/v1/audit/account/{KAN}.csv")
    rows = list(csv.DictReader(io.StringIO(response.text.lstrip("\ufeff"))))
    assert [r["event_id"] for r in rows] == [f"accounts:{n}" for n in range(120, 0, -1)]
    assert rows[0]["changes"] == "due: 2026-03-01 -> 2026-04-01"
    assert rows[0]["command_id"]
    assert response.headers["content-disposition"].startswith("attachment")
    lines = [json.loads(x) for x in (await web.get(f"/api/v1/audit/account/{KAN}.jsonl")).text.splitlines()]
    assert [x["event_id"] for x in lines] == [r["event_id"] for r in rows]
    one = (await web.get(f"/api/v1/audit/account/{KAN}?limit=2")).json()
    assert (len(one["events"]), one["total"], one["next_before"]) == (2, 120, "accounts:119")


# -- portfolio


async def test_the_heat_map_filters_the_list(web: httpx.AsyncClient) -> None:
    page = await text(web, "/portfolio")
    assert page.count('class="h') >= 3
    red = await text(web, "/portfolio?colour=RED")
    assert red.count('<th scope="row"><a') == 2
    assert 'aria-current="true"' in red
    assert "62%" in page
    assert "last 3 Sep 2026" in page


async def test_the_portfolio_with_another_knowledge(web: httpx.AsyncClient, insights: FakeInsights) -> None:
    page = await text(web, f"/portfolio?{THEN}")
    assert "with what was known on 1 Jun 2026" in page
    assert 'data-light="' not in page
    then = (await web.get(f"/api/v1/portfolio.csv?{THEN}")).text.lstrip("\ufeff")
    today = (await web.get("/api/v1/portfolio.csv")).text.lstrip("\ufeff")
    known, now = ({r["name"]: r for r in csv.DictReader(io.StringIO(s))} for s in (then, today))
    assert int(known["Konex"]["arr_minor"]) == int(now["Konex"]["arr_minor"]) // 2
    assert known["Konex"]["next_renewal_on"] == ""
    insights.failures = [grpc.StatusCode.UNAVAILABLE] * 20
    assert (await web.get(f"/portfolio?{THEN}")).status_code == 503, "that knowledge is the page's subject"
