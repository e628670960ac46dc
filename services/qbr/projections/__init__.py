"""The projection `qbr_reads_v1`: our own log → the tables of `reads`, one row of the whole state for each event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.domain import ActionEvent, ActionItem, Qbr, QbrEvent, Series, SeriesEvent
from services.qbr.projections import rows
from services.qbr.reads import tables as t
from shared.eventstore.events import Aggregate, AggregateEvent, Recorded
from shared.eventstore.repository import fold
from shared.eventstore.store import load_in
from shared.positions import driver
from shared.projector import copy_in

Values = dict[str, Any]
STATES: Sequence[tuple[type[AggregateEvent], type[Aggregate], Table, Callable[[Any], Values]]] = (
    (SeriesEvent, Series, t.series_states, rows.series),
    (QbrEvent, Qbr, t.qbr_states, rows.qbr),
    (ActionEvent, ActionItem, t.action_states, rows.action),
)


class QbrReads:
    """Rows are only ever added. A row is the fold of its stream up to its event, so it does not matter in which pages
    the log is read."""

    name = t.READ_MODEL
    tables: Sequence[Table] = t.PROJECTED

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        """Writes the rows of a page."""
        streams = await load_in(driver(conn), {r.stream_id for r in events})
        pages: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

        def add(table: Table, r: Recorded, values: Values) -> None:
            pages[table.name].append(_tuple(table, values, r))

        for r in events:
            for kind, cls, table, make in STATES:
                if isinstance(r.event, kind):
                    state = fold(cls, streams[r.stream_id][: r.version])
                    add(table, r, make(state) | {"version": r.version})
            if told := _event(r):
                add(t.qbr_events, r, told)
            if template := rows.template(r.event):
                add(t.template_states, r, template)
        for name, page in pages.items():
            await copy_in(conn, tables[name], page)


def _event(r: Recorded) -> Values | None:
    match r.event:
        case ActionEvent(qbr_id=qbr) as e:
            return _told(r, e, qbr, r.stream_id)
        case QbrEvent() as e:
            return _told(r, e, r.stream_id, None)
    return None


def _told(r: Recorded, e: Any, qbr_id: UUID, action_id: UUID | None) -> Values:
    data = e.model_dump(mode="json", exclude={"originator_id", "originator_version", "timestamp", "originator_topic"})
    return {
        "qbr_id": qbr_id, "account_id": e.account_id, "action_id": action_id, "type": type(e).__name__, "data": data,
        "actor": r.actor,
    }  # fmt: skip


def _tuple(table: Table, values: Values, r: Recorded) -> tuple[Any, ...]:
    full = values | {
        "effective_at": r.effective_at, "recorded_at": r.recorded_at, "event_id": r.event_id, "position": r.position,
    }  # fmt: skip
    return tuple(
        orjson.dumps(value).decode() if value is not None and isinstance(column.type, JSONB) else value
        for column, value in ((c, full.get(c.name)) for c in table.columns)
    )
