"""What our services say → table `feed`: one order for web hooks and programs that read by position.

The order within an account and topic is that of the topic. A position is given under a lock that is held until commit,
so whoever has read up to a position has missed nothing below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.notifications.policy.webhooks import CHANNELS, KEPT_BACK, body
from shared.consumer import Consumer, Message, decode_envelope
from shared.eventstore.events import NewEvent
from shared.positions import driver

FEED = "notifications.feed"
BATCH = 200
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('notifications.feed', 0))"
_LAST = "SELECT coalesce(max(seq), 0) FROM feed"
_ADD = """
INSERT INTO feed (seq, event_id, topic, type, account_id, recorded_at, body)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::text[])
ON CONFLICT (event_id) DO NOTHING"""


def feed_consumer(engine: AsyncEngine) -> Consumer:
    """Every topic of ours, from its beginning."""
    return Consumer(FEED, CHANNELS, engine, decode_envelope, keep, chained=True, max_records=BATCH)


async def keep(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """The handler."""
    taken = [m for m in messages if not m.body.type.startswith(KEPT_BACK)]
    if taken:
        raw = driver(conn)
        await raw.execute(_LOCK)
        seq = await raw.fetchval(_LAST)
        rows = []
        for seq, m in enumerate(taken, seq + 1):  # noqa: B020  the numbers go on after the last one
            e = m.body
            account = e.data.get("account_id")
            rows.append(
                (seq, e.id, m.topic, e.type, UUID(account) if account else None, e.recorded_at, body(e, seq).decode())
            )
        await raw.execute(_ADD, *map(list, zip(*rows, strict=True)))
    return ()
