"""Tables for BI on the small capture: made twice alike, served while rebuilt, read by strangers."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import adbc_driver_postgresql.dbapi as adbc
import duckdb
import psycopg
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from deploy.local.postgres import Postgres
from services.insights import publish
from services.insights.policy.kpi import compute
from services.insights.reads import bi, checks
from services.insights.reads.export import arrow_schema, export
from services.insights.reads.loading import When, world
from services.insights.shipped import catalogue
from shared.contracts import schemas
from shared.contracts.bi import tables
from shared.positions import driver
from tests.integration.accounts_chain import ROOT, Record, capture, facts_of, interleaved
from tests.integration.insights_chain import CAPTURE_END, Service, insights_service
from tests.integration.risk_chain import judgements_of

T0, T1 = date(2025, 11, 15), date(2026, 11, 15)
NRR = """
SELECT sum(at_end), sum(at_start) FROM (
    SELECT holder_id,
        coalesce(sum(arr_minor) FILTER (
            WHERE DATE '2025-11-15' BETWEEN starts_on AND coalesce(ends_on, '9999-01-01')), 0) AS at_start,
        coalesce(sum(arr_minor) FILTER (
            WHERE DATE '2026-11-15' BETWEEN starts_on AND coalesce(ends_on, '9999-01-01')), 0) AS at_end
    FROM {} WHERE signed AND NOT withdrawn GROUP BY holder_id) x WHERE at_start > 0"""
HASH = "SELECT count(*), coalesce(md5(string_agg(x::text, '|' ORDER BY x::text)), '') FROM bi.{} x"


@pytest.fixture(scope="module")
def told(postgres: Postgres) -> list[Record]:
    """What crm and accounts tell of the small capture."""

    async def make() -> list[Record]:
        facts, _ = await facts_of(postgres.create("bi_crm"), capture("crm_cdc_small.jsonl.gz", "usage_small.jsonl.gz"))
        return [*facts, *await judgements_of(postgres.create("bi_accounts"), facts)]

    return asyncio.run(make())


@pytest.fixture
async def service(dsn: str, told: list[Record]) -> AsyncIterator[Service]:
    async with insights_service(dsn) as made:
        await made.take(told)
        await made.project()
        yield made


async def hashes(s: Service) -> dict[str, tuple[int, str]]:
    found = {}
    for name in tables():
        (row,) = await s.rows(HASH.format(name))
        found[name] = row[0], row[1]
    return found


async def nrr(s: Service) -> tuple[int, int]:
    """As the KPI computes it."""
    async with s.engine.connect() as conn:
        await conn.begin()
        made = await world(conn, s.settings.terms, When())
    found = compute(catalogue(), made, "K1", T1)["company"]
    return found.n or 0, found.d or 0


async def test_a_rebuild_gives_the_same_rows_while_readers_read(service: Service) -> None:
    before, changes = await hashes(service), await service.rows("SELECT max(change) FROM bi_rows")
    assert before["dim_contract"][0] > 40
    reads, failed, over = 0, list[Exception](), asyncio.Event()

    async def read() -> None:
        nonlocal reads
        while not over.is_set():
            try:
                (row,) = await service.rows("SELECT count(*) FROM bi.dim_contract")
                assert row[0] == before["dim_contract"][0]
                reads += 1
            except Exception as e:
                failed.append(e)

    reader = asyncio.create_task(read())
    await service.marts.rebuild()
    over.set()
    await reader
    assert (failed, reads > 5) == ([], True)
    assert await hashes(service) == before
    assert await service.rows("SELECT max(change) FROM bi_rows") == changes, "nothing differs, so nothing is told"


async def test_the_order_between_topics_and_batches_does_not_matter(
    service: Service, postgres: Postgres, told: list[Record]
) -> None:
    async with insights_service(postgres.create("bi_shuffled")) as other:
        by_topic = {t: [m for m in told if m.topic == t] for t in ("kam.accounts.v1", "kam.crm.v1")}
        for n in range(0, 6_000, 700):
            for messages in by_topic.values():
                await other.take(interleaved(messages[n : n + 700], seed=n), batch=97)
            await other.project()
        assert await hashes(other) == await hashes(service)


async def test_only_rows_that_differ_are_written_again(service: Service) -> None:
    (before,) = await service.rows("SELECT max(change) FROM bi_rows")
    await service.rows("INSERT INTO dirty SELECT DISTINCT account_id, 1 FROM facts WHERE account_id IS NOT NULL")
    await service.project()
    assert await service.rows("SELECT max(change) FROM bi_rows") == [before]
    await service.rows(
        "UPDATE facts SET data = jsonb_set(data, '{arr}', '1') WHERE (topic, position) = (SELECT topic, max(position) "
        "FROM facts WHERE type = 'ContractWithdrawn' GROUP BY topic)"
    )
    await service.rows("INSERT INTO dirty SELECT account_id, 1 FROM facts WHERE type = 'ContractWithdrawn'")
    await service.project()
    changed = await service.rows("SELECT table_name FROM bi_rows WHERE change > $1", before[0])
    assert [r[0] for r in changed] == ["dim_contract"]


@pytest.fixture
def reader(service: Service, postgres: Postgres, dsn: str) -> Iterator[str]:
    """The URL of a stranger who is a member of the reader role."""
    owner = psycopg.conninfo.conninfo_to_dict(dsn)
    password = (postgres.home / "password").read_text().strip()
    server = {"host": owner["host"], "port": owner["port"], "dbname": owner["dbname"]}
    name = service.settings.bi_reader
    admin = psycopg.connect(**server, user="postgres", password=password, autocommit=True)
    admin.execute(f"CREATE ROLE {name} NOLOGIN")
    admin.execute(f"CREATE ROLE analyst LOGIN PASSWORD 'analyst' IN ROLE {name}")
    yield psycopg.conninfo.make_conninfo(**server, user="analyst", password="analyst")
    admin.execute(f"DROP OWNED BY {name}; DROP ROLE analyst; DROP ROLE {name}")
    admin.close()


async def test_who_is_told_of_all_the_time_waits_but_not_for_ever(service: Service) -> None:
    """While history streams in, a fold of each account after each batch would cost more than everything else."""
    dirty = """
        INSERT INTO dirty (account_id, version, since, touched_at)
        SELECT DISTINCT ON (account_id) account_id, 1,
            clock_timestamp() - $1::interval, clock_timestamp() - $2::interval
        FROM facts WHERE account_id IS NOT NULL LIMIT 5
        ON CONFLICT (account_id) DO UPDATE SET since = excluded.since, touched_at = excluded.touched_at"""

    async def written(since: float, touched: float, few: int) -> int:
        async with service.engine.begin() as conn:
            await conn.exec_driver_sql("SELECT 1")
            await driver(conn).execute(dirty, timedelta(seconds=since), timedelta(seconds=touched))
        return await service.marts.step(few)

    assert await written(since=5, touched=-60, few=3) == 0, "told of just now, and many"
    assert await written(since=5, touched=-60, few=5) == 5, "few are written at once"
    assert await written(since=5, touched=2, few=3) == 5, "quiet"
    assert await written(since=20, touched=-60, few=3) == 5, "waited long enough"


async def test_one_kpi_from_sql_parquet_and_topic(service: Service, reader: str, tmp_path: Path) -> None:
    await service.project()  # lets the role in
    wanted = await nrr(service)
    assert wanted == (233989000, 232889000)

    duck = duckdb.connect()
    made = psycopg.conninfo.conninfo_to_dict(reader)
    server = f"{quote(str(made['host']), safe='')}:{made['port']}/{made['dbname']}"
    address = f"postgresql://{made['user']}:{made['password']}@{server}"
    with adbc.connect(address) as stranger, stranger.cursor() as cursor:  # a tool that knows nothing of us
        cursor.execute(NRR.format("bi.dim_contract"))
        assert tuple(int(n) for n in cursor.fetchone() or ()) == wanted
        columns = "holder_id::text, arr_minor, starts_on, ends_on, signed, withdrawn"
        cursor.execute(f"SELECT {columns} FROM bi.dim_contract")
        duck.register("read_as_analyst", cursor.fetch_arrow_table())
        assert duck.execute(NRR.format("read_as_analyst")).fetchone() == wanted
    with psycopg.connect(reader) as conn:
        for hidden in ("facts", "bi_rows", "kpi_values"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"SELECT * FROM {hidden}")
            conn.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("DELETE FROM bi.dim_contract")

    counts = await export(service.engine, tmp_path, CAPTURE_END)
    assert duck.execute(NRR.format(f"'{tmp_path}/dim_contract.parquet'")).fetchone() == wanted
    assert counts == {name: (await service.rows(f"SELECT count(*) FROM bi.{name}"))[0][0] for name in tables()}
    assert json.loads((tmp_path / "manifest.json").read_text())["rows"] == counts
    assert pq.read_schema(tmp_path / "fact_qbr.parquet").equals(arrow_schema("fact_qbr"), check_metadata=True)

    state: dict[bytes, Any] = {}
    async with service.engine.connect() as conn:
        await conn.begin()
        after = 0
        while (page := await publish.rows(driver(conn), after, 500)).scanned > after:
            after = page.scanned
            for m in page.messages:
                state[m.key] = m.value
    schema = json.loads((schemas.SCHEMAS / "kam.bi.v1" / "DimContract.v1.json").read_text())
    live = [json.loads(v) for k, v in state.items() if k.startswith(b"dim_contract/") and v is not None]
    for row in live:
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(row)
    start, end = dict[str, int](), dict[str, int]()
    for row in live:
        for day, into in ((T0, start), (T1, end)):
            if (
                row["signed"]
                and not row["withdrawn"]
                and row["starts_on"] <= day.isoformat() <= (row["ends_on"] or "9")
            ):
                into[row["holder_id"]] = into.get(row["holder_id"], 0) + row["arr_minor"]
    assert (sum(n for h, n in end.items() if h in start), sum(start.values())) == wanted


async def test_the_tables_are_fresh_unique_and_whole_and_the_check_can_say_no(service: Service) -> None:
    found = await checks.run(service.engine, CAPTURE_END, timedelta(days=1))
    assert [c for c in found if c.wrong] == []
    await service.rows("INSERT INTO dirty SELECT account_id, 1 FROM facts WHERE account_id IS NOT NULL LIMIT 1")
    await service.rows("UPDATE bi.dim_tier SET event_ids = '{}'")
    await service.rows("DELETE FROM bi.fact_opportunity")
    found = await checks.run(service.engine, CAPTURE_END + timedelta(days=3), timedelta(days=1))
    assert {(c.name, c.table) for c in found if c.wrong} == {
        ("fresh", "dirty"), ("fresh", "freshness"), ("sourced", "dim_tier"), ("same as topic", "fact_opportunity"),
    }  # fmt: skip


async def test_another_shape_is_built_beside_and_the_comments_are_those_of_the_page(
    service: Service, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("docs_bi", ROOT / "docs/tools/bi.py")
    assert spec
    assert spec.loader
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    assert page.page(page.read(dsn)) == (ROOT / "docs/bi.md").read_text(encoding="utf-8"), "run `make docs`"
    assert await service.marts.ensure() == 1, "the shape is this program's: nothing to do"
    monkeypatch.setattr(bi, "digest", lambda: "another shape")
    assert await service.marts.ensure() > 1
    assert (await service.rows("SELECT digest FROM bi_state"))[0][0] == "another shape"


async def test_nobody_is_named_and_no_attitude_is_told(service: Service, told: list[Record]) -> None:
    columns = {c for model in tables().values() for c in model.model_fields}
    assert not {c for c in columns if "attitude" in c or "mail" in c or "note" in c or "text" in c}
    (titles,) = await service.rows("SELECT count(*) FROM facts WHERE type = 'CrmCaseSeen' AND data ? 'title'")
    assert titles[0] == 0, "a case's title is free text"
