"""Free text: written before the command that names it, read when a page is made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.risk.reads.tables import texts


async def write(
    engine: AsyncEngine, ref: UUID, account: UUID | None, kind: str, body: str, author: str, at: datetime
) -> None:
    """Keep a text; a repeated command finds it there."""
    values = {"text_ref": ref, "account_id": account, "kind": kind, "body": body, "author": author, "written_at": at}
    async with engine.begin() as conn:
        await conn.execute(insert(texts).values(values).on_conflict_do_nothing(index_elements=["text_ref"]))


async def bodies(conn: AsyncConnection, refs: Collection[UUID]) -> dict[UUID, str]:
    """The texts that are there."""
    if not refs:
        return {}
    t = texts
    rows = await conn.execute(select(t.c.text_ref, t.c.body).where(t.c.text_ref.in_(refs)))
    return {r.text_ref: r.body for r in rows}
