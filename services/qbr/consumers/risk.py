"""`kam.risk.v1` → the facts of the risk section, and whether to pull a QBR forward (`process.recolour`)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr import process
from services.qbr.app import Company, Unit, execute
from services.qbr.consumers import facts
from services.qbr.domain import Series
from services.qbr.reads.accounts import KnownAccounts
from shared import ids
from shared.clock import Clock
from shared.consumer import Message
from shared.contracts.base import Envelope
from shared.contracts.risk.colours import ColourFact
from shared.eventstore.events import Meta, NewEvent


class RiskFacts:
    """The handler of the consumer `qbr.risk`. Of the colours of an account in one batch only the last one counts: a
    history that is read at the first start proposes nothing that it takes back itself."""

    def __init__(self, reads: KnownAccounts, company: Company, clock: Clock) -> None:
        self._reads, self._company, self._clock = reads, company, clock

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        await facts.keep(conn, messages, self._company.system)
        told = ((m.body, m.body.event()) for m in messages)
        newest: dict[object, tuple[Envelope, ColourFact]] = {
            fact.account_id: (e, fact) for e, fact in told if isinstance(fact, ColourFact)
        }
        unit = Unit(conn, self._reads, self._company, self._clock.now())
        await unit.fetch(Series, [Series.create_id(fact.account_id) for _, fact in newest.values()])
        for e, fact in newest.values():
            series = await unit.find(Series, Series.create_id(fact.account_id))
            day = e.recorded_at.astimezone(await unit.zone(fact.account_id)).date()
            state = process.Standing(series=series)
            for n, command in enumerate(process.recolour(state, fact, fact.account_id, day, e.id)):
                step = ids.command_id(e.id, "recolour", str(n))
                await execute(unit, command, Meta.follow(e, "system:qbr", command_id=step, effective_at=e.recorded_at))
        return unit.events
