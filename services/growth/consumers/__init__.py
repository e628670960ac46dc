"""What other services tell → our aggregates, tables and timers."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncEngine

from services.growth.consumers.accounts import AccountFacts
from services.growth.consumers.crm import TYPES, CrmFacts
from services.growth.consumers.qbr import QbrFacts
from services.growth.settings import Settings
from shared.clock import Clock
from shared.consumer import Consumer, Handler, decode_envelope
from shared.contracts import accounts, crm, qbr

ACCOUNTS_CONSUMER, CRM_CONSUMER, QBR_CONSUMER = "growth.accounts", "growth.crm", "growth.qbr"
NAMES = (ACCOUNTS_CONSUMER, CRM_CONSUMER, QBR_CONSUMER)
BATCH = 250


def consumers(engine: AsyncEngine, settings: Settings, clock: Clock, *, running: bool = False) -> list[Consumer]:
    """One for each service that we listen to; each is in order within an account. `running`: they all run in this
    process, so that one can wait until another has caught up."""

    def consumer(name: str, channel: str, handle: Handler, types: Iterable[str] = ()) -> Consumer:
        return Consumer(name, [channel], engine, decode_envelope, handle, chained=True, max_records=BATCH, types=types)

    told = consumer(ACCOUNTS_CONSUMER, accounts.CHANNEL, AccountFacts(settings, clock))
    everything_known = told.caught_up.is_set if running else lambda: True
    return [
        told,
        consumer(CRM_CONSUMER, crm.CHANNEL, CrmFacts(), TYPES),
        consumer(QBR_CONSUMER, qbr.CHANNEL, QbrFacts(settings, clock, everything_known)),
    ]
