"""Assessments as the log tells them, for the page that explains a tier."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads.asof import AsOf, newest_effective
from services.accounts.reads.states import Only, fetch
from services.accounts.reads.tables import tier_assessments


async def latest_assessments(conn: AsyncConnection, asof: AsOf, only: Only = None) -> dict[UUID, dict[str, Any]]:
    """account → its last assessment before the cut, complete or not."""
    t = tier_assessments
    where = () if only is None else (t.c.account_id.in_(only),)
    return {r["account_id"]: r for r in await fetch(conn, newest_effective(t, ("account_id",), asof.before, *where))}
