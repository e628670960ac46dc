"""An alert, and the message that tells of it, are in the trace of the fact that raised it."""

from __future__ import annotations

from typing import Any

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import tracing
from shared.eventstore.events import event_id
from shared.ids import correlation
from shared.tracing import ids
from shared.tracing.spans import Spans
from tests.integration.notifications_servers import Mailbox, smtp
from tests.integration.notifications_service import Service, notifications
from tests.integration.test_notifications_faults import MAIL, alerted


async def raised(s: Service) -> dict[str, Any]:
    """The stored event that raised the alert."""
    rows = await s.rows("events")
    return next(r for r in rows if r["topic"].endswith(".AlertRaised"))


async def test_an_alert_belongs_to_the_correlation_of_its_fact(dsn: str) -> None:
    async with smtp(Mailbox()) as port, notifications(dsn, **MAIL, smtp_port=port) as s:
        await alerted(s)
        event = await raised(s)
        assert event["causation_id"]
        assert event["causation_id"].startswith("growth:")
        assert event["correlation_id"] == correlation(event["causation_id"], None)


async def test_a_message_is_a_span_below_its_alert(dsn: str) -> None:
    told, box = InMemorySpanExporter(), Mailbox()
    spans = Spans("notifications", "worker", told)
    tracing.use(spans)
    try:
        async with smtp(box) as port, notifications(dsn, **MAIL, smtp_port=port) as s:
            await alerted(s)
            await s.sender().step("email")
            event = await raised(s)
    finally:
        tracing.use(None)
    spans.provider.force_flush()
    (span,) = (x for x in told.get_finished_spans() if x.name == "send")
    assert len(box.mails) == 1
    assert span.context is not None
    assert span.parent is not None
    assert span.attributes is not None
    alert = event_id("notifications", event["position"])
    assert span.context.trace_id == ids.trace_of(alert, event["correlation_id"])
    assert span.parent.span_id == ids.span_of(alert)
    assert (span.attributes["channel"], span.attributes["outcome"]) == ("email", "sent")
