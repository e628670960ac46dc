"""News of the past that come late: what an account shows on a day does not depend on when we heard of it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from deploy.local.postgres import Postgres
from services.accounts.reads.asof import AsOf
from shared import ids
from shared.contracts import crm
from tests.integration import accounts_facts as f
from tests.integration.accounts_chain import (
    SMALL,
    AccountsService,
    Record,
    accounts_service,
    capture,
    facts_of,
    small_facts,
    told,
)
from tests.integration.accounts_facts import SYSTEM, Told, at
from tests.integration.test_accounts_chain import shown


@pytest.fixture
async def service(dsn: str) -> AsyncIterator[AccountsService]:
    async with accounts_service(dsn) as made:
        yield made


def unlinked(crm_id: str, of: str, when: str, revision: int) -> Told:
    """The contact belongs to no account any more."""
    fact = crm.CrmRecordMoved(
        system=SYSTEM, crm_id=crm_id, revision=revision, object="contact", account_id=ids.account_id(SYSTEM, of),
        account_crm_id=of, to_account_id=None, to_account_crm_id=None,
    )  # fmt: skip
    return fact, at(when)


async def test_a_contact_who_left_before_what_was_last_told_of_him_is_gone(service: AccountsService) -> None:
    """The mail address became invalid in March; only then we hear that he had left in February."""
    before = [f.account(), f.contract(), f.contact(), f.contact(when="2024-03-01", revision=2)]
    late = [unlinked("p1", "a1", "2024-02-01", 3), unlinked("p1", "a1", "2024-03-01", 5)]
    await service.take(told(*before, *late))
    await service.settle()
    live = [
        (await service.portfolio(AsOf.end_of(date(2024, m, 15), service.settings.zone))).rows[0].live_contacts
        for m in (1, 2, 3)
    ]
    assert live == [1, 0, 0]


def by_topic(messages: list[Record], seed: int) -> list[Record]:
    """The tables' topics one after the other, in any order, each in its own."""
    lanes: dict[str, list[Record]] = {}
    for m in messages:
        lanes.setdefault(m.topic, []).append(m)
    order = sorted(lanes)
    random.Random(seed).shuffle(order)
    return [m for name in order for m in lanes[name]]


async def portfolio_of(postgres: Postgres, facts: list[Record]) -> list[Any]:
    """What the accounts service shows when it has heard them."""
    async with accounts_service(postgres.create("late_accounts")) as service:
        await service.take(facts)
        await service.settle()
        pages = await shown(service)
    postgres.drop("late_accounts")
    return pages


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def in_order(postgres: Postgres) -> list[Any]:
    """What it shows when the change events came in the order in which they happened."""
    facts, _ = await small_facts(postgres)
    return await portfolio_of(postgres, facts)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_order_of_the_tables_gives_the_same_portfolio(
    postgres: Postgres, in_order: list[Any], seed: int
) -> None:
    facts, _ = await facts_of(postgres.create("late_crm"), by_topic(capture(*SMALL), seed))
    postgres.drop("late_crm")
    assert await portfolio_of(postgres, facts) == in_order
