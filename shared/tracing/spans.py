"""Spans by OpenTelemetry's SDK; imported only when traces are on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.clock import SystemClock
from shared.contracts.base import PublicEvent
from shared.contracts.cloudevents import Header, Stored
from shared.tracing import Pairs
from shared.tracing.ids import HEADERS, chosen, span_of, trace_of, traceparent

if TYPE_CHECKING:
    from shared.consumer import Message

_W3C = TraceContextTextMapPropagator()
_FAULTS = (2, 4, 13, 14, 15)
"""Codes of gRPC that are ours to mend: unknown, too late, internal, unavailable, lost."""
SECONDS = 3.0  # that a collector may take to answer: a process that stops waits for it


def to_collector(service: str, role: str, address: str, share: float) -> Spans:
    """Spans of this process, FastAPI's own among them, to a collector that takes OTLP by HTTP."""
    path = "" if "/v1/" in address else "/v1/traces"
    spans = Spans(service, role, OTLPSpanExporter(address.rstrip("/") + path, timeout=SECONDS), share)
    trace.set_tracer_provider(spans.provider)
    return spans


class Share(Sampler):
    """A part of all traces, and the same part in every process."""

    def __init__(self, share: float) -> None:
        self.share = share

    def should_sample(self, parent_context: Context | None, trace_id: int, name: str, *_: Any, **more: Any) -> Any:
        kept = chosen(trace_id, self.share)
        return SamplingResult(Decision.RECORD_AND_SAMPLE if kept else Decision.DROP, more.get("attributes"))

    def get_description(self) -> str:
        return f"Share({self.share})"


class Ids(RandomIdGenerator):
    """Random, or what the next span was given."""

    trace_id = span_id = 0

    def generate_trace_id(self) -> int:
        given, self.trace_id = self.trace_id, 0
        return given or super().generate_trace_id()

    def generate_span_id(self) -> int:
        given, self.span_id = self.span_id, 0
        return given or super().generate_span_id()


class Discreet(SpanProcessor):
    """What people type into a search leaves no trace: FastAPI's spans have the whole address."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        if "url.query" in (span.attributes or {}):
            span.set_attribute("url.query", "")


class Spans:
    """What a process tells its collector."""

    def __init__(self, service: str, role: str, exporter: SpanExporter, share: float = 1.0) -> None:
        named = {"service.namespace": "stellwerk", "service.name": service, "stellwerk.role": role}
        self._ids, self._share, self._clock = Ids(), share, SystemClock()
        self.provider = TracerProvider(ParentBased(Share(share)), Resource.create(named), id_generator=self._ids)
        self.provider.add_span_processor(Discreet())
        self.provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self.provider.get_tracer("stellwerk")

    def publish(self, stored: Stored, public: PublicEvent) -> Sequence[Header]:
        """The event itself, from recorded until now, under the one that caused it; returns how readers continue."""
        event, cause = stored.event_id, stored.causation_id
        trace_id, span_id = trace_of(event, stored.correlation_id), span_of(event)
        self._ids.trace_id, self._ids.span_id = trace_id, span_id
        self._tracer.start_span(
            f"publish {public.TYPE}", self._within(trace_id, span_of(cause)) if cause else Context(), SpanKind.PRODUCER,
            {
                "messaging.system": "kafka", "messaging.operation.type": "send",
                "messaging.destination.name": public.CHANNEL,
                "messaging.message.id": event, "stellwerk.stream": str(stored.stream_id),
                "stellwerk.effective_at": stored.effective_at.isoformat(), "stellwerk.cause": cause or "",
                "stellwerk.actor": stored.actor.partition(":")[0],
            },
            start_time=_ns(stored.recorded_at),
        ).end()  # fmt: skip
        self._ids.trace_id = self._ids.span_id = 0
        value = traceparent(trace_id, span_id, chosen(trace_id, self._share)).encode()
        return [(name, value) for name in HEADERS]

    @contextmanager
    def batch(self, consumer: str, messages: Sequence[Message]) -> Iterator[None]:
        """Nothing is told of a batch that comes again, nor of messages that need nothing."""
        from shared.consumer import UNREAD  # here: the portal consumes nothing, and carries no client of Kafka

        began = self._clock.now()
        yield
        for m in messages:
            headers = dict(m.headers)
            parent, nothing = headers.get(HEADERS[0]), m.body is UNREAD or m.body is None
            if parent is None or (nothing and m.reason is None):
                continue
            span = self._tracer.start_span(
                f"{consumer} {(headers.get('ce_type') or b'').decode()}", _parent(parent.decode("latin-1")),
                SpanKind.CONSUMER,
                {
                    "messaging.system": "kafka", "messaging.operation.type": "process",
                    "messaging.destination.name": m.topic, "messaging.destination.partition.id": str(m.partition),
                    "messaging.message.id": (headers.get("ce_id") or b"").decode(),
                    "messaging.consumer.group.name": consumer, "messaging.batch.message_count": len(messages),
                },
                start_time=_ns(began),
            )  # fmt: skip
            if m.reason is not None:
                span.set_status(StatusCode.ERROR, "dead letter")
            span.end()

    @contextmanager
    def call(self, method: str, context: Any) -> Iterator[None]:
        """Probes and looks of the portal for itself come without a trace and make none."""
        given = dict(context.invocation_metadata() or ())
        if HEADERS[0] not in given:
            yield
            return
        with self._tracer.start_as_current_span(
            method.lstrip("/"), _parent(given[HEADERS[0]]), SpanKind.SERVER, {"rpc.system": "grpc"},
            record_exception=False, set_status_on_exception=False,
        ) as span:  # fmt: skip
            try:
                yield
            finally:
                code = getattr(found := context.code(), "value", (found or 0,))[0]
                span.set_attribute("rpc.grpc.status_code", code)
                if code in _FAULTS:
                    span.set_status(StatusCode.ERROR)

    def outgoing(self) -> Pairs:
        """The header of a call that is part of what runs now; nothing if that is in no trace."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return tuple(carrier.items())

    def correlation(self) -> UUID | None:
        """The trace of what runs now."""
        now = trace.get_current_span().get_span_context()
        return UUID(int=now.trace_id) if now.is_valid else None

    def about(
        self, name: str, event_id: str, correlation_id: UUID | None, began: datetime | None, more: Mapping[str, str]
    ) -> None:  # fmt: skip
        """A span below the event's own; linked with the request that it happened in, which has a trace of its own."""
        here = trace.get_current_span().get_span_context()
        where = self._within(trace_of(event_id, correlation_id), span_of(event_id))
        links = [trace.Link(here)] if here.is_valid else []
        told, start = {"messaging.message.id": event_id, **more}, _ns(began or self._clock.now())
        self._tracer.start_span(name, where, attributes=told, links=links, start_time=start).end()

    def _within(self, trace_id: int, span_id: int) -> Context:
        flags = TraceFlags(TraceFlags.SAMPLED if chosen(trace_id, self._share) else 0)
        return trace.set_span_in_context(NonRecordingSpan(SpanContext(trace_id, span_id, True, flags)), Context())


def _parent(header: str) -> Context:
    return _W3C.extract({HEADERS[0]: header}, Context())


def _ns(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1_000
