"""Web hooks as they are sent: which there are, how far each has come, what comes next, what became of attempts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain.webhook import WebHook
from shared.eventstore.repository import aggregates_in
from shared.positions import driver

_HOOKS = "SELECT DISTINCT hook_id FROM webhook_steps"
_LAST = "SELECT coalesce(max(seq), 0) FROM feed"
_BEFORE = "SELECT coalesce(max(seq), 0) FROM feed WHERE recorded_at < $1"
_CURSOR = """
INSERT INTO webhook_cursors (hook_id, position, replays, attempts, next_at, error) VALUES ($1, $2, $3, 0, $4, '')
ON CONFLICT DO NOTHING"""
_CLAIM = """
UPDATE webhook_cursors c SET lease_until = $3 WHERE hook_id = (
    SELECT hook_id FROM webhook_cursors WHERE hook_id = $1 AND (lease_until IS NULL OR lease_until < $2)
        AND (next_at <= $2 OR replays < $4) FOR UPDATE SKIP LOCKED)
RETURNING position, replays, attempts, failing_since, lease_until"""
_NEXT = """
SELECT seq, event_id, type, account_id, body FROM feed
WHERE seq > $1 AND type = ANY($2::text[]) AND (cardinality($3::uuid[]) = 0 OR account_id = ANY($3::uuid[]))
ORDER BY seq LIMIT $4"""
_LOG = """
INSERT INTO webhook_log (hook_id, at, seq, attempt, replay, event_id, type, account_id, outcome, why, millis)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"""
_KEEP = """
UPDATE webhook_cursors SET position = $2, replays = $3, attempts = $4, failing_since = $5, next_at = $6, error = $7,
    sent_at = coalesce($8, sent_at), lease_until = $9 WHERE hook_id = $1 AND lease_until = $10"""
_STATE = "SELECT * FROM webhook_cursors WHERE hook_id = ANY($1::uuid[])"
_WAITING = """
SELECT count(*) FROM feed
WHERE seq > $1 AND type = ANY($2::text[]) AND (cardinality($3::uuid[]) = 0 OR account_id = ANY($3::uuid[]))"""
_ATTEMPTS = """
SELECT at, seq, attempt, replay, event_id, type, account_id, outcome, why, millis FROM webhook_log
WHERE hook_id = $1 AND ($2::timestamptz IS NULL OR at < $2) ORDER BY at DESC, seq DESC LIMIT $3"""
_ANEW = "UPDATE webhook_cursors SET attempts = 0, failing_since = NULL WHERE hook_id = $1"
_PRUNE = "DELETE FROM webhook_log WHERE at < $1"


class Claimed(NamedTuple):
    """A hook that this process sends to until `lease`."""

    hook: WebHook
    position: int
    replays: int
    attempts: int
    failing_since: datetime | None
    lease: datetime


class Entry(NamedTuple):
    """Something to be told."""

    seq: int
    event_id: str
    type: str
    account_id: UUID | None
    body: str


async def hooks(conn: AsyncConnection) -> list[WebHook]:
    """Every web hook that is not unsubscribed, by name."""
    raw = driver(conn)
    known = [r["hook_id"] for r in await raw.fetch(_HOOKS)]
    found = (await aggregates_in(raw, WebHook, known)).values() if known else []
    return sorted((h for h in found if h.state != "ended"), key=lambda h: (h.name.casefold(), str(h.id)))


async def hook(conn: AsyncConnection, id: UUID) -> WebHook | None:
    """One of them; also one that is unsubscribed."""
    return (await aggregates_in(driver(conn), WebHook, [id])).get(id)


async def last(conn: AsyncConnection, before: datetime | None = None) -> int:
    """The newest position of the feed, or the last one recorded before an instant."""
    raw = driver(conn)
    found = await (raw.fetchval(_BEFORE, before) if before else raw.fetchval(_LAST))
    return int(found)


async def claim(conn: AsyncConnection, hook: WebHook, now: datetime, lease: timedelta) -> Claimed | None:
    """The hook, if it is due and nobody else sends to it. A replay that was asked for sets its position."""
    raw = driver(conn)
    await raw.execute(_CURSOR, hook.id, hook.after, hook.replays, now)
    r = await raw.fetchrow(_CLAIM, hook.id, now, now + lease, hook.replays)
    if r is None:
        return None
    if r["replays"] < hook.replays:
        return Claimed(hook, hook.after, hook.replays, 0, None, r["lease_until"])
    return Claimed(hook, r["position"], r["replays"], r["attempts"], r["failing_since"], r["lease_until"])


async def entries(
    conn: AsyncConnection, after: int, types: Sequence[str], accounts: Sequence[UUID], n: int
) -> list[Entry]:
    """What comes after a position, in order."""
    rows = await driver(conn).fetch(_NEXT, after, list(types), list(accounts), n)
    return [Entry(*r) for r in rows]


async def keep(
    conn: AsyncConnection, c: Claimed, now: datetime, next_at: datetime, error: str, *, sent: bool, release: bool
) -> bool:
    """Where the hook stands. False: another process has it by now, and nothing was changed."""
    lease = None if release else c.lease
    done = await driver(conn).execute(
        _KEEP, c.hook.id, c.position, c.replays, c.attempts, c.failing_since, next_at, error, now if sent else None,
        lease, c.lease,
    )  # fmt: skip
    return bool(done.endswith(" 1"))


async def note(
    conn: AsyncConnection, c: Claimed, e: Entry, at: datetime, outcome: str, why: str, millis: int
) -> None:  # fmt: skip
    """One attempt in the log."""
    await driver(conn).execute(
        _LOG, c.hook.id, at, e.seq, c.attempts, c.replays, e.event_id, e.type, e.account_id, outcome, why, millis
    )


async def begin_anew(conn: AsyncConnection, id: UUID) -> None:
    """Whoever resumes a disabled hook gives its receiver all attempts again."""
    await driver(conn).execute(_ANEW, id)


async def prune(conn: AsyncConnection, before: datetime) -> None:
    """Forgets old attempts."""
    await driver(conn).execute(_PRUNE, before)


async def states(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Cursor rows by hook."""
    return {r["hook_id"]: r for r in await driver(conn).fetch(_STATE, list(ids))}


async def waiting(conn: AsyncConnection, hook: WebHook, position: int) -> int:
    """How much a hook has not heard yet."""
    return int(await driver(conn).fetchval(_WAITING, position, list(hook.types), list(hook.accounts)))


async def attempts(conn: AsyncConnection, id: UUID, before: datetime | None, n: int) -> list[Any]:
    """What became of attempts, newest first."""
    return list(await driver(conn).fetch(_ATTEMPTS, id, before, n))
