"""What the aggregates share: the account an event belongs to, who decides when, and how a rule says no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from services.growth.domain.values import LONGEST_TITLE
from services.growth.policy.calendar import Calendar
from services.growth.policy.documents import GrowthPolicy
from shared.errors import Rejected
from shared.eventstore.events import Aggregate, AggregateEvent


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


@dataclass(frozen=True, slots=True)
class Now:
    """Who decides when (`at`: from when it counts; `today`: the instant of deciding), and the rules that hold."""

    by: str
    at: datetime
    today: datetime
    calendar: Calendar
    policy: GrowthPolicy
    roles: frozenset[str] = field(default=frozenset())

    @property
    def user(self) -> str:
        """The CRM user id of the person who decides; empty for a policy."""
        kind, _, name = self.by.partition(":")
        return name if kind == "user" else ""

    def day(self, zone: str) -> date:
        """The day there on which it counts."""
        return self.at.astimezone(ZoneInfo(zone)).date()


def need(condition: object, slug: str, message: str) -> None:
    """Raises `Rejected` unless the rule holds. `slug` is stable and machine-readable; `message` says what to do."""
    if not condition:
        raise Rejected(slug, message)


def need_title(title: str) -> None:
    """A short title; longer words go where free text goes."""
    need(title.strip(), "title-missing", "Give it a title.")
    need(
        len(title) <= LONGEST_TITLE, "title-too-long",
        f"The title has {len(title)} characters; at most {LONGEST_TITLE} are kept. Put the rest into the description.",
    )  # fmt: skip


def need_owner(owner: str) -> None:
    """Nothing exists without an owner."""
    need(owner.strip(), "owner-missing", "Name the employee (CRM user id) who owns it.")


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
