"""What other services tell: deals, contracts, tiers, promoted actions; and a rebuilt read model is the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.growth.consumers import consumers
from shared import ids
from shared.contracts.accounts import account as a
from shared.contracts.accounts import commerce as c
from shared.contracts.accounts import tiers as t
from shared.contracts.crm import CrmOpportunitySeen, CrmRecordDeleted
from shared.contracts.qbr.actions import ActionItemPromoted
from shared.errors import Transient
from shared.protos import growth_pb2 as pb
from tests.integration.growth_service import (
    ACCOUNT,
    PERSON,
    GrowthService,
    Plan,
    drafted,
    growth_service,
    key_account,
)
from tests.integration.test_accounts_api import refused

CONTRACT = ids.derived("contract", "sugar", "c1")


@pytest.fixture
async def service(dsn: str) -> AsyncIterator[GrowthService]:
    async with growth_service(dsn) as found:
        yield found


@pytest.fixture
async def plan(service: GrowthService) -> Plan:
    await key_account(service)
    return await drafted(service)


def deal() -> CrmOpportunitySeen:
    return CrmOpportunitySeen(
        system="sugar", crm_id="o1", revision=1, account_id=ACCOUNT, account_crm_id="a1", name="Acme - GTX Plus",
        stage="Prospecting", amount=5_000, currency="USD",
    )  # fmt: skip


def contract(cls: type[c.ContractFact] = c.ContractAmended, **fields: Any) -> c.ContractFact:
    known: dict[str, Any] = {
        "name": "Acme GTX", "status": "Signed", "signed": True, "product": "GTX", "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 6, 30), "arr": 120_000, "currency": "USD", "account_id": ACCOUNT,
    }  # fmt: skip
    return cls(**(known | fields))


async def test_a_deal_counts_once_in_its_primary_initiative(service: GrowthService, plan: Plan) -> None:
    await service.hear((deal(), service.clock.now()))
    other = await service.do(
        "ProposeInitiative", plan_id=plan.id, title="Other", owner="u8", due="2026-11-30", goal_ids=[plan.goal],
        stakeholders=[str(PERSON)], opportunity_id="o1",
    )  # fmt: skip
    await service.do(
        "LinkOpportunity",
        plan_id=plan.id,
        initiative_id=plan.initiative,
        opportunity_id="o1",
        stakeholders=[str(PERSON)],
    )
    asked = pb.ListOpportunitiesRequest(account_id=str(ACCOUNT))
    (found,) = (await service.ask.ListOpportunities(asked)).opportunities
    assert (found.primary_initiative_id, set(found.initiative_ids)) == (other.id, {other.id, plan.initiative})
    linked = {i.initiative_id: i.opportunities[0] for i in (await service.plan()).initiatives}
    assert {i: x.primary for i, x in linked.items()} == {other.id: True, plan.initiative: False}
    assert linked[other.id].amount_minor == 5_000
    await service.do("UnlinkOpportunity", plan_id=plan.id, initiative_id=other.id, opportunity_id="o1")
    (found,) = (await service.ask.ListOpportunities(asked)).opportunities
    assert (found.primary_initiative_id, list(found.initiative_ids)) == (plan.initiative, [plan.initiative])


async def test_contracts_and_deals_set_whitespace_and_nobody_else(service: GrowthService, plan: Plan) -> None:
    at = service.clock.now()
    await service.hear((deal(), at))
    assert await _cells(service) == {}  # nobody knows of the product yet
    await service.hear((contract(c.ContractRecorded, system="sugar", crm_id="c9", product="MG"), at), stream=uuid4())
    assert await _cells(service) == {"MG": ("InUse", 120_000, ["c9"])}
    recorded = contract(c.ContractRecorded, system="sugar", crm_id="c1", signed=False)
    await service.hear((recorded, at), stream=CONTRACT)
    assert (await _cells(service))["GTX"] == ("Opportunity", 5_000, ["o1"])
    cell: dict[str, Any] = {"account_id": str(ACCOUNT), "org_unit": "account", "product": "GTX"}
    assert (await refused(service.do("AssessWhitespaceCell", state="InUse", **cell)))[1] == "cell-state-by-facts"
    assert (await refused(service.do("AssessWhitespaceCell", state="Competitor", **cell)))[1] == "cell-set-by-facts"
    await service.hear((contract(changed=("signed",)), at), stream=CONTRACT, version=2)
    assert (await _cells(service))["GTX"] == ("InUse", 120_000, ["c1"])
    await service.at(datetime(2026, 7, 1, tzinfo=UTC))  # it ended on 30 June: time alone brings the deal back
    assert (await _cells(service))["GTX"] == ("Opportunity", 5_000, ["o1"])
    await service.hear(
        (CrmRecordDeleted(system="sugar", crm_id="o1", revision=9, account_id=ACCOUNT, object="opportunity"), at)
    )
    assert (await _cells(service))["GTX"] == ("Unknown", None, [])
    assert (await refused(service.do("AssessWhitespaceCell", state="NotApplicable", **cell)))[1] == "reason-missing"
    await service.do("AssessWhitespaceCell", state="NotApplicable", reason="Has its own", **cell)
    assert (await _cells(service))["GTX"][0] == "NotApplicable"


async def _cells(service: GrowthService) -> dict[str, tuple[str, int | None, list[str]]]:
    found = await service.ask.GetWhitespace(pb.GetWhitespaceRequest(account_id=str(ACCOUNT)))
    return {
        x.product: (x.state, x.potential_minor if x.HasField("potential_minor") else None, list(x.evidence))
        for x in found.cells
    }


def promoted(**fields: Any) -> ActionItemPromoted:
    known: dict[str, Any] = {
        "account_id": ACCOUNT, "action_id": ids.derived("action", "1"), "qbr_id": ids.derived("qbr", "1"),
        "initiative_id": ids.derived("initiative", "1"), "title": "Roll out at the second site", "owner": "u8",
        "due": date(2026, 6, 30), "stakeholders": (PERSON,), "no_opportunity_reason": "First the proof",
    }  # fmt: skip
    return ActionItemPromoted.model_validate(known | fields)


async def test_a_promoted_action_becomes_an_initiative(service: GrowthService) -> None:
    await key_account(service)
    await service.hear((promoted(), service.clock.now()))
    page = await service.plan()
    assert (page.plan.status, page.plan.owner, page.plan.title) == ("Draft", "u8", "2026")
    (found,) = page.initiatives
    assert (found.initiative_id, found.origin, found.unaligned) == (str(promoted().initiative_id), "qbr_action", True)
    assert (found.from_action_id, found.no_opportunity_reason) == (str(promoted().action_id), "First the proof")
    (proposed,) = [e for e in await service.published() if e.type == "InitiativeProposed"]
    assert proposed.causation_id == f"qbr:{service._position}"
    assert proposed.command_id == ids.command_id(f"qbr:{service._position}", "promote", "1")
    await service.hear((promoted(), service.clock.now()))  # the same once more
    assert len((await service.plan()).initiatives) == 1
    for code in (
        await refused(service.do("ApproveInitiative", plan_id=page.plan.plan_id, initiative_id=found.initiative_id))
    )[1:2]:
        assert code == "initiative-unaligned"


@pytest.mark.parametrize("another", [False, True])
async def test_an_action_is_proposed_once_even_if_its_plan_is_over_and_its_topic_read_anew(
    service: GrowthService, another: bool
) -> None:
    await key_account(service)
    await service.hear((promoted(), service.clock.now()))
    plan = (await service.plan()).plan.plan_id
    await service.do("AbandonPlan", plan_id=plan, reason="The customer reorganises")
    if another:
        await service.do(
            "DraftPlan", plan_id=str(UUID(int=77)), account_id=str(ACCOUNT), title="Anew", owner="u8",
            starts_on="2026-03-02", ends_on="2026-12-31",
        )  # fmt: skip
    await service.hear((promoted(), service.clock.now()))
    told = Counter(e.type for e in await service.published())
    assert told["InitiativeProposed"] == 1
    assert told["InitiativeProposalRefused"] == 0
    assert told["GrowthPlanDrafted"] == 1 + another


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"stakeholders": ()}, "no_stakeholder"),
        ({"no_opportunity_reason": None}, "no_opportunity_reason"),
        ({"due": date(2026, 3, 1)}, "due_past"),
        ({"goal_ids": (UUID(int=7),)}, "goal_unknown"),
        ({"account_id": UUID(int=8)}, "account_unknown"),
    ],
)
async def test_an_action_that_cannot_be_an_initiative_is_refused(
    service: GrowthService, fields: dict[str, Any], reason: str
) -> None:
    await key_account(service)
    await service.hear((promoted(**fields), service.clock.now()))
    (refusal,) = [e for e in await service.published() if e.type == "InitiativeProposalRefused"]
    assert (refusal.data["reason"], refusal.data["action_id"]) == (reason, str(promoted().action_id))


async def test_an_action_waits_for_its_account_while_accounts_are_still_being_read(service: GrowthService) -> None:
    running = {c.name: c for c in consumers(service.engine, service.settings, service.clock, running=True)}
    service.consumers = running
    early = service.message(promoted(), service.clock.now(), 90, None, 1)
    with pytest.raises(Transient, match="not known yet"):
        await running["growth.qbr"].apply([early])
    await key_account(service)
    await running["growth.qbr"].apply([early])
    running["growth.accounts"].caught_up.set()
    stranger = service.message(promoted(account_id=UUID(int=8)), service.clock.now(), 100, None, 1)
    await running["growth.qbr"].apply([stranger])
    told = [(e.type, e.data.get("reason")) for e in await service.published()]
    assert told.count(("InitiativeProposed", None)) == 1
    assert [r for t, r in told if t == "InitiativeProposalRefused"] == ["account_unknown"]


async def test_plan_duty_follows_the_tier_and_is_missed_after_two_weeks(service: GrowthService) -> None:
    await key_account(service, tier="C")
    assert (await service.plan()).duty.duty == "optional"
    at = service.clock.now()
    changed = t.TierChanged(
        account_id=ACCOUNT, changed_at=at, from_tier="C", to_tier="B", why="promote", score_bp=6000, policy_version=1,
        decided_by="policy:tier", provisional=True,
    )  # fmt: skip
    await service.hear((changed, at))
    duty = (await service.plan()).duty
    assert (duty.tier, duty.duty, duty.due_on, duty.check_every_days) == ("B", "owner", "2026-03-16", 182)
    await service.at(datetime(2026, 3, 16, 22, 59, tzinfo=UTC))
    assert await service.log("GrowthPlanDutyMissed") == []
    await service.at(datetime(2026, 3, 16, 23, 0, tzinfo=UTC))
    assert [e[1]["due_on"] for e in await service.log("GrowthPlanDutyMissed")] == ["2026-03-16"]
    missing = (await service.ask.ListPlans(pb.ListPlansRequest())).missing
    assert [(x.account_name, x.missed) for x in missing] == [("Acme", True)]
    await service.at(datetime(2026, 4, 16, tzinfo=UTC))
    assert len(await service.log("GrowthPlanDutyMissed")) == 1
    gone = t.KeyAccountDeclassified(account_id=ACCOUNT, at=at, reason="small", declassified_by="user:u1")
    await service.hear((gone, at))
    assert (await service.plan()).duty.duty == ""


async def test_a_plan_in_force_keeps_the_duty(service: GrowthService, plan: Plan) -> None:
    await plan.milestone(date(2026, 6, 15))
    await plan.approve()
    await service.at(datetime(2026, 4, 1, tzinfo=UTC))
    assert await service.log("GrowthPlanDutyMissed") == []


async def test_the_read_model_rebuilt_is_the_same(service: GrowthService, plan: Plan) -> None:
    await plan.milestone(date(2026, 3, 10))
    await service.hear((deal(), service.clock.now()), (promoted(), service.clock.now()))
    await service.at(service.clock.now() + timedelta(days=40))
    before = await _rows(service)
    assert len(before) > 10
    pages = [(await service.plan()).SerializeToString(deterministic=True)]
    async with service.engine.begin() as conn:
        await conn.exec_driver_sql("DELETE FROM growth_steps")
    assert not (await service.plan()).HasField("plan")
    await service.reads.rebuild()
    assert await _rows(service) == before
    assert [(await service.plan()).SerializeToString(deterministic=True)] == pages


async def _rows(service: GrowthService) -> list[tuple[Any, ...]]:
    async with service.engine.connect() as conn:
        found = await conn.exec_driver_sql("SELECT * FROM growth_steps ORDER BY position, kind, entity_id")
        return [tuple(r) for r in found]


async def test_merged_accounts_take_no_plan(service: GrowthService, plan: Plan) -> None:
    other = ids.account_id("sugar", "a0")
    merged = a.AccountsMerged(
        account_id=ACCOUNT, survivor_id=other, survivor_crm_id="a0", absorbed_id=ACCOUNT, absorbed_crm_id="a1"
    )
    await service.do("AbandonPlan", plan_id=plan.id, reason="Merged")
    await service.hear((merged, service.clock.now()))
    assert (await refused(drafted(service)))[1] == "account-not-live"
