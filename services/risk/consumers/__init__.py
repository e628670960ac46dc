"""What other services tell → our tables, and who is to be judged again."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from services.risk.consumers.facts import keep
from shared.consumer import Consumer, decode_envelope
from shared.contracts import accounts, crm, growth, qbr

FACTS_CONSUMER = "risk.facts"
TOPICS = (crm.CHANNEL, accounts.CHANNEL, qbr.CHANNEL, growth.CHANNEL)
BATCH = 250


def facts_consumer(engine: AsyncEngine) -> Consumer:
    """Facts of all services that we listen to, each topic in order within an account."""
    return Consumer(FACTS_CONSUMER, TOPICS, engine, decode_envelope, keep, chained=True, max_records=BATCH)
