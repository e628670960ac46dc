"""Handovers on the account: what runs, who may answer, what was before; by form and as JSON."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from shared.errors import Rejected
from tests.unit.portal import demo, demo_handovers
from tests.unit.portal.demo_parts import uuid_of
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.posting import SAME, FormsOf, post

KAN = next(r.crm_id for r in demo.portfolio().rows if r.name == "Kan-code")
OTHER = next(r.crm_id for r in demo.portfolio().rows if r.name != "Kan-code" and r.owner_active)
HANDOVER, PAGE = uuid_of("handover"), f"/accounts/{KAN}/handovers"
PLAN = f"contract:{uuid_of('con')}"
EN, DE = {"accept-language": "en"}, {"accept-language": "de"}


async def text(web: httpx.AsyncClient, path: str, headers: dict[str, str] = EN) -> str:
    response = await web.get(path, headers=headers)
    assert response.status_code == 200, response.text[:500]
    return response.text


async def test_the_receiver_sees_what_is_to_know_and_can_confirm_it(web: httpx.AsyncClient) -> None:
    page = await text(web, PAGE)
    for said in (
        "Commercial goes to Franziska Kling", "2 of 7 confirmed", "to be accepted by 25 Nov 2026",
        "Outage of the line in Graz", "Kan-code GTX 2027", "Next tier review", "with the new dates",
        "two other accounts this quarter",
    ):  # fmt: skip
        assert said in page
    forms = FormsOf(page).forms
    assert f"confirm-handover-item-{PLAN}" in forms
    assert f"decline-handover-{HANDOVER}" in forms
    assert not any(f.startswith("accept-handover") for f in forms), "five items are open"
    assert "Franziska Kling confirms the items" not in page
    assert f'href="/escalations/{uuid_of("esc")}"' in page
    assert f'href="/qbrs/{uuid_of("qbr")}"' in page


async def test_an_item_is_confirmed_with_a_note(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    done = await post(web, PAGE, f"confirm-handover-item-{PLAN}", note="notice goes to Ulm")
    assert done.status_code == 303
    assert done.headers["location"].startswith(f"{PAGE}?done=confirm-handover-item")
    _, told = fake.commands.sent[-1]
    assert (told.handover_id, told.item_id, told.note) == (HANDOVER, PLAN, "notice goes to Ulm")
    assert told.meta.user_id == demo_handovers.ME


async def test_others_see_it_and_cannot_answer(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.receiver = "u-77"
    page = await text(web, PAGE, DE)
    assert "Franziska Kling bestätigt die Punkte" in page
    assert "2 von 7 bestätigt" in page
    forms = FormsOf(page).forms
    assert not any(f.startswith(("confirm", "accept", "decline")) for f in forms)
    assert f"withdraw-handover-{HANDOVER}" in forms, "the demo user is a head of KAM"


async def test_the_team_says_what_is_being_handed_over(web: httpx.AsyncClient) -> None:
    page = await text(web, f"/accounts/{KAN}", DE)
    assert "Übergabe an Franziska Kling" in page
    assert "2 von 7 bestätigt" in page
    assert "Übergabe an" not in await text(web, f"/accounts/{OTHER}", DE)


async def test_one_is_started_and_a_refusal_comes_back_with_what_was_chosen(
    web: httpx.AsyncClient, fake: FakeAccounts
) -> None:
    page = f"/accounts/{OTHER}/handovers"
    assert "No theme of this account is being handed over." in await text(web, page)
    done = await post(web, page, "start-handover", theme="COMMERCIAL", to_owner_id="u-77")
    assert done.status_code == 303
    _, told = fake.commands.sent[-1]
    assert (told.theme, told.to_owner_id) == ("COMMERCIAL", "u-77")
    fake.commands.refuse = Rejected("handover-open", "one runs")
    again = await post(web, page, "start-handover", theme="COMMERCIAL", to_owner_id="u-77")
    assert again.status_code == 409
    assert "A handover of this theme runs already" in again.text
    empty = await post(web, page, "start-handover", theme="COMMERCIAL")
    assert empty.status_code == 422


async def test_the_past_is_only_looked_at(web: httpx.AsyncClient) -> None:
    page = await text(web, f"{PAGE}?as_of=2026-11-12")
    assert '<form class="act' not in page
    assert "What is decided is decided today" in page


async def test_without_the_service_the_page_says_so(web: httpx.AsyncClient) -> None:
    back = await web.get(f"{PAGE}/accept-handover", headers=EN)
    assert (back.status_code, back.headers["location"]) == (303, PAGE)
    assert (await web.post(f"{PAGE}/burn", headers=SAME)).status_code == 404


async def test_handovers_as_json(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    answer = (await web.get(f"/api/v1{PAGE}")).json()
    running = answer["handovers"][0]
    assert (running["state"], running["open"], running["confirmed"], len(running["items"])) == ("Started", True, 2, 7)
    assert (await web.get("/api/v1/accounts/nobody/handovers")).status_code == 404
    sent = await web.post(
        f"/api/v1{PAGE}/accept-handover", json={"handover_id": HANDOVER}, headers={"idempotency-key": str(uuid4())}
    )
    assert sent.status_code == 200, sent.text
    assert fake.commands.sent[-1][0] == "AcceptHandover"


async def test_handovers_as_csv(web: httpx.AsyncClient) -> None:
    answer = await web.get(f"/api/v1{PAGE}.csv")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert answer.headers["content-type"].startswith("text/csv")
    assert lines[0].startswith("handover_id,account_id,theme,state,from_owner_id,from_owner,")
    assert len(lines) == 1 + 3
    assert lines[1].startswith(f"{HANDOVER},")
    assert f"/api/v1{PAGE}.csv" in (await web.get(PAGE)).text


@pytest.mark.parametrize("step", ["start-handover", "confirm-handover-item", "accept-handover", "decline-handover"])
async def test_each_step_is_in_the_api(web: httpx.AsyncClient, step: str) -> None:
    paths = (await web.get("/api/openapi.json")).json()["paths"]
    assert f"/api/v1/accounts/{{crm_id}}/handovers/{step}" in paths
