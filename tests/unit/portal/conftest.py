"""A portal in this process, on the fake accounts service, at the end of the demo data's last day."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from services.portal.clients import AccountsClient
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from shared.clock import ManualClock
from tests.unit.portal import demo
from tests.unit.portal.fake_accounts import FakeAccounts, serving


@pytest.fixture
def fake() -> FakeAccounts:
    """What the accounts service answers; a test may make it fail."""
    return FakeAccounts()


@pytest.fixture
async def accounts(fake: FakeAccounts) -> AsyncIterator[AccountsClient]:
    """A client of the fake."""
    async with serving(fake) as target:
        client = AccountsClient(target, deadline=2.0)
        yield client
        await client.close()


@pytest.fixture
async def web(accounts: AccountsClient) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a screen."""
    app = create_app(accounts, PortalSettings(), ManualClock(demo.NOW))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as browser:
        yield browser
