"""QBRs, plans, playbooks and promises in a real browser: fit, axe, contrast, keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import portal
from tests.e2e.looks import LOOKS, NEEDS_BROWSER, faults, opened
from tests.unit.portal import demo
from tests.unit.portal.demo_qbr import by_state, ids
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.fake_steering import FakeGrowth, FakeQbr

pytestmark = NEEDS_BROWSER
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


@pytest.fixture(scope="module")
def qbr() -> FakeQbr:
    return FakeQbr()


@pytest.fixture(scope="module")
def address(qbr: FakeQbr) -> Iterator[str]:
    with portal(FakeAccounts(), qbr, FakeGrowth()) as base:
        yield base


@pytest.mark.parametrize("scheme", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_sound(browser: Browser, address: str, name: str, scheme: str) -> None:
    assert faults(browser, address + PAGES[name], name, scheme) == []


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
