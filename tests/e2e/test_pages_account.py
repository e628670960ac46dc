"""The tabs of an account, search and audit trail in a real browser: fit, axe, keyboard, slider, dragging."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import portal
from tests.e2e.looks import LOOKS, NEEDS_BROWSER, faults, opened
from tests.unit.portal import demo
from tests.unit.portal.fake_accounts import FakeAccounts

pytestmark = NEEDS_BROWSER
KAN = next(r.crm_id for r in demo.portfolio().rows if r.name == "Kan-code")
ACCOUNT = f"/accounts/{KAN}"
FACTS = demo.account(KAN)
assert FACTS is not None
PERSON = FACTS.stakeholders[1].subject_id
PAGES = {
    "account-overview": ACCOUNT,
    "account-people": f"{ACCOUNT}/people",
    "account-person": f"{ACCOUNT}/people?person={PERSON}",
    "account-contracts": f"{ACCOUNT}/contracts",
    "account-confidential": f"{ACCOUNT}/confidential",
    "account-handover": f"{ACCOUNT}/handovers",
    "account-history": f"{ACCOUNT}/timeline",
    "account-then": f"{ACCOUNT}/timeline?as_of=2026-05-01&known_at=2026-05-01",
    "account-why": f"{ACCOUNT}/risk",
    "audit": f"/audit/account/{KAN}",
    "search": "/search?q=kan",
    "portfolio-heat": "/portfolio?group=tier&colour=RED",
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


def test_the_slider_moves_by_keyboard_and_keeps_the_focus(browser: Browser, address: str) -> None:
    page = opened(browser, address + ACCOUNT)
    slide = page.locator("#slide")
    assert slide.is_enabled()
    slide.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url("**as_of=2026-11-12**")
    assert page.evaluate("document.activeElement.id") == "slide"
    assert "12 Nov 2026" in page.locator(".slider .shown").inner_text()
    page.keyboard.press("End")
    page.wait_for_url(lambda url: "as_of" not in url)
    assert "today" in page.locator(".slider .shown").inner_text()
    page.context.close()


def test_the_slider_without_javascript(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}{ACCOUNT}/people", java_script_enabled=False)
    assert not page.locator("#slide").is_visible()
    page.get_by_label("As it was on").fill("2026-05-15")
    page.get_by_label("as known on").fill("2026-06-01")
    page.locator(".slider button").click()
    assert "as_of=2026-05-15&known_at=2026-06-01" in page.url
    assert page.locator("form.act").count() == 0
    page.context.close()


def test_a_person_is_assessed_by_keyboard(browser: Browser, address: str, fake: FakeAccounts) -> None:
    page = opened(browser, f"{address}{ACCOUNT}/people")
    page.locator(f"[id='{PERSON}'] td a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**person=**")
    for field, key in (("power", "5"), ("interest", "4"), ("evidence", "ArrowDown")):
        choice = page.locator(f"[id='assess-influence-{PERSON}-{field}']")
        choice.focus()
        page.keyboard.press(key)
    page.get_by_role("button", name="Assess influence and interest").press("Enter")
    page.wait_for_url("**done=assess-influence**")
    name, request = fake.commands.sent[-1]
    assert (name, request.subject_id, request.power, request.interest) == ("AssessInfluence", PERSON, 5, 4)
    page.context.close()


def test_a_card_is_dragged_into_another_quadrant(browser: Browser, address: str, fake: FakeAccounts) -> None:
    page = opened(browser, f"{address}{ACCOUNT}/people")
    card = page.locator(".grid.big [data-person]").first
    who = card.get_attribute("data-person")
    home = card.evaluate("e => e.closest('[data-quadrant]').dataset.quadrant")
    target = "monitor" if home != "monitor" else "manage_closely"
    card.drag_to(page.locator(f"[data-quadrant={target}]"))
    page.wait_for_url("**done=assess-influence**")
    name, request = fake.commands.sent[-1]
    assert (name, request.subject_id) == ("AssessInfluence", who)
    high = target == "manage_closely"
    assert (request.power >= 3, request.interest >= 3) == (high, high)
    page.context.close()


def test_search_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/today")
    page.keyboard.press("/")
    page.keyboard.type("kan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=kan")
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('[data-hits]') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/**")
    page.context.close()
