"""Single events and the state of the service, for whoever wants to look behind a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_EVENT = text("""
SELECT position, topic, stream_id, version, effective_at, recorded_at, actor, command_id, correlation_id, causation_id,
       CAST(source AS text) AS source, CAST(policy_refs AS text) AS policy_refs, convert_from(state, 'UTF8') AS state
FROM events WHERE position = :position""")
_STATE = text("""
SELECT (SELECT coalesce(max(position), 0) FROM events) AS events,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :projection AND source = 'store') AS shown,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :reactor AND source = 'store') AS reacted,
       (SELECT CAST(coalesce(sum(position), 0) AS bigint) FROM positions
            WHERE consumer = ANY(CAST(:consumers AS text[]))) AS read,
       (SELECT max(effective_at) FROM positions WHERE consumer = ANY(CAST(:consumers AS text[]))) AS told,
       (SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1) AS received,
       (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at IS NOT NULL) AS armed,
       (SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL) AS dead""")


@dataclass(frozen=True, slots=True)
class Status:
    """How far the service has come. `told`: the newest business time of what others told; `reacted`, `shown`: up to
    which of our own events."""

    events: int
    shown: int
    reacted: int
    read: int
    told: datetime | None
    received: datetime | None
    armed: int
    dead: int

    @property
    def caught_up(self) -> bool:
        """Everything that was read has had its consequences and is shown."""
        return self.read > 0 and min(self.shown, self.reacted) >= self.events


async def event(conn: AsyncConnection, position: int) -> Mapping[str, Any] | None:
    """One stored event, its payload as JSON text."""
    row = (await conn.execute(_EVENT, {"position": position})).mappings().first()
    return dict(row) if row else None


async def status(conn: AsyncConnection, consumers: Sequence[str], projection: str, reactor: str) -> Status:
    """The state of the service."""
    names = {"consumers": list(consumers), "projection": projection, "reactor": reactor}
    return Status(**(await conn.execute(_STATE, names)).mappings().one())
