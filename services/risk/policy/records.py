"""What is known about one account: the records that facts tell of, and the questions the rules ask of them.

Instants are UTC, days are days in the company's zone, money is in minor units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

LATE = timedelta(days=90)
"""A successor that begins later is a new contract; what lapsed before that is no longer a renewal in question."""


@dataclass(slots=True)
class Term:
    """A contract as it is known last."""

    key: str
    event: str
    at: datetime
    product: str
    signed: bool
    starts_on: date | None
    ends_on: date | None
    arr: int
    currency: str
    seats: int | None
    notice_days: int | None
    auto_renew: bool
    notice_on: date | None
    signed_on: date | None
    notice_event: str = ""

    def active(self, on: date) -> bool:
        """Signed and inside its term."""
        return bool(
            self.signed and self.starts_on and self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)
        )

    def deadline(self) -> date | None:
        """Last day of notice; the end where no notice period is known."""
        if self.ends_on is None:
            return None
        return self.ends_on - timedelta(days=self.notice_days or 0)

    def followed_by(self, other: Term) -> bool:
        """Whether `other` renews it: signed, the same product, begins after it and at most 90 days after its end."""
        return bool(
            other.signed and other.key != self.key and other.product == self.product
            and self.starts_on and self.ends_on and other.starts_on and other.starts_on > self.starts_on
            and other.starts_on <= self.ends_on + LATE and (other.ends_on is None or other.ends_on > self.ends_on)
        )  # fmt: skip


@dataclass(slots=True)
class Deal:
    """An opportunity, with what it went through. `best`: highest probability it ever had."""

    key: str
    event: str
    name: str
    motion: str | None
    stage: str
    created_at: datetime
    closes_on: date | None = None
    probability: int | None = None
    best: int = 0
    best_event: str = ""
    slips: int = 0
    slip_event: str = ""
    closed_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def lost(self) -> bool:
        return self.stage == "Closed Lost"

    @property
    def went_back(self) -> bool:
        """Its probability is lower than it was."""
        return self.open and self.probability is not None and self.probability < self.best

    def of(self, product: str) -> bool:
        """A renewal deal of this product; one that names none counts for every product."""
        words = {w.casefold() for w in self.name.replace("-", " ").split()}
        return self.motion == "renewal" and (product.casefold() in words or not product)


@dataclass(slots=True)
class Case:
    """A support case. Its clock runs from the first opening, over closing and opening again."""

    key: str
    event: str
    number: str
    priority: str
    opened_at: datetime
    closed_at: datetime | None

    def open_at(self, at: datetime) -> bool:
        return self.opened_at <= at and (self.closed_at is None or self.closed_at > at)

    def breached_at(self, limit: timedelta) -> datetime | None:
        """When it had been open for longer than the limit; None: it was solved in time."""
        due = self.opened_at + limit
        return due if self.closed_at is None or self.closed_at >= due else None


@dataclass(slots=True)
class Person:
    """A person of the customer: what the CRM says, and what one of us assessed (which counts while it is fresh)."""

    subject: str
    event: str = ""
    live: bool = False
    roles: frozenset[str] = frozenset()
    influence: str | None = None
    attitude: str | None = None
    own_roles: frozenset[str] | None = None
    own_influence: int | None = None
    own_attitude: int | None = None
    assessed_at: datetime | None = None
    assessed_event: str = ""
    told_gone: bool = False

    def fresh(self, at: datetime, valid_days: int | None) -> bool:
        return self.assessed_at is not None and (
            valid_days is None or at - self.assessed_at <= timedelta(days=valid_days)
        )

    def roles_at(self, at: datetime, valid_days: int | None) -> frozenset[str]:
        return self.own_roles if self.own_roles is not None and self.fresh(at, valid_days) else self.roles

    def influence_at(self, at: datetime, valid_days: int | None, words: Mapping[str, int]) -> int | None:
        """`words`: what the CRM's words mean on our scale."""
        own = self.own_influence if self.fresh(at, valid_days) else None
        return own if own is not None else words.get(self.influence or "")

    def attitude_at(self, at: datetime, valid_days: int | None, words: Mapping[str, int]) -> int | None:
        """`words`: what the CRM's words mean on our scale."""
        own = self.own_attitude if self.fresh(at, valid_days) else None
        return own if own is not None else words.get(self.attitude or "")


@dataclass(slots=True)
class Activity:
    """A meeting, call or mail."""

    key: str
    event: str
    meaningful: bool
    missed: bool
    at: datetime
    known_at: datetime


@dataclass(slots=True)
class Report:
    """Usage of one product in one week."""

    event: str
    value: int
    licensed: int | None
    reported_at: datetime


@dataclass(slots=True)
class Late:
    """Something overdue that we or the customer promised: a milestone, an action item, a goal off track."""

    key: str
    event: str
    kind: str
    since: datetime
    critical: bool = False
    ours: bool = True


@dataclass(slots=True)
class Loss:
    """The last holder of a role left. `told`: a person said so, and it counts at once."""

    at: datetime
    event: str
    told: bool = False


@dataclass(slots=True)
class Nps:
    """The customer's last answer."""

    value: int
    at: datetime
    event: str


@dataclass(slots=True)
class Override:
    """A colour that a person set. It counts from `counts_from` (None: not confirmed yet) to `until`."""

    id: str
    to: str
    until: datetime
    event: str
    worse: bool
    counts_from: datetime | None = None
    over_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        over = min(self.until, self.over_at or self.until)
        return self.counts_from is not None and self.counts_from <= at < over


@dataclass(slots=True)
class Item:
    """A risk item that is open, and the countermeasures that are planned or done for it. `links`: where the work of a
    measure is done (`milestone:…`, `action:…`), and when that was said."""

    id: str
    category: str
    cause: str
    event: str
    closed: bool = False
    accepted_until: datetime | None = None
    measures: dict[str, str] = field(default_factory=dict)
    links: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def answered(self, at: datetime) -> bool:
        """Whether it is over, accepted for now, or somebody does or did something about it."""
        accepted = self.accepted_until is not None and at < self.accepted_until
        return self.closed or accepted or any(status in ("planned", "completed") for status in self.measures.values())


@dataclass(slots=True)
class Alarm:
    """An open escalation."""

    id: str
    severity: str
    event: str
    at: datetime
