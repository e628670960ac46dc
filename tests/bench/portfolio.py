"""Target risk: the nightly evaluation of a whole portfolio as the risk service does it, against the bare loop.

The bare loop folds and evaluates the same accounts from facts that lie in memory, and keeps nothing.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from deploy.local.postgres import Postgres
from services.risk.policy.cursor import Cursor
from services.risk.policy.sweep import InForce, Sweep
from services.risk.reads import standing
from services.risk.reads.history import History, histories
from services.risk.timekeeping.assess import LONG_AGO
from shared import ids
from shared.contracts.accounts.tiers import KeyAccountConfirmed, TierChanged
from shared.contracts.crm import (
    CrmAccountSeen,
    CrmActivityLogged,
    CrmCaseSeen,
    CrmContactSeen,
    CrmContractSeen,
    CrmUsageReported,
    SourceConnected,
    SourceLagCleared,
)
from tests.bench.measure import Target
from tests.integration.risk_chain import RiskService, Teller, risk_service

ACCOUNTS = int(os.environ.get("BENCH_ACCOUNTS", "10000"))
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)  # a Monday
WON = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


async def run(pg: Postgres, rotations: int) -> list[Target]:
    what = f"{ACCOUNTS} accounts × 6 factors evaluated, with storage / the bare loop over them"
    found = Target("risk", what, "", "", None, unit="accounts per second")
    dsn = pg.create("bench_risk")
    async with risk_service(dsn, BEGIN) as service:
        await _fill(service)
        await service.settle()
        for n in range(1, rotations + 1):  # each rotation is one night
            service.clock.set(BEGIN + n * DAY)
            started, judged = time.perf_counter(), 0
            while done := await service.time.step():
                judged += done
            ours = judged / (time.perf_counter() - started)
            await service.project()
            known = await _histories(service)
            found.take(ours, await _bare(service, known))
    pg.drop("bench_risk")
    return [found]


async def _fill(service: RiskService) -> None:
    """Every account has something to say for each factor."""
    teller = Teller()
    lives = SourceConnected(system="sugar", edition="suitecrm-7"), SourceLagCleared(system="sugar")
    # connected two nights before: the nights are measured, not the years of history before them
    await service.take(teller.tell(*((fact, BEGIN - 2 * DAY) for fact in lives)))
    for n in range(0, ACCOUNTS, 200):
        some = [fact for k in range(n, min(n + 200, ACCOUNTS)) for fact in _facts(f"a{k}")]
        await service.take(teller.tell(*some), batch=2_000)


def _facts(key: str) -> list[tuple[Any, datetime]]:
    account = ids.account_id("sugar", key)
    common: dict[str, Any] = {"system": "sugar", "revision": 1, "account_id": account, "account_crm_id": key}
    ago = BEGIN - DAY
    return [
        (CrmAccountSeen(**common | {"crm_id": key}, name=key, currency="USD", owner_id="u1"), WON),
        (
            CrmContractSeen(
                **common, crm_id=f"c-{key}", name="GTX", status="Signed", signed=True, product="GTX",
                starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31), arr=10_000_00, currency="USD",
                notice_period_days=90,
            ),
            WON,
        ),
        (
            TierChanged(
                account_id=account, changed_at=WON, from_tier=None, to_tier="A", why="first", score_bp=8_000,
                policy_version=1, decided_by="policy:tier", provisional=True,
            ),
            WON,
        ),
        (KeyAccountConfirmed(account_id=account, at=WON, tier="A"), WON),
        (
            CrmContactSeen(
                **common, crm_id=f"p-{key}", subject_id=ids.subject_id("sugar", "contact", f"p-{key}"),
                buying_role="DECIDER", champion=True, attitude="supporter", has_mail=True,
            ),
            WON,
        ),
        (
            CrmActivityLogged(**common, crm_id=f"m-{key}", kind="meeting", status="Held", done=True, at=ago),
            ago,
        ),
        (
            CrmCaseSeen(**common, crm_id=f"k-{key}", number=1, priority="P2", is_open=True, opened_at=ago),
            ago,
        ),
        (
            CrmUsageReported(
                **common, crm_id=key, product="GTX", metric="users", value=80, licensed=100,
                period_start=date(2025, 12, 22), period_end=date(2025, 12, 28), reported_at=ago, reported_under=key,
            ),
            ago,
        ),
    ]  # fmt: skip


async def _histories(service: RiskService) -> dict[UUID, History]:
    async with service.engine.connect() as conn:
        accounts = [ids.account_id("sugar", f"a{n}") for n in range(ACCOUNTS)]
        return await histories(conn, accounts)


async def _bare(service: RiskService, known: dict[UUID, History]) -> float:
    """Accounts per second: fold the facts, evaluate at the day's tick."""
    async with service.engine.connect() as conn:
        await conn.begin()
        version, model = standing.active(await standing.models(conn), service.clock.now())
    rules, now, zone = [InForce(LONG_AGO, version, model)], service.clock.now(), service.settings.zone
    started = time.perf_counter()
    for history in known.values():
        Sweep(history.book(), Cursor(), rules, zone, now - DAY / 4).run(history.facts, now)
    return len(known) / (time.perf_counter() - started)
