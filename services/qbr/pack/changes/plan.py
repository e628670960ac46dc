"""Differences of the growth plan and of promises."""

from __future__ import annotations

from services.qbr.pack.changes.rows import change, ordered
from services.qbr.pack.context import Context
from services.qbr.pack.model import Row


def plan_changes(c: Context) -> list[Row]:
    """Goals set, retargeted, reached, missed; initiatives begun and ended; milestones done, slipped, overdue."""
    then, now = c.then.growth, c.now.growth
    rows = []
    for key, g in now.goals.items():
        was = then.goals.get(key)
        if was is None:
            rows.append(change(c, "goal_set", key, g.title, (g.event,), now=g.due.isoformat()))
        elif (was.target, was.due) != (g.target, g.due):
            rows.append(
                change(c, "goal_retargeted", key, g.title, (was.event, g.event), was=str(was.target), now=str(g.target))
            )
        if g.closed_event and (was is None or was.closed_event != g.closed_event):
            rows.append(change(c, f"goal_{g.status}", key, g.title, (g.closed_event,)))
    for key, i in now.initiatives.items():
        before = then.initiatives.get(key)
        if before is None or before.status != i.status:
            rows.append(change(c, f"initiative_{i.status}", key, i.title, (i.events[-1],), now=i.outcome))
    for key, m in now.milestones.items():
        step = then.milestones.get(key)
        if step is not None and step.due != m.due:
            rows.append(
                change(c, "milestone_slipped" if m.due > step.due else "milestone_earlier", key, m.title, m.events[-1:],
                     was=step.due.isoformat(), now=m.due.isoformat(), days=(m.due - step.due).days)
            )  # fmt: skip
        if m.status == "done" and (step is None or step.status != "done"):
            rows.append(change(c, "milestone_done", key, m.title, m.events[-1:]))
        if m.open and m.due < c.day and (step is None or not (step.open and step.due < c.since_day)):
            rows.append(
                change(
                    c,
                    "milestone_overdue",
                    key,
                    m.title,
                    m.events[-1:],
                    was=m.due.isoformat(),
                    days=(c.day - m.due).days,
                )
            )
    return ordered(rows)


def promise_changes(c: Context) -> list[Row]:
    """Given, kept, moved, dropped, and those whose day passed."""
    then = c.then.promises.items
    rows = []
    for key, p in c.now.promises.items.items():
        old = then.get(key)
        if old is None:
            rows.append(change(c, "promise_given", key, p.title, p.events[:1], now=p.first_due.isoformat()))
        if p.closed and (old is None or not old.closed):
            rows.append(
                change(c, "promise_kept" if p.status == "done" else "promise_dropped", key, p.title, p.events[-1:])
            )
        elif old is not None and old.due != p.due:
            rows.append(
                change(c, "promise_moved", key, p.title, p.events, was=old.due.isoformat(), now=p.due.isoformat(),
                     days=(p.due - old.due).days)
            )  # fmt: skip
        if not p.closed and p.due < c.day and (old is None or old.closed or old.due >= c.since_day):
            rows.append(
                change(c, "promise_overdue", key, p.title, p.events, was=p.due.isoformat(), days=(c.day - p.due).days)
            )
    return ordered(rows)
