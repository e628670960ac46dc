"""The pages as text: what is on them, in both languages, and what they say when something is wrong."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import grpc
import httpx
import pytest

from shared.protos import accounts_pb2 as pb
from tests.unit.portal import demo, demo_qbr, demo_risk
from tests.unit.portal.fake_accounts import FakeAccounts

KAN = "b21e4a44-02f7-5191-978c-bdeba2e27c0a"
KONEX = "998d0ca9-3177-5ec0-943d-d95c879508f5"


def demo_people(crm_id: str) -> list[str]:
    """The pseudonyms of an account's people."""
    found = demo.account(crm_id)
    assert found is not None
    return [s.subject_id for s in found.stakeholders]


PAGES = (
    "/portfolio",
    "/portfolio?group=tier&tier=A",
    f"/accounts/{KAN}",
    "/events/accounts:3",
    "/policy",
    "/status",
    "/qbrs",
    "/qbrs?state=due&month=2026-09",
    *(f"/qbrs/{demo_qbr.by_state(state)}" for state in dict.fromkeys(demo_qbr.STATES)),
    f"/accounts/{KAN}/people",
    f"/accounts/{KAN}/people?person={demo_people(KAN)[1]}",
    f"/accounts/{KAN}/contracts?as_of=2026-05-01",
    f"/accounts/{KAN}/confidential",
    f"/accounts/{KAN}/confidential?as_of=2026-05-01",
    f"/accounts/{KAN}/timeline?service=growth",
    f"/accounts/{KAN}/timeline?as_of=2026-05-01&known_at=2026-05-01",
    f"/audit/account/{KAN}",
    "/audit/policy/tier",
    "/search?q=kan",
    "/portfolio?as_of=2026-05-01&known_at=2026-05-01&group=tier",
    f"/accounts/{KAN}/qbrs",
    "/plans",
    f"/accounts/{KAN}/plan?open={demo_qbr.ids('milestone', 2)}",
    f"/accounts/{KONEX}/plan",
    "/playbooks",
    "/playbooks/renewal",
    "/promises",
    f"/accounts/{KAN}/promises",
    "/today",
    "/today?whose=mine",
    "/risks",
    "/risks?colour=RED&tier=A",
    "/risks/forecast",
    f"/accounts/{KAN}/risk",
    f"/accounts/{KONEX}/risk",
    "/escalations",
    *(f"/escalations/{row.escalation_id}" for row in demo_risk.escalations("", True).rows),
    "/inbox?all=1",
    "/alerts?all=1",
    "/alerts/ledger?kind=told",
    f"/alerts/{demo_qbr.ids('alert', 0)}",
    f"/accounts/{KAN}/alerts",
    "/preferences",
    "/kpis",
    "/kpis?scope=tier:A&known_at=2026-10-01&as_of=2026-10-15",
    "/kpis/K1",
    "/kpis/K16?scope=tier:B",
    "/kpis/K18",
    "/kpis/K10?scope=tier:C",
    "/kpis/K14",
    "/readiness",
    "/findings?rule=stakeholder_stale",
    "/events/insights:101",
    "/policy/risk?version=2",
    "/events/risk:77",
    "/events/notifications:77",
    "/events/crm:77",
    "/events/qbr:77",
    "/events/growth:12",
)
VOID = {"meta", "link", "input", "rect", "line", "circle", "path", "use", "polyline", "br"}


