"""The policy lab and the web hooks in a real browser: fit and axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import portal
from tests.e2e.looks import LOOKS, NEEDS_BROWSER, faults
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.test_lab import DONE, RUNNING
from tests.unit.portal.test_webhook_pages import HOOK

pytestmark = NEEDS_BROWSER
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


@pytest.mark.parametrize("scheme", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_sound(browser: Browser, address: str, name: str, scheme: str) -> None:
    assert faults(browser, address + PAGES[name], name, scheme) == []
