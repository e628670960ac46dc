"""Sensitive topics through the portal in front of the real accounts service: pages, JSON, forms, the event's page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import httpx
import pytest

from services.portal.clients import Clients
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from tests.integration.test_access import Guarded, guarded
from tests.unit.portal import fake_alerting, fake_insights, fake_steering
from tests.unit.portal.fake_alerting import FakeNotifications, FakeRisk
from tests.unit.portal.fake_insights import FakeInsights
from tests.unit.portal.fake_steering import FakeGrowth, FakeQbr
from tests.unit.portal.posting import FormsOf, post

__all__ = ["guarded"]
WORDS = "Der Einkaufsleiter wechselt im März zum Wettbewerb."
PAGE, PATH = "/accounts/a3/confidential", "/api/v1/accounts/a3/confidential"
EN = {"accept-language": "en"}


@asynccontextmanager
async def browser(at: Guarded, user: str, role: str = "key_account_manager") -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser; the other services are fakes."""
    async with AsyncExitStack() as stack:
        others = [
            await stack.enter_async_context(s)
            for s in (
                fake_steering.serving(FakeQbr()), fake_steering.serving(FakeGrowth()),
                fake_alerting.serving(FakeRisk()), fake_alerting.serving(FakeNotifications()),
                fake_insights.serving(FakeInsights()),
            )
        ]  # fmt: skip
        clients = Clients.of(at.target, *others, deadline=5.0)
        stack.push_async_callback(clients.close)
        config = PortalSettings(demo_user=user, demo_roles=role, identity_key=str(at.private))
        app = create_app(clients, config, at.service.clock)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        yield await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://portal"))


async def said(web: httpx.AsyncClient, path: str) -> tuple[int, str]:
    response = await web.get(path, headers=EN)
    return response.status_code, response.text


async def test_a_topic_from_the_form_to_the_page_and_away_again(guarded: Guarded) -> None:
    await guarded.service.project()
    async with browser(guarded, "u1") as author, browser(guarded, "u2") as named:
        sent = await post(author, PAGE, "flag-topic", text=WORDS, audience=["u2"])
        assert sent.status_code == 303, sent.text[-2_000:]
        assert "Recorded" in (await said(author, sent.headers["location"]))[1]
        for web in (author, named):
            status, page = await said(web, PAGE)
            assert (status, WORDS in page) == (200, True)
            assert [t["text"] for t in (await web.get(PATH)).json()["topics"]] == [WORDS]
        event = (await named.get(PATH)).json()["topics"][0]["event_id"]
        status, page = await said(named, f"/events/{event}")
        assert (status, "Confidential topic written down" in page, WORDS in page) == (200, True, False)
        form = next(f for f in FormsOf((await said(named, PAGE))[1]).forms if f.startswith("lift-topic-"))
        assert (await post(named, PAGE, form, understood="true")).status_code == 303
        page = (await said(author, PAGE))[1]
        assert 'id="lifted"' in page
        assert WORDS not in page
        assert [t["text"] for t in (await author.get(PATH)).json()["topics"]] == [None]


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ("head", "head_of_kam"),
        ("a", "auditor"),
        ("p", "data_privacy_manager"),
        ("b", "bi_reader"),
        ("s", "service_lead"),
    ],
)
async def test_no_door_shows_a_topic_by_role(guarded: Guarded, user: str, role: str) -> None:
    await guarded.service.project()
    async with browser(guarded, "u1") as author, browser(guarded, user, role) as other:
        before = {path: await said(other, path) for path in (PAGE, "/accounts/a3", PATH)}
        body = {"text": WORDS, "audience": ["u2"]}
        done = await author.post(f"{PATH}/flag-topic", json=body, headers={"idempotency-key": str(uuid4())})
        assert done.status_code == 200, done.text
        event, topic = done.json()["event_ids"][0], done.json()["id"]
        await guarded.service.project()
        for path, (status, _) in before.items():
            after = await said(other, path)
            assert after[0] == status == 200
            assert not [s for s in (WORDS, topic, event, "u2") if s in after[1] and s not in before[path][1]], path
        assert (await other.get(PATH)).json()["topics"] == []
        assert "There is nothing here for you." in (await said(other, PAGE))[1]
        for address in ("/events/{}", "/api/v1/events/{}"):
            known, unknown = (
                await said(other, address.format(event)),
                await said(other, address.format("accounts:999999")),
            )
            assert known[0] == unknown[0] == 404
            assert known[1] == unknown[1].replace("accounts:999999", event)
        assert WORDS not in (await said(other, "/search?q=Einkaufsleiter"))[1]
        lift = {"topic_id": topic, "understood": True}
        tried = await other.post(f"{PATH}/lift-topic", json=lift, headers={"idempotency-key": str(uuid4())})
        assert tried.status_code in (403, 404)
        assert [t["text"] for t in (await author.get(PATH)).json()["topics"]] == [WORDS]
