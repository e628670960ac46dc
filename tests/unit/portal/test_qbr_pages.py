"""The QBR pages: what asks for attention, the calendar, the pack with its evidence, documents, promises."""

from __future__ import annotations

from datetime import date

import grpc
import httpx
import pytest

from services.portal import qbrs as view
from services.portal.models import QbrRow, Qbrs
from services.portal.models import view as as_model
from tests.unit.portal import demo, demo_qbr
from tests.unit.portal.demo_qbr import STATES, by_state
from tests.unit.portal.fake_steering import FakeQbr
from tests.unit.portal.posting import post

KAN = next(r.crm_id for r in demo.portfolio().rows if r.name == "Kan-code")
EN = {"accept-language": "en"}


def rows() -> list[QbrRow]:
    return as_model(Qbrs, demo_qbr.listed([], "2026-11-15T18:00:00Z")).rows


def test_lamps_mean_something() -> None:
    lamps = {r.state: view.lamp(r, demo.TODAY) for r in rows()[:11]}
    assert lamps["Missed"] == "red"
    assert {lamps[s] for s in ("Proposed", "Planned", "Postponed")} == {"amber"}
    assert {lamps[s] for s in ("Scheduled", "Preparing", "Ready", "Held", "Closed")} == {"green"}
    assert lamps["Waived"] == "grey"
    assert view.lamp(rows()[11], demo.TODAY) == "grey"  # due in two months: nothing to do yet


def test_every_open_state_has_a_next_step() -> None:
    open_states = {s for group, states in view.GROUPS.items() if group != "over" for s in states}
    assert {s for s in open_states if not view.next_step(rows()[0].model_copy(update={"state": s}))} == set()


def test_the_calendar_holds_each_row_once() -> None:
    months = view.calendar(rows(), date(2026, 10, 1))
    assert [m.first.month for m in months] == [10, 11, 12, 1, 2, 3]
    assert sum(m.count for m in months) == sum(
        1 for r in rows() if r.on and date(2026, 10, 1) <= r.on < date(2027, 4, 1)
    )
    assert months[1].days == sorted(months[1].days)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("", date(2026, 10, 1)),
        ("2026-13", date(2026, 10, 1)),
        ("x-1", date(2026, 10, 1)),
    ],
)
def test_the_first_month(text: str, first: date) -> None:
    assert view.first_month(text, demo.TODAY) == first


def test_months_stay_inside_the_calendar() -> None:
    assert view.shifted(date(9999, 12, 1), 6) == date(9999, 12, 1)
    assert view.shifted(date(1, 1, 1), -6) == date(1, 1, 1)


async def test_the_list_leads_to_the_next_step(web: httpx.AsyncClient) -> None:
    page = (await web.get("/qbrs", headers=EN)).text
    for text in (
        "Proposed from the CRM",
        "confirm or dismiss",
        "past its due day",
        "freeze the pack",
        "2 open actions",
    ):
        assert text in page
    assert f'href="/qbrs/{by_state("Missed")}#next"' in page


@pytest.mark.parametrize(("query", "count"), [("state=missed", 1), ("state=due", 3), ("tier=A&state=scheduled", 3)])
async def test_filters(web: httpx.AsyncClient, query: str, count: int) -> None:
    page = (await web.get(f"/qbrs?{query}", headers=EN)).text
    assert page.count('<th scope="row">') == count


