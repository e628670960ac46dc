"""Up to which business instant may timers fire? Never beyond what has been read, so that nothing is judged on half a history."""

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
       (SELECT min(due_at) FROM timers WHERE rule = :rule AND fired_at IS NULL) AS next""")


class Gate:
    """The `ready` of the timers. Open while

    - nothing is left to read on any Kafka partition, and nothing has come for `settle`,
    - the read model shows everything that is in our log,

    and then up to `until`: the newest business time that the CRM told of, at most now, and not beyond the next tier
    assessment, so that whatever depends on tiers sees those that held on the day.
    """

    def __init__(
        self, engine: AsyncEngine, clock: Clock, consumer: str, projection: str, *,
        watched: Sequence[Consumer] = (), settle: timedelta = timedelta(0),
    ) -> None:  # fmt: skip
        self._engine, self._clock, self._watched, self._settle = engine, clock, watched, settle.total_seconds()
        self._names = {"consumer": consumer, "projection": projection, "store": PLACE[0], "rule": process.ASSESSMENT}
        self._consumer = consumer
        self._read, self._since = -1, 0.0
        self.until: datetime | None = None

    async def __call__(self) -> datetime | None:
        """The newest due time that may fire now; None: none."""
        self.until = await self._look() if all(c.caught_up.is_set() for c in self._watched) else None
        return self.until

    async def _look(self) -> datetime | None:
        async with self._engine.connect() as conn:
            state = (await conn.execute(_STATE, self._names)).one()
            seen = await positions.watermark(driver(conn), self._consumer)
        now = time.monotonic()
        if state.read != self._read:
            self._read, self._since = state.read, now
        if seen is None or state.shown < state.head or now - self._since < self._settle:
            return None
        horizon = min(seen, self._clock.now())
        return min(horizon, state.next) if state.next is not None else horizon
