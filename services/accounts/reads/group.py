"""The group that an account belongs to: who stands above whom on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads import states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.portfolio import AccountRow, lives, parent_of
from services.accounts.reads.states import Aspects, Merges
from services.accounts.reads.tables import account_profiles


@dataclass(frozen=True, slots=True)
class Node:
    """An account in its group; `depth` 0 is the root."""

    account_id: UUID
    crm_id: str
    name: str
    parent_crm_id: str | None
    tier: str | None
    arr_minor: int
    depth: int


async def members(conn: AsyncConnection, asof: AsOf, merged: Merges, account: UUID) -> list[UUID]:
    """Whoever may belong to the group: up to the root, then down, a query or two a level. It reads as much as the group
    is large, not as the portfolio is.
    """
    found, root = [account], account
    while (above := (await _parents(conn, asof, merged, [root])).get(root)) is not None and above not in found:
        found.append(above)
        root = above
    level: Collection[UUID] = found
    while level := await _children(conn, asof, merged, level, found):
        found += level
    return found


async def _parents(conn: AsyncConnection, asof: AsOf, merged: Merges, accounts: Collection[UUID]) -> dict[UUID, UUID]:
    profiles = await states.profiles(conn, asof, accounts)
    said = await states.aspects(conn, asof, profiles)
    pairs = ((a, parent_of(p, said.get(a, Aspects()), merged)) for a, p in profiles.items())
    return {a: parent for a, parent in pairs if parent is not None}


async def _children(
    conn: AsyncConnection, asof: AsOf, merged: Merges, level: Collection[UUID], known: Collection[UUID]
) -> list[UUID]:
    t = account_profiles
    above = merged.with_absorbed(level)  # a child may still name the parent that went into another
    query = select(t.c.account_id).where(t.c.parent_id.in_(above), t.c.effective_at < asof.before).distinct()
    wanted = set((await conn.execute(query)).scalars()) - set(known)
    found = await _parents(conn, asof, merged, wanted) if wanted else {}
    return sorted(a for a, parent in found.items() if parent in level)


def group_of(account: UUID, rows: Sequence[AccountRow]) -> list[Node]:
    """The whole group of the account, root first, children by name. Accounts that do not live are left out."""
    living = {r.account_id: r for r in rows if lives(r)}
    children: dict[UUID | None, list[AccountRow]] = {}
    for r in living.values():
        children.setdefault(r.parent_id, []).append(r)
    root = account
    while (row := living.get(root)) is not None and row.parent_id in living:
        root = row.parent_id
    found: list[Node] = []

    def visit(r: AccountRow, depth: int) -> None:
        found.append(Node(r.account_id, r.crm_id, r.name, r.parent_crm_id, r.tier.tier, r.arr_minor, depth))
        for child in children.get(r.account_id, ()):
            visit(child, depth + 1)

    if root in living:
        visit(living[root], 0)
    return found
