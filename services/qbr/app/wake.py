"""Arming the timers that say: look at this series, QBR, action at that instant; look at this account again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import timers
from shared.timers import Timer

ACCOUNT = "qbr_account"
"""The timer rule that looks at everything of an account anew: its time zone is another one."""
WAKE = datetime(2000, 1, 1, tzinfo=UTC)
"""The due time of a timer that only says: look when everything is read."""

# A later arming must win over an earlier one: the database's clock, in microseconds, is the one that all share.
_VERSION = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")


async def wake(conn: AsyncConnection, looks: Iterable[tuple[str, UUID, datetime | None]]) -> None:
    """(rule, subject, when); None: not before something changes."""
    wanted = list(looks)
    if wanted:
        version = (await conn.execute(_VERSION)).scalar_one()
        await timers.arm(conn, [Timer(rule, subject, version, at) for rule, subject, at in wanted])


async def wake_accounts(conn: AsyncConnection, accounts: Iterable[UUID]) -> None:
    """Look at everything of these accounts as soon as all is read."""
    await wake(conn, [(ACCOUNT, a, WAKE) for a in accounts])
