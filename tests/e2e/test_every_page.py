"""No page is forgotten: every route of the pages is looked at in the browser, with axe, by one of the tests."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from starlette.routing import Match, Route

from services.portal.pages import MODULES
from tests.e2e import looks
from tests.e2e.browser import CHROMIUM

ELSEWHERE = {
    "/": "leads to today",
    "/changes": "server-sent events",
    "/qbrs/{qbr_id}/pack.{form}": "a download",
    "/playbooks/{name}/start": "leads to the plan",
    "/webhooks/subscribe-webhook": "leads to the web hooks",
    "/sign-in": "leads to the company's sign-in",
    "/sign-in/callback": "leads back from it",
    "/mailbox": "only where a mail catcher is: tests/unit/portal/test_alert_pages.py",
    "/mailbox/{mail_id}": "the same",
    "/mailbox/{mail_id}/html": "the mail itself",
    "/mailbox/{mail_id}/raw": "a download",
}
"""Routes that are no pages to look at, and why."""


def routes() -> Iterator[Route]:
    """What a reader can open; addresses of forms only lead back to their page."""
    for module in MODULES:
        for route in module.router.routes:
            assert isinstance(route, Route)
            if "GET" in (route.methods or ()) and not route.path.endswith("/{step}"):
                yield route


def looked_at() -> set[str]:
    """Every address that a test of pages opens with axe."""
    found: set[str] = set()
    for path in Path(__file__).parent.glob("test_pages*.py"):
        assert "def test_every_page_is_sound(" in path.read_text(), path.name
        found |= set(importlib.import_module(f"tests.e2e.{path.stem}").PAGES.values())
    return {address.partition("?")[0] for address in found}


def test_every_page_is_looked_at() -> None:
    def shown(route: Route, address: str) -> bool:
        return route.matches({"type": "http", "method": "GET", "path": address, "root_path": ""})[0] is Match.FULL

    addresses, every = looked_at(), list(routes())
    assert len(every) > 30
    forgotten = [r.path for r in every if r.path not in ELSEWHERE and not any(shown(r, a) for a in addresses)]
    assert forgotten == []
    assert set(ELSEWHERE) - {r.path for r in every} == set(), "no longer a route"


POOR = """<html lang="en"><title>Poor</title><main><h1>A</h1><h3>B</h3><p style="color: #bbb">C</p>
<div style="width: 500px">D</div><details><div style="width: 2000px">E</div></details><img src="data:,"></main>"""


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium")
def test_a_poor_page_is_seen(browser: Browser) -> None:
    found = looks.faults(browser, f"data:text/html,{quote(POOR)}", "poor", "light")
    assert found[0] == ["P", "", "C", 1.92]
    assert found[1:5] == [
        ("headings", [1, 3]), ("scrolls sideways", 390, "closed"), ("scrolls sideways", 390, "open"),
        ("scrolls sideways", 1280, "open"),
    ]  # fmt: skip
    assert {"image-alt", "heading-order"} <= {v[0] for v in found[5:] if isinstance(v, tuple)}
