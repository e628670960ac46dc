"""Our own decisions wake the accounts that they are about: a follower of the log that arms timers and has no tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk import process
from services.risk.reads import cursors
from shared.eventstore.events import Recorded
from shared.timers import arm


class Wake:
    """Live events only: a rebuild of the read model does not come here."""

    name = "risk_wake_v1"
    tables: Sequence[Table] = ()

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], _: Mapping[str, Table]) -> None:
        """Arms what follows from a page of events."""
        accounts, timers = process.woken(events), process.timers_of(events)
        if process.wakes_all(events):
            accounts |= await cursors.followed(conn)
        await cursors.wake(conn, accounts)
        await arm(conn, timers)
