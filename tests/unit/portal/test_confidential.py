"""The confidential tab: what it shows, what its forms send, and that nobody keeps a copy of it."""

from __future__ import annotations

from uuid import uuid4

import grpc
import httpx
import pytest

from shared.errors import NotFound, Rejected
from tests.unit.portal import demo
from tests.unit.portal.demo_confidential import LIFTED, OPEN, WORDS
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.posting import SAME, FormsOf, post

KAN = next(r for r in demo.portfolio().rows if r.name == "Kan-code")
PAGE, PATH = f"/accounts/{KAN.crm_id}/confidential", f"/api/v1/accounts/{KAN.crm_id}/confidential"
EN, DE = {"accept-language": "en"}, {"accept-language": "de"}


async def test_a_topic_is_shown_with_who_reads_it(web: httpx.AsyncClient) -> None:
    response = await web.get(PAGE, headers=EN)
    page = response.text
    assert "&lt;b&gt;noch&lt;/b&gt; weiß es im Haus niemand." in page
    assert "Bernd Böhm, Clara Çelik" in page
    assert response.headers["cache-control"] == "no-store"
    assert {f"lift-topic-{OPEN}", "flag-topic"} <= set(FormsOf(page).forms)
    assert f"lift-topic-{LIFTED}" not in page
    assert page.index('id="topics"') < page.index('id="lifted"')


async def test_the_accounts_team_is_offered_first_and_the_reader_not(web: httpx.AsyncClient) -> None:
    """Being named opens no account, so whoever may not see it stands apart."""
    page = (await web.get(PAGE, headers=EN)).text
    form = page[page.index('id="flag-topic"') :]
    order = ["Versie Hillebrand", "not on the team of this account", "Anna Ahlers", "Bernd Böhm", "Clara Çelik", "u4"]
    assert [form.index(name) for name in order] == sorted(form.index(name) for name in order)
    assert "Dana Demo" not in form


async def test_it_speaks_german(web: httpx.AsyncClient) -> None:
    page = (await web.get(PAGE, headers=DE)).text
    for said in ("Vertrauliche Themen", "Lesen dürfen", "aufgehoben von", "Text vernichten", "Wer es lesen darf"):
        assert said in page, said


async def test_without_a_topic_the_page_says_what_it_is_for(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.topics = []
    page = (await web.get(PAGE, headers=EN)).text
    assert "Write down what only a few may know of" in page
    assert 'id="lifted"' not in page
    assert list(FormsOf(page).forms) == ["flag-topic"]
    assert (await web.get(PATH)).json()["topics"] == []


async def test_what_is_past_can_be_looked_at_only(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    page = (await web.get(f"{PAGE}?as_of=2026-05-01", headers=EN)).text
    assert FormsOf(page).forms == {}
    assert [r.as_of for name, r in fake.calls if name == "ListSensitiveTopics"] == ["2026-05-01"]


async def test_a_topic_is_flagged_for_colleagues_by_name(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    sent = await post(web, PAGE, "flag-topic", text=f" {WORDS} ", audience=["u2", "u4"])
    assert (sent.status_code, sent.headers["location"].split("?")[0]) == (303, PAGE)
    name, request = fake.commands.sent[-1]
    assert (name, request.account_id, request.text, list(request.audience)) == (
        "FlagSensitiveTopic", KAN.account_id, WORDS, ["u2", "u4"],
    )  # fmt: skip
    assert WORDS not in sent.headers["location"], "an address is kept in many places"


@pytest.mark.parametrize(
    ("typed", "said"), [({"text": "x"}, "Who may read it"), ({"audience": "u2"}, "What it is about")]
)
async def test_a_topic_needs_a_text_and_an_audience(
    web: httpx.AsyncClient, fake: FakeAccounts, typed: dict[str, str], said: str
) -> None:
    again = await post(web, PAGE, "flag-topic", **typed)
    assert (again.status_code, again.headers["cache-control"]) == (422, "no-store")
    assert said in again.text
    assert "Please look at the fields that are marked." in again.text
    assert fake.commands.sent == []


async def test_what_was_typed_comes_back(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.commands.refuse = Rejected("audience-unknown", "u2: no active employee")
    again = await post(web, PAGE, "flag-topic", text="The board leaves.", audience=["u2"])
    assert again.status_code == 409
    assert "does not work here" in again.text
    assert "The board leaves.</textarea>" in again.text
    assert 'value="u2" checked' in again.text


async def test_lifting_wants_to_be_meant(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    again = await post(web, PAGE, f"lift-topic-{OPEN}")
    assert again.status_code == 422
    assert fake.commands.sent == []
    sent = await post(web, PAGE, f"lift-topic-{OPEN}", understood="true")
    assert sent.status_code == 303
    name, request = fake.commands.sent[-1]
    assert (name, request.account_id, request.topic_id) == ("LiftSensitiveTopic", KAN.account_id, OPEN)


async def test_programs_say_the_same(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    answer = await web.get(PATH)
    assert answer.headers["cache-control"] == "no-store"
    first, second = answer.json()["topics"]
    assert (first["text"], [e["user_id"] for e in first["audience"]], first["lifted_by"]) == (WORDS, ["u2", "u3"], None)
    assert (second["text"], second["lifted_by"]["name"]) == (None, "Bernd Böhm")
    key = {"idempotency-key": str(uuid4())}
    done = await web.post(f"{PATH}/flag-topic", json={"text": "x", "audience": ["u2"]}, headers=key)
    assert (done.status_code, done.json()["repeated"]) == (200, False)
    again = await web.post(f"{PATH}/flag-topic", json={"text": "x", "audience": ["u2"]}, headers=key)
    assert again.json() == done.json() | {"repeated": True}
    for body in ({"topic_id": OPEN}, {"topic_id": OPEN, "understood": False}):
        refused = await web.post(f"{PATH}/lift-topic", json=body, headers={"idempotency-key": str(uuid4())})
        assert refused.status_code in (400, 422)
    meant = {"topic_id": OPEN, "understood": True}
    lifted = await web.post(f"{PATH}/lift-topic", json=meant, headers={"idempotency-key": str(uuid4())})
    assert lifted.status_code == 200


async def test_a_topic_that_is_not_theirs_is_none(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.commands.refuse = NotFound("there is no such thing", slug="unknown")
    action, hidden = FormsOf((await web.get(PAGE, headers=EN)).text).forms[f"lift-topic-{OPEN}"]
    sent = await web.post(action, data={**hidden, "understood": "true"}, headers=SAME)
    assert sent.status_code == 404


async def test_addresses_of_the_forms_lead_to_the_page(web: httpx.AsyncClient) -> None:
    moved = await web.get(f"{PAGE}/flag-topic")
    assert (moved.status_code, moved.headers["location"]) == (303, PAGE)
    assert (await web.post(f"{PAGE}/shout", data={}, headers=SAME)).status_code == 404


async def test_without_the_accounts_service_there_is_no_page(web: httpx.AsyncClient, fake: FakeAccounts) -> None:
    fake.failures = [grpc.StatusCode.UNAVAILABLE] * 60
    assert (await web.get(PAGE, headers=EN)).status_code == 503