async def test_an_empty_list_says_why(web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No QBR passes these filters" in (await web.get("/qbrs?owner=nobody", headers=EN)).text
    monkeypatch.setattr(demo_qbr, "listed", lambda *_: demo_qbr.pb.ListQbrsResponse(as_of="2026-11-15T18:00:00Z"))
    assert "A rhythm starts by itself" in (await web.get("/qbrs", headers=EN)).text
    assert "can also be started here" in (await web.get(f"/accounts/{KAN}/qbrs", headers=EN)).text


@pytest.mark.parametrize("state", dict.fromkeys(STATES))
async def test_only_what_the_state_allows_is_offered(web: httpx.AsyncClient, state: str) -> None:
    page = (await web.get(f"/qbrs/{by_state(state)}", headers=EN)).text
    allowed = demo_qbr.ALLOWED.get(state, [])
    for method, form in (
        ("ScheduleQBR", "schedule"),
        ("HoldQBR", "hold"),
        ("CloseQBR", "close"),
        ("WaiveQBR", "waive"),
    ):
        assert (f'<form class="act strong" id="{form}"' in page or f'<form class="act" id="{form}"' in page) == (
            method in allowed
        )


async def test_the_pack_shows_its_evidence_and_what_is_missing(web: httpx.AsyncClient) -> None:
    page = (await web.get(f"/qbrs/{by_state('Ready')}", headers=EN)).text
    for text in (
        "checksum <code>4fe24fe2</code>",
        "480,000 USD",
        "104.8%",
        "No cell was assessed.",
        "stale",
        "2 more rows",
        "name not known",
    ):
        assert text in page
    for event in ("accounts:1003", "qbr:77", "growth:12"):
        assert f'href="/events/{event}"' in page
    assert 'href="/events/crm:9"' not in page


async def test_figures_of_the_pack_are_told_in_the_readers_words(web: httpx.AsyncClient) -> None:
    page = (await web.get(f"/qbrs/{by_state('Ready')}?lang=de")).text
    for told in ("● Rot", "72,15", "P1-Fall zu lange offen", "Was tun wir dagegen: kein Kontakt?", "204.000 USD",
                 "Verlängerung sichern: GTX 2026"):  # fmt: skip
        assert told in page, told
    assert "cause_unanswered" not in page
    assert "minor:USD" not in page


async def test_a_head_of_kam_sees_how_long_preparations_take_and_no_person(web: httpx.AsyncClient) -> None:
    page = (await web.get("/qbrs", headers=EN)).text
    told = page[page.index('id="preparation"') :]
    for text in ("Company", "38 min", "within the target", "Team of Franziska Kling", "52 min", "over the target",
                 "too few to tell without naming a person", "Target 45 min"):  # fmt: skip
        assert text in told, text
    rows = (await web.get("/api/v1/preparation-times")).json()["rows"]
    assert [r["median_minutes"] for r in rows] == [38, 52, None]


async def test_a_remark_and_a_section_are_released_to_the_customer(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    page = f"/qbrs/{by_state('Ready')}"
    assert 'name="share" value="stakeholders"' in (await web.get(page)).text
    typed = {"section": "usage", "text": "Well done", "customer": "true"}
    assert (await post(web, page, "annotate-usage", **typed)).status_code == 303
    assert (await post(web, page, "publish", audience="customer", share=["stakeholders"])).status_code == 303
    (remark, release) = (message for _, message in qbr.sent)
    assert remark.customer
    assert (release.audience, list(release.share)) == ("customer", ["stakeholders"])


async def test_what_happened_since_the_last_qbr_is_told_in_words(web: httpx.AsyncClient) -> None:
    page = (await web.get(f"/qbrs/{by_state('Ready')}?lang=de")).text
    told = page[page.index('id="since"') :]
    for words in ("Risikoampel", "vorher: ■ Grün", "jetzt: ● Rot", "Vertragswert geändert", "Betrag: 12.500 USD",
                  "Zusage verschoben", "um: 13 Tage", "jetzt: 12. Nov 2026"):  # fmt: skip
        assert words in told, words


async def test_before_it_is_frozen_the_pack_is_a_preview(web: httpx.AsyncClient) -> None:
    page = (await web.get(f"/qbrs/{by_state('Preparing')}", headers=EN)).text
    assert "preview, not frozen" in page
    assert "&amp;preview=1" in page
    assert 'data-active="/qbrs/' in page


async def test_documents(web: httpx.AsyncClient) -> None:
    url = f"/qbrs/{by_state('Ready')}/pack.pptx"
    response = await web.get(f"{url}?audience=customer&locale=de")
    assert response.content == b"PK-deck"
    assert response.headers["content-disposition"] == 'attachment; filename="qbr-x--customer.pptx"'
    assert (await web.get(f"{url}?audience=everybody")).status_code == 400
    assert (await web.get(f"{url}?locale=fr")).status_code == 400


async def test_decisions_and_actions(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    page = f"/qbrs/{by_state('Held')}"
    assert (await post(web, page, "decide", text="We go on.", agreed_by=["u-77"])).status_code == 303
    typed = {"title": "Name a date", "owner": "customer:s-1", "due": "2026-12-01", "promote": "true"}
    assert (await post(web, page, "agree-action", **typed)).status_code == 303
    action = qbr.sent[1][1].action
    assert (action.side, action.owner, action.promote) == ("customer", "s-1", True)
    ident = demo_qbr.ids("action", 0)
    opened = f"{page}?open={ident}"
    assert (await post(web, opened, f"complete-action-{ident}", evidence_ref="accounts:7")).status_code == 303
    assert qbr.sent[2][1].action_id == ident


async def test_the_rhythm_is_paused_and_planned(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    page = f"/accounts/{KAN}/qbrs"
    assert (await post(web, page, "pause-series", reason="merger", until="2027-01-31")).status_code == 303
    account = next(r.account_id for r in demo.portfolio().rows if r.crm_id == KAN)
    assert (qbr.sent[0][0], qbr.sent[0][1].account_id) == ("PauseSeries", account)


async def test_a_red_account_s_next_qbr_is_pulled_forward_or_left(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    page = (await web.get("/qbrs", headers=EN)).text
    assert "these accounts turned red" in page
    account = next(s for s in demo_qbr.listed([], "").series if s.pull_forward_to)
    address = f"/accounts/{account.account_crm_id}/qbrs"
    assert "Proposed: the next QBR is due by" in (await web.get(address, headers=EN)).text
    assert (await post(web, address, "pull-forward")).status_code == 303
    assert (await post(web, address, "keep-due", reason="We meet next week")).status_code == 303
    assert [(name, m.account_id) for name, m in qbr.sent] == [
        ("PullForwardQBR", account.account_id), ("DismissPullForward", account.account_id),
    ]  # fmt: skip


async def test_promises(web: httpx.AsyncClient) -> None:
    page = (await web.get("/promises", headers=EN)).text
    body = page[page.index("Initiative, outcome") :]
    assert body.index("broken") < body.index("kept")
    for text in ("67%", "moved 2 times", "We migrate the Rostock plant first.", "agreed without a decision"):
        assert text in page
    assert (await web.get("/promises?kept=broken", headers=EN)).text.count('<th scope="row"><a') == 2
    assert "Nothing has been promised yet" in (await web.get(f"/accounts/{KAN}/promises", headers=EN)).text


async def test_qbr_down(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    qbr.failures = [grpc.StatusCode.UNAVAILABLE] * 90
    response = await web.get("/qbrs", headers=EN)
    assert response.status_code == 503
    assert "The qbr service does not answer" in response.text
    account = await web.get(f"/accounts/{KAN}", headers=EN)
    assert account.status_code == 200
    assert "The qbr service does not answer." in account.text


async def test_the_past_is_shown_and_not_changed(web: httpx.AsyncClient) -> None:
    page = (await web.get(f"/qbrs/{by_state('Held')}?as_of=2026-11-14", headers=EN)).text
    assert 'method="post"' not in page


async def test_120_qbrs_fit_in_100_kb(web: httpx.AsyncClient, qbr: FakeQbr) -> None:
    qbr.rows = 120  # 85 accounts have one open QBR each; what is over comes in pages
    assert len((await web.get("/qbrs?lang=de")).content) < 100_000
