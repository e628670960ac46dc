"""One evaluation: book, model and instant → factors, score, coverage, floors. Pure, integers only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.risk.policy.arithmetic import shares, weighted
from services.risk.policy.book import Book
from services.risk.policy.factors import SIGNALS, Evidence, Now, Signal
from services.risk.policy.floors import Floor, floors, worst
from services.risk.policy.model import FACTORS, Model

FED = frozenset(("relationship", "engagement", "service", "usage", "commercial"))
"""Factors that the CRM's feed carries: without it they are not available."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Value of a factor and its part of the score. `expired`: it had data, and they are too old now."""

    name: str
    weight: int
    value: int | None
    points: int
    signals: Mapping[str, Signal]
    expired: bool = False

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Of its signals, the worst first."""
        bad = sorted((s for s in self.signals.values() if s.value), key=lambda s: -(s.value or 0))
        return tuple(dict.fromkeys(e for s in bad for e in s.evidence))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the model says at an instant. `judged` false: nothing to lose yet, or the first days of a customer."""

    at: datetime
    tier: str
    score: int | None
    coverage: int
    factors: tuple[Factor, ...]
    floors: tuple[Floor, ...]
    arr: int
    currency: str

    @property
    def floor(self) -> str | None:
        return worst(list(self.floors))

    @property
    def values(self) -> dict[str, int | None]:
        return {f.name: f.value for f in self.factors}

    @property
    def expired(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.factors if f.expired)


def watched(book: Book) -> bool:
    """Whether the account is judged at all: a key account that has or had a signed contract, and is not over."""
    return book.key and book.ended is None and not book.merged and book.begun()


def evaluate(book: Book, model: Model, at: datetime, zone: ZoneInfo, dead: Collection[str] = ()) -> Evaluation:
    """`dead`: factors whose feed is dead: not available, whatever is known of them."""
    now = Now(at, zone, book.tier if book.tier and book.tier in model.contact_days else "C")
    found = [_factor(name, book, model, now, dead) for name in FACTORS]
    values = {f.name: f.value for f in found}
    score, coverage = weighted(values, model.weights)
    start = book.first_start()
    fresh = start is not None and now.today < start + timedelta(days=model.onboarding_days)
    if fresh or book.archived_at is not None:
        score, coverage = None, 0
    parts = shares(score, values, model.weights)
    factors = tuple(Factor(f.name, f.weight, f.value, parts[f.name], f.signals, f.expired) for f in found)
    arr, currency = book.arr_on(now.today)
    holding = () if book.archived_at is not None else tuple(floors(book, model, now))
    return Evaluation(at, now.tier, score, coverage, factors, holding, arr, currency)


def _factor(name: str, book: Book, model: Model, now: Now, dead: Collection[str]) -> Factor:
    rule, signals = model.factors[name], SIGNALS[name](book, model, now)
    if name in dead:
        return Factor(name, rule.weight, None, 0, signals, True)
    mean, _ = weighted({s: x.value for s, x in signals.items()}, rule.signals)
    counted = [x.value for s, x in signals.items() if x.value is not None and rule.signals.get(s)]
    value = None if mean is None else max(mean, max(counted) - model.worst_minus)
    expired = name == "usage" and value is None and _too_old(book, model, now)
    return Factor(name, rule.weight, value, 0, signals, expired)


def _too_old(book: Book, model: Model, now: Now) -> bool:
    """Usage was told, and the last report is older than it counts."""
    valid = model.factors["usage"].valid_days
    last = max((r.reported_at for weeks in book.usage.values() for r in weeks.values()), default=None)
    return valid is not None and last is not None and now.at - last > timedelta(days=valid)
