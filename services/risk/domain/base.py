"""What the aggregates of this service share: the account an event belongs to, and how a rule says no."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shared.errors import Rejected
from shared.eventstore.events import Aggregate, AggregateEvent

TITLE = 120
"""Characters of a title."""


class RiskEvent(AggregateEvent):
    """An event about one account; `account_id` becomes the Kafka key."""

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


def titled(title: str) -> str:
    """A title that is there and short. Raises Rejected."""
    need(title.strip(), "title-missing", "Give it a title.")
    need(len(title) <= TITLE, "title-too-long", f"A title has at most {TITLE} characters; names of persons stay out.")
    return title.strip()
