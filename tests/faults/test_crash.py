"""kill -9 of every process, of the broker (which forgets everything) and of PostgreSQL, while the full capture streams.

At the end: 0 lost, 0 doubled, 0 reordered, the page says what the captured tables say, and the read model equals its
rebuild. STELLWERK_CRASH_SEED varies the moments and the victims.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol

import asyncpg
import httpx
import pytest

from deploy.local.capture import Size, capture_file
from deploy.local.kafka import KafkaCluster
from deploy.local.plan import REPOSITORY
from tests.e2e import oracle
from tests.e2e.stack import RunningStack
from tests.faults import checks
from tests.scratch import scratch

SEED = int(os.environ.get("STELLWERK_CRASH_SEED", "1"))
KILLS = 22
PROCESSES = ("crm-worker", "crm-relay", "accounts-worker", "accounts-relay")
SERVERS = ("broker", "broker", "postgres", "postgres")
AS_OF = date(2026, 11, 15)


class Checked(Protocol):
    """A stack whose stores and page can be asked: one of processes, or one of containers (tests/images)."""

    @property
    def url(self) -> str: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def dsn(self, service: str) -> str: ...


def victims(rng: random.Random) -> list[str]:
    """Every kind at least once, the servers among the others and not last."""
    plan = [*PROCESSES, *(rng.choice(PROCESSES) for _ in range(KILLS - len(PROCESSES) - len(SERVERS)))]
    rng.shuffle(plan)
    for i, server in enumerate(SERVERS):
        plan.insert(len(plan) * (i + 1) // (len(SERVERS) + 1), server)
    return plan


async def count(dsn: str) -> int | None:
    """Events in a service's log; None while PostgreSQL is away."""
    try:
        conn: Any = await asyncpg.connect(dsn, timeout=3)
        try:
            found: int = await conn.fetchval("SELECT coalesce(max(position), 0) FROM events")
            return found
        finally:
            conn.terminate()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError):
        return None


async def verify(stack: Checked, data: Size = "full") -> list[str]:
    """What is wrong in the logs of both services and on the page."""
    crm: Any = await asyncpg.connect(stack.dsn("crm"))
    accounts: Any = await asyncpg.connect(stack.dsn("accounts"))
    try:
        wrong = await checks.all_is_consumed(crm, accounts)
        for conn, who in ((crm, "crm"), (accounts, "accounts")):
            wrong += await checks.log_is_whole(conn, who)
            wrong += await checks.nothing_is_dead(conn, who)
        wrong += await checks.effects_are_single(accounts, "accounts")
        wrong += await checks.order_is_kept(accounts, "accounts", await checks.accounts_of_facts(crm))
    finally:
        await crm.close()
        await accounts.close()
    expected = oracle.portfolio(oracle.tables(capture_file(data)), AS_OF, datetime(2026, 11, 15, 18, tzinfo=UTC))
    return wrong + checks.portfolio_is(expected, page(stack))


def page(stack: Checked) -> list[dict[str, Any]]:
    answer = httpx.get(f"{stack.url}/api/v1/portfolio", params={"as_of": str(AS_OF)}, headers=stack.headers, timeout=30)
    rows: list[dict[str, Any]] = answer.raise_for_status().json()["rows"]
    return rows


def rebuild_is_equal(stack: RunningStack) -> list[str]:
    """The role `rebuild` makes the read model anew; the page must say the same."""
    before = page(stack)
    environment = {**os.environ, "STELLWERK_DATABASE": stack.dsn("accounts")}
    subprocess.run([sys.executable, "-m", "services.accounts", "rebuild"], check=True, env=environment, cwd=REPOSITORY)
    return [] if before == page(stack) else ["the page differs after a rebuild of the read model"]


async def crash(stack: RunningStack, kafka: KafkaCluster | None = None) -> list[str]:
    """Kill while it streams, wait until all is through, and say what is wrong. `kafka`: the broker that is not the
    stack's own; it is started again at once and has kept its log.
    """
    rng = random.Random(SEED)
    plan, started = victims(rng), time.monotonic()
    while not await count(stack.dsn("accounts")):  # noqa: ASYNC110  another process writes
        await asyncio.sleep(0.2)
    for i, victim in enumerate(plan):
        await asyncio.sleep(rng.uniform(0.5, 4.0))
        facts, effects = await count(stack.dsn("crm")), await count(stack.dsn("accounts"))
        print(
            f"{time.monotonic() - started:6.1f} s {i + 1:2}/{len(plan)} kill -9 {victim:15} {facts} {effects}",
            flush=True,
        )
        assert not any(line.startswith("ready") for line in stack.output), "all was through before the last kill"
        if victim == "broker" and kafka is not None:
            kafka.kill()
            await asyncio.to_thread(kafka.start)
        else:
            stack.kill(victim)
    stack.wait_ready(1_500)
    print(f"{time.monotonic() - started:6.1f} s through; kills {dict(Counter(plan))}")
    return await verify(stack) + rebuild_is_equal(stack)


@pytest.mark.crash
@pytest.mark.timeout(2_400)
async def test_nothing_is_lost_doubled_or_reordered() -> None:
    with scratch() as home, RunningStack(home / "home", data="full", shift="none") as stack:
        stack.wait_line("progress", 300)
        try:
            assert await crash(stack) == []
            assert stack.stop() == 0
        finally:
            print("\n".join(stack.output[-80:]))
