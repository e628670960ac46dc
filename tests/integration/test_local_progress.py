"""How far the stack has come, read from the kernel's tables of both services."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psycopg
import pytest

from deploy.local.postgres import Postgres
from deploy.local.progress import Stores
from shared.migrate import kernel_ddl

STREAM = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def dsns(postgres: Postgres) -> Iterator[dict[str, str]]:
    """Two databases with the kernel's tables, by service."""
    names = "crm", "accounts"
    dsns = {name: postgres.create(f"progress_{name}") for name in names}
    for dsn in dsns.values():
        with psycopg.connect(dsn) as conn:
            conn.execute(kernel_ddl().encode())
    yield dsns
    for name in names:
        postgres.drop(f"progress_{name}")


def place(dsn: str, consumer: str, source: str, partition: int, position: int, at: str | None = None) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "INSERT INTO positions (consumer, source, partition, position, effective_at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (consumer, source, partition) DO UPDATE SET position = excluded.position",
            (consumer, source, partition, position, at),
        )


def events(dsn: str, count: int) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "INSERT INTO events (position, version, stream_id, class_version, topic, actor, state, recorded_at,"
            " effective_at) SELECT n, n, %s, 1, 't', 'a', '{}', now(), now() FROM generate_series(1, %s) n",
            (STREAM, count),
        )


async def test_what_was_taken_in_is_told_by_topic_of_the_asked_cluster(dsns: dict[str, str]) -> None:
    crm = dsns["crm"]
    place(crm, "crm.changes", "sugar@old", 0, 99)
    place(crm, "crm.changes", "sugar@new", 0, 7)
    place(crm, "relay kam.crm.v1", "kam.crm.v1@new", 0, 5)
    assert await Stores(dsns).taken("new") == {"sugar": 7}
    assert await Stores(dsns).taken("") == {}


async def test_every_stage_between_the_stores_and_the_page_counts(dsns: dict[str, str]) -> None:
    crm, accounts = dsns.values()
    stores = Stores(dsns)
    assert (await stores.lag()).steps == 0

    events(crm, 10)
    assert (await stores.lag()).unsent == 10
    place(crm, "relay kam.crm.v1", "kam.crm.v1@a", -1, 10)
    place(crm, "relay kam.crm.v1", "kam.crm.v1@a", 0, 4)
    place(crm, "relay kam.crm.v1", "kam.crm.v1@a", 2, 10)
    place(crm, "relay kam.crm.v1", "kam.crm.v1@b", -1, 3)  # another log gets the history again
    assert ((await stores.lag()).unsent, (await stores.lag()).unread) == (0, 2)
    place(accounts, "accounts.crm", "kam.crm.v1", 0, 4)
    place(accounts, "accounts.crm", "kam.crm.v1", 2, 9)
    assert (await stores.lag()).unread == 1
    place(accounts, "accounts.crm", "kam.crm.v1", 2, 10, "2026-01-02T00:00Z")
    assert (await stores.lag()).steps == 0

    events(accounts, 3)
    place(accounts, "accounts_reads_v1", "store", 0, 1)
    assert (await stores.lag()).unprojected == 2
    place(accounts, "accounts_reads_v1", "store", 0, 3)
    assert (await stores.lag()).steps == (await stores.lag()).unsent == 3
    place(accounts, "relay kam.accounts.v1", "kam.accounts.v1@a", -1, 3)
    assert (await stores.lag()).steps == 0


async def test_a_service_without_a_log_counts_by_what_it_has_read(postgres: Postgres, dsns: dict[str, str]) -> None:
    insights = postgres.create("progress_insights")
    with psycopg.connect(insights) as conn:
        conn.execute(kernel_ddl().encode())
    stores = Stores({**dsns, "insights": insights})
    place(insights, "relay kam.bi.v1", "kam.bi.v1@a", -1, 585)  # rows of its tables, not events
    assert (await stores.lag()).steps == 0
    place(dsns["crm"], "relay kam.crm.v1", "kam.crm.v1@a", 2, 10)
    place(dsns["accounts"], "accounts.crm", "kam.crm.v1", 2, 10, "2026-01-02T00:00Z")
    assert (await stores.lag()).unread >= 1
    postgres.drop("progress_insights")


async def test_persons_count_until_the_other_vault_has_the_same(dsns: dict[str, str]) -> None:
    person = "INSERT INTO people (subject_id, kind, crm_id, change, words) VALUES (%s, 'contact', 'c', 3, '{}')"
    for dsn, unread in zip(dsns.values(), (1, 0), strict=True):
        with psycopg.connect(dsn) as conn:
            conn.execute(person, (STREAM,))
        assert (await Stores(dsns).lag()).unread == unread


async def test_timers_count_up_to_the_newest_business_time(dsns: dict[str, str]) -> None:
    accounts = dsns["accounts"]
    place(accounts, "accounts.crm", "kam.crm.v1", 2, 10, "2026-01-02T00:00Z")
    with psycopg.connect(accounts) as conn:
        conn.execute(
            "INSERT INTO timers (rule, subject, due_version, due_at, data) VALUES"
            " ('due', %(s)s, 1, '2026-01-01', '{}'), ('later', %(s)s, 1, '2026-01-03', '{}'),"
            " ('off', %(s)s, 1, NULL, '{}')",
            {"s": STREAM},
        )
    assert (await Stores(dsns).lag()).due == 1
    with psycopg.connect(accounts) as conn:
        conn.execute("UPDATE timers SET fired_at = now() WHERE rule = 'due'")
    place(accounts, "accounts.matters", "kam.qbr.v1", 0, 10, "2026-01-04T00:00Z")  # told after what the CRM knows
    assert (await Stores(dsns).lag()).due == 0


async def test_the_answer_waits_for_a_server_that_comes_back(postgres: Postgres, dsns: dict[str, str]) -> None:
    postgres.kill()
    asking = asyncio.create_task(Stores(dsns).lag())
    await asyncio.sleep(0.5)
    assert not asking.done()
    await asyncio.to_thread(postgres.start)
    assert (await asking).steps == 0
