"""PM15: an account goes into another one. Histories stay, and are read together from then on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.qbr.pack import Pack
from shared import ids
from shared.contracts.accounts.account import AccountMergeReverted, AccountsMerged
from shared.contracts.growth.goals import GoalSet
from shared.contracts.growth.plans import GrowthPlanDrafted
from shared.protos import qbr_pb2 as pb
from tests.integration.qbr_chain import ACCOUNT, BUYER, Service, qbr_service
from tests.integration.test_qbr_service import hold, ready, utc

SURVIVOR = ids.account_id("sugar", "s1")
PLAN = ids.derived("plan", "1")


@pytest.fixture
async def qbr(dsn: str) -> AsyncIterator[Service]:
    async with qbr_service(dsn) as service:
        yield service


async def held_with_a_promise(qbr: Service) -> str:
    """A QBR of the account that will be absorbed, with an open promise and a plan; and the survivor."""
    qbr_id = await ready(qbr)
    await qbr.key_account("B", SURVIVOR, "Survivor")
    await qbr.until(utc(2026, 4, 14, 12))
    await hold(qbr, qbr_id)
    offer = pb.PlannedAction(side="ours", owner="u1", due="2026-05-15", title="Offer")
    await qbr.do("RecordDecision", qbr_id=qbr_id, text="We extend", agreed_by=["u1", str(BUYER)], action=offer)
    await qbr.take(
        "growth",
        GrowthPlanDrafted.model_validate({
            "account_id": ACCOUNT, "plan_id": PLAN, "title": "2026", "owner": "u1", "starts_on": date(2026, 1, 1),
            "ends_on": date(2026, 12, 31), "time_zone": "Europe/Berlin", "drafted_by": "user:u1",
        }),
        GoalSet.model_validate({
            "account_id": ACCOUNT, "plan_id": PLAN, "goal_id": ids.derived("goal", "1"), "title": "More seats",
            "owner": "u1", "kpi_id": "seats@1", "baseline": 100, "target": 200, "unit": "seats",
            "direction": "increase", "starts_on": date(2026, 1, 1), "due": date(2026, 12, 31), "checkpoints": (),
        }),
    )  # fmt: skip
    return qbr_id


async def merge(qbr: Service, reverted: bool = False) -> None:
    common: dict[str, Any] = {"survivor_id": SURVIVOR, "absorbed_id": ACCOUNT, "absorbed_crm_id": "a1"}
    for key in (ACCOUNT, SURVIVOR):
        if reverted:
            await qbr.take("accounts", AccountMergeReverted(account_id=key, **common))
        else:
            await qbr.take("accounts", AccountsMerged(account_id=key, survivor_crm_id="s1", **common))


async def shown(qbr: Service) -> dict[str, Any]:
    """What the survivor's pages say."""
    of = str(SURVIVOR)
    pack = await qbr.ask.GetPack(pb.GetPackRequest(account_id=of, locale="en"))
    made = Pack.parse(pack.canonical_json)
    return {
        "promises": [r.action.title for r in (await qbr.ask.GetLedger(pb.GetLedgerRequest(account_id=of))).rows],
        "held": [r.account for r in (await qbr.listed(account_ids=[of])).rows if r.state == "Held"],
        "pack": [r.cells[0] for t in made.section("promises").tables for r in t.rows],  # type: ignore[union-attr]
        "goals": [r.cells[0] for t in made.section("goals").tables for r in t.rows],  # type: ignore[union-attr]
        "since": bool((await qbr.ask.GetSinceLastQbr(pb.GetSinceLastQbrRequest(account_id=of))).qbr_id),
    }


NOTHING = {"promises": [], "held": [], "pack": [], "goals": [], "since": False}


async def test_the_survivor_has_what_was_promised_and_planned_and_loses_it_when_the_merger_is_undone(
    qbr: Service,
) -> None:
    await held_with_a_promise(qbr)
    assert await shown(qbr) == NOTHING
    await merge(qbr)
    assert await shown(qbr) == {
        "promises": ["Offer"], "held": ["Acme"], "pack": ["Offer"], "goals": ["More seats"], "since": True,
    }  # fmt: skip
    states = {s.account: s.state for s in (await qbr.listed()).series}
    assert states == {"Acme": "Ended", "Survivor": "Active"}
    await merge(qbr, reverted=True)
    assert await shown(qbr) == NOTHING
    assert {s.account: s.state for s in (await qbr.listed()).series}["Acme"] == "Active"


async def test_the_open_promise_falls_due_and_the_open_review_can_be_closed_after_the_merger(qbr: Service) -> None:
    qbr_id = await held_with_a_promise(qbr)
    await merge(qbr)
    await qbr.do("ApproveMinutes", qbr_id=qbr_id, text="As agreed")
    await qbr.do("CloseQBR", qbr_id=qbr_id)
    await qbr.until(utc(2026, 5, 16, 9))
    assert [e.owner for _, e in await qbr.public("ActionItemOverdue")] == ["u1"]  # type: ignore[attr-defined]


async def test_a_pack_frozen_before_the_merger_stays_itself(qbr: Service) -> None:
    await held_with_a_promise(qbr)
    await qbr.do("PlanQBR", account_id=str(SURVIVOR))
    mine = next(s for s in (await qbr.listed()).series if s.account == "Survivor").open_qbr_id
    await qbr.do("ScheduleQBR", qbr_id=mine, at="2026-06-02T09:00:00Z", accepted=[str(BUYER)])
    await qbr.do("StartPreparation", qbr_id=mine)
    await qbr.do("FreezeDataPack", qbr_id=mine)
    before = await qbr.ask.GetPack(pb.GetPackRequest(qbr_id=mine))
    await merge(qbr)
    after = await qbr.ask.GetPack(pb.GetPackRequest(qbr_id=mine))
    assert after.matches
    assert after.canonical_json == before.canonical_json
    await qbr.do("FreezeDataPack", qbr_id=mine)
    again = await qbr.ask.GetPack(pb.GetPackRequest(qbr_id=mine))
    assert again.matches
    assert again.watermark[f"kam.growth.v1#{ACCOUNT}"] == 2
    assert b"More seats" in again.canonical_json
