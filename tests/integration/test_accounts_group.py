"""The group on the page of an account: the whole tree, from whichever of its accounts one looks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.accounts.reads.account_page import account_page
from services.accounts.reads.asof import AsOf
from shared import ids
from tests.integration import accounts_facts as f
from tests.integration.accounts_chain import AccountsService, accounts_service, told


@pytest.fixture
async def service(dsn: str) -> AsyncIterator[AccountsService]:
    async with accounts_service(dsn) as made:
        yield made


async def group(service: AccountsService, crm_id: str, day: str = "2024-12-01") -> list[tuple[str, int]]:
    """(name, depth) of the accounts on the page of one of them."""
    asof = AsOf.end_of(date.fromisoformat(day), service.settings.zone)
    async with service.engine.connect() as conn:
        page = await account_page(conn, asof, ids.account_id("sugar", crm_id), currency="USD")
    assert page is not None
    assert page.row.crm_id == crm_id
    return [(n.name, n.depth) for n in page.group]


TREE = [("Top", 0), ("East", 1), ("Mine", 2), ("West", 1)]


@pytest.fixture
async def tree(service: AccountsService) -> AccountsService:
    facts = [
        f.account("top", name="Top"),
        f.account("east", name="East", parent_crm_id="top"),
        f.account("west", name="West", parent_crm_id="top"),
        f.account("mine", name="Mine", parent_crm_id="east"),
        f.account("other", name="Elsewhere"),
    ]
    await service.take(told(*facts))
    return service


@pytest.mark.parametrize("seen_from", ["top", "east", "west", "mine"])
async def test_the_group_is_the_same_from_everywhere_in_it(tree: AccountsService, seen_from: str) -> None:
    assert await group(tree, seen_from) == TREE
    assert await group(tree, "other") == [("Elsewhere", 0)]


async def test_a_child_follows_its_parent_into_the_account_that_absorbed_it(tree: AccountsService) -> None:
    await tree.take(told(f.merged("east", "other", "2024-09-01", 2), start=6))
    assert await group(tree, "mine") == [("Elsewhere", 0), ("Mine", 1)]
    assert await group(tree, "other") == [("Elsewhere", 0), ("Mine", 1)]
    assert await group(tree, "top") == [("Top", 0), ("West", 1)]


async def test_who_was_moved_is_where_it_was_on_the_day(tree: AccountsService) -> None:
    await tree.take(told(f.account("mine", "2024-10-01", 2, name="Mine", parent_crm_id="other"), start=6))
    assert await group(tree, "mine", "2024-09-01") == TREE
    assert await group(tree, "mine") == [("Elsewhere", 0), ("Mine", 1)]
    assert await group(tree, "top") == [("Top", 0), ("East", 1), ("West", 1)]


async def test_an_account_whose_parent_is_no_customer_heads_its_group(service: AccountsService) -> None:
    above, below = f.account("top", name="Top", account_type="Prospect"), f.account("a1", parent_crm_id="top")
    await service.take(told(above, below))
    assert await group(service, "a1") == [("Acme", 0)]
