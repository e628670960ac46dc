"""How long the BI tables take to be made anew from facts, against COPY of as many rows that are ready."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.local.postgres import Postgres
from services.insights.reads import bi
from shared.contracts.bi import tables
from shared.positions import driver
from tests.bench.measure import Target
from tests.integration.accounts_chain import capture, facts_of
from tests.integration.insights_chain import Service, insights_service
from tests.integration.risk_chain import judgements_of

READY = "bench_ready"
"""A schema of its own with tables of the same shape, keys and indexes."""


async def run(pg: Postgres, rotations: int) -> list[Target]:
    """Rows of all BI tables a second: folded from the facts of the small capture, and merely copied in."""
    what = "BI tables rebuilt from the facts / COPY of as many ready rows"
    found = Target("insights", what, "", "", None, unit="rows per second")
    facts, _ = await facts_of(pg.create("bench_bi_crm"), capture("crm_cdc_small.jsonl.gz", "usage_small.jsonl.gz"))
    told = [*facts, *await judgements_of(pg.create("bench_bi_accounts"), facts)]
    async with insights_service(pg.create("bench_bi")) as service:
        await service.take(told)
        await service.project()
        ready = await _ready(service)
        rows = sum(map(len, ready.values()))
        for _ in range(rotations):
            started = time.perf_counter()
            await service.marts.rebuild()
            ours = rows / (time.perf_counter() - started)
            found.take(ours, rows / await _copied(service, ready))
    for name in ("bench_bi", "bench_bi_accounts", "bench_bi_crm"):
        pg.drop(name)
    return [found]


async def _ready(service: Service) -> dict[str, list[tuple[Any, ...]]]:
    return {name: [tuple(r) for r in await service.rows(f"SELECT * FROM bi.{name}")] for name in tables()}


async def _copied(service: Service, ready: Mapping[str, Sequence[tuple[Any, ...]]]) -> float:
    """Seconds of COPY into empty tables, with their commit."""
    async with service.engine.begin() as conn:
        raw = driver(conn)
        await raw.execute(f"DROP SCHEMA IF EXISTS {READY} CASCADE")
        for statement in bi.statements(READY, None):
            await raw.execute(statement)
    started = time.perf_counter()
    async with service.engine.begin() as conn:
        raw = driver(conn)
        async with raw.transaction():
            for name, rows in ready.items():
                await raw.copy_records_to_table(name, schema_name=READY, records=rows)
    return time.perf_counter() - started
