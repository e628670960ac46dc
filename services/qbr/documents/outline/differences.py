"""The page of what changed since the last review: from what to what, in one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.qbr.documents.language import NOTHING
from services.qbr.documents.outline.parts import Grid, Head, Page, Tile
from services.qbr.documents.outline.view import View
from services.qbr.pack.model import Row, Table

TABLES = ("contracts", "opportunities", "plan", "promises", "risk", "people")
MOST = 5
"""So many changes of one kind are told one by one, the biggest; the others together."""


def changes(v: View) -> list[Page]:
    """What happened since the last review: kinds as tiles, each change a row."""
    tables = [t for name in TABLES if (t := v.table(name))]
    tiles = tuple(Tile(v.say.number(len(t.rows)), v.say.label("tables", t.name)) for t in tables)
    return [Page("changes", v.title(), tiles=tiles, grid=change_grid(v, tables))] if tables else []


def change_grid(v: View, tables: list[Table]) -> Grid:
    """When, what, about what or whom, from what to what."""
    say = v.say
    heads = (
        Head(say.label("columns", "at"), 3), Head(say.label("columns", "change"), 4),
        Head(say.label("columns", "about"), 7), Head(say.text("detail"), 7),
    )  # fmt: skip
    rows = [told for t in tables for told in _told(v, t)]
    rows.sort(key=lambda pair: pair[0], reverse=True)
    return Grid(say.label("tables", "changes"), heads, tuple(cells for _, cells in rows))


def _told(v: View, table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(Instant for the order, cells) of each change; of many alike the smaller ones are summed up at the end."""
    kinds: dict[str, list[Row]] = {}
    for row in table.rows:
        kinds.setdefault(str(row.cells[0]), []).append(row)
    for kind, rows in kinds.items():
        biggest = sorted(rows, key=lambda r: (-abs(_amount(r)), str(r.cells[1]), r.id))
        shown = rows if len(rows) <= MOST + 1 else biggest[:MOST]
        for row in shown:
            yield str(row.cells[1]), _change(v, table, row)
        if len(shown) < len(rows):
            sums: dict[str, int] = {}
            for row in biggest[MOST:]:
                if row.currency:
                    sums[row.currency] = sums.get(row.currency, 0) + _amount(row)
            total = ", ".join(v.say.money(amount, currency) for currency, amount in sorted(sums.items()) if amount)
            more = v.say.text("more_changes", n=len(rows) - len(shown))
            yield "", ("", v.say.label("codes", kind), more, total or NOTHING)


def _amount(row: Row) -> int:
    value = row.cells[-1]
    return value if isinstance(value, int) and row.currency else 0


_DAYS = ("contract_new", "contract_term", "contract_lapsed", "contract_ended", "notice_given", "deal_moved", "goal_set",
         "milestone_slipped", "milestone_earlier", "milestone_overdue", "promise_given", "promise_moved",
         "promise_overdue", "measure_planned")  # fmt: skip
_CODES = ("initiative_completed", "risk_colour", "risk_was", "risk_named", "escalation_opened", "escalation_severity")
_UNITS: Mapping[str, str] = dict.fromkeys(_DAYS, "day") | dict.fromkeys(_CODES, "code")


def _change(v: View, table: Table, row: Row) -> tuple[str, ...]:
    cell = dict(zip((c.name for c in table.columns), row.cells, strict=True))
    kind, say = str(cell["change"]), v.say
    about = say.person(str(cell["who"])) if "who" in cell else str(cell["about"] or NOTHING)
    was, now = (_side(v, kind, cell.get(name)) for name in ("was", "now"))
    detail = " → ".join(x for x in (was, now) if x)
    days, amount = cell.get("days"), cell.get("amount")
    if isinstance(days, int):
        text = say.days(days, signed=kind.endswith(("moved", "slipped")))
        detail += f" ({text})" if detail else text
    if isinstance(amount, int) and row.currency:
        sign = "+" if amount > 0 and kind in ("contract_value", "deal_amount", "contract_renewed") else ""
        detail += ("; " if detail else "") + sign + say.money(amount, row.currency)
    return say.value(cell["at"], "instant"), say.label("codes", kind), about, detail or NOTHING


def _side(v: View, kind: str, value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if kind == "person_attitude":
        return v.say.label("attitudes", text)
    if kind.startswith("person_") and kind != "person_power":
        return ", ".join(v.say.label("roles", role) for role in text.split())
    return v.say.value(text, _UNITS.get(kind, "text"))
