"""KPIs, readiness and data quality in a real browser: fit, axe, contrast; the chart by keyboard or without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import portal
from tests.e2e.looks import LOOKS, NEEDS_BROWSER, faults, opened
from tests.unit.portal.fake_accounts import FakeAccounts
from tests.unit.portal.fake_insights import FakeInsights

pytestmark = NEEDS_BROWSER
PAGES = {
    "kpis": "/kpis",
    "kpis-a-known": "/kpis?scope=tier:A&known_at=2026-11-01",
    "kpi": "/kpis/K1",
    "kpi-median": "/kpis/K18",
    "kpi-persons": "/kpis/K10",
    "readiness": "/readiness",
    "findings": "/findings",
}


@pytest.fixture(scope="module")
def insights() -> FakeInsights:
    return FakeInsights()


@pytest.fixture(scope="module")
def address(insights: FakeInsights) -> Iterator[str]:
    with portal(FakeAccounts(), insights=insights) as base:
        yield base


@pytest.mark.parametrize("scheme", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_sound(browser: Browser, address: str, name: str, scheme: str) -> None:
    assert faults(browser, address + PAGES[name], name, scheme) == []


def test_heads_stand_over_their_columns(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/kpis")
    lefts = "[...document.querySelectorAll('table.six %s')].map(e => Math.round(e.getBoundingClientRect().left))"
    assert page.evaluate(lefts % "thead th") == page.evaluate(lefts % "tbody tr:first-child > *")
    page.context.close()


def test_from_the_board_to_the_event_by_keyboard(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/kpis?scope=tier:B")
    page.locator("table.six tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kpis/K1?scope=tier%3AB")
    page.locator("table.parts tbody a.ev").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/accounts:*")
    page.context.close()


def test_the_chart_reads_month_by_month(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/kpis/K1")
    chart = page.get_by_role("slider")
    chart.focus()
    last = str(chart.get_attribute("aria-valuetext"))
    assert last.startswith("Oct 2026: ")
    page.keyboard.press("ArrowLeft")
    assert str(chart.get_attribute("aria-valuetext")).startswith("Sep 2026: ")
    page.keyboard.press("Home")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    restated = str(chart.get_attribute("aria-valuetext"))
    assert "told first" in restated
    expect(page.locator(".readout")).to_have_text(restated)
    chart.hover(position={"x": 120, "y": 80})
    assert page.locator(".readout").inner_text() != restated
    page.context.close()


def test_without_javascript_the_drawing_and_the_table_stay(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/kpis/K1", java_script_enabled=False)
    assert page.locator("figure.plot svg").is_visible()
    page.locator("summary", has_text="As a table").click()
    assert page.locator("#h-trend >> xpath=ancestor::section >> table tbody tr").count() == 12
    page.context.close()


def test_a_review_is_completed_by_keyboard(browser: Browser, address: str, insights: FakeInsights) -> None:
    page = opened(browser, f"{address}/findings")
    page.get_by_role("button", name="Complete the review").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings?done=complete-review**")
    assert insights.sent[-1][0] == "CompleteReview"
    page.context.close()


def test_the_sheet_is_a_download(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/kpis/K1?scope=tier:A")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    assert waiting.value.suggested_filename.startswith("K1-tier-A-")
    page.context.close()
