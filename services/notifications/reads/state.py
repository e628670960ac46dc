"""Timers, single events, deliveries and the state of the service."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.policy import names, recipients
from services.notifications.policy.documents import RuleBook

Row = Mapping[str, Any]
_TIMERS = text("""
SELECT t.rule AS kind, t.subject, t.due_at, t.data, w.anchors, a.account_id, a.key_since, coalesce(a.name, '') AS name,
    coalesce(a.crm_id, '') AS crm_id, p.roles, p.power, p.gone
FROM timers t
LEFT JOIN watches w ON t.rule = :watch AND w.watch_id = t.subject
LEFT JOIN accounts a ON CAST(a.account_id AS text) = t.data ->> 'account'
LEFT JOIN players p ON p.account_id = w.account_id AND CAST(p.subject_id AS text) = w.subject
WHERE t.fired_at IS NULL AND t.due_at IS NOT NULL AND t.due_at > :woken AND t.rule <> :digest
    AND (CAST(:account AS text) IS NULL OR t.data ->> 'account' = :account)
    AND (CAST(:person AS text) IS NULL OR a.account_id IN
        (SELECT account_id FROM team WHERE owner_id = :person OR deputy_id = :person))
    AND (CAST(:within AS uuid[]) IS NULL OR a.account_id = ANY(CAST(:within AS uuid[])))
    AND (CAST(:until AS timestamptz) IS NULL OR t.due_at <= :until)
ORDER BY t.due_at, t.subject LIMIT :n""")
_EVENT = text("""
SELECT position, topic, stream_id, version, effective_at, recorded_at, actor, command_id, correlation_id, causation_id,
       CAST(source AS text) AS source, CAST(policy_refs AS text) AS policy_refs, convert_from(state, 'UTF8') AS state
FROM events WHERE position = :position""")
_DELIVERIES = text("""
SELECT * FROM deliveries WHERE (CAST(:states AS text[]) IS NULL OR status = ANY(CAST(:states AS text[])))
    AND (CAST(:account AS uuid) IS NULL OR account_id = :account)
    AND (CAST(:alert AS uuid) IS NULL OR alert_id = :alert)
ORDER BY created_at DESC, delivery_id LIMIT :n""")
_COUNTS = text("""
SELECT channel, status, count(*) AS messages, coalesce(sum(unanswered), 0) AS unanswered FROM deliveries
GROUP BY channel, status ORDER BY channel, status""")
_STATE = text("""
SELECT (SELECT coalesce(max(position), 0) FROM events) AS events,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :projection AND source = 'store') AS shown,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = :arming AND source = 'store') AS followed,
       (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = ANY(CAST(:consumers AS text[]))) AS read,
       (SELECT max(effective_at) FROM positions WHERE consumer = ANY(CAST(:consumers AS text[]))) AS told,
       (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at IS NOT NULL) AS armed,
       (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at <= :woken) AS waiting,
       (SELECT count(*) FROM dead_letters) AS dead,
       (SELECT since FROM live) AS live,
       (SELECT count(*) FROM deliveries WHERE status IN ('queued', 'sending', 'unknown')) AS waiting_messages,
       (SELECT count(*) FROM deliveries WHERE status = 'dead') AS dead_messages,
       (SELECT coalesce(sum(unanswered), 0) FROM deliveries) AS unanswered,
       (SELECT coalesce(sum(unanswered), 0) FROM deliveries WHERE status = 'sent') AS doubles""")


async def timers(
    conn: AsyncConnection, account: UUID | None, until: datetime | None, n: int, person: str | None = None,
    within: Collection[UUID] | None = None,
) -> list[Row]:  # fmt: skip
    """Armed timers of an account (None: of all, or of those whose team the person is in), the next first: what will
    happen, by which rule, and what it is counted from. `within`: of these accounts only."""
    where = {
        "watch": names.WATCH, "digest": names.DIGEST, "woken": names.WAKE, "until": until, "n": n,
        "account": str(account) if account else None, "person": person,
        "within": None if within is None else list(within),
    }  # fmt: skip
    return [dict(r) for r in (await conn.execute(_TIMERS, where)).mappings()]


def applies(timer: Row, book: RuleBook) -> bool:
    """Whether the rule of a waiting timer is meant for its account (and person) as things stand."""
    trigger = (
        book.rule(timer["data"]["rule"]).triggers[int(timer["anchors"][-1]["trigger"])] if timer["anchors"] else None
    )
    if trigger is None or trigger.only is None:
        return True
    if timer["key_since"] is None:
        return False
    known = timer["roles"] is not None and not timer["gone"]
    return trigger.only == "key_account" or (known and recipients.key_player(timer["roles"], timer["power"]))


async def event(conn: AsyncConnection, position: int) -> Row | None:
    """One stored event, its payload as JSON text."""
    row = (await conn.execute(_EVENT, {"position": position})).mappings().one_or_none()
    return dict(row) if row else None


async def deliveries(
    conn: AsyncConnection, n: int, states: Sequence[str] = (), account: UUID | None = None, alert: UUID | None = None
) -> list[Row]:
    """Messages, the newest first."""
    where = {"states": list(states) or None, "account": account, "alert": alert, "n": n}
    return [dict(r) for r in (await conn.execute(_DELIVERIES, where)).mappings()]


async def counts(conn: AsyncConnection) -> list[Row]:
    """How many messages of each channel are where, and how many attempts got no answer."""
    return [dict(r) for r in (await conn.execute(_COUNTS)).mappings()]


async def status(conn: AsyncConnection, projection: str, arming: str, consumers: Sequence[str]) -> Row:
    """How far the service has come."""
    where = {"projection": projection, "arming": arming, "consumers": list(consumers), "woken": names.WAKE}
    return dict((await conn.execute(_STATE, where)).mappings().one())


async def rules(conn: AsyncConnection, version: int) -> Row | None:
    """A version of the rule book; 0: the one that holds."""
    query = text("""SELECT *, CAST(document AS text) AS body FROM rule_steps
        WHERE (:version = 0 OR version = :version) ORDER BY position DESC LIMIT 1""")
    row = (await conn.execute(query, {"version": version})).mappings().one_or_none()
    return dict(row) if row else None
