"""QBRs, plans, playbooks and promises in a real browser: fit, axe, contrast, keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.e2e.browser import CHROMIUM, chromium, portal, screenshot
from tests.e2e.test_pages import CONTRASTS, FITS, WIDTHS, opened
from tests.unit.portal import demo
from tests.unit.portal.demo_qbr import by_state, ids
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.fake_steering import FakeGrowth, FakeQbr

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium"),
]
CRM = {r.name: r.crm_id for r in demo.portfolio().rows}
PAGES = {
    "qbrs": "/qbrs",
    "qbr-proposed": f"/qbrs/{by_state('Proposed')}",
    "qbr-planned": f"/qbrs/{by_state('Planned')}",
    "qbr-ready": f"/qbrs/{by_state('Ready')}",
    "qbr-held": f"/qbrs/{by_state('Held')}?open={ids('action', 0)}",
    "rhythm": f"/accounts/{CRM['Kan-code']}/qbrs",
    "plans": "/plans",
    "plan": f"/accounts/{CRM['Kan-code']}/plan?open={ids('milestone', 2)}",
    "plan-draft": f"/accounts/{CRM['Konex']}/plan",
    "plan-none": f"/accounts/{CRM['Isdom']}/plan",
    "playbooks": "/playbooks",
    "playbook": "/playbooks/renewal",
    "promises": "/promises",
    "account-promises": f"/accounts/{CRM['Kan-code']}/promises",
}
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"


@pytest.fixture(scope="module")
def qbr() -> FakeQbr:
    return FakeQbr()


@pytest.fixture(scope="module")
def address(qbr: FakeQbr) -> Iterator[str]:
    with portal(FakeAccounts(), qbr, FakeGrowth()) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize(("scheme", "language"), [("light", "de-DE"), ("dark", "en-GB")])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits(browser: Browser, address: str, width: int, scheme: str, language: str) -> None:
    for name, path in PAGES.items():
        page = opened(browser, address + path, width, scheme, language)
        assert page.evaluate(FITS), f"{name} scrolls sideways"
        screenshot(page, f"{name}-{width}-{scheme}-{language[:2]}")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out_seven_to_one(browser: Browser, address: str, name: str, scheme: str) -> None:
    page = opened(browser, address + PAGES[name], scheme=scheme)
    assert page.evaluate(CONTRASTS) == []
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_form_is_sent_by_keyboard(browser: Browser, address: str, qbr: FakeQbr, script: bool) -> None:
    page = opened(browser, address + PAGES["qbr-planned"], java_script_enabled=script)
    page.locator("summary", has_text="Cancel the QBR").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("merger")
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=cancel**")
    assert page.get_by_role("status").inner_text().startswith("Recorded: Cancel the QBR")
    assert qbr.sent[-1][1].reason == "merger"
    page.context.close()
