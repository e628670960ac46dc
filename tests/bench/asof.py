"""Target asof: an account as of a past day with the knowledge of another one, at 5,000 events, against the plain fold.

The plain fold makes the same account of the same facts, lying in memory, and cuts nothing. The promise to a reader is
an answer within 300 ms; the line names what it took here.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deploy.local.postgres import Postgres
from services.insights.api import Queries, Worlds
from services.insights.policy.book import Book
from services.insights.policy.company import company
from services.insights.policy.standing import standing
from services.insights.policy.world import World
from services.insights.reads import loading
from services.insights.shipped import catalogue
from shared import ids
from shared.contracts.accounts.account import AccountLinkedToCrm, AccountRegistered
from shared.contracts.accounts.commerce import ContractAmended, ContractRecorded
from shared.protos import insights_pb2 as pb
from tests.bench.measure import Target
from tests.integration.insights_chain import Service, insights_service
from tests.integration.risk_chain import Teller

EVENTS, ROUNDS = 5_000, 10
BEGIN = datetime(2024, 1, 1, 8, tzinfo=UTC)
ACCOUNT = ids.account_id("sugar", "a")
NOBODY: Any = None


async def run(pg: Postgres, rotations: int) -> list[Target]:
    what = f"one account as of a past day at {EVENTS} events / the plain fold of all of them"
    found = Target("asof", what, "", "", None, unit="answers per second")
    dsn = pg.create("bench_asof")
    async with insights_service(dsn) as service:
        await _fill(service)
        worlds = Worlds(service.engine, service.settings.terms)
        queries = Queries(service.engine, service.settings, service.clock, worlds, catalogue())
        ask = pb.GetInsightRequest(account_id=str(ACCOUNT), as_of="2025-06-30", known_at="2026-08-31")
        await queries.GetAccount(ask, NOBODY)  # the facts are in memory from here on
        async with service.engine.connect() as conn:
            await conn.begin()
            facts = (await loading.of_accounts(conn, None))[ACCOUNT]
        assert len(facts) >= EVENTS
        for _ in range(rotations):
            started = time.perf_counter()
            for _ in range(ROUNDS):
                await queries.GetAccount(ask, NOBODY)
            ours = ROUNDS / (time.perf_counter() - started)
            started = time.perf_counter()
            for _ in range(ROUNDS):
                world = World({ACCOUNT: Book(ACCOUNT, facts)}, company([]), service.settings.terms, {})
                standing(world, world.by_account[ACCOUNT], service.clock.now())
            found.take(ours, ROUNDS / (time.perf_counter() - started))
    pg.drop("bench_asof")
    return [found]


async def _fill(service: Service) -> None:
    """One account, and contracts that are amended again and again."""
    teller = Teller()
    facts: list[tuple[Any, datetime]] = [
        (AccountRegistered(account_id=ACCOUNT, name="Muster", time_zone="Europe/Berlin"), BEGIN),
        (AccountLinkedToCrm(account_id=ACCOUNT, system="sugar", crm_id="a"), BEGIN),
    ]
    for n in range(EVENTS):
        terms: dict[str, Any] = {
            "account_id": ACCOUNT, "name": "GTX", "status": "Signed", "signed": True,
            "product": "GTX", "starts_on": date(2024, 1, 1), "ends_on": date(2027, 12, 31), "arr": 1_000_00 + n,
            "currency": "EUR",
        }  # fmt: skip
        first = n < 50
        made = (
            ContractRecorded(**terms, system="sugar", crm_id=f"c{n}")
            if first
            else ContractAmended(**terms, changed=("arr",))
        )
        facts.append((made, BEGIN + timedelta(hours=4 * n)))
    await service.take(teller.tell(*facts))
