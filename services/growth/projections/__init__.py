"""The projection `growth_reads_v1`: our own log → `growth_steps`. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.growth.projections.patches import patches
from services.growth.reads.tables import PROJECTED, growth_steps
from shared.eventstore.events import Recorded
from shared.projector import copy_in

__all__ = ["GrowthReads", "patches"]


class GrowthReads:
    """A page of events is one COPY."""

    name = "growth_reads_v1"
    tables: Sequence[Table] = PROJECTED

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], tables: Mapping[str, Table]) -> None:
        """Writes the rows of a page."""
        rows = [
            (
                p.kind, p.entity_id, p.account_id, p.plan_id, orjson.dumps(p.patch, default=_plain).decode(),
                r.effective_at, r.recorded_at, r.event_id, r.position,
            )
            for r in events
            for p in patches(r)
        ]  # fmt: skip
        if rows:
            await copy_in(conn, tables[growth_steps.name], rows)


def _plain(value: object) -> object:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return str(value)
