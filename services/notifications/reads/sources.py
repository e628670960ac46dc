"""Sources with a gap. What we do not hear of in one is not known not to have happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.base import Envelope

BEHIND = frozenset({"SourceLagExceeded", "SourceGapDetected"})
BACK = frozenset({"SourceLagCleared", "ResyncCompleted"})
_BEHIND = text("""
INSERT INTO sources AS s (system, behind_since, gap_since) VALUES (:system, :at, :at)
ON CONFLICT (system) DO UPDATE SET behind_since = coalesce(s.behind_since, excluded.behind_since),
    gap_since = coalesce(s.behind_since, excluded.behind_since), back_at = NULL""")
_BACK = text("""
UPDATE sources SET behind_since = NULL, back_at = :at WHERE system = :system AND behind_since IS NOT NULL""")
_ALL = text("SELECT system, behind_since, gap_since, back_at FROM sources ORDER BY behind_since NULLS LAST, system")


class Source(NamedTuple):
    """A source that has, or had, a gap. `behind_since` None: it is back, since `back_at`."""

    system: str
    behind_since: datetime | None
    gap_since: datetime
    back_at: datetime | None

    def silent(self, at: datetime, grace: timedelta) -> bool:
        """Whether what fell due then fell into the last gap, or right after it."""
        return self.gap_since <= at and (self.back_at is None or at < self.back_at + grace)


async def take(conn: AsyncConnection, e: Envelope, now: datetime) -> None:
    """A gap begins or ends. It ends when we learn of it: the facts that were missing are told just before."""
    row = {"system": str(e.data["system"])}
    if e.type in BEHIND:
        await conn.execute(_BEHIND, {**row, "at": e.effective_at})
    elif e.type in BACK:
        await conn.execute(_BACK, {**row, "at": now})


async def known(conn: AsyncConnection) -> list[Source]:
    """Every source that ever had a gap, those that are behind first."""
    return [Source(*r) for r in await conn.execute(_ALL)]
