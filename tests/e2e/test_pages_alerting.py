"""Today, risks, escalations and alerts in a real browser: fit, axe, contrast, keyboard, live, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from services.portal.settings import PortalSettings
from tests.e2e.browser import portal
from tests.e2e.looks import LOOKS, NEEDS_BROWSER, faults, opened
from tests.unit.portal import demo
from tests.unit.portal.demo_qbr import ids
from tests.unit.portal.demo_risk import ESCALATION
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.fake_alerting import FakeNotifications, FakeRisk

pytestmark = NEEDS_BROWSER
CRM = {r.name: r.crm_id for r in demo.portfolio().rows}
PAGES = {
    "today": "/today",
    "risks": "/risks",
    "forecast": "/risks/forecast",
    "risk": f"/accounts/{CRM['Kan-code']}/risk",
    "risk-amber": f"/accounts/{CRM['Konex']}/risk",
    "risk-none": f"/accounts/{CRM['Isdom']}/risk",
    "escalations": "/escalations",
    "escalation": f"/escalations/{ESCALATION}",
    "inbox": "/inbox",
    "alerts": "/alerts",
    "ledger": "/alerts/ledger",
    "alert": f"/alerts/{ids('alert', 0)}",
    "account-alerts": f"/accounts/{CRM['Kan-code']}/alerts",
    "preferences": "/preferences",
    "risk-model": "/policy/risk?version=2",
    "demo-user": "/demo-user",
}


@pytest.fixture(scope="module")
def risk() -> FakeRisk:
    return FakeRisk()


@pytest.fixture(scope="module")
def notifications() -> FakeNotifications:
    return FakeNotifications()


@pytest.fixture(scope="module")
def address(risk: FakeRisk, notifications: FakeNotifications) -> Iterator[str]:
    config = PortalSettings(demo_switch=True)
    with portal(FakeAccounts(), risk=risk, notifications=notifications, config=config) as base:
        yield base


@pytest.mark.parametrize("scheme", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_sound(browser: Browser, address: str, name: str, scheme: str) -> None:
    assert faults(browser, address + PAGES[name], name, scheme) == []


def test_the_inbox_by_keyboard(browser: Browser, address: str, notifications: FakeNotifications) -> None:
    page = opened(browser, f"{address}/inbox")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == f"i-{ids('alert', 1)}"
    page.keyboard.press("k")
    page.keyboard.press("s")
    assert page.evaluate("document.activeElement.name") == "until"
    assert page.locator(f"#snooze-alert-{ids('alert', 0)}").is_visible()
    page.locator(f"#i-{ids('alert', 0)}").focus()
    page.keyboard.press("a")
    page.wait_for_url("**/inbox?done=acknowledge-alert**")
    assert notifications.sent[-1][0] == "Acknowledge"
    assert page.get_by_role("status").first.inner_text().startswith("Recorded: Acknowledge")
    page.context.close()


def test_the_inbox_without_javascript(browser: Browser, address: str, notifications: FakeNotifications) -> None:
    page = opened(browser, f"{address}/inbox", java_script_enabled=False)
    assert not page.locator(".keys").is_visible()
    page.locator("summary", has_text="Delegate").nth(1).click()
    page.locator(f"#delegate-alert-{ids('alert', 1)} select").select_option(index=1)
    page.locator(f"#delegate-alert-{ids('alert', 1)} button").click()
    page.wait_for_url("**/inbox?done=delegate-alert**")
    assert notifications.sent[-1][1].alert_id == ids("alert", 1)
    page.context.close()


def test_opening_an_alert_means_having_seen_it(
    browser: Browser, address: str, notifications: FakeNotifications
) -> None:
    page = opened(browser, f"{address}/alerts/{ids('alert', 2)}")
    for _ in range(100):
        if ids("alert", 2) in notifications.seen:
            break
        page.wait_for_timeout(100)
    assert ids("alert", 2) in notifications.seen
    page.context.close()


def test_lights_and_count_change_on_the_open_page(
    browser: Browser, address: str, risk: FakeRisk, notifications: FakeNotifications
) -> None:
    page = opened(browser, f"{address}/portfolio")
    kan = next(r.account_id for r in demo.portfolio().rows if r.name == "Kan-code")
    light = page.locator(f"[data-light='{kan}']")
    assert light.inner_text() == "Red"
    page.evaluate(
        """() => { window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(e => moved += e.value))
                   .observe({type: 'layout-shift', buffered: false}); }"""
    )
    risk.colours["Kan-code"], risk.position = "GREEN", risk.position + 1
    notifications.seen |= {ids("alert", n) for n in range(5)}
    notifications.position += 1
    expect(light).to_have_text("Green", timeout=20_000)
    expect(page.locator("[data-inbox]")).to_have_text("", timeout=20_000)
    assert "green" in str(light.get_attribute("class"))
    assert page.evaluate("moved") == 0
    del risk.colours["Kan-code"]
    page.context.close()


def test_a_colleague_is_chosen_in_the_frame(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/risks")
    page.get_by_role("link", name="switch").click()
    page.get_by_label("Act as").select_option(label="Rosalina Dieter")
    page.get_by_role("button", name="Go on in this name").click()
    page.wait_for_url("**/risks")
    assert "Rosalina Dieter" in page.locator(".user").inner_text()
    page.context.close()
