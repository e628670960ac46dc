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
    """`before`: what became true before this instant counts. `day`: the company's calendar day then.

    `known`: for judgements that must come out the same whenever they are made: only facts that were true before this
    instant, even where the fact names an earlier day of its own (a contract signed late). None: all we know today.
    """

    before: datetime
    day: date
    known: datetime | None = None

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
        """This instant, itself included, with what we know today."""
        return cls(instant + TICK, instant.astimezone(zone).date())

    @classmethod
    def everything(cls) -> AsOf:
        """All we know, also of days to come."""
        end = datetime(9000, 1, 1, tzinfo=UTC)
        return cls(end, end.date())

    @classmethod
    def judged_at(cls, instant: datetime, zone: ZoneInfo) -> AsOf:
        """This instant, with only what was true by then: for assessments and standards."""
        before = instant + TICK
        return cls(before, instant.astimezone(zone).date(), before)


def present(table: Table, key: tuple[str, ...], *where: ColumnElement[bool]) -> Select[Any]:
    """For each key the row we learned last: the CRM tells the present again after each late word about the past."""
    keys = [table.c[k] for k in key]
    return select(table).ext(distinct_on(*keys)).where(*where).order_by(*keys, table.c.position.desc())


def then(table: Table, key: tuple[str, ...], before: datetime, *where: ColumnElement[bool]) -> Select[Any]:
    """For each key the row that became true last before the cut; of two at one instant the one we learned last."""
    keys = [table.c[k] for k in key]
    rows = select(table).ext(distinct_on(*keys)).where(table.c.effective_at < before, *where)
    return rows.order_by(*keys, table.c.effective_at.desc(), table.c.position.desc())
