"""Pages of the sections about goals, results, sales and contracts."""

from __future__ import annotations

from datetime import date, datetime

from services.qbr.documents.outline.parts import Chart, Grid, Head, Page, Series, Tile
from services.qbr.documents.outline.view import View
from services.qbr.pack.model import Table


def goals(v: View) -> list[Page]:
    """Progress against expectation as bars, the goals as a table, late milestones on a page of their own."""
    table = v.section.table("goals")
    if table is None:
        return []
    actual, expected = table.column("progress"), table.column("expected_progress")
    chart = Chart(
        "bar", f"{v.say.label('columns', 'progress')} (%)", tuple(str(g) for g in table.column("goal")),
        (
            Series(v.say.text("progress"), tuple(_percent(x) for x in actual)),
            Series(v.say.text("expected"), tuple(_percent(x) for x in expected), "muted"),
        ),
        percent=True,
    )  # fmt: skip
    grid = _goal_grid(v, table)
    on_way, count = v.section.figure("goals_on_track"), v.section.figure("goals")
    lead = v.say.text("lead_goals", n=on_way.value if on_way else 0, of=count.value if count else 0)
    tiles = v.tiles("goals", "goals_on_track", "open_milestones", "overdue_milestones", alert=("overdue_milestones",))
    pages = [Page("goals", v.title(), lead=lead, tiles=tiles, chart=chart), Page("goals", v.title(), grid=grid)]
    if len(grid.rows) <= 5:
        pages = [Page("goals", v.title(), lead=lead, tiles=tiles, chart=chart, grid=grid, split=36)]
    if late := v.table("overdue"):
        columns = ("milestone", "initiative", "due", "days_late", "moved", "critical")
        pages.append(
            Page(
                "goals",
                f"{v.title()}: {v.say.label('tables', 'overdue')}",
                grid=v.grid(late, columns, (5, 5, 2, 2, 2, 2)),
            )
        )
    return pages


def _goal_grid(v: View, table: Table) -> Grid:
    """Each value with its goal's unit: money in its currency, a share as a percentage."""
    numbers = ("baseline", "actual", "expected", "target")
    columns = ("goal", *numbers, "status", "due")
    grid = v.grid(table, columns, (5, 3, 3, 3, 3, 3, 3))
    rows = []
    for raw, shown in zip(table.rows, grid.rows, strict=True):
        unit = str(raw.cells[table.index("unit")])
        cells = dict(zip(columns, shown, strict=True))
        cells |= {n: v.say.measured(raw.cells[table.index(n)], unit) for n in numbers}
        rows.append(tuple(cells.values()))
    return Grid(grid.title, grid.heads, tuple(rows))


