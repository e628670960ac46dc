"""One quarter of a key account, step by step through the public APIs of the qbr and the growth service.

Nobody drafts the growth plan in time, the summary and the close come late, the customer keeps its promise late, and one
milestone is done too late: so that everything worth an alert happens, each at its instant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared import ids
from shared.contracts.accounts import account, people, tiers
from shared.protos import qbr_pb2 as pb
from tests.features.two_services import House
from tests.integration.qbr_chain import ACCOUNT, BUYER, USER

START = datetime(2026, 1, 15, 9, tzinfo=UTC)  # a Thursday


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of that year."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@dataclass
class Quarter:
    """The services after the story, and what its things are called."""

    house: House
    names: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.names[name]

    async def qbr(self, rpc: str, **fields: Any) -> str:
        """A command about the first QBR; returns the id of what it was about."""
        return (await self.house.do("qbr", rpc, qbr_id=self["qbr"], **fields)).id

    async def growth(self, rpc: str, **fields: Any) -> str:
        """A command about the plan."""
        return (await self.house.do("growth", rpc, plan_id=self["plan"], **fields)).id

    async def milestone(self, title: str, owner: str, due: str) -> str:
        """A dated step of the initiative."""
        return await self.growth(
            "PlanMilestone", initiative_id=self["initiative"], title=title, owner=owner, due=due
        )  # fmt: skip


async def play(house: House) -> Quarter:
    """The whole story."""
    told = Quarter(house)
    await a_key_account(house)
    await until_the_qbr(told)
    await the_qbr(told)
    await the_plan(told)
    await follow_up(told)
    return told


async def a_key_account(house: House) -> None:
    """What the accounts service tells of an account that becomes a key account."""
    now, owner = house.now, ids.subject_id("sugar", "user", "u1")
    await house.hear(
        account.AccountRegistered(account_id=ACCOUNT, name="Acme", time_zone="Europe/Berlin"),
        account.AccountLinkedToCrm(account_id=ACCOUNT, system="sugar", crm_id="a1"),
        people.ThemeOwnerAssigned(
            account_id=ACCOUNT, theme="COMMERCIAL", owner_id="u1", owner_subject=owner, at=now, assigned_from="crm"
        ),
        tiers.TierChanged(
            account_id=ACCOUNT, changed_at=now, from_tier=None, to_tier="A", why="first", score_bp=8_000,
            policy_version=1, decided_by="policy:tier", provisional=True,
        ),
        tiers.KeyAccountConfirmed(account_id=ACCOUNT, at=now, tier="A"),
    )  # fmt: skip


async def until_the_qbr(told: Quarter) -> None:
    """Planned by itself; scheduled, prepared, frozen, published by people."""
    house = told.house
    await house.walk(at(2, 20, 9))
    (series,) = (await house.qbr.listed()).series
    told.names["qbr"] = series.open_qbr_id
    both = [str(BUYER), str(USER)]
    await told.qbr("ScheduleQBR", at="2026-04-14T08:30:00Z", invitees=both, accepted=both[:1])
    await house.walk(at(3, 20, 9))
    await told.qbr("RecordAcceptance", subject_id=str(USER))
    await house.walk(at(4, 1, 8))
    await told.qbr("StartPreparation")
    await house.until(at(4, 1, 8, 10))
    await told.qbr("RecordPreparationActivity")
    await told.qbr("NoteAgenda", section="goals", text="Ask about the roll-out")
    await told.qbr("FreezeDataPack", locale="de")
    await told.qbr("AnnotatePack", section="usage", text="Seats grow")
    await house.walk(at(4, 8, 8))
    await told.qbr("PublishPack", audience="customer")


async def the_qbr(told: Quarter) -> None:
    """Held, with a decision, and a promise of each side; ours becomes an initiative."""
    house = told.house
    await house.walk(at(4, 14, 10))
    await told.qbr(
        "HoldQBR", effective_at="2026-04-14T08:30:00Z", mode="onsite", minutes=75, own=["u1", "u2"],
        customer=[pb.AttendeeInput(subject_id=str(BUYER), roles=["ECONOMIC_BUYER"])], ratings=[4, 3, 5, 4],
        next_qbr="2026-07-14", results={"our_ask": "A reference"},
    )  # fmt: skip
    offer = pb.PlannedAction(side="ours", owner="u1", due="2026-05-15", title="Offer for the extension", promote=True)
    await told.qbr("RecordDecision", text="We extend the pilot", agreed_by=["u1", str(BUYER)], action=offer)
    users = pb.PlannedAction(side="customer", owner=str(BUYER), due="2026-04-30", title="Name the key users")
    await told.qbr("AgreeAction", action=users)
    page = await house.qbr.qbr(told["qbr"])
    told.names |= {a.side: a.action_id for a in page.actions} | {"decision": page.decisions[0].decision_id}
    told.names["next"] = page.series.open_qbr_id
    plan = await house.growth.plan()
    (initiative,) = plan.initiatives
    told.names |= {"plan": plan.plan.plan_id, "initiative": initiative.initiative_id}


async def the_plan(told: Quarter) -> None:
    """The draft that the policy began gets a goal and milestones, and is approved."""
    house, initiative = told.house, {"initiative_id": told["initiative"]}
    await house.walk(at(4, 15, 9))
    told.names["goal"] = await told.growth(
        "SetGoal", title="More seats", owner="u1", kpi_id="seats@1", baseline=100, target=200, unit="seats",
        direction="increase", starts_on="2026-04-15", due="2026-12-31",
    )  # fmt: skip
    await told.growth("AlignInitiative", goal_ids=[told["goal"]], **initiative)
    told.names["first"] = await told.milestone("Offer drafted", "u2", "2026-05-08")
    await told.growth("SubmitPlan")
    await told.growth("ApprovePlan", user="boss", roles=("head_of_kam",))
    await told.growth("ApproveInitiative", **initiative)
    await told.growth("StartInitiative", **initiative)
    told.names["second"] = await told.milestone("Offer sent", "u1", "2026-05-13")
    await told.growth("AddDependency", milestone_id=told["second"], predecessor_id=told["first"], kind="FS")


async def follow_up(told: Quarter) -> None:
    """Minutes, summary, close; promises and milestones kept, one of each too late."""
    house = told.house
    await house.walk(at(4, 16, 8))
    await told.qbr("ApproveMinutes", text="As agreed")
    await told.qbr("SendSummary")
    await house.walk(at(4, 22, 8))
    await told.qbr("CloseQBR")
    await house.walk(at(5, 4, 8))
    await house.do("qbr", "CompleteAction", action_id=told["customer"], evidence_ref="mail-1")
    await house.do("qbr", "StartAction", action_id=told["ours"])
    await house.walk(at(5, 6, 8))
    await told.growth("CompleteMilestone", milestone_id=told["first"], user="u2")
    await house.walk(at(5, 13, 21, 59))  # a minute before midnight in Berlin
    assert not [e for e in house.told["growth"].envelopes if e.type == "MilestoneOverdue"]
    await house.walk(at(5, 15, 8))
    await told.growth("CompleteMilestone", milestone_id=told["second"])
    done = {"initiative_id": told["initiative"], "outcome": "achieved", "words": "Signed"}
    await told.growth("CompleteInitiative", **done)
    await house.do("qbr", "CompleteAction", action_id=told["ours"], evidence_ref="the signed offer")
    await house.walk(at(5, 18, 8))
