"""What was decided and said about one escalation, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.reads.tables import decisions


class Step(NamedTuple):
    """One event of its stream. `kind`: the event's name; `data`: its fields; `text`: the reference of what was said."""

    at: datetime
    kind: str
    event_id: str
    data: Mapping[str, Any]

    @property
    def text(self) -> UUID | None:
        ref = self.data.get("text_ref") or self.data.get("reason_ref")
        return UUID(ref) if ref else None


async def steps(conn: AsyncConnection, escalation: UUID, before: datetime) -> tuple[UUID | None, list[Step]]:
    """(its account or None if there is no such escalation at that time, its steps with the newest first)."""
    t = decisions
    query = (
        select(t.c.account_id, t.c.effective_at, t.c.type, t.c.event_id, t.c.data)
        .where(t.c.stream_id == escalation, t.c.type.like("Escalation%"), t.c.effective_at < before)
        .order_by(t.c.version.desc())
    )
    rows = list(await conn.execute(query))
    return (rows[0].account_id if rows else None), [Step(r.effective_at, r.type, r.event_id, r.data) for r in rows]
