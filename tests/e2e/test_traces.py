"""One change in the CRM is one trace: its fact, what four services made of it, the message to a person, the page."""

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


def test_one_change_of_the_crm_is_one_trace_to_page_and_alert(stack: RunningStack, collector: Collector) -> None:
    def whole() -> list[Seen]:
        return next(
            (t for t in collector.by_trace().values() if {s.service for s in t} >= CHAIN | {"risk"} and sent(t)), []
        )

    def sent(trace: list[Seen]) -> bool:
        return any(s.name.startswith("publish Alert") for s in trace)

    trace = waited(whole)
    origin = [s for s in trace if s.name.startswith("publish Crm")]
    assert len(origin) == 1, "one fact of the CRM begins it"
    assert origin[0].parent == ""
    by_id = {s.span: s for s in trace}
    coloured = next(s for s in trace if s.service == "risk" and s.name.startswith("publish Risk"))
    alert = next(s for s in trace if s.name.startswith("publish Alert"))
    assert by_id[coloured.parent] is origin[0]
    assert alert.service == "notifications"
    assert {s.role for s in trace} >= {"relay", "worker"}
    consumed = [s for s in trace if "messaging.consumer.group.name" in s.attributes]
    assert {s.attributes["messaging.consumer.group.name"].partition(".")[0] for s in consumed} >= {"accounts", "risk"}

    event = coloured.attributes["messaging.message.id"]
    request = urllib.request.Request(
        f"{stack.url}/events/{event}", headers={"traceparent": f"00-{BROWSER}-{'2' * 16}-01"}
    )
    with urllib.request.urlopen(request, timeout=60) as page:
        assert page.status == 200
    shown = waited(lambda: [s for s in collector.by_trace()[trace[0].trace] if s.service == "portal"])
    assert shown[0].parent == coloured.span

    def asked() -> list[Seen]:
        found = collector.by_trace()[BROWSER]
        return found if {s.service for s in found} >= {"portal", "risk"} else []

    assert {"GET /events/{event_id}"} <= {s.name for s in waited(asked)}


def test_what_was_sent_to_somebody_is_in_the_trace_of_its_alert(stack: RunningStack, collector: Collector) -> None:
    def messages() -> list[Seen]:
        return [s for s in tuple(collector.spans) if s.name == "send"]

    message = waited(messages)[0]
    assert message.attributes["channel"] == "email"
    assert any(
        s.span == message.parent and s.name.startswith("publish Alert") for s in collector.by_trace()[message.trace]
    )
