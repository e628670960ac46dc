"""What other services tell → table `facts`, and whose BI rows are to be made anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.consumer import Consumer, Message, decode_envelope
from shared.contracts import accounts, crm, growth, notifications, qbr, risk
from shared.contracts.base import Envelope
from shared.eventstore.events import NewEvent
from shared.positions import driver

FACTS = "insights.facts"
TOPICS = (crm.CHANNEL, accounts.CHANNEL, qbr.CHANNEL, growth.CHANNEL, risk.CHANNEL, notifications.CHANNEL)
BATCH = 2_000
TOLD_TWICE = frozenset(
    (
        "CrmActivityLogged", "CrmContractSeen", "CrmUsageReported", "CrmOpportunityStageChanged",
        "CrmOpportunityAmountChanged", "CrmOpportunityWon", "CrmOpportunityLost", "CrmCaseOpened", "CrmCaseClosed",
        "CrmRecordMerged",
    )
)  # fmt: skip
"""Facts that say nothing that another kept one does not say: the accounts service tells contracts, activities
and usage again; a `…Seen` holds the whole record."""
WORDS = {"CrmCaseSeen": ("title",)}
"""Free text of the CRM, in which names of persons may stand: never kept."""
_ADD = """
INSERT INTO facts (topic, position, event_id, account_id, also_id, type, stream_id, version, actor, cause, correlation,
    effective_at, recorded_at, data, partition, command_id, policies)
SELECT t, p, e, a, b, y, s, v, w, c, r, x, k, d::jsonb, n, m, o::jsonb
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[],
    $8::bigint[], $9::text[], $10::text[], $11::uuid[], $12::timestamptz[], $13::timestamptz[], $14::text[], $15::int[],
    $16::uuid[], $17::text[])
    AS u(t, p, e, a, b, y, s, v, w, c, r, x, k, d, n, m, o)
ON CONFLICT (topic, position) DO NOTHING"""
_STALE = """
INSERT INTO stale AS d (account_id, version) SELECT a, 1 FROM unnest($1::uuid[]) a ORDER BY a
ON CONFLICT (account_id) DO UPDATE SET version = d.version + 1"""
_DIRTY = f"{_STALE.replace('stale', 'dirty')}, touched_at = clock_timestamp()"


def facts_consumer(engine: AsyncEngine) -> Consumer:
    """Facts of all services, each topic in order within an account."""
    return Consumer(FACTS, TOPICS, engine, decode_envelope, keep, chained=True, max_records=BATCH)


async def keep(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """The handler: facts as they came. Nothing is judged here; an account that something was told of is dirty."""
    rows = [_row(m.topic, m.body, m.partition) for m in messages if m.body.type not in TOLD_TWICE]
    if rows:
        raw = driver(conn)
        await raw.execute(_ADD, *map(list, zip(*rows, strict=True)))
        touched = {a for row in rows for a in row[3:5] if a is not None}
        touched |= {a for m in messages for a in _merged(m.body)}
        for statement in (_DIRTY, _STALE):
            await raw.execute(statement, sorted(touched, key=str))
    return ()


def _row(topic: str, e: Envelope, partition: int) -> tuple[Any, ...]:
    data = {k: v for k, v in e.data.items() if k not in WORDS.get(e.type, ())}
    account, left = data.get("account_id"), data.get("from_account_id")
    return (
        topic, e.position, e.id, UUID(account) if account else None, UUID(left) if left else None, e.type, e.stream,
        e.version, e.actor, e.causation_id, e.correlation_id, e.effective_at, e.recorded_at,
        orjson.dumps(data).decode(), partition, e.command_id,
        orjson.dumps([[r.policy, r.version] for r in e.policy_refs]).decode() if e.policy_refs else None,
    )  # fmt: skip


def _merged(e: Envelope) -> list[UUID]:
    """A merge regroups both accounts' rows."""
    if e.type not in ("AccountsMerged", "AccountMergeReverted"):
        return []
    return [UUID(e.data[name]) for name in ("survivor_id", "absorbed_id")]
