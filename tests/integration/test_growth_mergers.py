"""PM15: an account goes into another one. Its plan stays, goes on, and is read with the survivor's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared import ids
from shared.contracts.accounts import account as a
from shared.protos import growth_pb2 as pb
from tests.integration.growth_service import ACCOUNT, GrowthService, drafted, growth_service, key_account
from tests.integration.test_growth_facts import promoted

SURVIVOR = ids.account_id("sugar", "s1")


@pytest.fixture
async def service(dsn: str) -> AsyncIterator[GrowthService]:
    async with growth_service(dsn) as found:
        yield found


async def merge(service: GrowthService, reverted: bool = False) -> None:
    at = service.clock.now()
    common: dict[str, Any] = {"survivor_id": SURVIVOR, "absorbed_id": ACCOUNT, "absorbed_crm_id": "a1"}
    for key in (ACCOUNT, SURVIVOR):
        fact = (
            a.AccountMergeReverted(account_id=key, **common)
            if reverted
            else a.AccountsMerged(account_id=key, survivor_crm_id="s1", **common)
        )
        await service.hear((fact, at))


async def plans(service: GrowthService, of: Any = SURVIVOR) -> list[tuple[str, str]]:
    page = await service.ask.GetPlan(pb.GetPlanRequest(account_id=str(of)))
    return [(p.account_name, p.status) for p in page.plans]


async def test_the_plan_goes_on_and_is_read_with_the_survivors(service: GrowthService) -> None:
    await key_account(service)
    await service.hear((a.AccountRegistered(account_id=SURVIVOR, name="Survivor", time_zone="Europe/Berlin"),
                        service.clock.now()))  # fmt: skip
    plan = await drafted(service)
    step = await plan.milestone(date(2026, 5, 13))
    await plan.approve()
    assert await plans(service) == []
    await merge(service)
    assert await plans(service) == [("Acme", "Active")]
    page = await service.ask.GetPlan(pb.GetPlanRequest(account_id=str(SURVIVOR)))
    assert [m.milestone_id for m in page.milestones] == [step]
    await service.at(datetime(2026, 5, 14, 9, tzinfo=UTC))
    assert [d["milestone_id"] for _, d, _ in await service.log("MilestoneOverdue")] == [step]
    late = await service.ask.ListMilestones(pb.ListMilestonesRequest(account_id=str(SURVIVOR), overdue=True))
    assert [m.milestone_id for m in late.milestones] == [step]
    assert not await service.log("AccountStandingNoted")
    assert [d["why"] for _, d, _ in await service.log("GrowthPlanDutyLifted")] == ["account_ended"]
    await service.do("DraftPlan", account_id=str(SURVIVOR), title="Together", owner="u7", starts_on="2026-06-01",
                     ends_on="2026-12-31")  # fmt: skip
    assert await plans(service) == [("Survivor", "Draft"), ("Acme", "Active")]
    await merge(service, reverted=True)
    assert await plans(service) == [("Survivor", "Draft")]
    assert await plans(service, ACCOUNT) == [("Acme", "Active")]


async def test_an_absorbed_accounts_action_becomes_an_initiative_of_the_survivor(service: GrowthService) -> None:
    await key_account(service)
    await service.hear((a.AccountRegistered(account_id=SURVIVOR, name="Survivor", time_zone="Europe/Berlin"),
                        service.clock.now()))  # fmt: skip
    await merge(service)
    await service.hear((promoted(), service.clock.now()))
    (proposed,) = [e for e in await service.published() if e.type == "InitiativeProposed"]
    assert proposed.data["account_id"] == str(SURVIVOR)
    assert await plans(service) == [("Survivor", "Draft")]
    assert await plans(service, ACCOUNT) == []
