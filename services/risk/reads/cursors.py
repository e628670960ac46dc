"""Where the folds stand, and who is to be judged again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.policy.cursor import Cursor
from services.risk.policy.rules import ASSESS, WAKE
from services.risk.reads.tables import cursors, samples
from shared.timers import Timer, arm

_WAKE = text("""
INSERT INTO wakes AS w (account_id, version) SELECT a, 1 FROM unnest(CAST(:accounts AS uuid[])) a ORDER BY a
ON CONFLICT (account_id) DO UPDATE SET version = w.version + 1 RETURNING account_id, version""")
_STARVING = text("""
SELECT account_id FROM cursors WHERE model_version = 0
    AND (state->'state'->>'nodata_since' IS NOT NULL OR state->'state'->>'stale' = 'true')""")
_LOCK = text("""
SELECT account_id, model_version, facts, armed, CAST(state AS text) AS state FROM cursors
WHERE account_id = ANY(CAST(:accounts AS uuid[])) ORDER BY account_id, model_version FOR UPDATE""")


class Kept(NamedTuple):
    """A fold as it was left. `facts`: how many facts were true at its instant; `armed`: due version of its clock."""

    cursor: Cursor
    facts: int = 0
    armed: int = 0


async def wake(conn: AsyncConnection, accounts: Collection[UUID]) -> None:
    """These accounts are judged again when everything is read. Row locks keep the versions in the order of commits."""
    if accounts:
        rows = await conn.execute(_WAKE, {"accounts": sorted(accounts, key=str)})
        await arm(conn, [Timer(ASSESS, r.account_id, r.version, WAKE) for r in rows])


async def followed(conn: AsyncConnection) -> set[UUID]:
    """Every account that was ever judged."""
    t = cursors
    return set((await conn.execute(select(t.c.account_id).where(t.c.model_version == 0))).scalars())


async def starving(conn: AsyncConnection) -> set[UUID]:
    """PM14: accounts that lacked data when they were judged last, for the moment when the feed lives again."""
    return set((await conn.execute(_STARVING)).scalars())


async def locked(conn: AsyncConnection, accounts: Iterable[UUID]) -> dict[tuple[UUID, int], Kept]:
    """The folds of accounts, by account and model version, locked until commit."""
    rows = await conn.execute(_LOCK, {"accounts": sorted(accounts, key=str)})
    return {(r.account_id, r.model_version): Kept(read(r.state), r.facts, r.armed) for r in rows}


def read(state: str) -> Cursor:
    """A stored fold."""
    return Cursor.from_json(orjson.loads(state))


async def save(conn: AsyncConnection, account: UUID, version: int, cursor: Cursor, seen: int, armed: int) -> None:
    """Leave a fold."""
    state = orjson.loads(orjson.dumps(cursor.to_json()))
    values = {
        "account_id": account, "model_version": version, "at": cursor.at, "facts": seen, "armed": armed, "state": state,
    }  # fmt: skip
    statement = insert(cursors).values(values)
    changed = {c: statement.excluded[c] for c in ("at", "facts", "armed", "state")}
    await conn.execute(statement.on_conflict_do_update(index_elements=["account_id", "model_version"], set_=changed))


async def keep_samples(conn: AsyncConnection, account: UUID, rows: Iterable[tuple[Any, int | None, str]]) -> None:
    """(day, score, colour) of daily ticks."""
    values = [{"account_id": account, "day": d, "score": s, "colour": c} for d, s, c in rows]
    if values:
        statement = insert(samples)
        changed = {c: statement.excluded[c] for c in ("score", "colour")}
        await conn.execute(statement.on_conflict_do_update(index_elements=["account_id", "day"], set_=changed), values)


async def behind(conn: AsyncConnection, at: datetime) -> int:
    """How many accounts the active models have not judged up to an instant."""
    query = text("SELECT count(*) FROM cursors WHERE model_version = 0 AND (at IS NULL OR at < :at)")
    return int((await conn.execute(query, {"at": at})).scalar_one())
