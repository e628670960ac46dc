"""Stakeholders, and promises of both sides."""

from __future__ import annotations

from datetime import datetime

from services.qbr.pack.changes import PEOPLE_COLUMNS, people_changes
from services.qbr.pack.context import Context, instant, row
from services.qbr.pack.facts import ACCOUNTS, QBR
from services.qbr.pack.model import Row, Section
from services.qbr.pack.state.promises import Promise

KEY_ROLES = ("CHAMPION", "ECONOMIC_BUYER")


def stakeholders(c: Context) -> Section:
    """Who is at the account, and what changed since the baseline. Power and attitude are internal."""
    here = c.now.people.here()
    if not c.now.people.persons:
        return c.section(ACCOUNTS, "stakeholders", status="empty", reason="no_stakeholders")
    known = [p for p in here if p.roles or p.mapped]
    changes = people_changes(c)
    figures = [
        c.figure(ACCOUNTS, "persons", len(here), "count", (p.events["known"] for p in here)),
        c.figure(ACCOUNTS, "persons_with_role", len(known), "count", (p.events.get("roles") for p in known)),
    ]
    for role in KEY_ROLES:
        having = [p for p in here if role in p.roles]
        figures.append(
            c.figure(
                ACCOUNTS,
                "in_role",
                len(having),
                "count",
                (p.events.get("roles") for p in having),
                of=role,
                internal=True,
            )
        )
    for name in ("person_new", "person_left"):
        found = [r for r in changes if r.cells[0] == name]
        figures.append(c.figure(ACCOUNTS, name, len(found), "count", (e for r in found for e in r.events)))
    met: dict[str, tuple[datetime, str]] = {}
    for k in c.now.people.meaningful(datetime.min.replace(tzinfo=c.at.tzinfo), c.at):
        met |= {p: (k.at, k.event) for p in k.participants if k.at}
    rows = [
        row(
            p.subject,
            (
                p.subject,
                p.roles,
                p.power,
                p.attitude,
                instant(met[p.subject][0]) if p.subject in met else None,
                p.stale,
            ),
            (*p.events.values(), met[p.subject][1] if p.subject in met else None),
        )
        for p in sorted(known, key=lambda p: (-(p.power or 0), p.subject))
    ]
    columns = (
        "person:person", "roles:role!", "power:number!", "attitude:attitude!", "last_contact:instant", "stale:yes_no!"
    )  # fmt: skip
    tables = [c.table(ACCOUNTS, "people", columns, rows)]
    if changes:
        tables.insert(0, c.table(ACCOUNTS, "changes", PEOPLE_COLUMNS, changes))
    return c.section(ACCOUNTS, "stakeholders", figures, tables)


def promises(c: Context) -> Section:
    """Action items still open, or closed since the baseline; kept counts against the day promised first."""
    items = sorted(c.now.promises.items.values(), key=lambda p: (p.due, p.id))
    shown = [p for p in items if not p.closed or p.agreed_at > c.since or (p.closed_at or c.at) > c.since]
    if not items:
        return c.section(QBR, "promises", status="empty", reason="no_promises")
    figures = []
    for side in ("ours", "customer"):
        of = [p for p in shown if p.side == side]
        for name in ("kept", "kept_late", "open", "overdue", "dropped"):
            found = [p for p in of if standing(c, p) == name]
            figures.append(
                c.figure(QBR, f"promises_{name}", len(found), "count", (e for p in found for e in p.events), of=side)
            )
    columns = (
        "promise:text", "side:code", "owner:person", "promised_for:day", "due:day", "moved:count", "standing:code",
        "initiative:code",
    )  # fmt: skip
    return c.section(QBR, "promises", figures, [c.table(QBR, "items", columns, [_item(c, p) for p in shown])])


def standing(c: Context, p: Promise) -> str:
    """kept (by the first date), kept_late, dropped, overdue (against the date as it stands) or open."""
    if p.status == "dropped":
        return "dropped"
    if p.status == "done" and p.done_at is not None:
        return "kept" if c.local(p.done_at) <= p.first_due else "kept_late"
    return "overdue" if p.due < c.day else "open"


def _item(c: Context, p: Promise) -> Row:
    initiative = c.now.growth.initiatives.get(p.initiative or "")
    events = (*p.events, *(initiative.events if initiative else ()))
    cells = (
        p.title, p.side, p.owner_subject or p.owner, p.first_due.isoformat(), p.due.isoformat(), p.moved, standing(c,
            p),
        initiative.status if initiative else None,
    )  # fmt: skip
    return row(p.id, cells, events)
