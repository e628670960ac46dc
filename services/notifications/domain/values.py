"""Values that stand in events."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.notifications.policy.delivery import ChannelKind, DigestKind, Reason, Urgency

__all__ = ["ENDS", "ChannelKind", "DigestKind", "Reason", "Step", "Told", "Urgency"]

Severity = Literal["info", "warning", "urgent", "critical"]
Status = Literal[
    "Raised", "Deferred", "Digested", "Delivered", "Seen", "Acknowledged", "Snoozed", "Escalated", "Folded",
    "Resolved", "Expired", "Suppressed", "LadderExhausted",
]  # fmt: skip
ENDS: frozenset[str] = frozenset({"Resolved", "Expired", "Suppressed", "LadderExhausted"})
"""Each alert that was raised ends in exactly one of these."""
SuppressedBecause = Literal["duplicate", "muted", "no_permission", "superseded", "stale", "withdrawn"]
SnoozeReason = Literal["waiting_for_customer", "planned", "absent", "other"]
Scalar = str | int | bool | None


class Value(BaseModel):
    """Frozen."""

    model_config = ConfigDict(frozen=True)


class Step(Value):
    """One step of a case's schedule: who is told when, and what makes it needless. `exhaust`: the ladder ends."""

    key: str
    due_at: datetime
    level: int
    to: tuple[str, ...]
    unless: Literal["acknowledged", "planned", "never"] = "never"
    urgency: Urgency
    exhaust: bool = False


class Told(Value):
    """One of our employees (CRM user id), or the shared inbox of a role (`role:head_of_kam`), and as what."""

    person: str
    role: str


class NeverActed(Value):
    """So many alerts of a rule were told to a person, who acknowledged, snoozed and delegated none of them."""

    rule: str
    told: int
