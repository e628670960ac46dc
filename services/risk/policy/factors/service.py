"""Service: the age of open cases, and limits that were broken. Clocks run from the first opening, day and night."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.risk.policy.arithmetic import FULL, band, decay_bp
from services.risk.policy.book import Book
from services.risk.policy.factors.base import HOUR, MISSING, NOTHING, Evidence, Now, Signal, days, hours
from services.risk.policy.model import Model, Points
from services.risk.policy.records import Case


def signals(book: Book, model: Model, now: Now) -> Mapping[str, Signal]:
    """The oldest open P1 and P2, broken limits with their decay, the gravest escalation."""
    return {
        "p1_age": _age(book, "P1", model.p1_band, now),
        "p2_age": _age(book, "P2", model.p2_band, now),
        "sla_breaches": _breaches(book, model, now),
        "escalation": _escalation(book, model),
    }


def breaches(book: Book, model: Model, until: datetime) -> list[tuple[datetime, Case]]:
    """Every limit that was broken until an instant, oldest first."""
    found = []
    for case in book.cases.values():
        if case.priority in model.limits_hours:
            at = case.breached_at(timedelta(hours=model.limits_hours[case.priority]))
            if at is not None and at <= until:
                found.append((at, case))
    return sorted(found, key=lambda f: (f[0], f[1].key))


def _age(book: Book, priority: str, points: Points, now: Now) -> Signal:
    waiting = [c for c in book.cases.values() if c.priority == priority and c.open_at(now.at)]
    if not waiting:
        return NOTHING
    oldest = min(waiting, key=lambda c: (c.opened_at, c.key))
    age = now.at - oldest.opened_at
    why = f"{priority} {oldest.number} open {hours(age)} h"
    evidence = Evidence(f"{priority.lower()}_age", why, oldest.event, "sla_age", oldest.opened_at)
    return Signal(band(age // HOUR, points), f"{age // HOUR} h", (evidence,))


def _breaches(book: Book, model: Model, now: Now) -> Signal:
    total, evidence = 0, []
    for at, case in breaches(book, model, now.at):
        left = decay_bp(days(now.at - at), model.breach_half_life)
        points = model.breach_points.get(case.priority, 0) * left // FULL
        if points:
            total += points
            why = f"{case.priority} {case.number} over its limit since {at:%Y-%m-%d}"
            evidence.append(Evidence("sla_breaches", why, case.event, "sla_breach", at))
    return Signal(min(FULL, total), str(len(evidence)), tuple(evidence))


def _escalation(book: Book, model: Model) -> Signal:
    if not book.alarms:
        return MISSING
    worst = max(book.alarms.values(), key=lambda a: (model.severity_points.get(a.severity, 0), a.id))
    evidence = Evidence("escalation", f"{worst.severity} escalation", worst.event, None, worst.at)
    return Signal(model.severity_points.get(worst.severity, 0), worst.severity, (evidence,))
