"""Revenue and deals of the full capture equal totals that SQL finds in the captured tables, sharing no code with us."""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from deploy.local.postgres import Postgres
from services.accounts.publish import publish
from services.insights.policy.kpi import compute, scopes
from services.insights.policy.world import World
from services.insights.reads import loading
from services.insights.reads.loading import When
from services.insights.shipped import catalogue
from shared.positions import driver
from shared.relay import public_events
from tests.e2e.oracle import day, money, tables
from tests.integration.accounts_chain import DATA, Record, accounts_service, capture, facts_of
from tests.integration.insights_chain import insights_service
from tests.integration.risk_chain import chained

T0, T1 = date(2025, 11, 15), date(2026, 11, 15)
pytestmark = pytest.mark.timeout(1_200)
ARR = """
SELECT a.id, coalesce(sum(c.arr) FILTER (WHERE c.starts_on <= ? AND c.ends_on >= ?), 0) AS arr
FROM accounts a LEFT JOIN contracts c ON c.account = a.id AND c.status = 'Signed' GROUP BY a.id"""


@pytest.fixture(scope="module")
def captured() -> Iterator[duckdb.DuckDBPyConnection]:
    """The CRM's tables at the end of the capture, live rows only."""
    state = tables(DATA / "crm_cdc_full.jsonl.gz")
    live = {t: {k: r for k, r in rows.items() if not r.get("deleted")} for t, rows in state.items()}
    duck, extra = duckdb.connect(), state["aos_contracts_cstm"]
    of_deal = {r["opportunity_id"]: r["account_id"] for r in live["accounts_opportunities"].values()}
    rows: dict[str, list[dict[str, Any]]] = {
        "accounts": [{"id": k} for k in live["accounts"]],
        "contracts": [
            {
                "account": c["contract_account_id"], "status": c["status"], "starts_on": day(c["start_date"]),
                "ends_on": day(c["end_date"]), "arr": money(extra[k]["arr_c"]),
            }
            for k, c in live["aos_contracts"].items()
        ],
        "deals": [
            {"account": of_deal.get(k), "stage": d["sales_stage"], "amount": round((d["amount"] or 0) * 100)}
            for k, d in live["opportunities"].items()
        ],
    }  # fmt: skip
    for name, found in rows.items():
        duck.register("given", pa.Table.from_pylist(found))
        duck.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    yield duck
    duck.close()


@pytest.fixture(scope="module")
def world(postgres: Postgres) -> World:
    """What insights knows after the facts of crm and accounts; no time passes in between."""

    async def make() -> World:
        facts, _ = await facts_of(postgres.create("total_crm"), capture("crm_cdc_full.jsonl.gz"))
        told: list[Record] = []
        async with accounts_service(postgres.create("total_accounts")) as accounts:
            for n in range(0, len(facts), 2_000):
                await accounts.consumer.apply(facts[n : n + 2_000])
            async with accounts.engine.connect() as conn:
                await conn.begin()
                read, after, last = public_events("accounts", publish), 0, dict[int, int]()
                while (page := await read(driver(conn), after, 5_000)).scanned > after:
                    after = page.scanned
                    told += [chained(m, last, "kam.accounts.v1") for m in page.messages]
        async with insights_service(postgres.create("total_insights")) as service:
            await service.take([*told, *facts])
            async with service.engine.connect() as conn:
                await conn.begin()
                return await loading.world(conn, service.settings.terms, When())

    return asyncio.run(make())


def value(world: World, kpi: str) -> Any:
    return compute(catalogue(), world, kpi, T1)["company"]


def test_revenue_is_what_sql_finds_in_the_captured_tables(world: World, captured: duckdb.DuckDBPyConnection) -> None:
    start = dict(captured.execute(ARR, [T0, T0]).fetchall())
    end = dict(captured.execute(ARR, [T1, T1]).fetchall())
    cohort = {a for a, arr in start.items() if arr > 0}
    base = sum(start[a] for a in cohort)
    k1, k2, k3 = (value(world, k) for k in ("K1", "K2", "K3"))
    assert (k1.n, k1.d) == (sum(end[a] for a in cohort), base)
    assert (k2.n, k2.d) == (sum(min(start[a], end[a]) for a in cohort), base)
    assert (k3.n, k3.d) == (sum(end[a] > 0 for a in cohort), len(cohort))
    assert value(world, "ARR").value == sum(end.values())
    assert value(world, "K3.churned").value == sum(end[a] == 0 for a in cohort)
    assert value(world, "K3.new").value == sum(arr > 0 and start[a] == 0 for a, arr in end.items())
    print(f"NRR {k1.value} bp, GRR {k2.value} bp, logos {k3.value} bp, ARR {sum(end.values())} cents")


def test_deals_are_what_sql_finds_in_the_captured_tables(world: World, captured: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT CASE stage WHEN 'Closed Won' THEN 'won' WHEN 'Closed Lost' THEN 'lost' ELSE 'open' END AS outcome,
            count(*), sum(amount) FROM deals JOIN accounts ON accounts.id = deals.account GROUP BY 1"""
    wanted = {outcome: (n, int(amount)) for outcome, n, amount in captured.execute(query).fetchall()}
    found = {}
    for outcome in ("won", "lost", "open"):
        deals = [d for c in world.customers for d in c.deals if d.outcome == outcome]
        found[outcome] = len(deals), sum(d.amount or 0 for d in deals)
        assert value(world, f"K22.{outcome}").value == len(deals)
    assert found == wanted


@pytest.mark.parametrize("scope", scopes())
def test_every_figure_is_the_sum_of_its_parts_and_every_part_leads_to_events(world: World, scope: str) -> None:
    """Of all KPIs on the full capture; the arithmetic is done anew here, in fractions."""
    for id, definition in catalogue().definitions.items():
        found = compute(catalogue(), world, id, T1, [scope])[scope]
        counted = [p for p in found.parts.values() if p.apart is None]
        assert [a for a, p in found.parts.items() if not p.events] == [], id
        n, d = sum(p.n for p in counted), sum(p.d for p in counted)
        if definition.kind == "ratio":
            assert (found.n, found.d) == (n, d), id
            enough = d >= max(definition.minimum, 1)
            assert found.value == (math.floor(Fraction(n, d) * 10_000 + Fraction(1, 2)) if enough else None), id
        elif definition.kind == "sum" and counted:
            assert (found.n, found.value) == (n, n), id
        elif definition.kind == "median":
            values = [v for p in counted for v in p.values]
            middle = math.floor(Fraction(statistics.median(values)) + Fraction(1, 2)) if values else None
            assert found.value == (middle if len(values) >= definition.minimum else None), id


def test_a_customer_counts_in_one_tier_and_tiers_are_not_more_than_the_company(world: World) -> None:
    for id in ("K1", "K2", "K3", "ARR", "K22.won", "K22.open"):
        found = compute(catalogue(), world, id, T1, scopes())
        by_tier = [set(found[s].parts) for s in scopes() if s.startswith("tier:")]
        assert sum(map(len, by_tier)) == len(set.union(*by_tier)), id
        assert set.union(*by_tier) <= set(found["company"].parts), id
