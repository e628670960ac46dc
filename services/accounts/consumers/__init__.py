"""What other services tell → our aggregates and tables."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from services.accounts.consumers.crm import TYPES, CrmFacts
from services.accounts.consumers.matters import SAYS, Matters
from services.accounts.settings import Settings
from shared import people
from shared.consumer import Consumer, decode_envelope
from shared.contracts import crm, growth, qbr, risk
from shared.contracts.people import CHANNEL as PEOPLE

CRM_CONSUMER = "accounts.crm"
BATCH = 250
FEW = 100
"""Of topics that bring little: what was fetched is held in memory."""


def crm_consumer(engine: AsyncEngine, settings: Settings) -> Consumer:
    """Facts about the CRM's records, in order within an account."""
    handle = CrmFacts(settings.company_time_zone)
    return Consumer(
        CRM_CONSUMER, [crm.CHANNEL], engine, decode_envelope, handle, chained=True, max_records=BATCH, types=TYPES
    )


def people_consumer(engine: AsyncEngine) -> Consumer:
    """Names of persons: state, so repeats and order do not matter."""
    return Consumer(
        "accounts.people", [PEOPLE], engine, people.decode_person, people.remember, chained=False, max_records=FEW
    )


def matters_consumer(engine: AsyncEngine, settings: Settings) -> Consumer:
    """What other services keep open at an account, each topic in order within an account."""
    topics = [qbr.CHANNEL, growth.CHANNEL, risk.CHANNEL]
    return Consumer(
        "accounts.matters", topics, engine, decode_envelope, Matters(settings.zone), chained=True, max_records=FEW,
        types=SAYS,
    )  # fmt: skip
