"""`kam.risk.v1` → the facts of the risk section."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.app import Company
from services.qbr.consumers import facts
from shared.consumer import Message
from shared.eventstore.events import NewEvent


class RiskFacts:
    """The handler of the consumer `qbr.risk`."""

    def __init__(self, company: Company) -> None:
        self._company = company

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        await facts.keep(conn, messages, self._company.system)
        return ()
