"""`kam.growth.v1` → what became of initiatives that began as actions of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.consumers import facts
from services.qbr.reads.tables import initiative_steps
from shared.consumer import Message
from shared.contracts.base import Envelope
from shared.eventstore.events import NewEvent

KINDS = {
    "InitiativeProposed": "Proposed",
    "InitiativeApproved": "Approved",
    "InitiativeStarted": "InProgress",
    "InitiativePutOnHold": "OnHold",
    "InitiativeResumed": "InProgress",
    "InitiativeCompleted": "Completed",
    "InitiativeCancelled": "Cancelled",
    "InitiativeProposalRefused": "Refused",
}


async def keep_initiatives(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """The handler of the consumer `qbr.growth`: rows by event id, so repeats and order do not matter."""
    await facts.keep(conn, messages)
    rows = [_row(m.body) for m in messages if m.body.type in KINDS]
    if rows:
        await conn.execute(insert(initiative_steps).on_conflict_do_nothing(), rows)
    return ()


def _row(e: Envelope) -> dict[str, Any]:
    data = e.data
    return {
        "event_id": e.id, "account_id": data["account_id"], "initiative_id": data["initiative_id"],
        "action_id": data.get("from_action_id") or data.get("action_id"), "kind": KINDS[e.type],
        "outcome": data.get("outcome") or data.get("reason"), "effective_at": e.effective_at, "position": e.position,
    }  # fmt: skip
