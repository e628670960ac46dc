"""Pages of the sections about service, usage, people, promises and what follows."""

from __future__ import annotations

from datetime import date

from services.qbr.documents.language import NOTHING
from services.qbr.documents.outline.parts import Chart, Grid, Head, Page, Series
from services.qbr.documents.outline.view import View
from services.qbr.pack.model import Row, Table


def cases(v: View) -> list[Page]:
    """Open cases by priority against their limits; the open ones one by one."""
    table = v.table("by_priority")
    if table is None:
        return []
    chart = _cases_chart(v, table) if any(table.column("open")) else None
    columns = ("priority", "limit", "open", "overdue", "opened", "solved", "in_time")
    tiles = v.tiles(
        "open_cases", "overdue_cases", "oldest_case", "solved_cases", "solved_in_time", alert=("overdue_cases",)
    )
    still, late = (f.value if (f := v.section.figure(n)) else 0 for n in ("open_cases", "overdue_cases"))
    lead = v.say.text("lead_cases", n=late, of=still) if still else v.say.text("lead_no_cases")
    pages = [
        Page(
            "cases",
            v.title(),
            lead=lead,
            tiles=tiles,
            chart=chart,
            grid=v.grid(table, columns, (3, 3, 2, 3, 3, 2, 3)),
            split=42,
        )
    ]
    if listed := v.table("open"):
        title = f"{v.title()}: {v.say.label('tables', 'open')}"
        pages.append(
            Page("cases", title, grid=v.grid(listed, ("case", "priority", "opened", "age", "overdue"), (2, 2, 3, 3, 3)))
        )
    return pages


def _cases_chart(v: View, table: Table) -> Chart:
    late = [x for x in table.column("overdue") if isinstance(x, int)]
    within = [x - y for x, y in zip(table.column("open"), late, strict=True) if isinstance(x, int)]
    return Chart(
        "stacked", f"{v.say.label('figures', 'open_cases')} ({v.say.label('tables', 'by_priority')})",
        tuple(str(p) for p in table.column("priority")),
        (Series(v.say.text("open_in_time"), tuple(within)), Series(v.say.text("open_overdue"), tuple(late), "alert")),
    )  # fmt: skip


def usage(v: View) -> list[Page]:
    """Active users of thirteen weeks under the licences, each product a line."""
    weeks, products = v.table("weeks"), v.table("products")
    if weeks is None or products is None:
        return []
    days = list(dict.fromkeys(str(d) for d in weeks.column("week")))
    told: dict[tuple[str, str], Row] = {(str(r.cells[0]), str(r.cells[1])): r for r in weeks.rows}
    series: list[Series] = []
    for n, product in enumerate(str(p) for p in products.column("product")):
        rows = [told.get((product, d)) for d in days]
        active, licensed = ([_int(r, at) for r in rows] for at in (2, 3))
        series.append(Series(v.say.text("active", product=product), tuple(active), "second" if n else "main"))
        series.append(Series(v.say.text("licensed", product=product), tuple(licensed), "muted"))
    categories = tuple(_short(v, d) for d in days)
    chart = Chart("line", v.say.label("tables", "weeks"), categories, tuple(series))
    grid = v.grid(products, ("product", "licensed", "active", "used", "change", "best"), (3, 3, 2, 3, 3, 3))
    heads = tuple(
        Head(v.say.label("columns", "change_bp"), h.weight, h.align) if n == 4 else h for n, h in enumerate(grid.heads)
    )
    tiles = tuple(v.tile(f) for f in v.figures("active_users", "use_of_licence"))
    lead = " ".join(_use(v, r) for r in products.rows[:3])
    return [
        Page(
            "usage",
            v.title(),
            lead=lead,
            tiles=tiles[:6],
            chart=chart,
            grid=Grid(grid.title, heads, grid.rows),
            split=56,
        )
    ]


def _use(v: View, row: Row) -> str:
    product, _, licensed, active, _, change, _ = row.cells
    moved = v.say.percent(change, signed=True) if isinstance(change, int) else NOTHING
    return v.say.text(
        "lead_usage", product=product, n=v.say.value(active, "count"), of=v.say.value(licensed, "count"), change=moved
    )


