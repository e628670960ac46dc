"""A portal on the fakes of its services in a thread of its own, and Debian's Chromium to look at it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from services.portal.clients import Clients
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from shared.testing import ManualClock
from tests.unit.portal import demo, fake_alerting, fake_insights, fake_steering
from tests.unit.portal.fake_accounts import FakeAccounts, serving
from tests.unit.portal.fake_alerting import FakeNotifications, FakeRisk
from tests.unit.portal.fake_insights import FakeInsights
from tests.unit.portal.fake_steering import FakeGrowth, FakeQbr

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@contextmanager
def portal(
    fake: FakeAccounts,
    qbr: FakeQbr | None = None,
    growth: FakeGrowth | None = None,
    risk: FakeRisk | None = None,
    notifications: FakeNotifications | None = None,
    insights: FakeInsights | None = None,
    config: PortalSettings | None = None,
) -> Iterator[str]:
    """Serves the portal; yields its address."""
    started, address = threading.Event(), ""
    loop, stopping = asyncio.new_event_loop(), asyncio.Event()

    async def run() -> None:
        nonlocal address
        async with (
            serving(fake) as a,
            fake_steering.serving(qbr or FakeQbr()) as q,
            fake_steering.serving(growth or FakeGrowth()) as g,
            fake_alerting.serving(risk or FakeRisk()) as r,
            fake_alerting.serving(notifications or FakeNotifications()) as n,
            fake_insights.serving(insights or FakeInsights()) as i,
        ):
            clients = Clients.of(a, q, g, r, n, i)
            app = create_app(clients, config or PortalSettings(), ManualClock(demo.NOW))
            server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
            task = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
                await asyncio.sleep(0.02)
            address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            started.set()
            await stopping.wait()
            await app.state.site.live.close()
            server.should_exit = True
            await task
            await clients.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    assert started.wait(20), "the portal did not start"
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(10)
        loop.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless, without a sandbox (tests may run as root in a container)."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def screenshot(page: Page, name: str) -> None:
    """The whole page as build/screenshots/<name>.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
