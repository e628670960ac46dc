"""What qbr, growth and risk keep open at an account → table `matters`: promises, the next QBR, escalations.

Whoever takes a theme over has to know of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads.foreign import matters
from shared.consumer import Message
from shared.contracts.base import Envelope
from shared.eventstore.events import NewEvent
from shared.projector import copy_in


class Says(NamedTuple):
    """What a fact says of a matter: its kind, the field with its id, whether it is open (None: as it was), and the
    fields with day, code and title."""

    kind: str
    ref: str
    open: bool | None
    due: str = ""
    what: str = ""
    label: str = ""
    part_of: str = ""


def _action(open_: bool | None, due: str = "", what: str = "", label: str = "") -> Says:
    return Says("promise", "action_id", open_, due, what, label)


def _milestone(open_: bool | None, due: str = "", label: str = "") -> Says:
    return Says("promise", "milestone_id", open_, due, label=label, part_of="plan_id")


def _qbr(open_: bool | None, due: str = "") -> Says:
    return Says("timer", "qbr_id", open_, due)


def _escalation(open_: bool | None, due: str = "", label: str = "") -> Says:
    return Says("escalation", "escalation_id", open_, due, "severity", label)


def _plan(open_: bool) -> Says:
    return Says("plan", "plan_id", open_)


SAYS: Mapping[str, Says] = {
    "ActionItemAgreed": _action(True, "due", "side", "title"),
    "ActionItemRescheduled": _action(None, "to_due"),
    "ActionItemDone": _action(False),
    "ActionItemDropped": _action(False),
    "ActionItemPromoted": _action(False),
    "ActionItemReopened": _action(True),
    "QBRPlanned": _qbr(True, "due_by"),
    "QBRDueMoved": _qbr(None, "due_by"),
    "QBRScheduled": _qbr(None, "at"),
    "QBRRescheduled": _qbr(None, "to_at"),
    "QBRHeld": _qbr(False),
    "QBRWaived": _qbr(False),
    "QBRCancelled": _qbr(False),
    "QBRHeldRetracted": _qbr(True),
    "GrowthPlanApproved": _plan(True),
    "GrowthPlanClosed": _plan(False),
    "GrowthPlanAbandoned": _plan(False),
    "GrowthPlanSuperseded": _plan(False),
    "MilestonePlanned": _milestone(True, "due", "title"),
    "MilestoneRescheduled": _milestone(None, "to_due"),
    "MilestoneCompleted": _milestone(False),
    "MilestoneWaived": _milestone(False),
    "MilestoneReopened": _milestone(True, "due"),
    "EscalationOpened": _escalation(True, "update_due_at", "title"),
    "EscalationRaised": _escalation(None, "update_due_at"),
    "EscalationLowered": _escalation(None, "update_due_at"),
    "EscalationUpdated": _escalation(None, "update_due_at"),
    "EscalationClosed": _escalation(False),
    "EscalationReopened": _escalation(True, "update_due_at"),
}
"""A milestone counts while its plan is in force, an action until it becomes an initiative."""
CODES: Mapping[str, str] = {"milestone_id": "milestone", "qbr_id": "qbr"}
"""The code of a matter whose facts do not say one, by the field with its id."""


class Matters:
    """The handler of the consumer `accounts.matters`. `zone`: in which an instant falls on a day."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        rows = [self._row(m.body, SAYS[m.body.type]) for m in messages if m.body.type in SAYS]
        names = matters.columns.keys()
        await copy_in(conn, matters, [[row.get(n) for n in names] for row in rows])
        return ()

    def _row(self, e: Envelope, says: Says) -> dict[str, Any]:
        data = e.data
        return {
            "account_id": data["account_id"], "kind": says.kind, "ref": str(data[says.ref]), "open": says.open,
            "due_on": self._day(data.get(says.due)), "what": data.get(says.what) or CODES.get(says.ref),
            "label": data.get(says.label), "part_of": data.get(says.part_of), "effective_at": e.effective_at,
            "recorded_at": e.recorded_at, "event_id": e.id, "position": e.position,
        }  # fmt: skip

    def _day(self, said: Any) -> Any:
        at = datetime.fromisoformat(said) if said else None
        return None if at is None else at.astimezone(self._zone).date() if at.tzinfo else at.date()
