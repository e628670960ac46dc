"""Packs of the demo accounts: what the crm and accounts services told, kept by the qbr service's store, against SQL."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.postgres import Postgres
from services.qbr import documents, pack
from services.qbr.main import MIGRATIONS
from services.qbr.reads import facts
from shared import people
from shared.consumer import Consumer
from shared.contracts.people import CHANNEL as PEOPLE
from shared.migrate import upgrade
from tests.integration import qbr_pack_oracle as oracle
from tests.integration.accounts_chain import DATA, accounts_service, engine_of, record, small_facts
from tests.integration.qbr_pack_chain import AS_OF, DAY, Told, fill, packs_of, published
from tests.unit.qbr.pack.told import TEMPLATE


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(postgres: Postgres) -> AsyncIterator[Told]:
    names = [f"pack_{n}" for n in ("accounts", "captured")]
    accounts, captured = (postgres.create(n) for n in names)
    seen, persons = await small_facts(postgres)
    async with accounts_service(accounts) as service:
        await service.take(seen)
        await service.know(persons)
        await service.settle()
        judged = await published(service.engine)
    await oracle.load(captured, DATA / "crm_cdc_small.jsonl.gz", DATA / "usage_small.jsonl.gz")
    yield Told(seen, judged, persons, captured)
    for name in names:
        postgres.drop(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(told: Told, postgres: Postgres) -> AsyncIterator[dict[UUID, pack.Pack]]:
    dsn = postgres.create("pack_qbr")
    await upgrade(dsn, MIGRATIONS)
    async with engine_of(dsn) as engine:
        await fill(engine, told, 1, 700)
        found = await packs_of(engine)
    yield found
    postgres.drop("pack_qbr")


def by_name(made: dict[UUID, pack.Pack]) -> dict[str, pack.Pack]:
    """The packs of live customers by the account's name: the merged duplicate is none."""
    named = {str(p.account[0].value): p for p in made.values()}
    return {name: p for name, p in named.items() if name != "Sunnamplex Sp. z o.o."}


def cells(made: pack.Pack, section: str, table: str) -> list[dict[str, Any]]:
    shown = made.section(section).table(table)  # type: ignore[union-attr]
    if shown is None:
        return []
    return [dict(zip((c.name for c in shown.columns), r.cells, strict=True)) for r in shown.rows]


async def test_all_twelve_accounts_have_a_pack(made: dict[UUID, pack.Pack]) -> None:
    assert len(by_name(made)) == 12


async def test_the_pipeline_by_stage_is_what_sql_counts(made: dict[UUID, pack.Pack], told: Told) -> None:
    shown = {
        (name, r["stage"]): (r["deals"], r["amount"])
        for name, p in by_name(made).items() for r in cells(p, "pipeline", "stages")
    }  # fmt: skip
    expected = {(a, stage): (n, amount) for a, stage, n, amount in await oracle.ask(told.captured, oracle.DEALS)}
    assert shown == expected
    assert len(expected) > 10


async def test_open_and_overdue_cases_by_priority_are_what_sql_counts(made: dict[UUID, pack.Pack], told: Told) -> None:
    shown = {
        (name, r["priority"]): (r["open"], r["overdue"])
        for name, p in by_name(made).items() for r in cells(p, "cases", "by_priority") if r["open"]
    }  # fmt: skip
    expected = {(a, p): (n, late) for a, p, n, late in await oracle.ask(told.captured, oracle.CASES, AS_OF)}
    assert shown == expected
    assert ("Kan-code", "P1") in expected
    assert expected["Kan-code", "P1"][1] == 1


async def test_contracts_with_their_notice_deadlines_are_what_sql_finds(
    made: dict[UUID, pack.Pack], told: Told
) -> None:
    shown = {
        (name, r["contract"]): (r["arr"], r["ends"], r["deadline"])
        for name, p in by_name(made).items() for r in cells(p, "renewals", "contracts") if r["state"] != "upcoming"
    }  # fmt: skip
    expected = {
        (a, name): (arr, ends.isoformat(), deadline.isoformat())
        for a, name, arr, ends, deadline in await oracle.ask(told.captured, oracle.CONTRACTS, DAY)
    }
    assert shown == expected
    total = sum(f.value for p in made.values() for f in p.section("renewals").figures if f.name == "arr")  # type: ignore
    assert total == sum(arr for arr, _, _ in expected.values()) == 233_989_000


async def test_usage_is_what_sql_finds(made: dict[UUID, pack.Pack], told: Told) -> None:
    shown = {
        (name, r["product"]): (r["active"], r["licensed"], r["week_to"])
        for name, p in by_name(made).items() for r in cells(p, "usage", "products")
    }  # fmt: skip
    found = await oracle.ask(told.captured, oracle.USAGE, AS_OF)
    expected = {(a, p): (value, licensed, to.isoformat()) for a, p, value, licensed, to in found}
    assert shown == expected
    weeks: dict[tuple[str, Any], list[int]] = {}
    for name, p in by_name(made).items():
        for r in cells(p, "usage", "weeks"):
            if r["active"] is not None:
                weeks.setdefault((name, r["product"]), []).append(r["active"])
    assert weeks == {(a, p): values for a, p, values in await oracle.ask(told.captured, oracle.TREND, AS_OF)}


