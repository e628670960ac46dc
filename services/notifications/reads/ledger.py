"""The ledger across alerts: who was told what, when, by which channel, what was not sent and why; and what happened
since a position."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]
KINDS: Mapping[str, tuple[str, ...]] = {
    "told": ("AlertDelivered",),
    "later": ("AlertDeferred", "AlertDigested", "AlertPaused"),
    "not_told": ("AlertSuppressed", "AlertSuppressedForRecipient", "AlertStepSkipped", "AlertFolded"),
    "failed": ("AlertDeliveryFailed", "AlertDeliveryUnconfirmed", "AlertDeadLettered"),
    "people": ("AlertAcknowledged", "AlertSnoozed", "AlertDelegated"),
    "ended": ("AlertResolved", "AlertExpired", "LadderExhausted"),
}
"""What a line is about → event types. Who looked at an alert is nobody's business and in none of them."""
KIND_OF = {kind: name for name, kinds in KINDS.items() for kind in kinds}
_LINES = text("""
SELECT l.*, CAST(l.data AS jsonb) AS data, a.rule, a.severity, coalesce(c.name, '') AS account_name,
    coalesce(c.crm_id, '') AS crm_id, r.data ->> 'title' AS title, r.data -> 'facts' AS facts
FROM alert_log l JOIN alerts a USING (alert_id) LEFT JOIN accounts c ON c.account_id = l.account_id
CROSS JOIN LATERAL (SELECT data FROM alert_log x WHERE x.alert_id = l.alert_id AND x.position <= l.position
    AND x.type IN ('AlertRaised', 'AlertScheduleExtended') ORDER BY x.position DESC LIMIT 1) r
WHERE l.type = ANY(CAST(:types AS text[]))
    AND (CAST(:account AS uuid) IS NULL OR l.account_id = :account)
    AND (CAST(:person AS text) IS NULL OR l.person = :person)
    AND (CAST(:rules AS text[]) IS NULL OR a.rule = ANY(CAST(:rules AS text[])))
    AND (CAST(:channels AS text[]) IS NULL OR l.channel = ANY(CAST(:channels AS text[])))
    AND (CAST(:first AS timestamptz) IS NULL OR l.effective_at >= :first)
    AND (CAST(:last AS timestamptz) IS NULL OR l.effective_at < :last)
    AND (CAST(:before AS bigint) IS NULL OR l.position < :before)
    AND (CAST(:within AS uuid[]) IS NULL OR l.account_id = ANY(CAST(:within AS uuid[])))
ORDER BY l.position DESC LIMIT :n""")
_CHANGES = text("""
SELECT l.position, l.alert_id, l.account_id, l.type, l.status, l.person, l.effective_at, a.rule, a.severity
FROM alert_log l JOIN alerts a USING (alert_id)
WHERE l.position > :after AND (CAST(:account AS uuid) IS NULL OR l.account_id = :account)
    AND (CAST(:people AS text[]) IS NULL OR l.person = ANY(CAST(:people AS text[])) OR (l.person IS NULL AND EXISTS
        (SELECT FROM alert_log x WHERE x.alert_id = l.alert_id AND x.person = ANY(CAST(:people AS text[])))))
ORDER BY l.position LIMIT :n""")
_LAST = text("SELECT coalesce(max(position), 0) FROM alert_log")
_NEVER = text("""
SELECT a.rule, count(DISTINCT a.alert_id) AS told, max(l.effective_at) AS last
FROM alert_log l JOIN alerts a USING (alert_id)
WHERE l.person = :person AND l.type = 'AlertDelivered' AND l.channel = 'in_app'
    AND l.effective_at >= :since AND l.effective_at <= :until
GROUP BY a.rule
HAVING NOT EXISTS (
    SELECT FROM alert_log x JOIN alerts b USING (alert_id)
    WHERE b.rule = a.rule AND x.person = :person AND x.effective_at >= :since
        AND x.type IN ('AlertAcknowledged', 'AlertSnoozed', 'AlertDelegated'))
ORDER BY told DESC, a.rule""")


async def lines(
    conn: AsyncConnection, n: int, *, account: UUID | None = None, person: str | None = None,
    kinds: Sequence[str] = (), rules: Sequence[str] = (), channels: Sequence[str] = (), first: datetime | None = None,
    last: datetime | None = None, before: int | None = None, within: Collection[UUID] | None = None,
) -> list[Row]:  # fmt: skip
    """The newest first. `last` is excluded; `before`: only lines of lower positions; `within`: of these accounts."""
    where = {
        "types": [t for k in (kinds or KINDS) for t in KINDS[k]], "account": account, "person": person,
        "rules": list(rules) or None, "channels": list(channels) or None, "first": first, "last": last,
        "before": before, "n": n, "within": None if within is None else list(within),
    }  # fmt: skip
    return [dict(r) for r in (await conn.execute(_LINES, where)).mappings()]


async def changes(
    conn: AsyncConnection, after: int, n: int, account: UUID | None = None, people: Sequence[str] = ()
) -> list[Row]:
    """What happened after a position, the oldest first. `people`: only to alerts that these were told of, or not."""
    where = {"after": after, "account": account, "people": list(people) or None, "n": n}
    return [dict(r) for r in (await conn.execute(_CHANGES, where)).mappings()]


async def newest(conn: AsyncConnection) -> int:
    """The position of the newest line; 0: there is none."""
    return int((await conn.execute(_LAST)).scalar_one())


async def never_acted(conn: AsyncConnection, person: str, since: datetime, until: datetime) -> list[Row]:
    """Rules of which the person was told in a period, and never acknowledged, snoozed or delegated one since."""
    where = {"person": person, "since": since, "until": until}
    return [dict(r) for r in (await conn.execute(_NEVER, where)).mappings()]
