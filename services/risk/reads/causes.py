"""Which fact something followed from, and the correlation that both belong to: so a trail, and a trace, go on here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.reads.history import History
from shared.ids import correlation

CRM = "crm:"
_CORRELATIONS = text("""
SELECT event_id, correlation FROM unnest(CAST(:topics AS text[]), CAST(:positions AS bigint[])) AS u(t, p)
JOIN facts ON topic = t AND position = p
UNION ALL
SELECT 'risk:' || position, correlation_id FROM unnest(CAST(:topics AS text[]), CAST(:positions AS bigint[])) AS u(t, p)
JOIN events ON position = p WHERE t = 'kam.risk.v1'""")


class Cause(NamedTuple):
    """An event, of whichever service."""

    event_id: str
    correlation_id: UUID


async def causes(conn: AsyncConnection, history: History, instants: Collection[datetime]) -> dict[datetime, Cause]:
    """The fact at each instant that has one; what time alone brings has none. Of several a record of the CRM counts:
    the others mostly follow from it."""
    wanted, events = set(instants), dict[datetime, str]()
    for f in history.facts:
        if f.at in wanted and (f.at not in events or (f.event.startswith(CRM) and not events[f.at].startswith(CRM))):
            events[f.at] = f.event
    if not events:
        return {}
    places = [event.split(":") for event in set(events.values())]
    asked = {"topics": [f"kam.{s}.v1" for s, _ in places], "positions": [int(p) for _, p in places]}
    known = {r.event_id: r.correlation for r in await conn.execute(_CORRELATIONS, asked)}
    return {at: Cause(event, correlation(event, known.get(event))) for at, event in events.items()}
