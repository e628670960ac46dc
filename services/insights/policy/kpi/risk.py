"""K16 to K18: money at risk, early warnings, time in red."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.insights.policy.book.risk import Episode
from services.insights.policy.kpi.base import Part, Period, Rules, days, in_period
from services.insights.policy.world import Customer, World

INSTANT = timedelta(microseconds=1)


def _colour(w: World, p: Period, c: Customer) -> Episode | None:
    return c.risk.at(w.terms.end(p.t1) - INSTANT)


def at_risk(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K16: each account counts itself; a group is not counted twice. Who was never judged is not safe, but apart."""
    now = _colour(w, p, c)
    amount, events, _ = w.arr(c, p.t1)
    if not amount:
        return None
    if now is None or now.colour == "GREY":
        return Part(apart="not judged", events=tuple(events))
    until = p.t1 + days(rules["risk_deadline_days"])
    near = [k for k in c.contracts.values() if k.active(p.t1) and k.deadline and p.t1 <= k.deadline <= until]
    if now.colour == "RED" or (now.colour == "AMBER" and near):
        return Part(amount, 0, (now.event_id, *events))
    return Part(0, 0, (now.event_id,))


def unknown(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """Grey is not safe."""
    now = _colour(w, p, c)
    amount, events, _apart = w.arr(c, p.t1)
    if not amount or (now is not None and now.colour != "GREY"):
        return None
    return Part(amount, 0, (*((now.event_id,) if now else ()), *events))


def losses(w: World, p: Period, c: Customer) -> list[tuple[datetime, str]]:
    """(when we were told, event) of notices, ends and smaller renewals in the period."""
    found: list[tuple[datetime, str]] = []
    for k in c.contracts.values():
        told = k.notice_told_at
        if told is None and k.counts and k.outcome in ("lapsed", "terminated") and k.ends_on and p.has(k.ends_on):
            told = w.terms.end(k.ends_on)
        if told is None and k.successor and k.renewed_at:
            after = c.contracts.get(k.successor)
            told = k.renewed_at if after is not None and after.arr < k.arr else None
        if in_period(w, p, told) and told is not None:
            found.append((told, k.events[-1]))
    return found


def lead(c: Customer, told: datetime) -> tuple[int, str] | None:
    """(days from the first sign before it, event): amber, red or warned of without a break until then."""
    signs = [(since, event) for since, until, event in c.risk.warnings if since < told and (not until or until >= told)]
    start: tuple[datetime, str] | None = None
    for e in c.risk.episodes:
        if e.began_at >= told:
            break
        bad = e.colour in ("AMBER", "RED")
        start = (start or (e.began_at, e.event_id)) if bad else None
    signs += [start] if start else []
    if not signs:
        return None
    since, event = min(signs)
    return (told - since).days, event


def warned(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K17: the share of losses that were warned of in time."""
    found = losses(w, p, c)
    if not found:
        return None
    leads = [lead(c, told) for told, _ in found]
    good = sum(x is not None and x[0] >= rules["early_warning_days"] for x in leads)
    events = (*(event for _, event in found), *(x[1] for x in leads if x))
    return Part(good, len(found), events, values=tuple(x[0] for x in leads if x))


def precision(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K17: of the accounts that were warned of, those that were lost, or rescued with a play."""
    warned_ = [e for e in c.risk.episodes if e.colour in ("AMBER", "RED") and in_period(w, p, e.began_at)]
    if not warned_:
        return None
    hit = bool(losses(w, p, c)) or any(g.play_runs for g in c.growth)
    return Part(int(hit), 1, tuple(e.event_id for e in warned_))


def _red(w: World, p: Period, c: Customer) -> list[Episode]:
    end = w.terms.end(p.t1)
    return [e for e in c.risk.episodes if e.colour == "RED" and e.began_at < end
            and (e.ended_at is None or w.terms.day(e.ended_at) > p.t0)]  # fmt: skip


def red_days(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K18: running episodes are censored, not left out."""
    found, end = _red(w, p, c), w.terms.end(p.t1)
    if not found:
        return None
    over = tuple((e.ended_at - e.began_at).days for e in found if e.ended_at and e.ended_at < end)
    running = tuple((end - e.began_at).days for e in found if not (e.ended_at and e.ended_at < end))
    return Part(values=over, running=running, events=tuple(e.event_id for e in found))


def recovery(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K18: of the episodes that are over, or older than the limit."""
    limit, end = days(rules["recovery_days"]), w.terms.end(p.t1)
    judged = [e for e in _red(w, p, c) if (e.ended_at and e.ended_at < end) or end - e.began_at > limit]
    good = [e for e in judged if e.after == "AMBER" and e.ended_at and e.ended_at - e.began_at <= limit]
    return Part(len(good), len(judged), tuple(e.event_id for e in judged)) if judged else None
