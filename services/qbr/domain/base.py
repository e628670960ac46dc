"""What the aggregates of this service share: the account an event belongs to, and how a rule says no."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shared.errors import Rejected
from shared.eventstore.events import Aggregate, AggregateEvent

LONGEST_TITLE = 120
LONGEST_REASON = 300


class AccountEvent(AggregateEvent):
    """An event about something that belongs to one account; `account_id` becomes the Kafka key."""

    account_id: UUID


class OfAccount:
    """Mixed into an aggregate that belongs to one account: adds `account_id` to each of its events."""

    account_id: UUID

    def trigger_event(self, event_class: Any, **kwargs: Any) -> None:
        """As the library's, with the account added."""
        kwargs.setdefault("account_id", self.account_id)
        Aggregate.trigger_event(self, event_class, **kwargs)  # type: ignore[arg-type]


def need(condition: object, slug: str, message: str) -> None:
    """Raises `Rejected` unless the rule holds. `slug` is stable and machine-readable; `message` says what to do."""
    if not condition:
        raise Rejected(slug, message)


def reason_given(reason: str) -> None:
    """A reason is there, and short."""
    need(reason.strip(), "reason-missing", "Say why.")
    need(len(reason) <= LONGEST_REASON, "reason-too-long", f"Say why in at most {LONGEST_REASON} characters.")
