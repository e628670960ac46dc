"""`kam.crm.v1` → held reviews are proposed as QBRs (`process.suggest`), and who leads which team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr import process
from services.qbr.app import Company, Unit, execute
from services.qbr.consumers import facts
from services.qbr.domain import Qbr
from services.qbr.reads.accounts import KnownAccounts, add_employees
from shared import ids
from shared.clock import Clock
from shared.consumer import Message
from shared.contracts.crm import CrmActivityLogged, CrmRecordDeleted, CrmRecordMoved, CrmUserSeen
from shared.eventstore.events import Meta, NewEvent

MEETINGS = (CrmActivityLogged, CrmRecordDeleted, CrmRecordMoved)


class CrmFacts:
    """The handler of the consumer `qbr.crm`."""

    def __init__(self, reads: KnownAccounts, company: Company, clock: Clock) -> None:
        self._reads, self._company, self._clock = reads, company, clock

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        await facts.keep(conn, messages)
        unit = Unit(conn, self._reads, self._company, self._clock.now())
        employees: list[dict[str, Any]] = []
        told = [(m.body, fact) for m in messages if (fact := m.body.event()) is not None]
        for _, fact in told:
            if isinstance(fact, CrmUserSeen):
                employees.append({
                    "user_id": fact.crm_id, "revision": fact.revision, "subject_id": fact.subject_id,
                    "active": fact.active, "reports_to": fact.reports_to,
                })  # fmt: skip
        await add_employees(conn, employees)
        meetings = [(e, fact) for e, fact in told if _may_be_one(fact)]
        await unit.fetch(Qbr, [_proposal(fact) for _, fact in meetings])
        for e, fact in meetings:
            known = await unit.find(Qbr, _proposal(fact)) is not None
            for n, command in enumerate(process.suggest(known, fact)):
                step = ids.command_id(e.id, "suggest", str(n))
                await execute(unit, command, Meta.follow(e, f"crm:{fact.system}", command_id=step))
        return unit.events


def _proposal(fact: Any) -> UUID:
    return Qbr.proposal_id(fact.system, fact.crm_id, fact.account_id)


def _may_be_one(fact: Any) -> bool:
    if isinstance(fact, CrmActivityLogged):
        return fact.kind == "meeting"
    return isinstance(fact, MEETINGS) and getattr(fact, "object", "") == "activity"
