"""K7 to K11: business reviews and promises."""

from __future__ import annotations

from services.insights.policy.book.reviews import Action
from services.insights.policy.kpi.base import Part, Period, Rules, days, in_period
from services.insights.policy.marts import kept_first
from services.insights.policy.world import KEY_TIERS, Customer, World


def coverage(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K7: eligible is a living key account whose series has run for at least one interval. Waived is not covered."""
    end = w.terms.end(p.t1)
    rhythm = c.series.at(end)
    if not c.is_key(end) or c.tier(end) not in KEY_TIERS:
        return None
    if rhythm is None:
        return Part(apart="paused" if c.series.paused else "no series", events=tuple(c.series.events[-1:]))
    since, interval, grace = rhythm
    if end - since < days(interval):
        return Part(apart="onboarding", events=tuple(c.series.events[:1]))
    back = p.t1 - days(interval + grace)
    held = [r for r in c.reviews if r.held_at and back < w.terms.day(r.held_at) <= p.t1]
    events = tuple(r.events[0] for r in held) or tuple(c.series.events[-1:])
    return Part(int(bool(held)), 1, events)


def on_time(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K8: against the due day as it stood 30 days before it."""
    good, events = 0, list[str]()
    for r in c.reviews:
        held = in_period(w, p, r.held_at)
        if not held and not (r.held_at is None and r.waived_at is None and in_period(w, p, r.missed_at)):
            continue
        events.append(r.events[-1])
        good += bool(held and r.held_at and r.due_frozen and w.terms.day(r.held_at) <= r.due_frozen)
    return Part(good, len(events), tuple(events)) if events else None


def quality(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K9: four yes-or-no's for each QBR held."""
    held = [r for r in c.reviews if in_period(w, p, r.held_at)]
    good = sum(
        bool(r.buyer) + bool(r.ours and r.theirs) + bool(r.next_dated) + bool(r.closed_at and not r.close_overdue)
        for r in held
    )
    return Part(good, 4 * len(held), tuple(r.events[-1] for r in held)) if held else None


def preparation(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K10. Never of a person, and only from five preparations on (the definition's minimum is its reader's)."""
    found = [r for r in c.reviews if r.prepared_minutes is not None and in_period(w, p, r.prepared_at)]
    values = tuple(r.prepared_minutes or 0 for r in found)
    return Part(values=values, events=tuple(r.events[-1] for r in found)) if found else None


def _promises(w: World, p: Period, actions: list[Action], last: bool) -> Part | None:
    due = [a for a in actions if p.has(a.due if last else a.first_due) and a.state != "dropped"]
    kept = 0
    for a in due:
        if a.state != "done" or a.done_at is None:
            continue
        kept += bool(a.in_time) if last else kept_first(w.terms.day(a.done_at), a.first_due, a.in_time, a.moves)
    return Part(kept, len(due), tuple(a.events[-1] for a in due)) if due else None


def promises_ours(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K11, our side, against the first due day."""
    return _promises(w, p, [a for a in c.actions if a.side == "ours"], last=False)


def promises_customer(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K11, the customer's side."""
    return _promises(w, p, [a for a in c.actions if a.side == "customer"], last=False)


def promises_last(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K11, both sides, against the last due day."""
    return _promises(w, p, c.actions, last=True)
