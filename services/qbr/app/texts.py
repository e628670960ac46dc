"""The words that events only name: decisions, notes, remarks, results. They can be deleted; the log cannot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

METADATA = MetaData()

texts = Table(
    "texts",
    METADATA,
    Column("text_ref", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
)
"""Free text by reference. `kind`: agenda, annotation, decision, minutes, result."""

preparation_activity = Table(
    "preparation_activity",
    METADATA,
    Column("qbr_id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
)
"""When somebody worked on a preparation. Not who; deleted when the QBR is held, only the minutes stay."""


async def write(conn: AsyncConnection, row: dict[str, Any]) -> None:
    """Keep a text; the same reference again changes nothing."""
    await conn.execute(insert(texts).values(row).on_conflict_do_nothing())


async def words(conn: AsyncConnection, refs: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The texts that still exist, by reference."""
    wanted = list(set(refs))
    if not wanted:
        return {}
    rows = (await conn.execute(select(texts).where(texts.c.text_ref.in_(wanted)))).mappings()
    return {r["text_ref"]: dict(r) for r in rows}


async def note_activity(conn: AsyncConnection, qbr_id: UUID, at: datetime) -> None:
    """Somebody works on it at this instant."""
    row = {"qbr_id": qbr_id, "at": at}
    await conn.execute(insert(preparation_activity).values(row).on_conflict_do_nothing())


async def activity(conn: AsyncConnection, qbr_id: UUID) -> list[datetime]:
    """Every instant at which somebody worked on it."""
    t = preparation_activity
    return list((await conn.execute(select(t.c.at).where(t.c.qbr_id == qbr_id))).scalars())


async def forget_activity(conn: AsyncConnection, qbr_id: UUID) -> None:
    """The minutes are known; nobody needs the instants any more."""
    await conn.execute(preparation_activity.delete().where(preparation_activity.c.qbr_id == qbr_id))
