"""May time act? Never on half of what has been said."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.clock import Clock
from shared.consumer import Consumer
from shared.projector import PLACE

_STATE = text("""
SELECT (SELECT coalesce(max(position), 0) FROM events) AS head,
       (SELECT coalesce(min(p), 0) FROM (SELECT coalesce(max(position), 0) AS p
            FROM unnest(CAST(:own AS text[])) AS u(n)
            LEFT JOIN positions ON consumer = n AND source = :store GROUP BY n) x) AS done,
       (SELECT coalesce(sum(position), 0) FROM positions WHERE consumer = ANY(CAST(:consumers AS text[]))) AS read,
       EXISTS (SELECT FROM (SELECT DISTINCT ON (data->>'system') type FROM facts WHERE account_id IS NULL
                    AND type IN ('SourceLagExceeded', 'SourceLagCleared') ORDER BY data->>'system', position DESC) s
               WHERE type = 'SourceLagExceeded') AS behind""")


class Gate:
    """Open, up to now, while

    - no CRM connection says that it is behind,
    - nothing is left to read on any Kafka partition, and nothing has come for `settle`,
    - all of our log has been reacted to and is in the read model (`own`: their positions).
    """

    def __init__(
        self, engine: AsyncEngine, clock: Clock, own: Sequence[str], watched: Sequence[Consumer] = (),
        settle: timedelta = timedelta(0),
    ) -> None:  # fmt: skip
        self._engine, self._clock, self._watched, self._settle = engine, clock, watched, settle.total_seconds()
        self._names = {"own": list(own), "consumers": [c.name for c in watched], "store": PLACE[0]}
        self._read, self._since = -1, 0.0

    async def __call__(self) -> datetime | None:
        """Up to when timers may fire now; None: none of them may."""
        if not all(c.caught_up.is_set() for c in self._watched):
            return None
        async with self._engine.begin() as conn:
            state = (await conn.execute(_STATE, self._names)).one()
        now = time.monotonic()
        if state.read != self._read:
            self._read, self._since = state.read, now
        if state.behind or state.done < state.head or now - self._since < self._settle:
            return None
        return self._clock.now()
