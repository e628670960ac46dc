"""The accounts service on the facts of the small capture: whatever the order, the same portfolio; and a rebuild is
equal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import inspect, text

from deploy.local.postgres import Postgres
from services.accounts.projections import AccountsReads
from services.accounts.reads.asof import AsOf
from services.accounts.reads.foreign import FOREIGN
from services.accounts.reads.tables import metadata
from shared.positions import driver
from tests.integration.accounts_chain import AccountsService, Record, accounts_service, interleaved, small_facts
from tests.kernel import fingerprint

DAYS = (date(2025, 3, 1), date(2025, 11, 15), date(2026, 3, 3), date(2026, 11, 15))
Shown = list[dict[str, Any]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(postgres: Postgres) -> tuple[list[Record], list[Record]]:
    """(facts, persons) of the small capture."""
    return await small_facts(postgres)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plain(postgres: Postgres, told: tuple[list[Record], list[Record]]) -> list[Shown]:
    """What the portfolio shows on each day when everything came in order, in one go."""
    async with accounts_service(postgres.create("chain_plain")) as service:
        await service.take(told[0])
        await service.settle()
        return await shown(service)


@pytest.fixture
async def service(dsn: str) -> AsyncIterator[AccountsService]:
    async with accounts_service(dsn) as made:
        yield made


async def shown(service: AccountsService) -> list[Shown]:
    """Everything on the portfolio but the ids of events, which tell in which order we learned."""
    pages = []
    for day in DAYS:
        found = await service.portfolio(AsOf.end_of(day, service.settings.zone))
        pages.append([_plain(r) for r in found.rows])
    return pages


def _plain(row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in row.__dataclass_fields__ if name != "evidence"}
    return values | {"tier": replace(row.tier, event_id=None), "evidence": sorted(row.evidence)}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_interleaving_of_the_partitions_gives_the_same_portfolio(
    service: AccountsService, told: tuple[list[Record], list[Record]], plain: list[Shown], seed: int
) -> None:
    await service.take(interleaved(told[0], seed), batch=173 * seed)
    await service.settle()
    assert await shown(service) == plain


async def test_every_message_twice_changes_nothing(
    service: AccountsService, told: tuple[list[Record], list[Record]], plain: list[Shown]
) -> None:
    for n in range(0, len(told[0]), 600):
        await service.take(told[0][n : n + 600])
        await service.take(told[0][max(0, n - 300) : n + 600])
    await service.settle()
    assert await shown(service) == plain


async def test_a_rebuild_is_equal_and_readers_go_on(
    service: AccountsService, told: tuple[list[Record], list[Record]]
) -> None:
    await service.take(told[0])
    await service.settle()
    before = await shown(service)
    async with service.engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        live = await fingerprint(conn, AccountsReads.tables)
    await service.projector.rebuild()
    async with service.engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        assert await fingerprint(conn, AccountsReads.tables) == live
        indexes = await driver(conn).fetchval("SELECT count(*) FROM pg_indexes WHERE tablename = 'contract_states'")
    assert indexes == 2
    assert await shown(service) == before
    assert sum(not counted.startswith("0 ") for counted in live.values()) >= 12


async def test_the_migration_makes_the_tables_of_the_code(service: AccountsService) -> None:
    def plain(conn: Any, kind: Any) -> str:
        return str(kind.compile(conn.dialect)).replace("WITHOUT", "WITH").replace(" WITH TIME ZONE", "")

    def made(conn: Any) -> dict[str, Any]:
        found = inspect(conn)
        return {
            t.name: (
                {c["name"]: (plain(conn, c["type"]), c["nullable"]) for c in found.get_columns(t.name)},
                {str(i["name"]) for i in found.get_indexes(t.name)},
            )
            for t in metadata.sorted_tables
        }

    def wanted(conn: Any) -> dict[str, Any]:
        return {
            t.name: (
                {c.name: (plain(conn, c.type), c.nullable) for c in t.columns},
                {str(i.name) for i in t.indexes},
            )
            for t in metadata.sorted_tables
        }

    async with service.engine.connect() as conn:
        assert await conn.run_sync(made) == await conn.run_sync(wanted)
    assert len(FOREIGN) + len(AccountsReads.tables) == len(metadata.sorted_tables)
