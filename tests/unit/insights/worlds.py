"""Worlds made by hand, through facts as the services tell them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.insights.policy.book import Book
from services.insights.policy.company import company
from services.insights.policy.facts import Fact
from services.insights.policy.world import Terms, World, survivors
from shared.contracts.base import PublicEvent
from shared.ids import account_id, derived

BERLIN = ZoneInfo("Europe/Berlin")
TERMS = Terms(BERLIN, "EUR")
T0, T1 = date(2025, 11, 15), date(2026, 11, 15)
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


class Told:
    """Facts with positions, one after the other."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def __call__(
        self,
        event: PublicEvent,
        at: datetime,
        stream: Any = None,
        known: datetime | None = None,
        actor: str = "system:x",
    ) -> Fact:
        n = len(self.facts) + 1
        data = event.model_dump(mode="json", by_alias=True)
        account = UUID(data["account_id"]) if data.get("account_id") else None
        source = type(event).CHANNEL.split(".")[1]
        id = derived("stream", str(stream)) if stream is not None else derived("stream", str(account), event.TYPE)
        when = known or at
        fact = Fact(
            type(event).CHANNEL,
            n,
            f"{source}:{n}",
            account,
            event.TYPE,
            id,
            n,
            "system:x",
            None,
            None,
            at,
            when,
            when,
            data,
        )
        self.facts.append(fact)
        return fact

    def world(self, terms: Terms = TERMS) -> World:
        return world(self.facts, terms)


def world(facts: Iterable[Fact], terms: Terms = TERMS) -> World:
    """The world of some facts."""
    by: dict[UUID | None, list[Fact]] = defaultdict(list)
    for f in facts:
        by[f.account].append(f)
    merged = survivors(f for x in by.values() for f in x if f.type.startswith("Account") and "absorbed_id" in f.data)
    books = {a: Book(a, found) for a, found in by.items() if a is not None}
    return World(books, company(by[None]), terms, merged)


def account(name: str) -> UUID:
    return account_id("sugar", name)


def later(days: int) -> datetime:
    return BEGIN + timedelta(days=days)
