"""Up to which business instant may timers fire? Never beyond what has been read, so that nothing is judged on half a
history.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.accounts import process
from shared import positions
from shared.clock import Clock
from shared.consumer import Consumer
from shared.positions import driver
from shared.projector import PLACE

_STATE = text("""
SELECT (SELECT coalesce(max(position), 0) FROM events) AS head,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :projection AND source = :store) AS shown,
       (SELECT coalesce(sum(position), 0) FROM positions WHERE consumer = :consumer) AS read,
       EXISTS (SELECT FROM (SELECT DISTINCT ON (system) what FROM sources WHERE what IN ('behind', 'caught_up')
                            ORDER BY system, position DESC) s WHERE what = 'behind') AS behind,
       (SELECT min(due_at) FROM timers WHERE rule = :rule AND fired_at IS NULL
           AND (retry_at IS NULL OR retry_at <= now())) AS next""")


class Gate:
    """Open while

    - no CRM connection says that it is behind with what the CRM has sent,
    - nothing is left to read on any Kafka partition, and nothing has come for `settle`,
    - the read model shows everything that is in our log.

    The horizon is the newest business time that the CRM told of, at most now. Tier assessments come first, one
    instant after the other: for them the gate opens up to the next one. `after_tiers`: for everything else, when no
    assessment is due any more before the horizon; so it sees the tiers that held on each day.
    """

    def __init__(
        self, engine: AsyncEngine, clock: Clock, consumer: str, projection: str, *, after_tiers: bool,
        watched: Sequence[Consumer] = (), settle: timedelta = timedelta(0),
    ) -> None:  # fmt: skip
        self._engine, self._clock, self._watched, self._settle = engine, clock, watched, settle.total_seconds()
        self._names = {"consumer": consumer, "projection": projection, "store": PLACE[0], "rule": process.ASSESSMENT}
        self._consumer, self._after_tiers = consumer, after_tiers
        self._since = 0.0
        self.read = -1
        """Grows with every fact that is read."""
        self.horizon: datetime | None = None
        self.until: datetime | None = None

    async def __call__(self) -> datetime | None:
        """Up to when timers may fire now; None: none of them may."""
        self.horizon = self.until = None
        waiting = await self._look()
        if self.horizon is not None and self._after_tiers:
            self.until = None if waiting is not None and waiting <= self.horizon else self.horizon
        elif self.horizon is not None and waiting is not None:
            self.until = min(self.horizon, waiting)
        return self.until

    async def _look(self) -> datetime | None:
        """Sets the horizon; returns when the next assessment is due."""
        if not all(c.caught_up.is_set() for c in self._watched):
            return None
        async with self._engine.begin() as conn:
            state = (await conn.execute(_STATE, self._names)).one()
            seen = await positions.watermark(driver(conn), self._consumer)
        now = time.monotonic()
        if state.read != self.read:
            self.read, self._since = state.read, now
        if seen is not None and not state.behind and state.shown >= state.head and now - self._since >= self._settle:
            self.horizon = min(seen, self._clock.now())
        waiting: datetime | None = state.next
        return waiting
