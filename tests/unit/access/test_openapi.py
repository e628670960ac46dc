"""Every path of the JSON API with generated input: whatever it is, the answer is never the portal's own failure."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings

from services.portal.clients import Clients
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from shared.testing import ManualClock
from tests.unit.portal import demo, fake_alerting, fake_insights, fake_steering
from tests.unit.portal.fake_accounts import FakeAccounts, serving
from tests.unit.portal.fake_alerting import FakeNotifications, FakeRisk
from tests.unit.portal.fake_insights import FakeInsights
from tests.unit.portal.fake_steering import FakeGrowth, FakeQbr

EXAMPLES = 4  # of each operation; over a hundred operations in less than a minute


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A portal on fakes, in a thread with a loop of its own: the generator is not asynchronous."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=asyncio.run, args=(_serve(listener, stop := threading.Event()),))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    stop.set()
    thread.join(20)


async def _serve(listener: socket.socket, stop: threading.Event) -> None:
    async with (
        serving(FakeAccounts()) as a,
        fake_steering.serving(FakeQbr()) as q,
        fake_steering.serving(FakeGrowth()) as g,
        fake_alerting.serving(FakeRisk()) as r,
        fake_alerting.serving(FakeNotifications()) as n,
        fake_insights.serving(FakeInsights()) as i,
    ):
        clients = Clients.of(a, q, g, r, n, i)
        app = create_app(clients, PortalSettings(), ManualClock(demo.NOW))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve([listener]))
        await asyncio.to_thread(stop.wait)
        server.should_exit = True
        await task
        await clients.close()


@pytest.mark.timeout(900)
def test_no_input_makes_the_portal_fail(address: str) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    failed: dict[str, str] = {}
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def never_fails(case: schemathesis.Case) -> None:
            answer = case.call()
            if answer.status_code >= 500:
                failed[operation.label] = f"{answer.status_code} {case.as_curl_command()} {answer.text[:300]}"  # noqa: B023

        never_fails()
        tried += 1
    assert not failed, "\n".join(failed.values())
    assert tried > 100
