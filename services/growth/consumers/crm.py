"""`kam.crm.v1` → deals, every revision of each; and a look at the whitespace of their accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.growth import process
from services.growth.consumers.waking import wake
from services.growth.reads.tables import opportunities
from shared.consumer import Message
from shared.contracts.base import Envelope
from shared.contracts.crm import CrmOpportunitySeen, CrmRecordDeleted, CrmRecordMoved
from shared.eventstore.events import NewEvent

CLOSED = ("Closed Won", "Closed Lost")
TYPES = frozenset({CrmOpportunitySeen.TYPE, CrmRecordDeleted.TYPE, CrmRecordMoved.TYPE})
"""The facts that are taken."""


class CrmFacts:
    """The handler of the consumer `growth.crm`. Rows take every revision, so the order of facts does not matter."""

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        rows, touched = [], set()
        for e in (m.body for m in messages if m.body.type in TYPES):
            fact = e.event()
            if isinstance(fact, CrmOpportunitySeen) or getattr(fact, "object", "") == "opportunity":
                rows.append(row(e, fact))
                touched.add(fact.account_id)
        if rows:
            await conn.execute(insert(opportunities).on_conflict_do_nothing(), rows)
            await wake(conn, process.WHITESPACE, touched - {None})
        return ()


def row(e: Envelope, fact: Any) -> dict[str, Any]:
    """A deal as the CRM shows it; one that was deleted or left its account is gone (its new account's own fact says
    where it went)."""
    gone = not isinstance(fact, CrmOpportunitySeen)
    seen: dict[str, Any] = {} if gone else fact.__dict__
    return {
        "opportunity_id": fact.crm_id, "revision": fact.revision, "account_id": seen.get("account_id"),
        "name": seen.get("name", ""), "stage": seen.get("stage", ""), "probability": seen.get("probability"),
        "amount": seen.get("amount"), "currency": seen.get("currency"), "closes_on": seen.get("closes_on"),
        "motion": seen.get("motion"), "owner_id": seen.get("owner_id"),
        "open": not gone and seen["stage"] not in CLOSED and seen["account_id"] is not None,
        "effective_at": e.effective_at, "event_id": e.id,
    }  # fmt: skip
