"""Single events and the state of the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_EVENT = text("""
SELECT position, topic, stream_id, version, effective_at, recorded_at, actor, command_id, correlation_id, causation_id,
       CAST(source AS text) AS source, CAST(policy_refs AS text) AS policy_refs, convert_from(state, 'UTF8') AS state
FROM events WHERE position = :position""")
_FACT = text("""
SELECT position, :service || '.' || type AS topic, stream_id, number AS version, effective_at, recorded_at,
       CAST(data AS text) AS state
FROM facts WHERE topic = 'kam.' || :service || '.v1' AND position = :position""")
_STATE = text("""
SELECT (SELECT coalesce(max(position), 0) FROM events) AS events,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :projection AND source = 'store') AS shown,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :consumer) AS read,
       (SELECT max(effective_at) FROM positions WHERE consumer = :consumer) AS told,
       (SELECT max(at) FROM cursors WHERE model_version = 0) AS judged,
       (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at IS NOT NULL) AS armed,
       (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at <= :woken) AS waiting,
       (SELECT min(recorded_at) FROM sources s WHERE what = 'behind' AND NOT EXISTS
           (SELECT FROM sources l WHERE l.system = s.system AND l.what = 'caught_up' AND l.position > s.position)
       ) AS behind_since,
       (SELECT count(*) FROM cursors WHERE model_version = 0 AND state->>'shown' <> 'GREY') AS accounts,
       (SELECT count(*) FROM dead_letters) AS dead""")


@dataclass(frozen=True, slots=True)
class Status:
    """How far the service has come. `judged`: newest instant that an account was judged at; `waiting`: accounts that
    were woken and not judged yet."""

    events: int
    shown: int
    read: int
    told: datetime | None
    judged: datetime | None
    armed: int
    waiting: int
    behind_since: datetime | None
    accounts: int
    dead: int

    @property
    def caught_up(self) -> bool:
        """All is read, told, judged and shown."""
        return self.read > 0 and self.behind_since is None and self.shown >= self.events and not self.waiting

    def feed_dead(self, now: datetime, after: timedelta) -> bool:
        """Whether the CRM's feed has been behind for so long that it feeds nothing any more."""
        return self.behind_since is not None and now - self.behind_since >= after


async def event(conn: AsyncConnection, position: int) -> Mapping[str, Any] | None:
    """One stored event, its payload as JSON text."""
    row = (await conn.execute(_EVENT, {"position": position})).mappings().first()
    return dict(row) if row else None


async def fact(conn: AsyncConnection, service: str, position: int) -> Mapping[str, Any] | None:
    """What another service told, as we keep it; its `version` is the revision of the record or of the stream."""
    row = (await conn.execute(_FACT, {"service": service, "position": position})).mappings().first()
    return dict(row) if row else None


async def status(conn: AsyncConnection, consumer: str, projection: str, woken: datetime) -> Status:
    """The state of the service. `woken`: the due time of timers that only say "look"."""
    names = {"consumer": consumer, "projection": projection, "woken": woken}
    return Status(**(await conn.execute(_STATE, names)).mappings().one())
