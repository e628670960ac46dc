"""Traces: one id from an event to what follows from it, the same in a replay; off, nothing of the SDK is there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy.ext.asyncio import AsyncEngine

from services.portal.clients import AccountsClient
from shared import tracing
from shared.contracts import cloudevents
from shared.edge.fields import Fields
from shared.edge.server import bind
from shared.errors import OutcomeUnknown
from shared.eventstore.events import Meta, Recorded
from shared.ids import correlation
from shared.protos import accounts_pb2 as pb
from shared.protos.accounts_pb2_grpc import AccountQueriesServicer, add_AccountQueriesServicer_to_server
from shared.testing import ManualClock, recorded
from shared.tracing import ids
from shared.tracing.settings import TracingSettings
from shared.tracing.spans import Spans
from tests.kernel import AT, COUNTS, PublicTick, Ticked, count_message, counter, record, sql

STREAM = UUID(int=7)
EMPTY = {"opentelemetry", "opentelemetry.semconv"}
"""Two packages without a line of code, by which FastStream looks whether there is more."""


class Told:
    """The spans of a process."""

    def __init__(self, share: float = 1.0) -> None:
        self.memory = InMemorySpanExporter()
        self.spans = Spans("ticker", "worker", self.memory, share)

    def __call__(self) -> list[ReadableSpan]:
        self.spans.provider.force_flush()
        found = list(self.memory.get_finished_spans())
        self.memory.clear()
        return found


@pytest.fixture
def told() -> Iterator[Told]:
    """Traces are on."""
    found = Told()
    tracing.use(found.spans)
    yield found
    tracing.use(None)


def tick(position: int, meta: Meta | None = None) -> Recorded:
    """An event at a position of the ticker's log."""
    event = Ticked(originator_id=STREAM, originator_version=position, timestamp=AT, n=position)
    return recorded(event, position, AT, meta or Meta("crm:sugar"))


def published(event: Recorded) -> dict[str, bytes]:
    """The headers of its message."""
    public = PublicTick(n=event.version)
    return dict(tracing.publish(event, public, cloudevents.headers("ticker", "k", event, public)))


def trace(span: ReadableSpan) -> int:
    assert span.context is not None
    return span.context.trace_id


def span_id(span: ReadableSpan | None) -> int:
    assert span is not None
    assert span.context is not None
    return span.context.span_id


def test_an_event_and_what_it_causes_are_one_trace(told: Told) -> None:
    first = tick(1)
    second = tick(2, Meta.follow(first, "system:ticker"))
    third = tick(3, Meta.follow(second, "system:ticker"))
    headers = [published(e) for e in (first, second, third)]
    root, middle, last = told()
    assert {trace(s) for s in (root, middle, last)} == {correlation("ticker:1", None).int}
    assert root.parent is None
    assert middle.parent is not None
    assert last.parent is not None
    assert (middle.parent.span_id, last.parent.span_id) == (span_id(root), span_id(middle))
    assert [s.kind for s in (root, middle, last)] == [SpanKind.PRODUCER] * 3
    assert root.resource.attributes["service.name"] == "ticker"
    for found, span in zip(headers, (root, middle, last), strict=True):
        wanted = f"00-{trace(span):032x}-{span_id(span):016x}-01".encode()
        assert (found["traceparent"], found["ce_traceparent"]) == (wanted, wanted)


def test_sent_again_it_is_the_same_span(told: Told) -> None:
    before, again = published(tick(1)), published(tick(1))
    assert before["traceparent"] == again["traceparent"]
    one, two = told()
    assert (trace(one), span_id(one)) == (trace(two), span_id(two))


def test_the_next_trace_has_ids_of_its_own(told: Told) -> None:
    published(tick(1))
    published(tick(2))
    one, two = told()
    assert trace(one) != trace(two)


async def test_a_consumer_tells_what_it_applied(told: Told, engine: AsyncEngine, dsn: str) -> None:
    await sql(dsn, COUNTS)
    stream, consumer = uuid4(), counter(engine)
    found = published(tick(1))
    (parent,) = told()
    chain = [("position", b"1"), ("prev", b"0")]
    message = record(count_message(stream, 1), 0, headers=[*found.items(), *chain])
    bare = record(count_message(stream, 2), 1, position=2, prev=1)
    dead = record(b"{", 2, headers=[*found.items(), ("position", b"3"), ("prev", b"2")])
    await consumer.apply([message, bare, dead])
    applied, lost = told()
    assert trace(applied) == trace(parent)
    assert applied.parent is not None
    assert applied.parent.span_id == span_id(parent)
    assert (applied.kind, applied.name) == (SpanKind.CONSUMER, "counter PublicTick")
    assert lost.status.status_code is StatusCode.ERROR
    await consumer.apply([message])
    assert told() == [], "a repeat leads to nothing"


class Answers(AccountQueriesServicer):
    """Remembers which correlation a command would begin."""

    error: Exception | None = None
    correlation: UUID | None = None

    async def GetStatus(self, request: Any, context: Any) -> Any:
        self.correlation = tracing.correlation()
        if self.error is not None:
            raise self.error
        return pb.GetStatusResponse()


