"""What other services tell → our series, proposals and tables."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from services.qbr.app import Company
from services.qbr.consumers.accounts import AccountFacts
from services.qbr.consumers.crm import CrmFacts
from services.qbr.consumers.growth import keep_initiatives
from services.qbr.consumers.risk import RiskFacts
from services.qbr.reads.accounts import KnownAccounts
from shared import people
from shared.clock import Clock
from shared.consumer import Consumer, decode_envelope
from shared.contracts import accounts, crm, growth, risk
from shared.contracts.people import CHANNEL as PEOPLE

BATCH = 250
ACCOUNTS, CRM, GROWTH, RISK = "qbr.accounts", "qbr.crm", "qbr.growth", "qbr.risk"


def accounts_consumer(engine: AsyncEngine, known: KnownAccounts, company: Company, clock: Clock) -> Consumer:
    """Judgements about accounts, in order within an account."""
    handle = AccountFacts(known, company, clock)
    return Consumer(ACCOUNTS, [accounts.CHANNEL], engine, decode_envelope, handle, chained=True, max_records=BATCH)


def crm_consumer(engine: AsyncEngine, known: KnownAccounts, company: Company, clock: Clock) -> Consumer:
    """Facts about the CRM's records, in order within an account."""
    handle = CrmFacts(known, company, clock)
    return Consumer(CRM, [crm.CHANNEL], engine, decode_envelope, handle, chained=True, max_records=BATCH)


def growth_consumer(engine: AsyncEngine) -> Consumer:
    """What the growth service decided."""
    return Consumer(
        GROWTH, [growth.CHANNEL], engine, decode_envelope, keep_initiatives, chained=True, max_records=BATCH
    )


def risk_consumer(engine: AsyncEngine, known: KnownAccounts, company: Company, clock: Clock) -> Consumer:
    """How the risk service judges, in order within an account."""
    handle = RiskFacts(known, company, clock)
    return Consumer(RISK, [risk.CHANNEL], engine, decode_envelope, handle, chained=True, max_records=BATCH)


def people_consumer(engine: AsyncEngine) -> Consumer:
    """Names of persons: state, so repeats and order do not matter."""
    return Consumer(
        "qbr.people", [PEOPLE], engine, people.decode_person, people.remember, chained=False, max_records=BATCH
    )
