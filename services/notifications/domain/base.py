"""What the aggregates share: the account an event belongs to, and how a rule says no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from shared import ids
from shared.errors import Rejected
from shared.eventstore.events import Aggregate, AggregateEvent

COMPANY = ids.derived("company")
"""Stands for the account where an alert is about the whole company."""


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


T = TypeVar("T", bound=type)


def events_of(module: str, aggregate: str) -> Callable[[T], T]:
    """For event classes that stand in a file of their own: gives them the name they have in their aggregate. The
    library declares them there once more, and the kernel takes a topic twice only under one name."""

    def name(holder: T) -> T:
        for found in vars(holder).values():
            if isinstance(found, type) and issubclass(found, AccountEvent):
                found.__module__, found.__qualname__ = module, f"{aggregate}.{found.__name__}"
        return holder

    return name
