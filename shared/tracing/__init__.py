"""OpenTelemetry traces, one for each correlation: off by default, and then nothing of its SDK is even imported.

Every function may be called at any time; while traces are off it does nothing. `ids` says which trace and which span an
event is, `spans` makes and exports them. Why it is so: `docs/adr/0023-traces.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.tracing.settings import TracingSettings

if TYPE_CHECKING:
    from shared.consumer import Message
    from shared.contracts.base import PublicEvent
    from shared.contracts.cloudevents import Header, Stored
    from shared.tracing.spans import Spans

Pairs = tuple[tuple[str, str], ...]
"""Metadata of a gRPC call."""

_OFF: AbstractContextManager[None] = nullcontext()


class _Now:
    spans: Spans | None = None


def start(service: str, role: str) -> None:
    """Trace from now on, if the settings name a collector. What waits to be sent is sent when the process ends."""
    settings = TracingSettings()
    if settings.traces:
        from shared.tracing.spans import to_collector

        use(to_collector(service, role, settings.traces, settings.traces_share))


def use(spans: Spans | None) -> None:
    """These; None: off."""
    _Now.spans = spans


def on() -> bool:
    """For what would cost a question to make a span."""
    return _Now.spans is not None


def publish(stored: Stored, event: PublicEvent, headers: tuple[Header, ...]) -> tuple[Header, ...]:
    """The headers of a public event's message; with traces on also those by which its readers continue the trace."""
    return headers if (spans := _Now.spans) is None else (*headers, *spans.publish(stored, event))


def batch(consumer: str, messages: Sequence[Message]) -> AbstractContextManager[None]:
    """Around what applies a batch: when it is done, a span for each message that led to something."""
    return _OFF if (spans := _Now.spans) is None else spans.batch(consumer, messages)


def call(method: str, context: Any) -> AbstractContextManager[None]:
    """Around a gRPC method, if its caller is part of a trace."""
    return _OFF if (spans := _Now.spans) is None else spans.call(method, context)


def outgoing(metadata: Pairs | None) -> Pairs | None:
    """The metadata of a gRPC call that is made as part of what runs now."""
    return metadata if (spans := _Now.spans) is None else (*(metadata or ()), *spans.outgoing())


def correlation() -> UUID | None:
    """The correlation that a command begins: the trace of the request that brought it."""
    return None if (spans := _Now.spans) is None else spans.correlation()


def about(name: str, event_id: str, correlation_id: UUID | None, began: datetime | None = None, **more: str) -> None:
    """Something was done about an event, a page shown or a message sent: from `began` (or just now) until now."""
    if (spans := _Now.spans) is not None:
        spans.about(name, event_id, correlation_id, began, more)
