"""The projection `accounts_reads_v1`: our own log → the tables of `reads`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.projections import activity, handovers, others, timeline
from services.accounts.projections.rows import MAKERS, Row
from services.accounts.reads.tables import PROJECTED
from services.accounts.reads.tables import timeline as timeline_table
from shared.eventstore.events import Recorded
from shared.projector import copy_in

__all__ = ["AccountsReads", "activity", "handovers", "others"]


class AccountsReads:
    """Rows are only ever added, so a page of events is one COPY for each table."""

    name = "accounts_reads_v1"
    tables: Sequence[Table] = PROJECTED

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        """Writes the rows of a page."""
        pages: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for r in events:
            for row in rows(r):
                pages[row.table].append(_tuple(tables[row.table], row, r))
        for name, page in pages.items():
            await copy_in(conn, tables[name], page)


def rows(r: Recorded) -> list[Row]:
    """All rows that one event leaves."""
    make = MAKERS.get(r.topic)
    found = list(make(r, r.event)) if make else []
    told = timeline.entry(r)
    if told is not None:
        found.append(Row(timeline_table.name, told))
    return found


def _tuple(table: Table, row: Row, r: Recorded) -> tuple[Any, ...]:
    values = row.values | {
        "effective_at": row.at or r.effective_at,
        "recorded_at": r.recorded_at,
        "event_id": r.event_id,
        "position": r.position,
    }
    return tuple(
        orjson.dumps(value).decode() if value is not None and isinstance(column.type, JSONB) else value
        for column, value in ((c, values.get(c.name)) for c in table.columns)
    )
