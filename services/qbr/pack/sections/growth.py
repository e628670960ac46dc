"""Goals against actual, and whitespace."""

from __future__ import annotations

from collections import defaultdict

from services.qbr.pack.context import Context, row, share
from services.qbr.pack.facts import GROWTH
from services.qbr.pack.model import Row, Section
from services.qbr.pack.state.growth import Goal

AGREED_DAYS = 180


def goals(c: Context) -> Section:
    """Each goal with what was expected by the pack's day; milestones that are late."""
    growth = c.now.growth
    live = growth.live_goals()
    if not live:
        return c.section(GROWTH, "goals", status="empty", reason="no_goals" if growth.plans else "no_plan")
    open_steps = [m for m in growth.milestones.values() if m.open]
    late = sorted((m for m in open_steps if m.due < c.day), key=lambda m: (m.due, m.id))
    on_way = [g for g in live if g.status in ("on_track", "achieved")]
    figures = [
        c.figure(GROWTH, "goals", len(live), "count", (g.event for g in live)),
        c.figure(
            GROWTH, "goals_on_track", len(on_way), "count", (e for g in on_way for e in (g.check_event, g.closed_event))
        ),
        c.figure(GROWTH, "open_milestones", len(open_steps), "count", (m.events[0] for m in open_steps)),
        c.figure(GROWTH, "overdue_milestones", len(late), "count", (e for m in late for e in m.events)),
    ]
    columns = (
        "goal:text", "kpi:text", "unit:text", "baseline:number", "target:number", "actual:number", "expected:number",
        "progress:bp", "expected_progress:bp", "status:code", "due:day", "agreed:yes_no",
    )  # fmt: skip
    steps = [
        row(m.id, (m.title, growth.initiatives[m.initiative].title if m.initiative in growth.initiatives else None,
            m.due.isoformat(), (c.day - m.due).days, m.moved, m.critical), m.events)
        for m in late
    ]  # fmt: skip
    tables = [c.table(GROWTH, "goals", columns, [_goal(c, g) for g in live])]
    if steps:
        late_columns = (
            "milestone:text", "initiative:text", "due:day", "days_late:days", "moved:count", "critical:yes_no!"
        )  # fmt: skip
        tables.append(c.table(GROWTH, "overdue", late_columns, steps))
    return c.section(GROWTH, "goals", figures, tables)


def _goal(c: Context, g: Goal) -> Row:
    expected = g.expected(c.day)
    agreed = g.agreed_at is not None and (c.at - g.agreed_at).days <= AGREED_DAYS
    cells = (
        g.title, g.kpi, g.unit, g.baseline, g.target, g.value, expected,
        g.progress(g.value) if g.value is not None else None, g.progress(expected), g.status, g.due.isoformat(), agreed,
    )  # fmt: skip
    return row(g.id, cells, (g.event, g.check_event, g.closed_event))


def whitespace(c: Context) -> Section:
    """Organisational unit × product; penetration is K21: in use ÷ applicable cells, the unknown ones included."""
    cells = sorted(c.now.growth.cells.values(), key=lambda k: (k.org_unit, k.product))
    if not cells:
        return c.section(GROWTH, "whitespace", status="empty", reason="no_whitespace")
    applicable = [k for k in cells if k.state != "NotApplicable"]
    used = [k for k in applicable if k.state == "InUse"]
    rated = [k for k in applicable if k.state != "Unknown"]
    potential: dict[str, int] = defaultdict(int)
    valued = [
        k for k in applicable if k.potential is not None and k.currency and k.state in ("Potential", "Opportunity")
    ]
    for k in valued:
        potential[k.currency or ""] += k.potential or 0
    events = [k.event for k in cells]
    figures = [
        c.figure(GROWTH, "penetration", share(len(used), len(applicable)), "bp", events),
        c.figure(GROWTH, "rated", share(len(rated), len(applicable)), "bp", events),
        *c.money(GROWTH, "potential", potential, (k.event for k in valued)),
    ]
    rows = [
        row(f"{k.org_unit}/{k.product}", (k.org_unit, k.product, k.state, k.potential), (k.event,), currency=k.currency)
        for k in cells
    ]
    columns = ("org_unit:text", "product:text", "state:code", "potential:minor")
    return c.section(GROWTH, "whitespace", figures, [c.table(GROWTH, "cells", columns, rows)])