def _percent(value: object) -> int | None:
    """Whole percent for a bar; who is behind the baseline has no bar."""
    return max(0, (value + 50) // 100) if isinstance(value, int) else None


def results(v: View) -> list[Page]:
    """ARR by quarter, retention, contacts, promises."""
    chart = None
    if table := v.table("arr_by_quarter"):
        chart = Chart(
            "column", _in_currency(v, "arr_by_quarter"), tuple(_quarter(v, str(r.cells[0])) for r in table.rows),
            (Series(v.say.label("columns", "arr"), tuple(v.amount(r, r.cells[1]) for r in table.rows)),),
        )  # fmt: skip
    shown = v.figures("arr_year_ago", "grr", "contacts", "promises_kept", "promises_kept_moved")
    shown = [f for f in shown if f.value is not None]
    heads = (Head(v.say.text("figures"), 4), Head(v.say.label("columns", "value"), 2, "right"))
    grid = Grid(v.say.text("figures"), heads, tuple((v.name(f), v.shown(f)) for f in shown))
    return [
        Page("results", v.title(), tiles=v.tiles("arr", "nrr", "days_since_contact", "persons_reached"), chart=chart,
             grid=grid if shown else None, split=58)
    ]  # fmt: skip


def _quarter(v: View, day: str) -> str:
    year, month, _ = day.split("-")
    ends = day.endswith(("-03-31", "-06-30", "-09-30", "-12-31"))
    return f"Q{(int(month) + 2) // 3} {year}" if ends else v.say.value(day, "day")


def _in_currency(v: View, table: str) -> str:
    found = v.section.table(table)
    currencies = sorted({r.currency for r in found.rows if r.currency}) if found else []
    return f"{v.say.label('tables', table)} ({', '.join(currencies)})"


def value(v: View) -> list[Page]:
    """What the customer got since the last review."""
    tiles = v.tiles("solved_cases", "solved_in_time") + tuple(
        Tile(v.say.signed(f.value), v.name(f))
        for f in v.figures("active_users_more")
        if isinstance(f.value, int) and f.value
    )
    table = v.table("delivered")
    grid = v.grid(table, ("on", "kind", "what", "outcome"), (2, 3, 6, 3)) if table else None
    day = v.say.day(datetime.fromisoformat(v.pack.since.at))
    lead = "" if grid else v.say.text("nothing_delivered", day=day)
    useful = any(isinstance(f.value, int) and f.value > 0 for f in v.figures("solved_cases", "active_users_more"))
    if grid is None and not useful:
        return []
    return [Page("value", v.title(), lead=lead, tiles=tiles[:5], grid=grid)]


def pipeline(v: View) -> list[Page]:
    """Value by stage, and the deals behind it."""
    stages, deals = v.table("stages"), v.table("deals")
    if stages is None or deals is None:
        return []
    chart = Chart(
        "bar", _in_currency(v, "stages"), tuple(str(s) for s in stages.column("stage")),
        (Series(v.say.label("figures", "open_amount"), tuple(v.amount(r, r.cells[3]) for r in stages.rows)),),
    )  # fmt: skip
    tiles = v.tiles(
        "open_deals", "open_amount", "weighted_amount", "past_close", "won_amount", "lost_amount", alert=("past_close",)
    )
    grid = v.grid(deals, ("deal", "stage", "amount", "closes"), (6, 4, 3, 3))
    count = len(deals.rows)
    lead = v.say.text(
        "lead_pipeline", n=count, open=v.money_figure("open_amount"), weighted=v.money_figure("weighted_amount")
    )
    return [Page("pipeline", v.title(), lead=lead, tiles=tiles, chart=chart, grid=grid, split=42)]


def renewals(v: View) -> list[Page]:
    """Contracts by notice deadline, and when they end."""
    table, ends = v.table("contracts"), v.table("ends_by_quarter")
    if table is None:
        return []
    chart = None
    if ends is not None and len(ends.rows) > 1:
        chart = Chart(
            "column", _in_currency(v, "ends_by_quarter"), tuple(_year_quarter(str(q)) for q in ends.column("quarter")),
            (Series(v.say.label("columns", "arr"), tuple(v.amount(r, r.cells[1]) for r in ends.rows)),),
        )  # fmt: skip
    columns = ["contract", "arr", "ends", "deadline", "days_left", "auto_renew", "renewal_deal"]
    if set(table.column("state")) != {"active"}:
        columns.insert(1, "state")
    grid = v.grid(table, columns, [{"contract": 5, "renewal_deal": 4}.get(c, 3) for c in columns])
    tiles = v.tiles("arr", "contracts", "next_deadline", "arr_deadline_ahead", "without_deal", alert=("without_deal",))
    deadline = v.section.figure("next_deadline")
    lead = ""
    if deadline is not None and isinstance(deadline.value, str):
        left = (date.fromisoformat(deadline.value) - date.fromisoformat(v.pack.day)).days
        lead = v.say.text("lead_renewals", day=v.say.value(deadline.value, "day"), n=left)
    return [Page("renewals", v.title(), lead=lead, tiles=tiles, chart=chart, grid=grid, split=30)]


def _year_quarter(text: str) -> str:
    year, quarter = text.split("-")
    return f"{quarter} {year}"
