"""Single events and the state of the service, for whoever wants to look behind a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads import states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.portfolio import LIVES

_EVENT = text("""
SELECT position, topic, stream_id, version, effective_at, recorded_at, actor, command_id, correlation_id, causation_id,
       CAST(source AS text) AS source, CAST(policy_refs AS text) AS policy_refs, convert_from(state, 'UTF8') AS state
FROM events WHERE position = :position""")
_STATE = text("""
SELECT (SELECT coalesce(max(position), 0) FROM events) AS events,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :projection AND source = 'store') AS shown,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :consumer) AS read,
       (SELECT max(effective_at) FROM positions WHERE consumer = :consumer) AS told,
       (SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1) AS received,
       (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at IS NOT NULL) AS armed,
       (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at <= :woken) AS waiting,
       EXISTS (SELECT FROM (SELECT DISTINCT ON (system) what FROM sources WHERE what IN ('behind', 'caught_up')
                            ORDER BY system, position DESC) s WHERE what = 'behind') AS behind,
       (SELECT count(*) FROM dead_letters) AS dead""")


@dataclass(frozen=True, slots=True)
class Status:
    """How far the service has come. `read`: newest position taken from the CRM's facts; `told`: the newest business
    time in them; `waiting`: processes that a fact has woken and that have not looked yet; `behind`: a CRM connection
    says it is."""

    events: int
    shown: int
    read: int
    told: datetime | None
    received: datetime | None
    armed: int
    waiting: int
    behind: bool
    dead: int

    @property
    def caught_up(self) -> bool:
        """The CRM's stream is told, the read model shows every event, and no process that was woken still waits."""
        return self.read > 0 and not self.behind and self.shown >= self.events and not self.waiting


async def event(conn: AsyncConnection, position: int) -> Mapping[str, Any] | None:
    """One stored event, its payload as JSON text."""
    row = (await conn.execute(_EVENT, {"position": position})).mappings().first()
    return dict(row) if row else None


async def status(conn: AsyncConnection, consumer: str, projection: str, woken: datetime) -> Status:
    """The state of the service. `woken`: the due time of timers that only say "look"."""
    names = {"consumer": consumer, "projection": projection, "woken": woken}
    return Status(**(await conn.execute(_STATE, names)).mappings().one())


async def count_accounts(conn: AsyncConnection, asof: AsOf) -> int:
    """How many accounts the portfolio lists."""
    merged, said = await states.merges(conn), await states.aspects(conn, asof)
    live = {a for a, aspects in said.items() if aspects.lifecycle in LIVES}
    return sum(a in live and a not in merged for a in await states.customers(conn, asof))
