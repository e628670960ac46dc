"""One change in the CRM is one trace: its fact, what the services made of it, the page that shows it.

That an alert and its message are in it too: tests/integration/test_notifications_traces.py.
"""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator

import pytest

from tests.collector import Collector, Seen, collecting
from tests.e2e.stack import RunningStack
from tests.scratch import scratch

pytestmark = pytest.mark.timeout(1_200)
CHAIN = {"crm", "accounts", "risk", "notifications"}
BROWSER = "11111111111111111111111111111111"
"""The trace of a browser that has one of its own."""


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@pytest.fixture(scope="module")
def stack(collector: Collector) -> Iterator[RunningStack]:
    with (
        scratch() as home,
        RunningStack(home / "home", shift="now", environment={"STELLWERK_TRACES": collector.address}) as running,
    ):
        running.wait_ready(900)
        yield running


def waited(found: object, seconds: float = 240) -> list[Seen]:
    """The spans that `found` finds, as soon as there are some."""
    assert callable(found)
    deadline = time.monotonic() + seconds
    while not (spans := found()):
        assert time.monotonic() < deadline, "no such trace"
        time.sleep(1)
    result: list[Seen] = spans
    return result


def whole(trace: list[Seen]) -> list[Seen]:
    """The origin in the CRM and the event of risk that follows from it, if a trace has both and all of CHAIN."""
    origins = [s for s in trace if s.name.startswith("publish Crm")]
    if len(origins) != 1 or not {s.service for s in trace} >= CHAIN:
        return []
    following = [s for s in trace if s.service == "risk" and s.role == "relay" and s.parent == origins[0].span]
    return [*origins, *following[:1]] if following else []


def test_one_change_of_the_crm_is_one_trace_to_the_page(stack: RunningStack, collector: Collector) -> None:
    found = waited(lambda: next((w for t in collector.by_trace().values() if (w := whole(t))), []))
    origin, coloured = found
    trace = collector.by_trace()[origin.trace]
    assert (origin.service, origin.role, origin.parent) == ("crm", "relay", "")
    groups = {str(s.attributes.get("messaging.consumer.group.name", "")).partition(".")[0] for s in trace}
    assert groups >= CHAIN - {"crm"}, "who read it, and what followed from it"

    event = coloured.attributes["messaging.message.id"]
    request = urllib.request.Request(
        f"{stack.url}/events/{event}", headers={"traceparent": f"00-{BROWSER}-{'2' * 16}-01"}
    )
    with urllib.request.urlopen(request, timeout=60) as page:
        assert page.status == 200
    shown = waited(lambda: [s for s in collector.by_trace()[origin.trace] if s.service == "portal"])
    assert shown[0].parent == coloured.span

    def asked() -> list[Seen]:
        found = collector.by_trace()[BROWSER]
        return found if {s.service for s in found} >= {"portal", "risk"} else []

    assert {"GET /events/{event_id}"} <= {s.name for s in waited(asked)}
