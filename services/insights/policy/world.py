"""All accounts together: merged ones are one customer, days are days of the company, money is in one currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from services.insights.policy.book import Book
from services.insights.policy.book.commerce import Contact, Contract, Deal
from services.insights.policy.book.growth import Growth
from services.insights.policy.book.people import Person
from services.insights.policy.book.profile import NO_TIER, NOBODY, VACANT
from services.insights.policy.book.reviews import Action, Review, Series
from services.insights.policy.book.risk import Risk
from services.insights.policy.company import Company
from services.insights.policy.facts import Fact, in_order
from services.insights.policy.intervals import Span, State, at

KEY_TIERS = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class Terms:
    """What days and amounts mean: the company's zone and currency; `rates`: fixed value of one unit of another
    currency in it."""

    zone: ZoneInfo
    currency: str
    rates: Mapping[str, Fraction] = field(default_factory=dict)

    def start(self, day: date) -> datetime:
        """The first instant of a day of the company."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def end(self, day: date) -> datetime:
        """The first instant after it."""
        return self.start(day + timedelta(days=1))

    def day(self, instant: datetime) -> date:
        """The day that an instant belongs to."""
        return instant.astimezone(self.zone).date()

    def money(self, amount: int, currency: str) -> int | None:
        """The amount in the company's currency, rounded half up; None: no rate is known for its currency."""
        if not currency or currency == self.currency:
            return amount
        rate = self.rates.get(currency)
        if rate is None:
            return None
        scaled = amount * rate
        return int((scaled * 2 + 1) // 2)


def survivors(facts: Iterable[Fact]) -> dict[UUID, UUID]:
    """absorbed → survivor, to the end of each chain. The absorbed account's own stream has the last word."""
    into: dict[UUID, UUID | None] = {}
    for f in in_order(facts):
        absorbed = UUID(f.data["absorbed_id"])
        into[absorbed] = UUID(f.data["survivor_id"]) if f.type == "AccountsMerged" else None
    found = {}
    for account in into:
        end, seen = account, {account}
        while (following := into.get(end)) is not None and following not in seen:
            end = following
            seen.add(end)
        if end != account:
            found[account] = end
    return found


class Customer:
    """A customer: an account and all that it absorbed."""

    def __init__(self, book: Book, absorbed: Iterable[Book] = ()) -> None:
        self.book, self.books = book, [book, *absorbed]
        self.account = book.account

    @cached_property
    def contracts(self) -> dict[UUID, Contract]:
        """All contracts."""
        return {id: c for b in self.books for id, c in b.contracts.items()}

    @cached_property
    def deals(self) -> list[Deal]:
        """All deals."""
        return [d for b in self.books for d in b.deals.values()]

    @cached_property
    def contacts(self) -> list[Contact]:
        """All contacts, oldest first."""
        return sorted((c for b in self.books for c in b.contacts), key=lambda c: (c.at, c.event_id))

    @cached_property
    def people(self) -> list[Person]:
        """Everybody; of one person in two merged accounts the one that is here."""
        found: dict[UUID, Person] = {}
        for b in self.books:
            for id, p in b.people.items():
                if id not in found or (p.here and not found[id].here):
                    found[id] = p
        return list(found.values())

    @property
    def reviews(self) -> list[Review]:
        """All QBRs."""
        return [r for b in self.books for r in b.reviews.values()]

    @property
    def series(self) -> Series:
        """The rhythm of the account itself."""
        return self.book.series

    @property
    def actions(self) -> list[Action]:
        """All promises."""
        return [a for b in self.books for a in b.actions.values()]

    @property
    def growth(self) -> list[Growth]:
        """Growth of each account."""
        return [b.growth for b in self.books]

    @property
    def risk(self) -> Risk:
        """The account's colours."""
        return self.book.risk

    def tier(self, instant: datetime) -> str | None:
        """Tier at an instant; None: not decided yet."""
        found: str | None = self._state(self.book.tiers, instant, NO_TIER)["tier"]
        return found

    def profile(self, instant: datetime) -> State:
        """Master data and life at an instant."""
        return self._state(self.book.profile, instant, NOBODY)

    def owner(self, theme: str, instant: datetime) -> str | None:
        """Owner of a theme at an instant."""
        found: str | None = self._state(self.book.owners.get(theme, []), instant, VACANT)["owner_id"]
        return found

    def is_key(self, instant: datetime) -> bool:
        """Whether it is a key account that is alive then."""
        profile = self.profile(instant)
        alive = profile["life"] in ("registered", "active") and profile["merged_into"] is None
        return alive and profile["key_status"] == "key"

    @staticmethod
    def _state(spans: Sequence[Span], instant: datetime, empty: State) -> State:
        span = at(spans, instant)
        return span.state if span else empty


class World:
    """Everything that is known at one point. `books`: by account, merged ones too."""

    def __init__(self, books: Mapping[UUID, Book], company: Company, terms: Terms, merged: Mapping[UUID, UUID]) -> None:
        self.books, self.company, self.terms, self.merged = books, company, terms, merged

    @cached_property
    def customers(self) -> list[Customer]:
        """Every customer, by account id."""
        absorbed: dict[UUID, list[Book]] = defaultdict(list)
        for account, book in self.books.items():
            if (survivor := self.merged.get(account)) in self.books and survivor is not None:
                absorbed[survivor].append(book)
        own = [b for a, b in self.books.items() if self.merged.get(a) not in self.books]
        return [Customer(b, absorbed[b.account]) for b in sorted(own, key=lambda b: str(b.account))]

    @cached_property
    def by_account(self) -> Mapping[UUID, Customer]:
        """account → its customer; an absorbed account leads to its survivor."""
        return {b.account: c for c in self.customers for b in c.books}

    def arr(self, customer: Customer, day: date) -> tuple[int, list[str], bool]:
        """(ARR of a day in the company's currency, events behind it, whether amounts without a rate are left out).

        A term that ended at most 90 days before and is renewed late, as we know by now, bridges its gap: the customer
        never left (domain.md §18, K1).
        """
        total, events, apart = 0, list[str](), False
        for c in customer.contracts.values():
            if not (c.active(day) or self._bridged(c, customer, day)):
                continue
            amount = self.terms.money(c.arr, c.currency)
            if amount is None:
                apart = True
                continue
            total += amount
            events.append(c.terms_event)
        return total, events, apart

    @staticmethod
    def _bridged(c: Contract, customer: Customer, day: date) -> bool:
        if not c.counts or c.ends_on is None or not c.ends_on < day:
            return False
        follower = customer.contracts.get(c.successor) if c.outcome == "renewed_late" and c.successor else None
        return follower is not None and follower.starts_on is not None and day < follower.starts_on
