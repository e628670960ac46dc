"""Differences of the risk: colour, named risks, countermeasures, escalations."""

from __future__ import annotations

from services.qbr.pack.changes.rows import between, change, ordered
from services.qbr.pack.context import Context
from services.qbr.pack.model import Row
from services.qbr.pack.state.risk import COLOURS

RANK = {"GREY": -1, "GREEN": 0, "AMBER": 1, "RED": 2}


def risk_changes(c: Context) -> list[Row]:
    """Another colour than then; a worse one in between; risks named, gone, come true; escalations opened and closed."""
    return ordered([*_colour(c), *_items(c), *_escalations(c)])


def _colour(c: Context) -> list[Row]:
    then, now = c.then.risk.colour, c.now.risk.colour
    if now is None:
        return []
    rows = []
    if then is None or then.colour != now.colour:
        rows.append(
            change(c, "risk_colour", "colour", None, (now.event,), was=then.colour if then else None, now=now.colour)
        )
    ends = max(RANK[now.colour], RANK[then.colour] if then else -1)
    worst = max(between(c, COLOURS), key=lambda f: RANK[COLOURS[f.type]], default=None)
    if worst is not None and RANK[COLOURS[worst.type]] > ends:
        rows.append(change(c, "risk_was", "was", None, (worst.event_id,), now=COLOURS[worst.type]))
    return rows


def _items(c: Context) -> list[Row]:
    then, rows = c.then.risk.items, []
    for key, i in c.now.risk.items.items():
        old = then.get(key)
        if old is None:
            rows.append(change(c, "risk_named", key, i.title, i.events[:1], now=i.category))
        if not i.open and (old is None or old.open):
            rows.append(change(c, f"risk_{i.status}", key, i.title, i.events[-1:]))
        elif i.status == "accepted" and (old is None or old.status != "accepted"):
            rows.append(change(c, "risk_accepted", key, i.title, i.events[-1:]))
        for m in i.measures.values():
            before = old.measures.get(m.id) if old else None
            if before is None:
                rows.append(change(c, "measure_planned", m.id, m.title, m.events[:1], now=m.due.isoformat()))
            if m.status != "planned" and (before is None or before.status == "planned"):
                rows.append(change(c, f"measure_{m.status}", m.id, m.title, m.events[-1:]))
    return rows


def _escalations(c: Context) -> list[Row]:
    then, rows = c.then.risk.escalations, []
    for key, e in c.now.risk.escalations.items():
        old = then.get(key)
        if old is None:
            rows.append(change(c, "escalation_opened", key, e.title, e.events[:1], now=e.severity))
        elif old.severity != e.severity:
            rows.append(change(c, "escalation_severity", key, e.title, e.events[-1:], was=old.severity, now=e.severity))
        if e.closed_at is not None and (old is None or old.closed_at is None):
            rows.append(change(c, "escalation_closed", key, e.title, e.events[-1:]))
    return rows