def _int(row: Row | None, at: int) -> int | None:
    value = row.cells[at] if row else None
    return value if isinstance(value, int) else None


def _short(v: View, day: str) -> str:
    return v.say.day(date.fromisoformat(day)).rsplit("\u00a0", 1)[0]


def stakeholders(v: View) -> list[Page]:
    """Who is who; what changed stands on the page of all changes."""
    pages = []
    tiles = v.tiles("persons", "persons_with_role", "in_role", "person_new", "person_left", alert=("person_left",))
    if people := v.table("people"):
        columns = ("person", "roles", "power", "attitude", "last_contact", "stale")
        pages.append(Page("stakeholders", v.title(), tiles=tiles, grid=v.grid(people, columns, (5, 5, 2, 3, 3, 2))))
    return pages


def promises(v: View) -> list[Page]:
    """Both sides, with what became of each promise."""
    table = v.table("items")
    if table is None:
        return []
    columns = ("promise", "side", "owner", "promised_for", "due", "moved", "standing", "initiative")
    tiles = tuple(v.tile(f, alert=f.name == "promises_overdue") for f in v.section.figures if f.value)
    late = sum(x == "overdue" for x in table.column("standing"))
    lead = v.say.text("lead_promises", n=late, of=len(table.rows))
    return [
        Page("promises", v.title(), lead=lead, tiles=tiles[:6], grid=v.grid(table, columns, (5, 3, 4, 3, 3, 2, 3, 3)))
    ]


def whitespace(v: View) -> list[Page]:
    """The matrix: units down, products across."""
    table = v.table("cells")
    if table is None:
        return []
    at = {(str(r.cells[0]), str(r.cells[1])): r for r in table.rows}
    units, products = (list(dict.fromkeys(str(x) for x in table.column(name))) for name in ("org_unit", "product"))
    heads = (Head(v.say.label("columns", "org_unit"), 4), *(Head(p, 3) for p in products))
    rows = tuple((v.say.label("org_units", u), *(_cell(v, at.get((u, p))) for p in products)) for u in units)
    return [
        Page("whitespace", v.title(), tiles=v.tiles("penetration", "rated", "potential"),
             grid=Grid(v.say.label("tables", "cells"), heads, rows))
    ]  # fmt: skip


def _cell(v: View, row: Row | None) -> str:
    if row is None:
        return NOTHING
    state = v.say.label("codes", str(row.cells[2]))
    potential = row.cells[3]
    return f"{state}, {v.say.money(potential, row.currency)}" if isinstance(potential, int) and row.currency else state


def next_goals(v: View) -> list[Page]:
    """Proposals in words."""
    table = v.table("proposals")
    return [Page("next_goals", v.title(), grid=_rules(v, table))] if table else []


def open_questions(v: View) -> list[Page]:
    """Questions in words."""
    table = v.table("questions")
    return [Page("open_questions", v.title(), grid=_rules(v, table))] if table else []


_NAMED = {"win_role": "roles", "cause_unanswered": "codes"}
"""Rule → what its `about` is a code of."""


def _rules(v: View, table: Table) -> Grid:
    say = v.say
    rows, measured = [], False
    for r in table.rows:
        rule, about, value, target, unit, by = r.cells
        name = say.label(_NAMED[str(rule)], str(about)) if rule in _NAMED else str(about or "")
        shown = [say.value(x, str(unit or "count")) if x is not None else "" for x in (value, target)]
        if rule == "recover_use":
            shown[1] = ""
        measured = measured or any(shown)
        rows.append((say.label("rules", str(rule), about=name), *shown, say.value(by, "day") if by else ""))
    what = "proposal" if table.name == "proposals" else "question"
    heads = [Head(say.text(what), 10), Head(say.label("columns", "value"), 3, "right")]
    heads += [Head(say.label("columns", "target"), 3, "right"), Head(say.label("columns", "by"), 3)]
    if not measured:
        heads, rows = [heads[0], heads[3]], [(r[0], r[3]) for r in rows]
    return Grid(say.label("tables", table.name), tuple(heads), tuple(rows))
