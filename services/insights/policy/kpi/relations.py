"""K12 to K15: who we know at the customer, and when we talked."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.insights.policy.book.people import Person
from services.insights.policy.kpi.base import Part, Period, Rules, days
from services.insights.policy.world import KEY_TIERS, Customer, World


def key_tier(w: World, p: Period, c: Customer) -> str | None:
    """The tier of a living key account on the last day; None: it is none."""
    end = w.terms.end(p.t1)
    tier = c.tier(end)
    return tier if tier in KEY_TIERS and c.is_key(end) else None


def roles(w: World, p: Period, c: Customer, rules: Rules) -> dict[str, tuple[bool, tuple[str, ...]]]:
    """required role → (whether a person fills it who is confirmed, owned and contacted in time, events)."""
    tier, end = key_tier(w, p, c), w.terms.end(p.t1)
    limit = w.company.standard("key_player_contact_days", tier or "C", end, rules["key_player_days"][tier or "C"])
    owned = c.owner("COMMERCIAL", end) is not None
    met = {q for k in c.contacts if k.meaningful and p.t1 - days(limit) < w.terms.day(k.at) <= p.t1
           for q in k.participants}  # fmt: skip
    found = {}
    for name, accepted in rules["required_roles"].items():
        holders = [q for q in c.people if q.here and set(q.roles) & set(accepted)]
        good = [q for q in holders if owned and q.subject in met and fresh(w, p.t1, q, rules)]
        found[name] = bool(good), tuple(q.events[-1] for q in good or holders)
    return found


def fresh(w: World, day: date, person: Person, rules: Rules) -> bool:
    """Whether one of us confirmed the person within the limit."""
    return person.said_at is not None and w.terms.day(person.said_at) > day - days(rules["confirmed_days"])


def coverage(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K12."""
    if key_tier(w, p, c) is None:
        return None
    found = roles(w, p, c, rules)
    events = tuple(e for _, events in found.values() for e in events)
    return Part(sum(good for good, _ in found.values()), len(found), events)


def threads(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K13: distinct persons of the customer whom we talked to."""
    tier = key_tier(w, p, c)
    if tier is None:
        return None
    since = p.t1 - days(rules["threads_days"])
    recent = [k for k in c.contacts if k.meaningful and since < w.terms.day(k.at) <= p.t1]
    people = {q for k in recent for q in k.participants}
    target: int = rules["threads_target"][tier]
    return Part(min(len(people), target), target, tuple(k.event_id for k in recent))


def balance(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K14: people without power or attitude, and stale assessments, are out. Shown for accounts, never for people."""
    if key_tier(w, p, c) is None:
        return None
    since = p.t1 - days(rules["confirmed_days"])
    known = [
        q for q in c.people
        if q.here and q.power and q.attitude is not None and q.attitude_at and w.terms.day(q.attitude_at) > since
    ]  # fmt: skip
    if not known:
        return None
    weights = sum(q.power or 0 for q in known)
    return Part(sum((q.power or 0) * (q.attitude or 0) for q in known), weights, tuple(q.events[-1] for q in known))


def _last(w: World, p: Period, c: Customer) -> Any:
    return next((k for k in reversed(c.contacts) if k.meaningful and w.terms.day(k.at) <= p.t1), None)


def inside(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K15: by when it happened. An account that was never talked to is outside."""
    tier = key_tier(w, p, c)
    if tier is None:
        return None
    limit = w.company.standard("contact_amber_days", tier, w.terms.end(p.t1), rules["contact_limit_days"][tier])
    last = _last(w, p, c)
    good = last is not None and (p.t1 - w.terms.day(last.at)).days <= limit
    return Part(int(good), 1, (last.event_id,) if last else ())


def silence(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K15 in days."""
    last = _last(w, p, c)
    if last is None or key_tier(w, p, c) is None:
        return None
    return Part(values=((p.t1 - w.terms.day(last.at)).days,), events=(last.event_id,))
