"""Free text: written before the events that refer to it, read on showing. And what commands ask about an account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.growth.app import Account, Words
from services.growth.reads import foreign
from services.growth.reads.tables import texts
from shared.clock import Clock


def keeper(engine: AsyncEngine, clock: Clock) -> Callable[[list[Words]], Awaitable[None]]:
    """Writes words; the same reference again changes nothing."""

    async def keep(words: list[Words]) -> None:
        at = clock.now()
        rows = [
            {
                "text_ref": w.text_ref, "account_id": w.account_id, "kind": w.kind, "body": w.body, "author": w.author,
                "written_at": at,
            }
            for w in words
        ]  # fmt: skip
        async with engine.begin() as conn:
            await conn.execute(insert(texts).on_conflict_do_nothing(), rows)

    return keep


def lookup(engine: AsyncEngine) -> Callable[[UUID], Awaitable[Account | None]]:
    """(zone, whether it lives) of an account; None: nobody told us of it."""

    async def find(account_id: UUID) -> Account | None:
        async with engine.connect() as conn:
            row = await foreign.account(conn, account_id)
        return (row["time_zone"], not row["gone"]) if row else None

    return find


async def bodies(conn: AsyncConnection, refs: Iterable[UUID | str | None]) -> dict[str, str]:
    """Reference → words."""
    wanted = {UUID(str(r)) for r in refs if r}
    if not wanted:
        return {}
    found = await conn.execute(select(texts.c.text_ref, texts.c.body).where(texts.c.text_ref.in_(wanted)))
    return {str(r.text_ref): r.body for r in found}
