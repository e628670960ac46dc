"""The pages in a real browser: both widths, both schemes, both languages; by keyboard; without JavaScript; with axe.

Needs Debian's chromium (`apt-get install chromium`, or CHROMIUM=path). Screenshots go to build/screenshots/.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import grpc
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.browser import CHROMIUM, chromium, portal, screenshot
from tests.unit.portal.fake_accounts import FakeAccounts

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium"),
]
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
WIDTHS = {1280: 900, 390: 844}
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def fake() -> FakeAccounts:
    return FakeAccounts()


@pytest.fixture(scope="module")
def address(fake: FakeAccounts) -> Iterator[str]:
    with portal(fake) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def opened(
    browser: Browser, url: str, width: int = 1280, scheme: str = "light", language: str = "en-GB", **more: object
) -> Page:
    """A page in a fresh profile; every console message and failed load of it is an error of the test."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme, locale=language, **more
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if "404" not in m.text and "503" not in m.text else None)
    page.on("pageerror", lambda e: problems.append(str(e)))
    page.goto(url)
    assert problems == []
    return page


@pytest.mark.parametrize(("scheme", "language"), [("light", "de-DE"), ("dark", "en-GB")])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits(browser: Browser, address: str, width: int, scheme: str, language: str) -> None:
    for name, path in PAGES.items():
        page = opened(browser, address + path, width, scheme, language)
        assert page.evaluate(FITS), f"{name} scrolls sideways"
        screenshot(page, f"{name}-{width}-{scheme}-{language[:2]}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate(FITS), f"{name} scrolls sideways when its parts are open"
        page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, address: str, name: str, width: int) -> None:
    page = opened(browser, address + PAGES[name], width, language="de-DE")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    violations = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]]
    page.context.close()
    assert violations == []


CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = c => { canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1);
                     return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const linear = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = rgb(c).map(linear);
                       return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
                        if (!/, 0\\)$/.test(c)) return c; } return 'white'; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const out = [];
  for (const e of document.querySelectorAll('main *, nav *, header *, footer *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.closest('svg, .vh, option')) continue;
    const r = ratio(getComputedStyle(e).color, ground(e));
    const least = e.closest('a, button, .button, summary') && !e.closest('.ev') ? 4.5 : 7;
    if (r < least) out.push([e.tagName, e.className, e.textContent.trim().slice(0, 30), Math.round(r * 100) / 100]);
  }
  for (const e of document.querySelectorAll('.lamp')) {
    const r = ratio(getComputedStyle(e, '::before').color, ground(e));
    if (r < 4.5) out.push(['lamp', e.className, r]);
  }
  return out;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out_seven_to_one(browser: Browser, address: str, name: str, scheme: str) -> None:
    page = opened(browser, address + PAGES[name], scheme=scheme)
    assert page.evaluate(CONTRASTS) == []
    page.context.close()


def test_headings_go_down_one_at_a_time(browser: Browser, address: str) -> None:
    for path in PAGES.values():
        page = opened(browser, address + path)
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels)), (path, levels)
        page.context.close()


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
