"""The portfolio over time: at each instant how many accounts had which colour, and what was at risk."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.policy.book import Book
from services.risk.policy.exposure import at_risk
from services.risk.policy.factors import Now
from services.risk.reads.portfolio import contract_facts

_STEPS = text("""
SELECT account_id, to_colour, effective_at FROM colour_steps WHERE effective_at < :before
ORDER BY account_id, effective_at, position""")
_MERGED = text("SELECT absorbed_id, at FROM merges WHERE survivor_id IS NOT NULL")

TICK = timedelta(microseconds=1)


@dataclass(slots=True)
class Point:
    """What was true before `before`; money in minor units. `red`: ARR of the red accounts alone."""

    before: datetime
    colours: Counter[str] = field(default_factory=Counter)
    arr: int = 0
    at_risk: int = 0
    red: int = 0


async def points(
    conn: AsyncConnection, instants: Sequence[datetime], zone: ZoneInfo, deadline_days: int, tier: str
) -> list[Point]:
    """One point for each instant; `instants` ascend. `tier`: only accounts of this tier at that time; empty: all."""
    last = {"before": instants[-1]}
    steps: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for r in await conn.execute(_STEPS, last):
        steps[r.account_id].append((r.effective_at, r.to_colour))
    merged = {r.absorbed_id: r.at for r in await conn.execute(_MERGED)}
    facts = await contract_facts(conn, instants[-1])
    found = [Point(at) for at in instants]
    for account, colours in steps.items():
        told, book, n, c = facts.get(account, []), Book(account), 0, 0
        for point in found:
            while n < len(told) and told[n].at < point.before:
                book.apply(told[n])
                n += 1
            while c < len(colours) and colours[c][0] < point.before:
                c += 1
            over = account in merged and merged[account] < point.before
            if c == 0 or over or (tier and (book.tier or "") != tier):
                continue
            colour = colours[c - 1][1]
            now = Now(point.before - TICK, zone, book.tier or "C")
            arr, _currency = book.arr_on(now.today)
            point.colours[colour] += 1
            point.arr += arr
            point.red += arr if colour == "RED" else 0
            point.at_risk += arr if at_risk(colour, book, now, deadline_days) else 0
    return found
