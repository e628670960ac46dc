"""Which trace and which span an event is, by what is stored of it: the same in every process, and again in a replay."""

from __future__ import annotations

from uuid import UUID

from shared.ids import correlation, derived

HEADERS = ("traceparent", "ce_traceparent")
"""W3C Trace Context, and the same as the CloudEvents extension for distributed tracing."""
SPAN = 2**64 - 1


def trace_of(event_id: str, correlation_id: UUID | None) -> int:
    """The id of its trace: the correlation's 128 bits."""
    return correlation(event_id, correlation_id).int


def span_of(event_id: str) -> int:
    """The id of the span that it is itself; what it causes names it as its parent."""
    return derived("span", event_id).int & SPAN


def traceparent(trace: int, span: int, sampled: bool) -> str:
    """As W3C Trace Context writes it, version 00."""
    return f"00-{trace:032x}-{span:016x}-{sampled:02x}"


def chosen(trace: int, share: float) -> bool:
    """Whether a trace belongs to the share that is kept. By its last 32 bits: those before are a UUID's, not random."""
    return trace & 0xFFFF_FFFF < share * 2**32
