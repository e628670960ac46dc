"""Which accounts an employee reaches: those on whose team they are, and all below them in the hierarchy."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads import states
from services.accounts.reads.account_page import team
from services.accounts.reads.asof import AsOf
from services.accounts.reads.handovers import parties
from services.accounts.reads.portfolio import parent_of
from services.accounts.reads.states import Aspects
from services.accounts.reads.tables import theme_steps


async def scope(conn: AsyncConnection, asof: AsOf, user_id: str) -> list[UUID]:
    """Owner or deputy of a theme, as the team stands, or one side of a handover that runs. With the accounts that
    theirs absorbed: old things name those."""
    t = theme_steps
    merged = await states.merges(conn)
    ever = set((await conn.execute(select(t.c.account_id).where(t.c.user_id == user_id))).scalars())
    found: set[UUID] = set()
    for account in {merged.final(a) for a in ever}:
        if any(user_id in (theme.owner_id, theme.deputy_id) for theme in await team(conn, asof, account)):
            found.add(account)
    found |= {merged.final(a) for a in await parties(conn, user_id)}
    if not found:
        return []
    profiles, aspects = await states.profiles(conn, asof), await states.aspects(conn, asof)
    below: dict[UUID | None, list[UUID]] = defaultdict(list)
    for account, profile in profiles.items():
        below[parent_of(profile, aspects.get(account, Aspects()), merged)].append(account)
    todo = list(found)
    while todo:
        new = set(below[todo.pop()]) - found
        found |= new
        todo += new
    return sorted({x for a in found for x in (a, *merged.absorbed_by(a))})
