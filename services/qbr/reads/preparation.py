"""How long preparations take, where no person can be recognised (K10)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.policy.cycle import Cycle
from services.qbr.policy.preparation import medians
from services.qbr.reads.accounts import cards, staff
from services.qbr.reads.states import fetch
from services.qbr.reads.tables import qbr_events

ALL = ""


async def preparation_times(
    conn: AsyncConnection, first: date | None, last: date | None, zone: ZoneInfo, cycle: Cycle
) -> dict[str, tuple[int, int | None]]:
    """Team → (n, median of the active minutes at the last publication of each pack). A team is who reports to the same
    superior as the account's commercial owner; ALL: the company. No median below the least n."""
    t = qbr_events
    rows = await fetch(conn, select(t).where(t.c.type == "QBRPackPublished").order_by(t.c.position))
    minutes = {
        r["qbr_id"]: (r["account_id"], r["data"]["active_minutes"])
        for r in rows
        if _within(r["effective_at"].astimezone(zone).date(), first, last)
    }
    known, people = await cards(conn), await staff(conn)
    teams: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for account, spent in minutes.values():
        owner = known[account].owner_id if account in known else ""
        teams[ALL].append((owner, spent))
        superior = people[owner][1] if owner in people else None
        if superior:
            teams[superior].append((owner, spent))
    return medians(teams, cycle.preparation_least_n)


def _within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
