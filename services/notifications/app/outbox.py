"""Messages on their way: written before and after they are sent, so that a process that dies in between loses none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_QUEUE = text("""
INSERT INTO deliveries (delivery_id, alert_id, digest_id, account_id, person, channel, status, attempts, unanswered,
    next_at, message_id, created_at, error)
VALUES (:id, :alert, :digest, :account, :person, :channel, 'queued', 0, 0, :now, :message, :now, '')
ON CONFLICT (delivery_id) DO NOTHING""")
_CLAIM = text("""
WITH due AS (
    SELECT delivery_id, status AS was FROM deliveries
    WHERE channel = :channel AND status IN ('queued', 'unknown', 'sending')
        AND CASE WHEN status = 'sending' THEN lease_until < :now ELSE next_at <= :now END
    ORDER BY next_at, delivery_id LIMIT :n FOR UPDATE SKIP LOCKED)
UPDATE deliveries d SET status = 'sending', attempts = attempts + 1, lease_until = :lease,
    unanswered = unanswered + CASE WHEN due.was = 'sending' THEN 1 ELSE 0 END
FROM due WHERE d.delivery_id = due.delivery_id
RETURNING d.delivery_id, d.alert_id, d.digest_id, d.account_id, d.person, d.channel, d.attempts, d.unanswered,
    d.message_id, d.created_at, due.was = 'sending'""")
_SENT = text("""
UPDATE deliveries SET status = 'sent', sent_at = :now, next_at = NULL, lease_until = NULL, error = ''
WHERE delivery_id = :id AND status = 'sending' AND attempts = :attempt""")
_AGAIN = text("""
UPDATE deliveries SET status = :status, next_at = :next, lease_until = NULL, error = :why,
    unanswered = unanswered + CASE WHEN :status = 'unknown' THEN 1 ELSE 0 END
WHERE delivery_id = :id AND status = 'sending' AND attempts = :attempt""")
_OVER = text("""
UPDATE deliveries SET status = :status, next_at = NULL, lease_until = NULL, error = :why,
    unanswered = unanswered + CASE WHEN :unknown THEN 1 ELSE 0 END
WHERE delivery_id = :id AND status = 'sending' AND attempts = :attempt""")
_WAITING = text("""
SELECT count(*) FROM deliveries WHERE channel = :channel AND status IN ('queued', 'unknown', 'sending')""")
_REPLAY = text("""
UPDATE deliveries SET status = 'queued', attempts = 0, next_at = :now
WHERE status = 'dead' AND (CAST(:id AS uuid) IS NULL OR delivery_id = :id) RETURNING delivery_id""")


class Claimed(NamedTuple):
    """A message that this process sends now. `attempt` counts from 1; `abandoned`: the process before us left it
    without saying what the channel answered."""

    delivery_id: UUID
    alert_id: UUID | None
    digest_id: UUID | None
    account_id: UUID
    person: str
    channel: str
    attempt: int
    unanswered: int
    message_id: str
    created_at: datetime
    abandoned: bool


async def queue(
    conn: AsyncConnection, delivery_id: UUID, account_id: UUID, person: str, channel: str, now: datetime, *,
    alert_id: UUID | None = None, digest_id: UUID | None = None,
) -> None:  # fmt: skip
    """In the transaction that decided it. Its Message-ID is the same for every attempt."""
    row = {
        "id": delivery_id, "alert": alert_id, "digest": digest_id, "account": account_id, "person": person,
        "channel": channel, "now": now, "message": f"<{delivery_id}@stellwerk>",
    }  # fmt: skip
    await conn.execute(_QUEUE, row)


async def claim(conn: AsyncConnection, channel: str, now: datetime, lease: timedelta, n: int) -> list[Claimed]:
    """Up to `n` due messages of a channel; commit before sending. Who dies then loses the lease, not the message."""
    rows = await conn.execute(_CLAIM, {"channel": channel, "now": now, "lease": now + lease, "n": n})
    return [Claimed(*r) for r in rows]


async def sent(conn: AsyncConnection, c: Claimed, now: datetime) -> bool:
    """The channel took it. False: somebody else has the message by now."""
    return _one(await conn.execute(_SENT, {"id": c.delivery_id, "attempt": c.attempt, "now": now}))


async def again(conn: AsyncConnection, c: Claimed, status: str, at: datetime, why: str) -> bool:
    """`queued` (refused, not sent) or `unknown` (no answer); tried again at `at`."""
    row = {"id": c.delivery_id, "attempt": c.attempt, "status": status, "next": at, "why": why}
    return _one(await conn.execute(_AGAIN, row))


async def over(conn: AsyncConnection, c: Claimed, status: str, why: str, unknown: bool = False) -> bool:
    """`dead` or `cancelled`. `unknown`: the last attempt got no answer, it may have arrived."""
    row = {"id": c.delivery_id, "attempt": c.attempt, "status": status, "why": why, "unknown": unknown}
    return _one(await conn.execute(_OVER, row))


async def replay(conn: AsyncConnection, delivery_id: UUID | None, now: datetime) -> Sequence[UUID]:
    """Dead letters, one or all, are tried again."""
    return list((await conn.execute(_REPLAY, {"id": delivery_id, "now": now})).scalars())


async def waiting(conn: AsyncConnection, channel: str) -> int:
    """How many messages of a channel are not at their end."""
    return int((await conn.execute(_WAITING, {"channel": channel})).scalar_one())


async def dead(conn: AsyncConnection) -> list[dict[str, Any]]:
    """The dead letters, the newest first."""
    query = text("SELECT * FROM deliveries WHERE status = 'dead' ORDER BY created_at DESC, delivery_id")
    return [dict(r) for r in (await conn.execute(query)).mappings()]


def _one(result: Any) -> bool:
    return int(result.rowcount) == 1
