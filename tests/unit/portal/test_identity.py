"""Who acts: the demo user of the settings, or a colleague where the demo lets a reader choose."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from services.portal.clients import Clients
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from shared.testing import ManualClock
from tests.unit.portal import demo
from tests.unit.portal.fake_alerting import FakeRisk
from tests.unit.portal.posting import SAME, post

HOTTECHI = next(r for r in demo.portfolio().rows if r.name == "Hottechi")
PAGE = f"/accounts/{HOTTECHI.crm_id}/risk"
EN = {"accept-language": "en"}


@pytest.fixture
async def demo_web(clients: Clients) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that keeps cookies, on a demo where it may choose who it is."""
    app = create_app(clients, PortalSettings(demo_switch=True), ManualClock(demo.NOW))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal") as browser:
        yield browser


async def test_a_reader_acts_as_a_colleague(demo_web: httpx.AsyncClient, risk: FakeRisk) -> None:
    assert "Rosalina Dieter" in (await demo_web.get("/demo-user")).text
    sent = await post(demo_web, "/demo-user?back=/risks", "demo-user", user=HOTTECHI.owner_id)
    assert (sent.status_code, sent.headers["location"]) == (303, "/risks")
    assert "Demo: Rosalina Dieter" in (await demo_web.get("/risks", headers=EN)).text
    await post(demo_web, PAGE, "open-escalation", title="Line down", severity="high")
    meta = risk.sent[-1][1].meta
    assert (meta.user_id, list(meta.roles)) == (HOTTECHI.owner_id, ["key_account_manager"])
    await post(demo_web, "/demo-user", "demo-user", user="demo")
    await post(demo_web, PAGE, "open-escalation", title="Line down", severity="high")
    assert list(risk.sent[-1][1].meta.roles) == ["head_of_kam"]


async def test_only_colleagues_can_be_chosen_and_only_from_here(demo_web: httpx.AsyncClient) -> None:
    stranger = await post(demo_web, "/demo-user", "demo-user", user="mallory")
    assert stranger.status_code == 400
    body = {"_command": "00000000-0000-0000-0000-000000000000", "user": HOTTECHI.owner_id}
    foreign = await demo_web.post("/demo-user", data=body, headers={**SAME, "sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    away = await post(demo_web, "/demo-user?back=//evil.example", "demo-user", user="demo")
    assert away.headers["location"] == "/"


async def test_without_the_switch_nobody_chooses(web: httpx.AsyncClient, risk: FakeRisk) -> None:
    assert (await web.get("/demo-user")).status_code == 404
    web.cookies.set("stellwerk_demo_user", f"{HOTTECHI.owner_id}|x")
    await post(web, PAGE, "open-escalation", title="Line down", severity="high")
    assert risk.sent[-1][1].meta.user_id == "demo"
    assert "/demo-user" not in (await web.get("/risks")).text
