"""The pages in a real browser: both widths, both schemes, both languages; by keyboard; without JavaScript; with axe.

Needs Debian's chromium (`apt-get install chromium`, or CHROMIUM=path). Screenshots go to build/screenshots/.
"""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import portal, screenshot
from tests.e2e.looks import LOOKS, NEEDS_BROWSER, faults, opened
from tests.unit.portal.fake_accounts import FakeAccounts

pytestmark = NEEDS_BROWSER
ACME = "/accounts/d1e6c687-650c-5157-8304-f3035c492d6a"
PAGES = {
    "portfolio": "/portfolio",
    "portfolio-grouped": "/portfolio?group=tier&standards=breached",
    "portfolio-empty": "/portfolio?q=nobody",
    "account": ACME,
    "event": "/events/accounts:1003",
    "policy": "/policy",
    "status": "/status",
    "signed-out": "/signed-out",
    "not-found": "/accounts/nobody",
}


@pytest.fixture(scope="module")
def fake() -> FakeAccounts:
    return FakeAccounts()


@pytest.fixture(scope="module")
def address(fake: FakeAccounts) -> Iterator[str]:
    with portal(fake) as base:
        yield base


@pytest.mark.parametrize("scheme", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_sound(browser: Browser, address: str, name: str, scheme: str) -> None:
    assert faults(browser, address + PAGES[name], name, scheme) == []


def test_by_keyboard(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/portfolio")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0"), "the skip link shows when focused"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("konex")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=konex")
    assert page.locator("[data-hits] li").count() >= 1
    page.locator("[data-hits] a").first.focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/*")
    assert page.locator("h1").inner_text().strip().endswith("Konex")
    page.context.close()


def test_everything_can_be_reached_and_seen_when_focused(browser: Browser, address: str) -> None:
    page = opened(browser, address + ACME, reduced_motion="reduce")
    hidden = []
    for _ in range(60):
        page.keyboard.press("Tab")
        box = page.evaluate(
            """() => { const e = document.activeElement, r = e.getBoundingClientRect();
                       const top = document.elementFromPoint(r.x + r.width / 2, r.y + Math.min(r.height / 2, 20));
                       return [e.outerHTML.slice(0, 80), r.height > 0 && (e.contains(top) || top?.contains(e))]; }"""
        )
        if not box[1]:
            hidden.append(box[0])
    assert hidden == []
    page.context.close()


def test_without_javascript(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/portfolio", java_script_enabled=False)
    page.get_by_label("Standards").select_option("breached")
    page.get_by_role("button", name="Apply").click()
    assert "standards=breached" in page.url
    page.get_by_role("link", name="Account", exact=True).click()
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Account")
    page.get_by_label("As it was on").fill("2026-05-15")
    page.get_by_role("button", name="Show").click()
    assert "as_of=2026-05-15" in page.url
    assert "standards=breached" in page.url
    assert "15 May 2026" in page.locator("h1").inner_text()
    page.get_by_role("link", name="Xx-holding").click()
    page.get_by_role("link", name="Why", exact=True).click()
    page.locator(".inner summary").first.click()
    assert page.locator("details[open] table").is_visible()
    page.context.close()


def test_with_javascript_a_choice_takes_effect_at_once(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/portfolio")
    page.get_by_label("Group by").select_option("owner")
    page.wait_for_url("**group=owner**")
    assert page.locator("th[scope=rowgroup]").count() == 9
    assert "country" not in page.url
    page.context.close()


def test_language_switch_keeps_the_question(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/portfolio?tier=A&sort=name")
    page.get_by_role("link", name="Deutsch").click()
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator(".accounts tbody tr").count() == 5
    page.get_by_role("link", name="Regeln", exact=True).click()
    assert page.locator("h1").inner_text() == "Regeln"
    page.context.close()


def test_from_the_row_to_the_raw_event_in_two_clicks(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/portfolio")
    page.get_by_role("link", name="Hottechi").click()
    page.locator(".who a.ev[href*='accounts:']").first.click()
    assert "/events/accounts:" in page.url
    assert page.locator(".chain li").count() >= 1
    page.context.close()


def test_on_a_phone_the_table_becomes_cards(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/portfolio", 390)
    label = page.locator(".accounts tbody tr").first.locator("td:nth-child(4)")
    assert label.evaluate("e => getComputedStyle(e, '::before').content").startswith('"Notice deadline"')
    small = page.evaluate(
        """[...document.querySelectorAll('.rail a, button, input:not([type=hidden]), select')]
           .filter(e => e.offsetParent && e.getBoundingClientRect().height < 40).map(e => e.outerHTML.slice(0, 60))"""
    )
    assert small == [], "too small for a finger"
    page.context.close()


def test_printed_it_is_a_list(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/portfolio")
    page.emulate_media(media="print")
    assert not page.locator(".rail").is_visible()
    assert page.locator("table.accounts").is_visible()
    page.context.close()


def test_nothing_moves_for_who_wants_none(browser: Browser, address: str) -> None:
    page = opened(browser, address + ACME, reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.context.close()


def test_service_down_and_back(browser: Browser, address: str, fake: FakeAccounts) -> None:
    fake.failures = [grpc.StatusCode.UNAVAILABLE] * 8  # each question is asked four times
    page = opened(browser, f"{address}/portfolio?tier=A")
    assert "does not answer" in page.locator("h1").inner_text()
    screenshot(page, "service-down-1280-light-en")
    fake.failures = []
    page.get_by_role("link", name="Try again").click()
    assert page.locator(".accounts tbody tr").count() == 5
    page.context.close()
