"""K23 to K25: standards, data quality, alerts."""

from __future__ import annotations

from services.insights.policy.kpi.base import Part, Period, Rules, in_period
from services.insights.policy.kpi.findings import RULES
from services.insights.policy.kpi.relations import key_tier
from services.insights.policy.world import Customer, World


def compliance(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K23: of the standards that the accounts service watches for the tier, those that are kept."""
    tier, end = key_tier(w, p, c), w.terms.end(p.t1)
    if tier is None:
        return None
    applies = rules["standards"][tier]
    broken = {
        b.standard: b.event_ids[0] for b in c.book.breaches
        if b.standard in applies and b.breached_at < end and (b.restored_at is None or b.restored_at >= end)
    }  # fmt: skip
    return Part(len(applies) - len(broken), len(applies), tuple(broken.values()))


def data_quality(w: World, p: Period, c: Customer, rules: Rules) -> Part | None:
    """K24."""
    passed, applies, events = 0, 0, list[str]()
    for rule in (r for r in RULES if not r.across):
        found = rule.check(w, p.t1, c, rules)
        applies += rule.weight * found.applies
        passed += rule.weight * (found.applies - len(found.failing))
        events += [e for f in found.failing for e in f.events]
    return Part(passed, applies, tuple(dict.fromkeys(events))) if applies else None


def acted(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K25: what was only suppressed or expired was not acted on."""
    told = [a for b in c.books for a in b.alerts.values() if in_period(w, p, a.first_delivery)]
    good = [a for a in told if a.acknowledged_at or a.outcome == "resolved"]
    return Part(len(good), len(told), tuple(a.events[-1] for a in told)) if told else None


def acknowledged(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K25 in minutes."""
    told = [a for b in c.books for a in b.alerts.values() if in_period(w, p, a.first_delivery) and a.acknowledged_at]
    values = tuple(
        int((a.acknowledged_at - a.first_delivery).total_seconds() // 60)
        for a in told if a.acknowledged_at and a.first_delivery
    )  # fmt: skip
    return Part(values=values, events=tuple(a.events[-1] for a in told)) if told else None
