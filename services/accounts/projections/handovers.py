"""Rows about handovers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.accounts.domain import Handover
from services.accounts.projections.rows import Row, on
from services.accounts.reads import tables as t
from shared.eventstore.events import Recorded

_KINDS: Mapping[str, str] = {
    Handover.HandoverStarted.TOPIC: "started",
    Handover.HandoverItemConfirmed.TOPIC: "confirmed",
    Handover.HandoverAccepted.TOPIC: "accepted",
    Handover.HandoverDeclined.TOPIC: "declined",
    Handover.HandoverWithdrawn.TOPIC: "withdrawn",
    Handover.HandoverOverdue.TOPIC: "overdue",
}


@on(
    Handover.HandoverStarted,
    Handover.HandoverItemConfirmed,
    Handover.HandoverAccepted,
    Handover.HandoverDeclined,
    Handover.HandoverWithdrawn,
    Handover.HandoverOverdue,
)
def _step(r: Recorded, e: Any) -> Iterable[Row]:
    values = {
        "handover_id": r.stream_id, "account_id": e.account_id, "theme": e.theme, "kind": _KINDS[r.topic],
        "from_owner_id": e.from_owner_id, "to_owner_id": e.to_owner_id, "cause": getattr(e, "cause", None),
        "due_on": getattr(e, "due_on", None), "item_id": getattr(e, "item_id", None),
        "words": getattr(e, "note", None) or getattr(e, "reason", None),
    }  # fmt: skip
    if r.topic == Handover.HandoverStarted.TOPIC:
        values["items"] = [i.model_dump(mode="json") for i in e.items]
    yield Row(t.handover_steps.name, values, e.at)
