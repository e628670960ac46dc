"""The rows of a difference: what, when, about what, from what to what, how many days, how much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from services.qbr.pack.context import Context, instant, row
from services.qbr.pack.facts import Fact
from services.qbr.pack.model import Row, Value

COLUMNS = ("change:code", "at:instant", "about:text", "was:text", "now:text", "days:days", "amount:minor")


def ordered(rows: Iterable[Row]) -> list[Row]:
    """By time, then kind."""
    return sorted(rows, key=lambda r: (str(r.cells[1]), str(r.cells[0]), r.id))


def change(
    c: Context, kind: str, key: str, about: str | None, events: Sequence[str | None], *, was: Value = None,
    now: Value = None, days: int | None = None, amount: int | None = None, currency: str | None = None,
    at: str | None = None,
) -> Row:  # fmt: skip
    """A row of `COLUMNS`; `at`: when, unless the newest of its facts says so."""
    ids = [e for e in events if e]
    moment = at or when(c, ids)
    return row(f"{kind}/{key}", (kind, moment, about, was, now, days, amount), ids, currency=currency)


def when(c: Context, ids: Sequence[str]) -> str | None:
    """When the newest of these facts became true."""
    found = [c.happened[i] for i in ids if i in c.happened]
    return instant(max(found)) if found else None


def iso(day: date | None) -> str | None:
    """A day as packs write it."""
    return day.isoformat() if day else None


def between(c: Context, types: Iterable[str]) -> list[Fact]:
    """The facts of these types since the baseline."""
    wanted = set(types)
    return [f for f in c.facts if f.type in wanted and c.since < f.effective_at <= c.at]
