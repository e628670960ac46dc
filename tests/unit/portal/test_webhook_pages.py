"""Web hooks of other programs: the pages that manage them, and the same as JSON."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from tests.unit.portal.demo_lab import HOOK, SECRET
from tests.unit.portal.fake_alerting import FakeNotifications
from tests.unit.portal.posting import SAME, post

EN = {"accept-language": "en"}


@pytest.mark.parametrize(("language", "word"), [("en", "receiver"), ("de", "Empfänger")])
async def test_the_list_and_the_page_of_one(web: httpx.AsyncClient, language: str, word: str) -> None:
    text = (await web.get("/webhooks", headers={"accept-language": language})).text
    assert word in text
    assert "https://bi.example.com/stellwerk?x=&lt;1&gt;" in text, "an address is text, not markup"
    page = await web.get(f"/webhooks/{HOOK}", headers={"accept-language": language})
    assert page.status_code == 200
    assert "HTTP 503" in page.text
    assert SECRET not in page.text
    assert (await web.get("/webhooks/nonsense")).status_code == 404


async def test_a_subscription_shows_its_secret_once(web: httpx.AsyncClient, notifications: FakeNotifications) -> None:
    answer = await post(
        web, "/webhooks", "subscribe-webhook", name="BI", url="https://bi.example.com/", types=["RiskTurnedRed"]
    )
    assert (answer.status_code, SECRET in answer.text) == (200, True)
    assert answer.headers["cache-control"] == "no-store"
    name, request = notifications.sent[-1]
    assert (name, list(request.types), request.from_start) == ("SubscribeWebHook", ["RiskTurnedRed"], False)
    assert SECRET not in (await web.get("/webhooks")).text


async def test_a_form_that_lacks_something_comes_back_with_what_was_typed(
    web: httpx.AsyncClient, notifications: FakeNotifications
) -> None:
    answer = await post(web, "/webhooks", "subscribe-webhook", name="BI", url="https://bi.example.com/")
    assert answer.status_code == 422
    assert 'value="https://bi.example.com/"' in answer.text
    answer = await post(web, f"/webhooks/{HOOK}", "replay-webhook", after="7", since="2026-11-01T00:00")
    assert answer.status_code == 422
    assert "not both" in answer.text
    assert notifications.sent == []


async def test_a_replay_and_the_rest(web: httpx.AsyncClient, notifications: FakeNotifications) -> None:
    answer = await post(web, f"/webhooks/{HOOK}", "replay-webhook", after="0")
    assert answer.status_code == 303
    name, request = notifications.sent[-1]
    assert (name, request.hook_id, request.HasField("after"), request.after) == ("ReplayWebHook", HOOK, True, 0)
    answer = await post(web, f"/webhooks/{HOOK}", "rotate-webhook")
    assert SECRET in answer.text
    answer = await post(web, f"/webhooks/{HOOK}", "unsubscribe-webhook")
    assert answer.headers["location"].startswith("/webhooks?done=unsubscribe-webhook")
    body = {"_command": str(uuid4())}
    crossing = {"sec-fetch-site": "cross-site"}
    for step in ("rotate-webhook", "pause-webhook"):
        assert (await web.post(f"/webhooks/{HOOK}/{step}", data=body, headers=crossing)).status_code == 403
    assert (await web.post(f"/webhooks/{HOOK}/nonsense", data=body, headers=SAME)).status_code == 404


async def test_programs_do_the_same(web: httpx.AsyncClient, notifications: FakeNotifications) -> None:
    def key() -> dict[str, str]:
        return {"idempotency-key": str(uuid4())}

    made = await web.post(
        "/api/v1/webhooks", json={"name": "BI", "url": "https://x.example.com/", "types": ["QBRHeld"]}, headers=key()
    )
    assert (made.status_code, made.json()["secret"]) == (201, SECRET)
    assert (await web.post("/api/v1/webhooks", json={"name": "BI"}, headers=key())).status_code == 400
    empty = await web.post(f"/api/v1/webhooks/{HOOK}/replay-webhook", headers=key())
    assert empty.status_code == 400, "what must be said was not said"
    done = await web.post(f"/api/v1/webhooks/{HOOK}/replay-webhook", json={"after": 3}, headers=key())
    assert done.status_code == 200
    assert notifications.sent[-1][1].after == 3
    rows = (await web.get("/api/v1/webhooks")).json()["rows"]
    assert [r["state"] for r in rows] == ["active", "disabled"]
    assert [a["outcome"] for a in (await web.get(f"/api/v1/webhooks/{HOOK}/attempts")).json()["rows"]] == [
        "sent",
        "failed",
    ]
    feed = (await web.get("/api/v1/feed?after=0&type=RiskTurnedRed")).json()
    assert feed["rows"][0]["body"]["sequence"] == 1
    headers = {**key(), "origin": "http://evil.example"}
    assert (await web.post(f"/api/v1/webhooks/{HOOK}/rotate-secret", headers=headers)).status_code == 403
