"""Timers that only say: look at this account again as soon as everything is read."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.growth import process
from shared import timers
from shared.timers import Timer

# A later fact must win over an earlier one and over what a firing timer arms for itself (its version + 1): the
# database's clock, in microseconds, is the one clock that all workers share.
_VERSION = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")


async def wake(conn: AsyncConnection, rule: str, subjects: Iterable[UUID]) -> None:
    """Arm them, in the caller's transaction."""
    if wanted := sorted(set(subjects), key=str):
        version = (await conn.execute(_VERSION)).scalar_one()
        await timers.arm(conn, [Timer(rule, s, version, process.WAKE) for s in wanted])
