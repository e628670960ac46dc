"""What an alert remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from services.notifications.domain.lifecycle import next_status
from services.notifications.domain.values import ENDS, Scalar, Severity, Status, Step, Told, Urgency
from shared.eventstore.events import Aggregate

NOW = datetime(2000, 1, 1, tzinfo=UTC)
"""The due time of what is to happen at once."""


@dataclass
class Recipient:
    """One person and this alert. `told`: how often; `until`: when a deferred one is told; `urgency`: that of the step
    that named them, None: that of the rule."""

    role: str
    level: int
    state: Literal["pending", "deferred", "digest", "delivered", "suppressed"] = "pending"
    until: datetime | None = None
    told: int = 0
    urgency: Urgency | None = None


_ORDER: tuple[Urgency, ...] = ("weekly", "digest", "immediate", "critical")


def more_urgent(a: Urgency | None, b: Urgency | None) -> Urgency | None:
    """Of two steps that a person waits for, the one that counts."""
    return max((u for u in (a, b) if u is not None), key=_ORDER.index, default=None)


class CaseState:
    """The fields of an `AlertCase`, for what is mixed into it."""

    id: UUID
    account_id: UUID
    key: str
    rule: str
    part: str
    tier: str | None
    trigger: str
    title: str
    severity: Severity
    theme: str
    facts: dict[str, Scalar]
    why: tuple[str, ...]
    people_named: dict[str, str]
    named: tuple[Told, ...]
    steps: dict[str, Step]
    known: set[str]
    expires_at: datetime
    realert: str | None
    status: Status
    level: int
    recipients: dict[str, Recipient]
    acknowledged_by: str | None
    realert_at: datetime | None
    planned: bool
    snoozes: int
    snoozed_by: str
    snooze_until: datetime | None
    reopenings: int
    under: UUID | None
    paused_by: str
    paused_until: datetime | None
    seen_by: set[str]

    def trigger_event(self, event_class: Any, **kwargs: Any) -> None:
        """As the library's, with the account and the status that follows added."""
        kwargs.setdefault("account_id", self.account_id)
        kwargs["status"] = next_status(event_class.__name__, self.status)
        Aggregate.trigger_event(self, event_class, **kwargs)  # type: ignore[arg-type]

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.status in ENDS

    @property
    def silent(self) -> bool:
        """Whether nobody is told for now: it is over, explained by another alert, or its source has a gap."""
        return self.ended or self.under is not None or bool(self.paused_by)

    def next_at(self) -> datetime | None:
        """When the clock has something to do for it; None: never."""
        if self.ended:
            return None
        if self.under is not None:
            return self.expires_at
        if self.paused_by:
            return min(self.expires_at, self.paused_until or self.expires_at)
        found = [self.expires_at, *(s.due_at for s in self.steps.values())]
        found += [r.until or NOW for r in self.recipients.values() if r.state in ("pending", "deferred")]
        found += [at for at in (self.snooze_until, self.realert_at) if at is not None]
        return min(found)
