"""When may alerts be raised? When everything that was told is read; and only for what happened since that was so for
the first time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifications.reads import watches
from services.notifications.settings import Settings
from shared.clock import Clock
from shared.consumer import Consumer


class Gate:
    """Opens when every consumer has had nothing to read for `settle_seconds`. The first time it opens, the service goes
    live: what became true before is history."""

    def __init__(self, engine: AsyncEngine, settings: Settings, clock: Clock, watched: Sequence[Consumer] = ()) -> None:
        self._engine, self._settle, self._clock = engine, settings.settle_seconds, clock
        self._watched, self._quiet_since, self._live = watched, time.monotonic(), False

    async def __call__(self) -> datetime | None:
        """Up to which instant timers may fire; None: none of them."""
        if not all(c.caught_up.is_set() for c in self._watched):
            self._quiet_since = time.monotonic()
            return None
        if self._watched and time.monotonic() - self._quiet_since < self._settle:
            return None
        now = self._clock.now()
        if not self._live:
            async with self._engine.begin() as conn:
                await watches.go_live(conn, now)
            self._live = True
        return now
