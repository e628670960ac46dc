"""Derives every fact anew from the mirror, with today's mapping, and tells what differs from what was told."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from services.crm import reads
from services.crm.consumers.neighbours import Neighbours
from services.crm.consumers.telling import remember_persons, tell
from services.crm.consumers.touched import Touched
from services.crm.mapping.edition import Edition
from services.crm.mapping.schemas import Schemas
from services.crm.policy.history import BEGIN
from shared.eventstore.store import append_in


async def rebuild(engine: AsyncEngine, edition: Edition, page: int = 2_000) -> int:
    """Returns how many facts were missing. The worker may go on meanwhile; each page is a transaction of its own."""
    after, told = "", 0
    while True:
        async with engine.begin() as conn:
            raw = await reads.lock(conn)
            rows = await reads.page_of_rows(raw, after, page)
            if not rows:
                return told
            stored = await reads.versions(raw, [f"{t}/" for t in edition.tables])
            batch = Touched(
                edition, Schemas(edition, await reads.schemas(raw)), {row[:-1]: v for row, v in stored.items()}
            )
            for row in rows:
                table = edition.tables.get(row.partition("/")[0])
                if table is not None and table.record:
                    batch.records.touch(row, BEGIN)
                    if table.record == "account":
                        batch.candidates.add(row)
                    if table.words:
                        batch.persons.add(row)
            around = Neighbours(raw, batch)
            await around.mergers()
            await around.dependents()
            await around.around()
            events = await tell(raw, batch)
            await remember_persons(conn, raw, batch)
            if events:
                await append_in(raw, events)
        after, told = rows[-1], told + len(events)
