"""When may alerts be raised? When everything that was told is read; and only for what happened since that was so for
the first time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifications.reads import sources, watches
from services.notifications.settings import Settings
from shared.clock import Clock
from shared.consumer import Consumer

_READ = text("SELECT coalesce(sum(position), 0) FROM positions WHERE consumer = ANY(CAST(:names AS text[]))")


class Gate:
    """Opens when every consumer has had nothing to read for `settle_seconds`, and stays open under a trickle of facts.

    The first time it opens, the service goes live: what became true before is history. So that first time asks for
    more: something was read, no source says that it is behind, and for `first_settle_seconds` nothing new came, since
    what the other services conclude from a history follows it by seconds.
    """

    def __init__(self, engine: AsyncEngine, settings: Settings, clock: Clock, watched: Sequence[Consumer] = ()) -> None:
        self._engine, self._clock, self._watched = engine, clock, watched
        self._settle, self._first = settings.settle_seconds, settings.first_settle_seconds
        self._quiet_since, self._read, self._still_since, self._live = time.monotonic(), 0, 0.0, False

    async def __call__(self) -> datetime | None:
        """Up to which instant timers may fire; None: none of them."""
        if not all(c.caught_up.is_set() for c in self._watched):
            self._quiet_since = time.monotonic()
            return None
        if self._watched and time.monotonic() - self._quiet_since < self._settle:
            return None
        if not self._live and not await self._goes_live():
            return None
        return self._clock.now()

    async def _goes_live(self) -> bool:
        async with self._engine.begin() as conn:
            if await watches.live_since(conn) is None:
                if self._watched:
                    ticks = time.monotonic()
                    names = [c.name for c in self._watched]
                    read = int((await conn.execute(_READ, {"names": names})).scalar_one())
                    if read != self._read:
                        self._read, self._still_since = read, ticks
                    behind = any(s.behind_since is not None for s in await sources.known(conn))
                    if not read or behind or ticks - self._still_since < self._first:
                        return False
                await watches.go_live(conn, self._clock.now())
        self._live = True
        return True
