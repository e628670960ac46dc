"""Up to which business instant may be judged? Never on half of what there is to read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.clock import Clock
from shared.consumer import Consumer
from shared.contracts.crm import CHANNEL as CRM
from shared.projector import PLACE

_STATE = text("""
SELECT (SELECT coalesce(max(position), 0) FROM events) AS head,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :projection AND source = :store) AS shown,
       (SELECT coalesce(sum(position), 0) FROM positions WHERE consumer = :consumer) AS read,
       (SELECT max(effective_at) FROM positions WHERE consumer = :consumer AND source = :crm) AS told,
       (SELECT min(effective_at) FROM sources WHERE what = 'connected') AS connected,
       (SELECT max(recorded_at) FROM sources WHERE what = 'caught_up') AS revived,
       (SELECT what FROM sources WHERE what IN ('behind', 'caught_up') ORDER BY position DESC LIMIT 1) AS pace,
       (SELECT min(recorded_at) FROM sources s WHERE what = 'behind' AND NOT EXISTS
           (SELECT FROM sources l WHERE l.system = s.system AND l.what = 'caught_up' AND l.position > s.position)
       ) AS behind_since""")


class Gate:
    """Open while nothing is left to read on any topic, nothing has come for `settle`, and the read model shows our log.

    Up to now, if the CRM's connection says that all is told; else up to the newest business time that it told of. While
    it says that it is behind, nothing is judged: what is there is half a history. After `dead_after` its feed counts as
    dead, and accounts are judged without it.
    """

    def __init__(
        self, engine: AsyncEngine, clock: Clock, consumer: str, projection: str, dead_after: timedelta, *,
        watched: Sequence[Consumer] = (), settle: timedelta = timedelta(0),
    ) -> None:  # fmt: skip
        self._engine, self._clock, self._watched, self._settle = engine, clock, watched, settle.total_seconds()
        self._names = {"consumer": consumer, "projection": projection, "store": PLACE[0], "crm": CRM}
        self._dead_after, self._read, self._since = dead_after, -1, 0.0
        self.until: datetime | None = None
        self.dead: datetime | None = None
        """Since when the feed of the CRM is dead; None: it lives."""
        self.revived: datetime | None = None
        """When the feed told last that it lives."""
        self.begin: datetime | None = None
        """When the CRM was connected: nothing before that is judged."""

    async def __call__(self) -> datetime | None:
        """Up to when timers may fire now; None: none of them may."""
        self.until = self.dead = None
        if not all(c.caught_up.is_set() for c in self._watched):
            return None
        async with self._engine.connect() as conn:
            s = (await conn.execute(_STATE, self._names)).one()
        ticks, now = time.monotonic(), self._clock.now()
        if s.read != self._read:
            self._read, self._since = s.read, ticks
        if s.told is None or s.shown < s.head or ticks - self._since < self._settle:
            return None
        self.begin, self.revived = s.connected, s.revived
        if s.pace == "behind":
            if now - s.behind_since < self._dead_after:
                return None
            self.dead = s.behind_since
        self.until = now if s.pace is not None else min(s.told, now)
        return self.until