class Balanced(HTMLParser):
    """Every element that is opened is closed, in order; ids are unique; references inside the page exist."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wanted: set[str] = set()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        found = dict(attrs)
        assert "style" not in found, "inline style: the content security policy forbids it"
        assert not any(name.startswith("on") for name in found)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        for name in ("aria-labelledby", "for"):
            if found.get(name):
                self.wanted.add(str(found[name]))
        href = found.get("href") or ""
        self.hrefs.append(href)
        if href.startswith("#"):
            self.wanted.add(href[1:])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/portfolio?as_of=x"])
async def test_markup_is_sound(web: httpx.AsyncClient, path: str, language: str) -> None:
    response = await web.get(path, headers={"accept-language": language})
    page = Balanced()
    page.feed(response.text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.wanted <= set(page.ids)
    assert response.text.count("<h1") == 1
    assert f'<html lang="{language}">' in response.text
    assert not [h for h in page.hrefs if h.startswith(("http:", "https:", "//"))]


async def test_no_link_is_dead(web: httpx.AsyncClient) -> None:
    found: dict[str, str] = {}
    for path in PAGES:
        page = Balanced()
        page.feed((await web.get(path)).text)
        found |= {h.split("#")[0]: path for h in page.hrefs if h.startswith("/")}
    assert len(found) > 300
    alike: dict[str, list[str]] = {}
    for h in sorted(found):
        alike.setdefault(re.sub(r"[0-9a-f-]{8,}|\d+|=[^&]*", "*", h), []).append(h)
    some = [h for those in alike.values() for h in those[:5]]  # of a thousand events five say as much as all

    async def answers(h: str) -> bool:
        return (await web.get(h)).status_code in (200, 303, 307)

    assert [(found[h], h) for h in some if not await answers(h)] == []


async def test_home_leads_to_today(web: httpx.AsyncClient) -> None:
    response = await web.get("/?as_of=2026-01-01")
    assert (response.status_code, response.headers["location"]) == (307, "/today?as_of=2026-01-01")


async def test_portfolio_in_german(web: httpx.AsyncClient) -> None:
    page = (await web.get("/portfolio?lang=de")).text
    for text in (
        "2.339.890 USD",
        "30. Nov 2026",
        "in 15 Tagen",
        "Rot",
        "vor 68 Tagen",
        "inaktiv",
        "CRM-Stand 15. Nov 2026",
    ):
        assert text in page
    assert page.count('scope="row"') == 12 + 4  # accounts, and the heat map's rows
    assert 'aria-sort="descending"' in page
    assert not re.search(r"%\(\w+\)s|\{\{|None|Undefined", page)


async def test_every_figure_of_a_row_leads_to_its_event(web: httpx.AsyncClient) -> None:
    page = (await web.get("/portfolio?q=konex")).text
    row = page[page.index("<tbody") :]
    evidence = next(r for r in demo.portfolio().rows if r.name == "Konex").evidence
    for figure in ("tier", "arr_minor", "next_notice_deadline", "last_meaningful_contact_at", "owner"):
        assert f'href="/events/{evidence[figure]}"' in row


async def test_language_is_remembered(web: httpx.AsyncClient) -> None:
    first = await web.get("/portfolio?lang=de")
    assert "stellwerk_language=de" in first.headers["set-cookie"]
    assert '<html lang="de">' in (await web.get("/status", headers={"accept-language": "en"})).text


async def test_as_of_stays_with_every_link(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    page = Balanced()
    page.feed((await web.get("/portfolio?as_of=2026-05-15")).text)
    inside = [h for h in page.hrefs if h.startswith(("/accounts/", "/policy", "/status"))]
    assert inside
    assert all("as_of=2026-05-15" in h for h in inside)
    assert {r.as_of for name, r in fake.calls if name == "ListPortfolio"} == {"2026-05-15"}


async def test_account_says_why(web: httpx.AsyncClient) -> None:
    page = (await web.get(f"/accounts/{KAN}", headers={"accept-language": "en"})).text
    for text in ("81.78 points", "above the line of A", "not signed off"):
        assert text in page
    why = (await web.get(f"/accounts/{KAN}/risk", headers={"accept-language": "en"})).text
    assert "Revenue and margin" in why
    assert why.count("<details>") >= 8
    assert (
        "2 earlier contracts" in (await web.get(f"/accounts/{KAN}/contracts", headers={"accept-language": "en"})).text
    )


async def test_a_merged_duplicate_leads_on(web: httpx.AsyncClient) -> None:
    response = await web.get("/accounts/b1d0aa11-2222-5333-8444-555566667777")
    assert response.status_code == 307
    page = (await web.get(response.headers["location"], headers={"accept-language": "en"})).text
    assert "that duplicate was merged into this account" in page


async def test_event_shows_its_chain(web: httpx.AsyncClient) -> None:
    page = (await web.get("/events/accounts:3", headers={"accept-language": "en"})).text
    chain = page[page.index('<ol class="chain">') : page.index("</ol></section>")]
    order = [chain.index(text) for text in ("crm:2291", "accounts:5", "accounts:4", "accounts:3")]
    assert order == sorted(order)
    assert 'href="/events/crm:2291"' not in page


async def test_event_names_what_it_was_judged_by_and_under_which_policy(web: httpx.AsyncClient) -> None:
    page = (await web.get("/events/accounts:3", headers={"accept-language": "en"})).text
    assert "Judged by" in page
    assert 'href="/events/accounts:2"' in page
    assert '<a href="/policy?version=1">Tier policy v1</a>' in page


async def test_a_cause_that_cannot_be_found_does_not_hide_the_event(web: httpx.AsyncClient) -> None:
    page = await web.get("/events/accounts:4711", headers={"accept-language": "en"})  # caused by 4712, which is missing
    assert page.status_code == 200
    assert "named as the cause, but cannot be shown" in page.text


async def test_a_chain_that_bites_its_tail_ends(
    web: httpx.AsyncClient, fake: FakeAccounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loop(event_id: str) -> pb.GetEventResponse:
        other = "accounts:2" if event_id == "accounts:1" else "accounts:1"
        return pb.GetEventResponse(event_id=event_id, type="TierAssessed", stream_id="s", causation_id=other)

    monkeypatch.setattr(demo, "event", loop)
    assert (await web.get("/events/accounts:1")).status_code == 200
    assert [r.event_id for name, r in fake.calls if name == "GetEvent"] == ["accounts:1", "accounts:2"]


async def test_policy_shows_bands_and_missing_signatures(web: httpx.AsyncClient) -> None:
    page = (await web.get("/policy", headers={"accept-language": "de"})).text
    for text in (
        "250.000 → 100",
        "Vertrieb: nicht freigegeben",
        "Vorlauf vor der Kündigungsfrist",
        "180 Tage",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/accounts/nobody", 404, "no account with CRM id nobody"),
        ("/events/other:1", 404, "not an event of accounts, qbr, growth, risk, notifications, insights, crm"),
        ("/nothing", 404, "There is nothing here"),
        ("/portfolio?as_of=soon", 400, "write it as 2026-11-15"),
        ("/policy?version=x", 400, "write a number"),
        ("/policy?version=7", 404, "no tier policy version 7"),
    ],
)
async def test_problems_are_explained(web: httpx.AsyncClient, path: str, status: int, text: str) -> None:
    response = await web.get(path, headers={"accept-language": "en"})
    assert response.status_code == status
    assert text in response.text
    assert response.headers["content-type"].startswith("text/html")


async def test_service_down(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.failures = [grpc.StatusCode.UNAVAILABLE] * 40
    response = await web.get("/portfolio?tier=A", headers={"accept-language": "de"})
    assert response.status_code == 503
    assert "Der Dienst accounts antwortet nicht" in response.text
    assert 'href="/portfolio?tier=A"' in response.text  # try again, with the question that was asked


async def test_an_unforeseen_error_is_a_page_too(web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.portal import portfolio

    monkeypatch.setattr(portfolio, "grouped", lambda *_: 1 / 0)
    response = await web.get("/portfolio", headers={"accept-language": "en"})
    assert response.status_code == 500
    assert "This is our fault" in response.text
    assert "ZeroDivisionError" not in response.text
    assert "content-security-policy" in response.headers


@pytest.mark.parametrize(
    ("fresh", "text"),
    [
        (pb.Freshness(), "Nothing received from the CRM yet"),
        (pb.Freshness(crm_event_at="2026-11-15T00:00:00Z", received_at="2026-11-15T17:00:00Z"), "still reading"),
        (
            pb.Freshness(crm_event_at="2026-11-01T00:00:00Z", received_at="2026-11-13T17:00:00Z", caught_up=True),
            "nothing for over 24 hours",
        ),
    ],
)
async def test_freshness_speaks_in_place(
    web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, fresh: pb.Freshness, text: str
) -> None:
    monkeypatch.setattr(demo, "freshness", lambda: fresh)
    assert text in (await web.get("/portfolio", headers={"accept-language": "en"})).text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/portfolio", "none is a live customer account"),
        ("/portfolio?as_of=2020-01-01", "On 1 Jan 2020 no key account was known"),
    ],
)
async def test_empty_says_why(web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str, text: str) -> None:
    empty = pb.ListPortfolioResponse(as_of="2026-11-15T18:00:00Z", totals=pb.Totals(currency="USD"))
    monkeypatch.setattr(demo, "portfolio", lambda *_: empty)
    assert text in (await web.get(path, headers={"accept-language": "en"})).text


async def test_a_bare_account_has_no_empty_places(web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    row = pb.AccountRow(account_id="1", crm_id="new", name="Just seen", lifecycle="Registered")
    bare = pb.GetAccountResponse(as_of="2026-11-15T18:00:00Z", account=row, freshness=demo.freshness())
    monkeypatch.setattr(demo, "account", lambda *_: bare)
    for tab, texts in {
        "": ("Not assessed yet", "no contract", "Without a tier there is no standard", "knows no parent"),
        "/risk": ("There is no assessment yet",),
        "/people": ("The CRM has no live contact", "No line has been drawn yet"),
        "/contracts": ("No usage has been reported",),
        "/timeline": ("Nothing has been recorded",),
    }.items():
        page = (await web.get(f"/accounts/new{tab}", headers={"accept-language": "en"})).text
        for text in texts:
            assert text in page, tab


async def test_names_are_escaped(web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = demo.portfolio()
    answer.rows[0].name = "<script>alert(1)</script>"
    monkeypatch.setattr(demo, "portfolio", lambda *_: answer)
    page = (await web.get("/portfolio?q=%3Cscript")).text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") >= 1


async def test_85_accounts_fit_in_100_kb(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.accounts = 85
    for path in ("/portfolio?lang=de", "/portfolio?lang=en&as_of=2026-11-15&group=tier"):
        response = await web.get(path)
        assert response.text.count('scope="row"') == 85 + 4  # accounts, and the heat map's rows
        assert len(response.content) < 100_000
    for path in PAGES:
        assert len((await web.get(path)).content) < 100_000
