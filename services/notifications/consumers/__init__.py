"""What other services tell → our tables and what rules wait for."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifications.consumers.alerts import Facts
from services.notifications.policy.documents import RuleBook
from shared import people
from shared.clock import Clock
from shared.consumer import Consumer, decode_envelope
from shared.contracts import accounts, crm, growth, qbr, risk
from shared.contracts.people import CHANNEL as PEOPLE

CHANNELS = {
    "notifications.accounts": accounts.CHANNEL,
    "notifications.crm": crm.CHANNEL,
    "notifications.growth": growth.CHANNEL,
    "notifications.qbr": qbr.CHANNEL,
    "notifications.risk": risk.CHANNEL,
}
PEOPLE_CONSUMER = "notifications.people"
BATCH = 250


def consumers(engine: AsyncEngine, clock: Clock, book: RuleBook) -> list[Consumer]:
    """One for each service that we listen to; each is in order within an account."""
    facts = Facts(book, clock)
    return [
        Consumer(name, [channel], engine, decode_envelope, facts, chained=True, max_records=BATCH, types=facts.types)
        for name, channel in CHANNELS.items()
    ]


def people_consumer(engine: AsyncEngine) -> Consumer:
    """Names and mail addresses of our employees, and whose were erased."""
    return Consumer(PEOPLE_CONSUMER, [PEOPLE], engine, people.decode_person, people.remember, chained=False)
