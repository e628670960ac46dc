"""Contract dates, states and values: pure, with explicit days. Notice counts from the last day of the term (domain.md
§5).

A term runs from `starts_on` to `ends_on`, both inclusive; without an end it is open. The notice deadline is the last
day on which notice can be given: `ends_on − notice period`. Reminders run to that day, never to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal, Protocol, TypeVar
from uuid import UUID

Outcome = Literal["Renewed", "Lapsed", "RenewedLate", "Terminated"]
State = Literal[
    "Draft", "Upcoming", "Active", "InRenewalWindow", "NoticeReceived", "Lapsed", "Renewed", "RenewedLate", "Terminated"
]
Kind = Literal["flat", "expansion", "contraction"]

LATE = timedelta(days=90)  # a successor that begins later is a new contract, not a late renewal


class Term(Protocol):
    """What the rules read of a contract's terms; money in minor units."""

    @property
    def signed(self) -> bool: ...
    @property
    def product(self) -> str | None: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def arr(self) -> int | None: ...
    @property
    def notice_period_days(self) -> int | None: ...
    @property
    def notice_received_on(self) -> date | None: ...


T = TypeVar("T", bound=Term)


def active(term: Term, on: date) -> bool:
    """Signed and inside its term. (Whether the CRM deleted it is the caller's to know.)"""
    return bool(
        term.signed and term.starts_on and term.starts_on <= on and (term.ends_on is None or on <= term.ends_on)
    )


def notice_deadline(term: Term) -> date | None:
    """The last day on which notice can be given; None without an end or a notice period."""
    if term.ends_on is None or term.notice_period_days is None:
        return None
    return term.ends_on - timedelta(days=term.notice_period_days)


def renewal_window_opens(term: Term, lead_days: int) -> date | None:
    """`lead_days` before the notice deadline (before the end where no notice period is known); None: open-ended."""
    anchor = notice_deadline(term) or term.ends_on
    return anchor - timedelta(days=lead_days) if anchor else None


def lapses_on(term: Term) -> date | None:
    """The first day without it, if nothing follows."""
    return term.ends_on + timedelta(days=1) if term.ends_on else None


def state_on(term: Term, on: date, lead_days: int, *, successor: Term | None = None) -> State:
    """Where the contract stands on a day. `successor`: the contract that follows it, as `successor_of` finds it."""
    if not term.signed:
        return "Draft"
    if term.starts_on is None or on < term.starts_on:
        return "Upcoming"
    noticed = term.notice_received_on is not None and term.notice_received_on <= on
    if term.ends_on is None or on <= term.ends_on:
        if noticed:
            return "NoticeReceived"
        opens = renewal_window_opens(term, lead_days)
        return "InRenewalWindow" if opens and on >= opens and successor is None else "Active"
    if successor and successor.starts_on:
        gap = (successor.starts_on - term.ends_on).days - 1
        if gap <= 0:
            return "Renewed"
        if on >= successor.starts_on:
            return "RenewedLate"
    return "Terminated" if noticed or on > term.ends_on + LATE else "Lapsed"


def follows(term: Term, other: Term) -> bool:
    """Whether `other` renews `term`: signed, same product, begins after it and at most 90 days after its end, ends
    later.

    Both must belong to one account; the caller sees to that.
    """
    if not (other.signed and term.ends_on and other.starts_on and term.starts_on and other.product == term.product):
        return False
    ends_later = other.ends_on is None or other.ends_on > term.ends_on
    return other.starts_on > term.starts_on and other.starts_on <= term.ends_on + LATE and ends_later


def successor_of(term: Term, others: Iterable[T]) -> T | None:
    """The contract that renews it: of several the one that begins first."""
    return min(
        (o for o in others if follows(term, o)), key=lambda o: (o.starts_on or date.max, o.arr or 0), default=None
    )


def renewal_kind(before: int, after: int) -> Kind:
    """Compares two years' values in the same currency."""
    return "expansion" if after > before else "contraction" if after < before else "flat"


def arr_on(terms: Iterable[Term], on: date) -> int:
    """Annual recurring revenue of a day: the sum over active contracts."""
    return sum(t.arr or 0 for t in terms if active(t, on))


def revenue_for_tier(terms: Sequence[Term], on: date) -> int | None:
    """ARR as the tier sees it: a contract that ended at most 90 days ago without notice and without a successor in
    force still counts, so that a late renewal costs no tier. None: never a signed contract (not the same as
    nothing).
    """
    begun = [t for t in terms if t.signed and t.starts_on and t.starts_on <= on]
    if not begun:
        return None
    return sum(t.arr or 0 for t in begun if active(t, on) or _pending(t, begun, on))


def _pending(term: Term, begun: Sequence[Term], on: date) -> bool:
    if term.ends_on is None or not term.ends_on < on <= term.ends_on + LATE:
        return False
    noticed = term.notice_received_on is not None and term.notice_received_on <= on
    return not noticed and successor_of(term, begun) is None


def product_lines(terms: Iterable[Term], on: date) -> frozenset[str]:
    """The product lines in use on a day: first word of the product of each active contract."""
    return frozenset(t.product.split()[0].upper() for t in terms if active(t, on) and t.product and t.product.strip())


class Deal(Protocol):
    """What the rules read of an opportunity."""

    @property
    def name(self) -> str: ...
    @property
    def motion(self) -> str | None: ...
    @property
    def closes_on(self) -> date | None: ...


def renewal_target(deal: Deal, terms: Iterable[tuple[UUID, T]], on: date) -> UUID | None:
    """Which contract a renewal deal is about: the active one that ends first, of the product the deal's name tells if
    it tells one. None: no renewal deal, or nothing to renew.
    """
    if deal.motion != "renewal":
        return None
    words = {w.casefold() for w in deal.name.replace("-", " ").split()}
    ending = [(t.ends_on, key, t) for key, t in terms if active(t, on) and t.ends_on]
    named = [x for x in ending if x[2].product and x[2].product.casefold() in words]
    best = min(named or ending, key=lambda x: (x[0], str(x[1])), default=None)
    return best[1] if best else None
