"""What became of alerts; not who got them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.insights.policy.facts import Fact

ENDS = {
    "AlertResolved": "resolved", "AlertExpired": "expired", "AlertSuppressed": "suppressed",
    "LadderExhausted": "ladder_exhausted",
}  # fmt: skip
ALERTS = (
    *ENDS, "AlertRaised", "AlertEscalated", "AlertDelivered", "AlertDeadLettered", "AlertAcknowledged", "AlertReopened",
)  # fmt: skip


@dataclass(slots=True)
class Alert:
    """One alert."""

    id: UUID
    rule: str = ""
    severity: str = "info"
    raised_at: datetime | None = None
    deliveries: int = 0
    first_delivery: datetime | None = None
    dead: int = 0
    acknowledged_at: datetime | None = None
    level: int = 0
    outcome: str | None = None
    ended_at: datetime | None = None
    why: str | None = None
    events: list[str] = field(default_factory=list)


def fold(facts: Iterable[Fact]) -> dict[UUID, Alert]:
    """Every alert that was raised."""
    found: dict[UUID, Alert] = {}
    for f in facts:
        a, d = found.setdefault(f.stream, Alert(f.stream)), f.data
        a.events.append(f.event_id)
        match f.type:
            case "AlertRaised":
                a.rule, a.severity, a.raised_at = d["rule"], d["severity"], f.effective_at
            case "AlertDelivered":
                a.deliveries, a.first_delivery = a.deliveries + 1, a.first_delivery or f.effective_at
            case "AlertDeadLettered":
                a.dead += 1
            case "AlertAcknowledged":
                a.acknowledged_at = a.acknowledged_at or f.effective_at
            case "AlertEscalated":
                a.level = max(a.level, d["level"])
            case "AlertReopened":
                a.outcome = a.ended_at = None
        if f.type in ENDS:
            a.outcome, a.ended_at, a.why = ENDS[f.type], f.effective_at, d.get("why_code")
    return {id: a for id, a in found.items() if a.raised_at is not None}
