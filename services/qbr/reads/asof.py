"""Which instant a question is about, and how to cut a history table there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Table, select
from sqlalchemy.dialects.postgresql import distinct_on

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class AsOf:
    """`before`: what became true before this instant counts. `day`: the company's calendar day then."""

    before: datetime
    day: date

    @property
    def shown(self) -> datetime:
        """The instant that an answer is for: the last one that counts."""
        return self.before - TICK

    @classmethod
    def end_of(cls, day: date, zone: ZoneInfo) -> AsOf:
        """A whole day: its end in the company's time zone (23, 24 or 25 hours long)."""
        return cls(datetime.combine(day + timedelta(days=1), time(), zone), day)

    @classmethod
    def at(cls, instant: datetime, zone: ZoneInfo) -> AsOf:
        """This instant, itself included."""
        return cls(instant + TICK, instant.astimezone(zone).date())

    @classmethod
    def everything(cls) -> AsOf:
        """All we know, also what is dated ahead."""
        end = datetime(9000, 1, 1, tzinfo=UTC)
        return cls(end, end.date())


def then(table: Table, key: str, asof: AsOf, *where: ColumnElement[bool]) -> Select[Any]:
    """For each key the state told last of those that were true by then: rows hold the whole state, in log order."""
    column = table.c[key]
    rows = select(table).ext(distinct_on(column)).where(table.c.effective_at < asof.before, *where)
    return rows.order_by(column, table.c.position.desc())
