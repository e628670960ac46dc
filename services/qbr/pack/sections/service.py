"""Support cases against their limits, and product usage."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from services.qbr.pack.context import Context, row, share
from services.qbr.pack.facts import ACCOUNTS, CRM
from services.qbr.pack.model import Row, Section
from services.qbr.pack.state.commerce import Case, Reading

METRIC = "active_users"


def cases(c: Context) -> Section:
    """By priority: open, over the limit, opened and solved since the baseline. Age counts from the first opening."""
    everything = sorted(c.now.commerce.cases.values(), key=lambda k: (k.priority, k.opened_at, k.crm_id))
    still = [k for k in everything if k.open]
    late = [k for k in still if k.overdue(c.limits.case_hours, c.at)]
    done = solved(c)
    kept = [k for k in done if not k.overdue(c.limits.case_hours, c.at)]
    oldest = min(still, key=lambda k: (k.opened_at, k.crm_id), default=None)
    figures = [
        c.figure(CRM, "open_cases", len(still), "count", (k.event for k in still)),
        c.figure(CRM, "overdue_cases", len(late), "count", (k.event for k in late)),
        c.figure(CRM, "solved_cases", len(done), "count", (k.event for k in done)),
        c.figure(CRM, "solved_in_time", share(len(kept), len(done)), "bp", (k.event for k in done)),
        c.figure(
            CRM, "oldest_case", _hours(oldest, c.at) if oldest else None, "hours", [oldest.event] if oldest else ()
        ),
    ]
    priorities = sorted({k.priority for k in everything} | set(c.limits.case_hours))
    rows = [_priority(c, p, [k for k in everything if k.priority == p], done) for p in priorities]
    columns = (
        "priority:text", "limit:hours", "open:count", "overdue:count", "opened:count", "solved:count", "in_time:bp"
    )  # fmt: skip
    listed = [
        row(
            k.crm_id,
            (str(k.number or k.crm_id), k.priority, k.opened_at.date().isoformat(), _hours(k, c.at), k in late),
            (k.event,),
        )
        for k in still
    ]
    tables = [
        c.table(CRM, "by_priority", columns, rows),
        c.table(CRM, "open", ("case:text", "priority:text", "opened:day", "age:hours", "overdue:yes_no"), listed),
    ]
    if not everything:
        return c.section(CRM, "cases", figures, status="empty", reason="no_cases")
    return c.section(CRM, "cases", figures, tables)


def solved(c: Context) -> list[Case]:
    """Cases closed since the baseline that are still closed."""
    found = (k for k in c.now.commerce.cases.values() if not k.open and k.closed_at and c.since < k.closed_at <= c.at)
    return sorted(found, key=lambda k: (k.priority, k.opened_at, k.crm_id))


def _priority(c: Context, priority: str, of: list[Case], done: list[Case]) -> Row:
    still = [k for k in of if k.open]
    late = [k for k in still if k.overdue(c.limits.case_hours, c.at)]
    opened = [k for k in of if c.since < k.opened_at <= c.at]
    closed = [k for k in done if k.priority == priority]
    kept = [k for k in closed if not k.overdue(c.limits.case_hours, c.at)]
    cells = (
        priority, c.limits.case_hours.get(priority), len(still), len(late), len(opened), len(closed),
        share(len(kept), len(closed)),
    )  # fmt: skip
    return row(priority, cells, (k.event for k in {k.crm_id: k for k in (*still, *opened, *closed)}.values()))


def _hours(case: Case, at: datetime) -> int:
    return int((at - case.opened_at).total_seconds() // 3600)


def usage(c: Context) -> Section:
    """Active users of each product by week, up to the newest week told; no report for two weeks: stale, no numbers."""
    readings = by_product(c)
    if not readings:
        return c.section(ACCOUNTS, "usage", status="empty", reason="no_usage")
    newest = max(weeks[-1].last for weeks in readings.values())
    if newest < c.day - timedelta(days=c.limits.usage_silent_days):
        section = c.section(ACCOUNTS, "usage", status="stale", reason="usage_silent")
        return section.model_copy(update={"source": section.source.model_copy(update={"health": "silent"})})
    products, weekly, figures = [], [], []
    for product, weeks in readings.items():
        last = weeks[-1]
        best = max(weeks, key=lambda r: (r.value, r.first))
        change = trend(weeks)
        figures.append(
            c.figure(
                ACCOUNTS, "active_users", last.value, "count", (last.event,), of=product,
                as_of=datetime.combine(last.last, datetime.min.time(), c.zone) + timedelta(days=1),
            )
        )  # fmt: skip
        figures.append(
            c.figure(ACCOUNTS, "use_of_licence", share(last.value, last.licensed or 0), "bp", (last.event,), of=product)
        )
        products.append(
            row(product, (product, last.last.isoformat(), last.licensed, last.value, share(last.value,
                last.licensed or 0),
                change, best.value), (weeks[0].event, last.event, best.event))
        )  # fmt: skip
        told = {r.first: r for r in weeks}
        for n in range(c.limits.trend_weeks):
            first = last.first - timedelta(weeks=c.limits.trend_weeks - 1 - n)
            r = told.get(first)
            cells = (product, first.isoformat(), r.value if r else None, r.licensed if r else None)
            weekly.append(row(f"{product}/{first}", cells, (r.event,) if r else ()))
    columns = ("product:text", "week_to:day", "licensed:count", "active:count", "used:bp", "change:bp", "best:count")
    tables = [
        c.table(ACCOUNTS, "products", columns, products),
        c.table(ACCOUNTS, "weeks", ("product:text", "week:day", "active:count", "licensed:count"), weekly),
    ]
    return c.section(ACCOUNTS, "usage", figures, tables)


def by_product(c: Context) -> dict[str, list[Reading]]:
    """Product → its readings of the trend, oldest first."""
    readings: dict[str, list[Reading]] = defaultdict(list)
    for r in sorted(c.now.commerce.usage.values(), key=lambda r: (r.product, r.first)):
        if r.metric == METRIC:
            readings[r.product].append(r)
    return {
        product: [r for r in rows if r.first > rows[-1].first - timedelta(weeks=c.limits.trend_weeks)]
        for product, rows in readings.items()
    }


def trend(weeks: list[Reading]) -> int | None:
    """Change from the first to the last week of the trend, in basis points of the first."""
    first, last = weeks[0], weeks[-1]
    if first is last or not first.value:
        return None
    change = last.value - first.value
    size = share(abs(change), first.value) or 0
    return size if change >= 0 else -size
