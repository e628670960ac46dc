"""Inbox, alerts, ledger, preferences, mailbox: what is shown, what is sent, what is said where something is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import grpc
import httpx
import pytest

from services.portal import alerts as view
from services.portal.clients import Clients, Mailbox
from services.portal.models import Inbox
from services.portal.models import view as as_model
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from shared.errors import Rejected
from shared.testing import ManualClock
from tests.unit.portal import demo, demo_alerts
from tests.unit.portal.demo_qbr import ids
from tests.unit.portal.fake_alerting import FakeNotifications
from tests.unit.portal.posting import SAME, post

EN, DE = {"accept-language": "en"}, {"accept-language": "de"}
FIRST = ids("alert", 0)
KAN = next(r.crm_id for r in demo.portfolio().rows if r.name == "Kan-code")


async def test_the_inbox_speaks_the_readers_language(web: httpx.AsyncClient) -> None:
    english, german = (await web.get("/inbox", headers=EN)).text, (await web.get("/inbox", headers=DE)).text
    assert "The colour is red. Countermeasure due by" in english
    assert "Die Ampel ist rot. Maßnahme geplant bis" in german
    assert "3 unread alerts" in english
    assert "data-inbox>3<" in english
    assert "inbox of head of KAM" in english
    assert f'id="snooze-alert-{ids("alert", 1)}"' not in english, "at its level nobody snoozes it"


async def test_acknowledging_settles_it_and_counts(web: httpx.AsyncClient, notifications: FakeNotifications) -> None:
    answer = await post(web, "/inbox", f"acknowledge-alert-{FIRST}")
    assert answer.status_code == 303
    name, request = notifications.sent[-1]
    assert (name, request.alert_id, request.meta.user_id, list(request.meta.roles)) == (
        "Acknowledge", FIRST, "demo", ["head_of_kam"],
    )  # fmt: skip
    page = (await web.get(answer.headers["location"], headers=EN)).text
    assert "Recorded:" in page
    assert "data-inbox>2<" in page


async def test_a_snooze_is_meant_in_the_readers_zone(web: httpx.AsyncClient, notifications: FakeNotifications) -> None:
    said = {"until": "2026-11-17T09:00", "reason": "waiting_for_customer"}
    await post(web, "/inbox", f"snooze-alert-{FIRST}", **said)
    request = notifications.sent[-1][1]
    assert (request.until, request.reason) == ("2026-11-17T08:00:00Z", "waiting_for_customer")


async def test_a_refusal_comes_back_with_what_was_typed(
    web: httpx.AsyncClient, notifications: FakeNotifications
) -> None:
    notifications.refuse = Rejected("snooze-past-deadline", "The next deadline …")
    said = {"until": "2026-12-24T09:00", "reason": "absent"}
    answer = await post(web, "/inbox", f"snooze-alert-{FIRST}", **said)
    assert answer.status_code == 409
    assert "Its next deadline comes earlier" in answer.text
    assert 'value="2026-12-24T09:00"' in answer.text


def test_a_snooze_is_offered_until_tomorrow_or_as_long_as_allowed() -> None:
    zone, now = ZoneInfo("Europe/Berlin"), datetime(2026, 11, 15, 18, tzinfo=UTC)
    item = as_model(Inbox, demo_alerts.inbox("u", False, frozenset())).items[0]
    assert view.snooze_until(item, now, zone) == datetime(2026, 11, 16, 8, tzinfo=UTC)
    short = item.model_copy(update={"snooze_until": datetime(2026, 11, 15, 20, tzinfo=UTC)})
    assert view.snooze_until(short, now, zone) == short.snooze_until


async def test_an_alert_tells_its_whole_story(web: httpx.AsyncClient) -> None:
    page = (await web.get(f"/alerts/{FIRST}", headers=EN)).text
    for text in (
        'href="/events/risk:302"',
        "not needed",
        "no answer",
        "&lt;a1@stellwerk.example&gt;",
        "Not sent to this person: muted",
        "quiet hours",
        "It explains",
        "Ada Berg",
        f'data-see="/alerts/{FIRST}/see-alert"',
    ):
        assert text in page
    assert (await web.get(f"/alerts/{ids('alert', 99)}")).status_code == 404


async def test_the_ledger_says_why_something_was_not_sent(web: httpx.AsyncClient) -> None:
    page = (await web.get("/alerts/ledger", headers=EN)).text
    assert "Not sent to this person: muted" in page
    assert "Held back: quiet hours" in page
    only = (await web.get("/alerts/ledger?kind=failed", headers=EN)).text
    assert "No answer from the channel" in only
    assert "Held back" not in only
    assert view.Question.of({"kind": "nonsense", "first": "2026-13-01", "rule": "R7"}) == view.Question(rule="R7")


async def test_an_account_shows_its_timers_and_why(web: httpx.AsyncClient) -> None:
    page = (await web.get(f"/accounts/{KAN}/alerts", headers=EN)).text
    assert "What time brings next" in page
    assert 'href="/events/accounts:12"' in page


async def test_preferences_are_saved_as_typed(web: httpx.AsyncClient, notifications: FakeNotifications) -> None:
    said: dict[str, str | list[str]] = {
        "channels": ["email"], "locale": "en", "zone": "Europe/Vienna", "quiet_from": "20:00", "quiet_to": "06:30",
        "release_at": "07:00", "free_days": "true", "digest_at": "08:15", "digest_days": ["0", "3"],
    }  # fmt: skip
    answer = await post(web, "/preferences", "set-preferences", **said)
    assert answer.status_code == 303
    request = notifications.sent[-1][1]
    assert (list(request.channels), request.zone, request.quiet_from, list(request.digest_days)) == (
        ["email"], "Europe/Vienna", "20:00", [0, 3],
    )  # fmt: skip
    assert request.critical_consent is False
    wrong = await post(web, "/preferences", "set-preferences", **{**said, "zone": "Atlantis"})
    assert wrong.status_code == 422
    assert "Write a time zone" in wrong.text


async def test_mutes_come_and_go(web: httpx.AsyncClient, notifications: FakeNotifications) -> None:
    await post(web, "/preferences", "unmute-R12")
    assert (notifications.sent[-1][0], notifications.sent[-1][1].scope) == ("UnmuteRule", "R12")
    await post(web, "/preferences", "mute", scope="R5", until="2026-12-01T09:00")
    assert notifications.sent[-1][1].until == "2026-12-01T08:00:00Z"


async def test_the_frame_does_without_the_notifications_service(
    web: httpx.AsyncClient, notifications: FakeNotifications
) -> None:
    notifications.failures = [grpc.StatusCode.UNAVAILABLE] * 40
    page = await web.get("/portfolio", headers=EN)
    assert page.status_code == 200
    assert "data-inbox></b>" in page.text
    asked = len(notifications.failures)
    await web.get("/portfolio", headers=EN)
    assert len(notifications.failures) == asked, "a service that failed is left alone for a while"


async def test_programs_read_and_answer_alerts(web: httpx.AsyncClient, notifications: FakeNotifications) -> None:
    assert (await web.get("/api/v1/inbox")).json()["unread"] == 3
    assert len((await web.get("/api/v1/alerts?state=open")).json()["alerts"]) == 10
    key = {"idempotency-key": "018f6f2c-0000-7000-8000-000000000002"}
    sent = await web.post("/api/v1/inbox/delegate-alert", json={"alert_id": FIRST, "to": "u-78"}, headers=key)
    assert sent.status_code == 200
    assert notifications.sent[-1][1].to == "u-78"
    assert (await web.get(f"/api/v1/accounts/{KAN}/timers")).json()["timers"][0]["rule"]


def caught(request: httpx.Request) -> httpx.Response:
    """A mail catcher with one mail."""
    head = {"id": "20261115T180000000000Z-000001", "at": "2026-11-15T18:00:00Z", "from": "Stellwerk <s@example.org>",
            "to": ["ada@example.org"], "subject": "Rot: Kan-code", "message_id": "<1@x>", "language": "de"}  # fmt: skip
    if request.url.path == "/messages":
        return httpx.Response(200, json={"count": 1, "messages": [head]})
    if request.url.path.endswith(".eml"):
        return httpx.Response(200, content=b"Subject: Rot")
    if head["id"] not in request.url.path:
        return httpx.Response(404, json={"error": "none"})
    return httpx.Response(
        200, json=head | {"text": "Die Ampel ist rot.", "html": "<script>alert(1)</script><p>Rot</p>"}
    )


@pytest.fixture
async def with_mail(clients: Clients) -> httpx.AsyncClient:
    """A browser of a portal with a mail catcher."""
    app = create_app(clients, PortalSettings(mailbox="http://mail"), ManualClock(demo.NOW))
    object.__setattr__(app.state.site, "mailbox", Mailbox("http://mail", httpx.MockTransport(caught)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal")


async def test_the_local_mailbox_is_read(with_mail: httpx.AsyncClient) -> None:
    page = (await with_mail.get("/mailbox", headers=DE)).text
    assert "Rot: Kan-code" in page
    assert 'aria-current="page">Postfach' in page
    mail = await with_mail.get("/mailbox/20261115T180000000000Z-000001", headers=DE)
    assert "Die Ampel ist rot." in mail.text
    html = await with_mail.get("/mailbox/20261115T180000000000Z-000001/html")
    assert html.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert (await with_mail.get("/mailbox/20261115T180000000000Z-000001/raw")).content == b"Subject: Rot"
    assert (await with_mail.get("/mailbox/none")).status_code == 404


async def test_where_mail_really_leaves_there_is_no_mailbox(web: httpx.AsyncClient) -> None:
    assert (await web.get("/mailbox")).status_code == 404
    assert "/mailbox" not in (await web.get("/inbox")).text


async def test_only_pages_of_this_site_answer_alerts(web: httpx.AsyncClient, notifications: FakeNotifications) -> None:
    body = {"_command": "018f6f2c-0000-7000-8000-000000000003", "alert_id": FIRST}
    refused = await web.post("/inbox/acknowledge-alert", data=body, headers={**SAME, "sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert notifications.sent == []
