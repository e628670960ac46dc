"""KPIs of the account (domain.md §18) and the value delivered since the baseline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from services.qbr.pack.context import Context, row, share
from services.qbr.pack.facts import ACCOUNTS, CRM, GROWTH, QBR
from services.qbr.pack.model import Figure, Row, Section
from services.qbr.pack.sections.service import by_product, solved
from services.qbr.pack.state.commerce import LATE_RENEWAL, Commerce
from services.qbr.pack.state.promises import Promise

QUARTERS = 8


def results(c: Context) -> Section:
    """ARR with its quarters, NRR and GRR of twelve months (K1, K2), contacts (K13, K15), promises (K11)."""
    commerce, day, ago = c.now.commerce, c.day, _year_before(c.day)
    now, before = commerce.arr(day), commerce.arr(ago)
    active, then = commerce.active(day), commerce.active(ago)
    both = [k.event for k in (*active, *then)]
    figures = [
        *c.money(CRM, "arr", now, (k.event for k in active)),
        *c.money(CRM, "arr_year_ago", before, (k.event for k in then), internal=True),
    ]
    if len(before) == 1 and set(now) <= set(before):
        currency, start = next(iter(before.items()))
        end = 0 if _was_gone(commerce, ago, day) else now.get(currency, 0)
        figures.append(c.figure(CRM, "nrr", share(end, start), "bp", both, internal=True))
        figures.append(c.figure(CRM, "grr", share(min(end, start), start), "bp", both, internal=True))
    figures += _contacts(c)
    for side in ("ours", "customer"):
        figures += promise_closure(c, side)
    quarters = [_arr_on(commerce, end) for end in quarter_ends(day, QUARTERS)]
    rows = [r for found in quarters for r in found]
    tables = [c.table(CRM, "arr_by_quarter", ("day:day", "arr:minor"), rows)] if rows else []
    return c.section(CRM, "results", figures, tables)


def _arr_on(commerce: Commerce, day: date) -> list[Row]:
    active = commerce.active(day)
    return [
        row(f"{day}/{currency}", (day.isoformat(), amount), (k.event for k in active if k.currency == currency),
            currency=currency)
        for currency, amount in sorted(commerce.arr(day).items())
    ]  # fmt: skip


def quarter_ends(day: date, count: int) -> list[date]:
    """The last days of the quarters before, then the day itself; oldest first."""
    found = [day]
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    for _ in range(count - 1):
        end = first - timedelta(days=1)
        found.append(end)
        first = date(end.year, end.month - 2, 1)
    return found[::-1]


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else day.replace(year=day.year - 1, day=28)


def _was_gone(commerce: Commerce, first: date, last: date) -> bool:
    """Whether nothing was in force for more than 90 days in between: who comes back after that is a new customer."""
    free = first
    for k in sorted((k for k in commerce.contracts.values() if k.signed and k.starts), key=lambda k: k.starts or first):
        if k.starts and k.starts > free and min(k.starts, last) - free > LATE_RENEWAL:
            return True
        free = max(free, (k.ends or last) + timedelta(days=1))
    return False


def _contacts(c: Context) -> Iterable[Figure]:
    everything = c.now.people.meaningful(datetime.min.replace(tzinfo=c.at.tzinfo), c.at)
    recent = [k for k in everything if k.at and k.at > c.at - timedelta(days=c.limits.contact_days)]
    persons = {p for k in recent for p in k.participants}
    last = everything[-1] if everything else None
    yield c.figure(
        ACCOUNTS, "days_since_contact", (c.day - c.local(last.at)).days if last and last.at else None, "days",
        (last.event,) if last else (), internal=True,
    )  # fmt: skip
    yield c.figure(ACCOUNTS, "contacts", len(recent), "count", (k.event for k in recent))
    yield c.figure(ACCOUNTS, "persons_reached", len(persons), "count", (k.event for k in recent), internal=True)


def promise_closure(c: Context, side: str) -> list[Figure]:
    """K11 of one side: done by the first date ÷ due in the period, and the same against the last date."""
    start = c.day - timedelta(days=c.limits.promise_days)
    counted = [p for p in c.now.promises.items.values() if p.side == side and p.status != "dropped"]

    def kept(p: Promise, due: date) -> bool:
        return p.status == "done" and p.done_at is not None and c.local(p.done_at) <= due

    first = [p for p in counted if start < p.first_due <= c.day]
    last = [p for p in counted if start < p.due <= c.day]
    events = [e for p in (*first, *last) for e in p.events]
    return [
        c.figure(
            QBR, "promises_kept", share(sum(kept(p, p.first_due) for p in first), len(first)), "bp", events, of=side
        ),
        c.figure(
            QBR, "promises_kept_moved", share(sum(kept(p, p.due) for p in last), len(last)), "bp", events, of=side
        ),
    ]


def value(c: Context) -> Section:
    """What the customer got since the baseline: goals reached, initiatives completed, promises kept, cases solved."""
    done = solved(c)
    kept = [k for k in done if not k.overdue(c.limits.case_hours, c.at)]
    figures = [
        c.figure(CRM, "solved_cases", len(done), "count", (k.event for k in done)),
        c.figure(CRM, "solved_in_time", share(len(kept), len(done)), "bp", (k.event for k in done)),
    ]
    before = c.then.commerce.usage
    for product, weeks in by_product(c).items():
        was = max(
            (r for k, r in before.items() if k[:2] == (product, weeks[-1].metric)), key=lambda r: r.first, default=None
        )
        if was is not None:
            figures.append(
                c.figure(
                    ACCOUNTS, "active_users_more", weeks[-1].value - was.value, "count", (was.event, weeks[-1].event),
                    of=product,
                )
            )  # fmt: skip
    rows = [*_reached(c), *_completed(c), *_kept(c)]
    rows.sort(key=lambda r: (str(r.cells[2]), r.id))
    columns = ("kind:code", "what:text", "on:day", "outcome:code")
    tables = [c.table(GROWTH, "delivered", columns, rows)] if rows else []
    return c.section(CRM, "value", figures, tables)


def _reached(c: Context) -> list[Row]:
    return [
        row(g.id, ("goal_achieved", g.title, c.local(g.closed_at).isoformat(), None), (g.event, g.closed_event))
        for g in c.now.growth.goals.values()
        if g.status == "achieved" and g.closed_at and c.since < g.closed_at
    ]


def _completed(c: Context) -> list[Row]:
    return [
        row(i.id, ("initiative_completed", i.title, c.local(i.closed_at).isoformat(), i.outcome), i.events)
        for i in c.now.growth.initiatives.values()
        if i.status == "completed" and i.closed_at and c.since < i.closed_at
    ]


def _kept(c: Context) -> list[Row]:
    return [
        row(p.id, ("promise_kept", p.title, c.local(p.done_at).isoformat(), None), p.events)
        for p in c.now.promises.items.values()
        if p.side == "ours" and p.status == "done" and p.done_at and c.since < p.done_at
    ]
