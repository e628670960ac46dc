"""K1 to K6: what becomes of recurring revenue. A customer is in the cohort if it has ARR on the first day; what it has
on the last day, floored at 0, is what became of it. New customers are in neither part."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.insights.policy.book.commerce import Contract
from services.insights.policy.kpi.base import Part, Period, Rules
from services.insights.policy.world import Customer, World


def arr(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """ARR of the day."""
    amount, events, apart = w.arr(c, p.t1)
    if not amount and not apart:
        return None
    return Part(amount, 0, tuple(events), apart="no exchange rate" if apart and not amount else None)


def _both(w: World, p: Period, c: Customer) -> tuple[int, int, tuple[str, ...], str | None]:
    """(ARR at the start, at the end, events, why it is shown apart)."""
    start, before, lacking = w.arr(c, p.t0)
    end, after, lacks = w.arr(c, p.t1)
    return start, max(end, 0), tuple(dict.fromkeys([*before, *after])), "no exchange rate" if lacking or lacks else None


def nrr(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K1."""
    start, end, events, apart = _both(w, p, c)
    return Part(end, start, events, apart=apart) if start > 0 else None


def grr(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K2."""
    start, end, events, apart = _both(w, p, c)
    return Part(min(start, end), start, events, apart=apart) if start > 0 else None


def logos(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K3."""
    start, end, events, apart = _both(w, p, c)
    return Part(int(end > 0), 1, events, apart=apart) if start > 0 else None


def churned(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """Customers that were lost."""
    start, end, events, apart = _both(w, p, c)
    return Part(1, 0, events, apart=apart) if start > 0 and end == 0 else None


def new(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """Customers that were won."""
    start, end, events, apart = _both(w, p, c)
    return Part(1, 0, events, apart=apart) if start == 0 and end > 0 else None


def churn(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K4: all of a lost customer's ARR."""
    start, end, events, apart = _both(w, p, c)
    return Part(start if end == 0 else 0, start, events, apart=apart) if start > 0 else None


def contraction(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K4: what a customer that stayed has less."""
    start, end, events, apart = _both(w, p, c)
    return Part(start - end if 0 < end < start else 0, start, events, apart=apart) if start > 0 else None


def expansion(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K4: what a customer has more."""
    start, end, events, apart = _both(w, p, c)
    return Part(max(end - start, 0), start, events, apart=apart) if start > 0 else None


def _ended(c: Customer, p: Period) -> list[Contract]:
    return [k for k in c.contracts.values() if k.counts and p.has(k.ends_on)]


def _follower(c: Customer, id: UUID | None) -> Contract | None:
    follower = c.contracts.get(id) if id else None
    return follower if follower is not None and follower.counts else None


def renewal_value(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K5: an early renewal counts in the period in which the old term would have ended."""
    due = _ended(c, p)
    if not due:
        return None
    renewed, value, events = 0, 0, list[str]()
    for k in due:
        amount = w.terms.money(k.arr, k.currency) or 0
        value += amount
        events.append(k.terms_event)
        if (after := _follower(c, k.successor)) is not None:
            renewed += min(amount, w.terms.money(after.arr, after.currency) or 0)
            events.append(after.terms_event)
    return Part(renewed, value, tuple(events))


def renewal_count(_: World, p: Period, c: Customer, __: Rules) -> Part | None:
    """K5 by count."""
    due = _ended(c, p)
    renewed = [k for k in due if _follower(c, k.successor)]
    return Part(len(renewed), len(due), tuple(k.terms_event for k in due)) if due else None


def renewal_on_time(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K6: contracts that renew by themselves are left to their own line."""
    due = [k for k in c.contracts.values() if k.counts and p.has(k.deadline) and not k.auto_renew]
    if not due:
        alone = any(k.counts and p.has(k.deadline) for k in c.contracts.values())
        return Part(apart="renews by itself") if alone else None
    kept = [k for k in due if _renewed_by(w, k, k.deadline)]
    return Part(len(kept), len(due), tuple(k.terms_event for k in due))


def _renewed_by(w: World, k: Contract, day: date | None) -> bool:
    return k.renewed_at is not None and day is not None and w.terms.day(k.renewed_at) <= day
