"""K19 to K22: plans, milestones, whitespace, pipeline."""

from __future__ import annotations

from services.insights.policy.book.growth import Milestone
from services.insights.policy.kpi.base import Part, Period, Rules
from services.insights.policy.kpi.relations import key_tier
from services.insights.policy.world import Customer, World


def plans(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K19: who owes a plan, and who has a valid one."""
    owed = [g for g in c.growth if g.duty]
    if not owed:
        return None
    end = w.terms.end(p.t1)
    valid = [q for g in c.growth for q in g.plans.values() if q.valid(end, p.t1)]
    events = (*(q.events[-1] for q in valid), *(g.duty_event for g in owed if g.duty_event))
    return Part(int(bool(valid)), 1, events)


def progress(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K19: goals of plans that are valid, and missed ones; a withdrawn goal is out."""
    end = w.terms.end(p.t1)
    goals = [
        goal for g in c.growth for goal in g.goals.values()
        if goal.state != "withdrawn" and (q := g.plans.get(goal.plan)) is not None and q.valid(end, p.t1)
    ]  # fmt: skip
    if not goals:
        return None
    done = sum(goal.progress for goal in goals)
    return Part(done, 10_000 * len(goals), tuple(g.events[-1] for g in goals))


def _due(c: Customer, p: Period, last: bool) -> list[Milestone]:
    every = [m for g in c.growth for m in g.milestones.values() if m.state != "waived"]
    return [m for m in every if p.has(m.due if last else m.first_due)]


def milestones(_: World, p: Period, c: Customer, __: Rules) -> Part | None:
    """K20, against the first due day."""
    due = _due(c, p, last=False)
    kept = [m for m in due if m.state == "done" and m.completed_on and m.completed_on <= m.first_due]
    return Part(len(kept), len(due), tuple(m.events[-1] for m in due)) if due else None


def milestones_last(_: World, p: Period, c: Customer, __: Rules) -> Part | None:
    """K20, against the last one."""
    due = _due(c, p, last=True)
    kept = [m for m in due if m.state == "done" and m.completed_on and m.completed_on <= m.due]
    return Part(len(kept), len(due), tuple(m.events[-1] for m in due)) if due else None


def slips(_: World, p: Period, c: Customer, __: Rules) -> Part | None:
    """K20: how often due days were moved."""
    due = _due(c, p, last=False)
    return Part(sum(m.slips for m in due), len(due), tuple(m.events[-1] for m in due)) if due else None


def whitespace(_: World, __: Period, c: Customer, ___: Rules) -> Part | None:
    """K21: an unknown cell is not one without potential."""
    cells = [x for g in c.growth for x in g.cells.values() if x.state != "NotApplicable"]
    used = [x for x in cells if x.state == "InUse"]
    return Part(len(used), len(cells), tuple(x.event_id for x in cells)) if cells else None


def rated(_: World, __: Period, c: Customer, ___: Rules) -> Part | None:
    """K21: how much of it is known at all."""
    cells = [x for g in c.growth for x in g.cells.values()]
    known = [x for x in cells if x.state != "Unknown"]
    return Part(len(known), len(cells), tuple(x.event_id for x in cells)) if cells else None


def pipeline(w: World, p: Period, c: Customer, _: Rules) -> Part | None:
    """K22: a deal counts once, with its primary initiative."""
    if key_tier(w, p, c) is None:
        return None
    linked = {deal for g in c.growth for deal in g.links}
    open_deals = [(d, w.terms.money(d.amount or 0, d.currency) or 0) for d in c.deals if d.outcome == "open"]
    if not open_deals:
        return None
    n = sum(amount for d, amount in open_deals if d.id in linked)
    return Part(n, sum(amount for _, amount in open_deals), tuple(d.events[-1] for d, _ in open_deals))


def _count(c: Customer, outcome: str) -> Part | None:
    found = [d for d in c.deals if d.outcome == outcome]
    return Part(len(found), 0, tuple(d.events[-1] for d in found)) if found else None


def won(_: World, __: Period, c: Customer, ___: Rules) -> Part | None:
    """Deals that are won."""
    return _count(c, "won")


def lost(_: World, __: Period, c: Customer, ___: Rules) -> Part | None:
    """Deals that are lost."""
    return _count(c, "lost")


def open_(_: World, __: Period, c: Customer, ___: Rules) -> Part | None:
    """Deals that are open."""
    return _count(c, "open")