async def test_only_who_has_no_renewal_deal_is_asked_for_one(made: dict[UUID, pack.Pack]) -> None:
    expected = json.loads((DATA / "ORACLE_small.json").read_text())["notice_deadline_within_30_days"]
    alone = {row["account"] for row in expected if not row["renewal_opportunity"]}
    asked = {
        name for name, p in by_name(made).items()
        if any(r["rule"] == "no_renewal_deal" for r in cells(p, "open_questions", "questions"))
    }  # fmt: skip
    assert asked == alone == {"Hottechi"}


async def test_the_stories_are_told_as_changes(made: dict[UUID, pack.Pack]) -> None:
    """S01: the champion left. S13: the renewal went back and slipped, somebody new came, somebody turned against us."""
    people_of = {
        name: {r["change"] for r in cells(p, "changes", "people")} for name, p in by_name(made).items()
    }  # fmt: skip
    assert "person_left" in people_of["Konex"]
    assert {"person_new", "person_attitude"} <= people_of["Isdom"]
    deals = {(r["change"], r["about"]) for r in cells(by_name(made)["Isdom"], "changes", "opportunities")}
    assert {("deal_back", "Isdom - Renewal GTX 2027"), ("deal_moved", "Isdom - Renewal GTX 2027")} <= deals
    use = {r["rule"] for r in cells(by_name(made)["Goodsilron"], "next_goals", "proposals")}
    assert "recover_use" in use


async def test_another_database_another_order_the_same_bytes(made: dict[UUID, pack.Pack], told: Told, dsn: str) -> None:
    await upgrade(dsn, MIGRATIONS)
    async with engine_of(dsn) as engine:
        await fill(engine, told, 77, 333)
        again = await packs_of(engine, {account: p.vector for account, p in made.items()})
    assert {a: p.canonical() for a, p in again.items()} == {a: p.canonical() for a, p in made.items()}


async def test_the_store_keeps_each_fact_once_and_only_the_fields_that_packs_use(told: Told, dsn: str) -> None:
    await upgrade(dsn, MIGRATIONS)
    async with engine_of(dsn) as engine:
        await fill(engine, told, 5, 1_000)
        async with engine.connect() as conn:
            once = (await conn.execute(text("SELECT count(*), count(DISTINCT (topic, position)) FROM facts"))).one()
            titles = await conn.execute(text("SELECT count(*) FROM facts WHERE data ? 'title' OR data ? 'owner_id'"))
            sources = await conn.execute(text("SELECT count(*) FROM facts WHERE account_id IS NULL"))
            assert once[0] == once[1] > 3_000
            assert titles.scalar() == 0
            assert sources.scalar() == 2


async def test_a_pack_frozen_early_stays_itself_while_facts_go_on_coming(told: Told, dsn: str) -> None:
    await upgrade(dsn, MIGRATIONS)
    half = Told(told.crm[: len(told.crm) // 2], told.accounts[: len(told.accounts) // 2], [], "")
    rest = Told(told.crm[len(told.crm) // 2 :], told.accounts[len(told.accounts) // 2 :], [], "")
    async with engine_of(dsn) as engine:
        await fill(engine, half, 3, 500)
        frozen = await packs_of(engine)
        await fill(engine, rest, 4, 500)
        later = await packs_of(engine)
        again = await _rebuilt(engine, frozen)
    assert {a: p.hash for a, p in again.items()} == {a: p.hash for a, p in frozen.items()}
    assert {a for a, p in later.items() if a in frozen and p.hash != frozen[a].hash} == set(frozen)


async def _rebuilt(engine: AsyncEngine, frozen: dict[UUID, pack.Pack]) -> dict[UUID, pack.Pack]:
    made = {}
    async with engine.connect() as conn:
        await conn.execute(text("SELECT 1"))
        for account, p in frozen.items():
            known = await facts.of_account(conn, account, p.vector)
            made[account] = pack.build(
                known, [], account_id=account, template=TEMPLATE, as_of=AS_OF, vector=p.vector, locale="en"
            )
    return made


async def test_the_erasure_of_a_person_changes_the_document_and_not_the_hash(told: Told, dsn: str) -> None:
    await upgrade(dsn, MIGRATIONS)
    async with engine_of(dsn) as engine:
        await fill(engine, told, 9, 2_000)
        vault = Consumer("qbr.people", [PEOPLE], engine, people.decode_person, people.remember, chained=False)
        vault.cluster = "test"
        await vault.apply(told.persons)
        before = next(p for p in (await packs_of(engine)).values() if p.account[0].value == "Konex")
        subject = str(before.section("stakeholders").table("people").rows[0].id)  # type: ignore[union-attr]
        words = await _words(engine, before)
        name = words.people[subject]
        assert name
        assert name.encode() in documents.render(before, words, "html", "internal")
        gone = record(PEOPLE, 0, len(told.persons), subject.encode(), None, [("position", b"1000000")])
        await vault.apply([gone])
        after = next(p for p in (await packs_of(engine)).values() if p.account[0].value == "Konex")
        page = documents.render(after, await _words(engine, after), "html", "internal")
    assert after.hash == before.hash
    assert name.encode() not in page
    assert b"[erased]" in page


async def _words(engine: AsyncEngine, made: pack.Pack) -> documents.Words:
    async with engine.connect() as conn:
        await conn.execute(text("SELECT 1"))
        known = await people.names(conn, [UUID(p) for p in made.persons()])
    return documents.Words({str(subject): person.name for subject, person in known.items()})
