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
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :arming AND source = 'store') AS followed,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = ANY(CAST(:consumers AS text[]))) AS read,
       (SELECT max(effective_at) FROM positions WHERE consumer = ANY(CAST(:consumers AS text[]))) AS told,
       (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at IS NOT NULL) AS armed,
       (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at <= :woken) AS waiting,
       (SELECT count(*) FROM dead_letters) AS dead""")


@dataclass(frozen=True, slots=True)
class Status:
    """How far the service has come. `shown`: the read model; `followed`: the timers; `read`: newest position taken from
    another service; `told`: the newest business time in that; `waiting`: woken timers that have not looked yet."""

    events: int
    shown: int
    followed: int
    read: int
    told: datetime | None
    armed: int
    waiting: int
    dead: int

    @property
    def caught_up(self) -> bool:
        """The read model and the timers show every event, and nothing that was woken still waits."""
        return min(self.shown, self.followed) >= self.events and not self.waiting


async def event(conn: AsyncConnection, position: int) -> Mapping[str, Any] | None:
    """One stored event, its payload as JSON text."""
    row = (await conn.execute(_EVENT, {"position": position})).mappings().first()
    return dict(row) if row else None


async def status(
    conn: AsyncConnection, projection: str, arming: str, consumers: Sequence[str], woken: datetime
) -> Status:
    """The state of the service. `woken`: the due time of timers that only say "look"."""
    names = {"projection": projection, "arming": arming, "consumers": list(consumers), "woken": woken}
    return Status(**(await conn.execute(_STATE, names)).mappings().one())
