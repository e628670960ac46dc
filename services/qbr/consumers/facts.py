"""What other services tell about accounts → table `facts`. Called by the consumers within their batch."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.pack.facts import kept
from services.qbr.reads import facts
from shared.consumer import Message


async def keep(conn: AsyncConnection, messages: Sequence[Message], system: str = "") -> None:
    """Keep the facts that packs show, of messages whose body is an Envelope; all others pass. Repeats do no harm.

    `system`: the CRM whose user ids the messages of the risk service name.
    """
    found = (kept(m.body, m.topic, m.partition, system) for m in messages)
    await facts.add(conn, [fact for fact in found if fact is not None])
