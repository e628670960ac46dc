"""The policy lab and the web hooks in a real browser: fit and axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.e2e.browser import CHROMIUM, chromium, portal, screenshot
from tests.e2e.test_pages import FITS, WIDTHS, opened
from tests.e2e.test_pages_steering import OPEN_ALL
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.test_lab import DONE, RUNNING
from tests.unit.portal.test_webhook_pages import HOOK

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium"),
]
PAGES = {
    "lab": "/lab",
    "lab-version": "/lab/tier/2",
    "lab-draft": "/lab/tier/draft",
    "lab-draft-risk": "/lab/risk/draft",
    "what-if-running": f"/lab/tier/what-ifs/{RUNNING}",
    "what-if": f"/lab/tier/what-ifs/{DONE}",
    "webhooks": "/webhooks",
    "webhook": f"/webhooks/{HOOK}",
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with portal(FakeAccounts()) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits(browser: Browser, address: str, width: int) -> None:
    for name, path in PAGES.items():
        page = opened(browser, address + path, width, language="de-DE")
        assert page.evaluate(FITS), f"{name} scrolls sideways"
        screenshot(page, f"{name}-{width}-light-de")
        page.evaluate(OPEN_ALL)
        assert page.evaluate(FITS), f"{name} scrolls sideways when its parts are open"
        page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, address: str, name: str) -> None:
    page = opened(browser, address + PAGES[name], language="de-DE")
    page.evaluate(OPEN_ALL)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    violations = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]]
    page.context.close()
    assert violations == []
