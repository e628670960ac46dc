"""A portal in this process, on fakes of the services, at the end of the demo data's last day."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from services.portal.clients import AccountsClient, Clients
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from shared.testing import ManualClock
from tests.unit.portal import demo, fake_alerting, fake_insights, fake_steering
from tests.unit.portal.fake_accounts import FakeAccounts, serving
from tests.unit.portal.fake_alerting import FakeNotifications, FakeRisk
from tests.unit.portal.fake_insights import FakeInsights
from tests.unit.portal.fake_steering import FakeGrowth, FakeQbr


@pytest.fixture
def fake() -> FakeAccounts:
    """What the accounts service answers; a test may make it fail."""
    return FakeAccounts()


@pytest.fixture
def qbr() -> FakeQbr:
    """What the qbr service answers, and what it was told."""
    return FakeQbr()


@pytest.fixture
def growth() -> FakeGrowth:
    """What the growth service answers, and what it was told."""
    return FakeGrowth()


@pytest.fixture
def risk() -> FakeRisk:
    """What the risk service answers, and what it was told."""
    return FakeRisk()


@pytest.fixture
def notifications() -> FakeNotifications:
    """What the notifications service answers, and what it was told."""
    return FakeNotifications()


@pytest.fixture
def insights() -> FakeInsights:
    """What the insights service answers, and what it was told."""
    return FakeInsights()


@pytest.fixture
async def clients(
    fake: FakeAccounts,
    qbr: FakeQbr,
    growth: FakeGrowth,
    risk: FakeRisk,
    notifications: FakeNotifications,
    insights: FakeInsights,
) -> AsyncIterator[Clients]:
    """Clients of the fakes."""
    async with (
        serving(fake) as a,
        fake_steering.serving(qbr) as q,
        fake_steering.serving(growth) as g,
        fake_alerting.serving(risk) as r,
        fake_alerting.serving(notifications) as n,
        fake_insights.serving(insights) as i,
    ):
        # Long enough for two cores that many tests share: what a deadline does is tested where it is set, test_clients.
        made = Clients.of(a, q, g, r, n, i, deadline=30.0)
        yield made
        await made.close()


@pytest.fixture
def accounts(clients: Clients) -> AccountsClient:
    """The client of the accounts service's fake."""
    return clients.accounts


@pytest.fixture
async def web(clients: Clients) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a screen; what it posts comes from a page of the portal."""
    app = create_app(clients, PortalSettings(), ManualClock(demo.NOW))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as browser:
        yield browser
