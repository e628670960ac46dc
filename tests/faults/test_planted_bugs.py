"""The crash tests must be able to see: each planted bug, switched on, is named by a check; without it all is well."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any, NamedTuple

import pytest

from deploy.local.postgres import Postgres
from tests.e2e.oracle import Row
from tests.faults import bugs, checks, scenarios
from tests.faults.bugs import Bug
from tests.faults.invariants import complaints
from tests.faults.world import World
from tests.kernel import AT

pytestmark = [pytest.mark.faults, pytest.mark.timeout(60)]


class Case(NamedTuple):
    """A bug, what must happen for it to do harm, and the harm as the checks put it."""

    bug: Bug
    scenario: Callable[[World], Awaitable[None]]
    harm: str


CASES = [
    Case(bugs.positions_from_a_sequence, scenarios.a_slow_writer_commits_last, "crm: the read model differs"),
    Case(bugs.position_saved_by_itself, scenarios.killed_with_a_batch, "accounts: crm:1 had no effect"),
    Case(bugs.published_before_the_commit, scenarios.killed_while_taking_in, "crm has recorded no such fact"),
    Case(
        bugs.position_saved_before_the_acks, scenarios.killed_before_the_acks, "accounts saw 0 of partition 0, sent up"
    ),
    Case(bugs.nobody_is_fenced, scenarios.a_zombie_wakes_up, "crm:1 led to 2 times the same"),
    Case(bugs.repeats_are_taken, scenarios.offsets_are_not_committed, "took crm:1 after crm:3"),
    Case(bugs.command_ids_are_not_recorded, scenarios.an_answer_is_lost, "acted 2 times"),
    Case(bugs.gaps_are_not_looked_for, scenarios.a_log_begins_in_the_middle, "accounts: crm:1 had no effect"),
    Case(bugs.offsets_of_any_cluster, scenarios.a_foreign_log_is_replaced, "crm: number 5 of stream .* never arrived"),
    Case(bugs.relay_position_of_any_cluster, scenarios.our_log_is_replaced, "accounts: crm:1 had no effect"),
    Case(bugs.relays_without_a_leader, scenarios.two_relays, "was erased and is known again"),
    Case(bugs.last_arrival_counts, scenarios.an_old_change_comes_late, "end with Second, by the CRM's log with Third"),
    Case(bugs.checkpoint_saved_by_itself, scenarios.killed_with_a_page, "crm: the read model differs"),
    Case(bugs.any_due_version_arms, scenarios.an_old_arming_comes_late, "fired for due version 1, 2 had replaced it"),
]
NAMES = [case.bug.__name__ for case in CASES]


@pytest.fixture
async def world(postgres: Postgres) -> AsyncIterator[World]:
    made = World(postgres)
    yield made
    await made.close()


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_without_the_bug_nobody_complains(world: World, case: Case) -> None:
    await case.scenario(world)
    assert await complaints(world) == []


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_the_bug_is_seen(world: World, case: Case) -> None:
    with case.bug():
        await case.scenario(world)
    found = await complaints(world)
    assert any(re.search(case.harm, c) for c in found), found


# --- the page

ACME = Row("Acme", "p1", "u1", "Ana", True, 1_200, 1, 2, AT)


def page(row: Row, **more: Any) -> dict[str, Any]:
    """A row as the portal's JSON has it."""
    contact = row.last_meaningful_contact_at
    return {**asdict(row), "last_meaningful_contact_at": contact and contact.isoformat(), "crm_id": "a1", **more}


def test_a_true_page_is_believed() -> None:
    assert checks.portfolio_is({"a1": ACME}, [page(ACME, tier="A")]) == []


@pytest.mark.parametrize("name", checks.FIELDS)
def test_any_wrong_cell_of_the_page_is_seen(name: str) -> None:
    nothing: dict[str, Any] = {name: None}
    wrong = page(replace(ACME, **nothing))
    assert [c for c in checks.portfolio_is({"a1": ACME}, [wrong]) if f": {name} is None, should be" in c]


def test_a_missing_and_an_invented_account_are_seen() -> None:
    assert checks.portfolio_is({"a1": ACME}, []) == ["Acme is not on the page"]
    assert checks.portfolio_is({}, [page(ACME)]) == ["Acme is on the page, not in the tables"]