@asynccontextmanager
async def asked(answers: Answers) -> AsyncIterator[AccountsClient]:
    """A client of a server that answers so."""
    server = bind(pb.DESCRIPTOR, {add_AccountQueriesServicer_to_server: answers}, "127.0.0.1:0", 1_000)
    await server.start()
    client = AccountsClient(f"127.0.0.1:{server.port}", deadline=60)
    try:
        yield client
    finally:
        await client.close()
        await server.stop()


async def test_a_call_goes_on_in_the_trace_of_the_request(told: Told) -> None:
    answers = Answers()
    async with asked(answers) as client:
        await client.status()
        assert told() == [], "a look that belongs to no request makes no trace"
        tracer = told.spans.provider.get_tracer("test")
        with tracer.start_as_current_span("GET /accounts/{id}") as request:
            await client.status()
            answers.error = OutcomeUnknown("who knows")
            with pytest.raises(OutcomeUnknown):
                await client.status()
    answered, failed, page = told()
    assert {trace(s) for s in (answered, failed, page)} == {request.get_span_context().trace_id}
    assert answered.parent is not None
    assert answered.parent.span_id == span_id(page)
    assert answers.correlation == UUID(int=trace(page))
    assert [s.status.status_code for s in (answered, failed)] == [StatusCode.UNSET, StatusCode.ERROR]


def test_a_command_begins_the_correlation_of_its_request(told: Told) -> None:
    meta = pb.CommandMeta(command_id=str(uuid4()), user_id="u7")
    given = pb.CommandMeta(command_id=str(uuid4()), user_id="u7", correlation_id=str(STREAM))
    with told.spans.provider.get_tracer("test").start_as_current_span("POST /decide") as request:
        assert Fields().meta(meta, ManualClock(AT)).correlation_id == UUID(int=request.get_span_context().trace_id)
        assert Fields().meta(given, ManualClock(AT)).correlation_id == STREAM
    assert Fields().meta(meta, ManualClock(AT)).correlation_id is None


def test_what_people_see_is_below_the_event_and_linked_with_the_request(told: Told) -> None:
    published(tick(1))
    with told.spans.provider.get_tracer("test").start_as_current_span("GET /events/{id}") as request:
        tracing.about("show PublicTick", "ticker:1", None, where="page of the event")
    event, shown, _ = told()
    assert trace(shown) == trace(event)
    assert shown.parent is not None
    assert shown.parent.span_id == span_id(event)
    assert [link.context.trace_id for link in shown.links] == [request.get_span_context().trace_id]


def test_a_share_is_the_same_traces_in_every_process() -> None:
    some = [uuid4() for _ in range(2_000)]
    kept = {c for c in some if ids.chosen(c.int, 0.25)}
    assert 350 < len(kept) < 650
    here, there = Told(0.25), Told(0.25)
    for process in (here, there):
        tracing.use(process.spans)
        flags = {c: published(tick(1, Meta("crm:sugar", correlation_id=c)))["traceparent"][-2:] for c in some}
        assert {c for c, flag in flags.items() if flag == b"01"} == kept
        assert {UUID(int=trace(s)) for s in process()} == kept
    tracing.use(None)


def test_what_is_typed_into_a_search_is_not_told(told: Told) -> None:
    tracer = told.spans.provider.get_tracer("fastapi")
    tracer.start_span("GET", attributes={"url.query": "q=Erika+Mustermann", "url.path": "/search"}).end()
    (span,) = told()
    assert span.attributes is not None
    assert (span.attributes["url.query"], span.attributes["url.path"]) == ("", "/search")


def test_without_traces_every_hook_does_nothing() -> None:
    headers = cloudevents.headers("ticker", "k", tick(1), PublicTick(n=1))
    assert tracing.publish(tick(1), PublicTick(n=1), headers) is headers
    assert tracing.outgoing(None) is None
    assert tracing.correlation() is None
    assert not tracing.on()
    with tracing.batch("counter", []), tracing.call("m", None):
        tracing.about("nothing", "ticker:1", None)


@pytest.mark.parametrize(
    ("modules", "allowed"),
    [
        ("services.crm.main services.accounts.main services.accounts.api services.risk.main", EMPTY),
        ("services.notifications.main services.insights.main services.insights.api services.qbr.main", EMPTY),
        ("services.portal.main", None),
    ],
)
def test_off_means_that_nothing_of_it_is_imported(modules: str, allowed: set[str] | None) -> None:
    """FastAPI itself imports the API (None), which does nothing without an SDK; that and the exporter are nowhere."""
    program = (
        f"import sys, importlib\nfor m in {modules.split()!r}: importlib.import_module(m)\n"
        "from shared import tracing\ntracing.start('x', 'api')\n"
        "print('\\n'.join(m for m in sys.modules if m.startswith('opentelemetry')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=250)
    found = done.stdout.split()
    heavy = [m for m in found if m.startswith(("opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.proto"))]
    assert heavy == []
    assert allowed is None or {*found} == allowed


def test_on_it_starts_by_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import sys\nfrom shared import tracing\ntracing.start('x', 'relay')\nassert tracing.on()\n"
        "print('opentelemetry.sdk.trace' in sys.modules)"
    )
    monkeypatch.setenv("STELLWERK_TRACES", "http://127.0.0.1:9")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=250)
    assert done.stdout.split() == ["True"]
    with pytest.raises(ValueError, match="traces"):
        TracingSettings(traces="collector:4318")
