"""An account with something in every section of its pack; its numbers are small enough to count by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts import crm
from shared.contracts.accounts import account as accounts_account
from shared.contracts.accounts import commerce, people, tiers
from shared.ids import derived
from tests.unit.qbr.pack.endangered import endangered
from tests.unit.qbr.pack.told import PLAN, SYSTEM, Log, at, growth, on, person, qbr

HELD = datetime(2026, 8, 14, 8, 30, tzinfo=UTC)


def whole_account() -> Log:
    """An account with something in every section."""
    log = Log()
    log.source(crm.SourceConnected, at(-900), edition="suitecrm-7")
    log.source(crm.BackfillCompleted, at(-899), rows=10)
    log.about(accounts_account.AccountRegistered, at(-900), name="Nordlicht AG", time_zone="Europe/Berlin")
    log.about(tiers.TierChanged, at(-800), changed_at=at(-800), from_tier=None, to_tier="A", why="first", score_bp=8000,
              policy_version=1, decided_by="policy:tier", provisional=True)  # fmt: skip
    log.about(people.ThemeOwnerAssigned, at(-800), theme="COMMERCIAL", owner_id="u1", assigned_from="crm", at=at(-800),
              owner_subject=derived("subject", SYSTEM, "user", "u1"))  # fmt: skip
    _business(log)
    _service(log)
    _people(log)
    _plan(log)
    _reviews(log)
    endangered(log)
    return log


def _business(log: Log) -> None:
    old = log.contract("k1", at(-760), on(-750), on(-386), 18_000_000, name="Nordlicht GTX 2025")
    log.contract("k2", at(-400), on(-385), on(105), 20_400_000, name="Nordlicht GTX 2026")
    new = derived("contract", SYSTEM, "k2")
    log.about(commerce.ContractRenewed, at(-385), old, successor_contract_id=new, starts_on=on(-385), kind="expansion",
              arr_before=18_000_000, arr_after=20_400_000, currency="USD")  # fmt: skip
    log.contract("k3", at(-60), on(-50), on(315), 5_800_000, name="Nordlicht MG 2026", product="MG")
    log.deal(
        "d1",
        at(-120),
        "Proposal/Price Quote",
        21_000_000,
        65,
        motion="renewal",
        name="Renewal GTX 2027",
        closes_on=on(60),
    )
    log.about(commerce.RenewalOpportunityLinked, at(-120), new, opportunity_crm_id="d1")
    log.deal(
        "d1",
        at(-20),
        "Perception Analysis",
        21_000_000,
        50,
        motion="renewal",
        name="Renewal GTX 2027",
        closes_on=on(91),
    )
    log.deal("d2", at(-40), "Qualification", 4_800_000, 20, motion="expansion", name="More seats", closes_on=on(30))
    log.deal("d3", at(-200), "Needs Analysis", None, 25, name="Training", closes_on=on(-10))
    log.deal("d4", at(-90), "Negotiation/Review", 5_800_000, 80, motion="expansion", name="MG")
    log.deal("d4", at(-60), "Closed Won", 5_800_000, 100, motion="expansion", name="MG")
    log.deal("d5", at(-30), "Closed Lost", 900_000, 0, name="Audit")


def _service(log: Log) -> None:
    log.case("1564", at(-5), "P1")
    log.case("1565", at(-1), "P2")
    log.case("1540", at(-30), "P3")
    log.case("1500", at(-60), "P1", at(-58))
    log.case("1501", at(-50), "P2", at(-40))
    log.case("1502", at(-45), "P3", at(-44))
    monday = date(2026, 11, 2)
    for n in range(20):
        week = monday - timedelta(weeks=n)
        log.usage("GTX", week, 160 + 9 * n, 343)
        if n != 3:
            log.usage("MG", week, 118 - n, 120)


def _people(log: Log) -> None:
    log.stakeholder(1, at(-700), ("CHAMPION",), 4, 1)
    log.stakeholder(2, at(-700), ("ECONOMIC_BUYER",), 4, 0)
    log.stakeholder(3, at(-600), ("TECHNICAL_BUYER",), 3, -1)
    log.stakeholder(4, at(-25), ("USER",), 2, 1)
    log.about(
        people.StakeholderAttitudeAssessed,
        at(-22),
        subject_id=person(3),
        attitude_value=-2,
        evidence=(),
        by="u1",
        at=at(-22),
    )
    log.about(people.StakeholderDeparted, at(-35), subject_id=person(1), cause="moved", at=at(-35))
    log.about(people.ChampionLost, at(-35), subject_id=person(1), suggested=True, at=at(-35))
    for n, (days, kind) in enumerate(((-80, "meeting"), (-31, "call"), (-12, "meeting"))):
        log.about(commerce.InteractionRecorded, at(days), derived("interaction", SYSTEM, str(n)), system=SYSTEM,
            crm_id=str(n),
                  kind=kind, done=True, at=at(days), participants=(person(2), person(3)), meaningful=True)  # fmt: skip


def goal(log: Log, n: int, title: str, baseline: int, target: int, unit: str, **more: Any) -> UUID:
    """A goal of the plan that began 200 days ago."""
    values = {"direction": "increase", "starts_on": on(-200), "due": on(160), **more}
    log.about(growth("GoalSet"), at(-200), PLAN, plan_id=PLAN, goal_id=derived("goal", str(n)), title=title, owner="u1",
              kpi_id=f"kpi{n}.v1", baseline=baseline, target=target, unit=unit, **values)  # fmt: skip
    return derived("goal", str(n))


def check(log: Log, goal_id: UUID, value: int, status: str, days: int = -10) -> None:
    """A quarterly check."""
    log.about(growth("GoalChecked"), at(days), PLAN, plan_id=PLAN, goal_id=goal_id, value=value, value_on=on(days),
        expected=0,
              status=status, progress_bp=0, checked_on=on(days), checked_by="u1", policy_version=1)  # fmt: skip


def _plan(log: Log) -> None:
    log.about(
        growth("GrowthPlanApproved"),
        at(-200),
        PLAN,
        plan_id=PLAN,
        approver="u2",
        tier="A",
        duty="head_of_kam",
        policy_version=1,
    )
    arr = goal(log, 1, "Grow annual value to 260,000", 204_000, 260_000, "USD")
    use = goal(log, 2, "Nine of ten seats of GTX in use", 7_000, 9_000, "bp")
    answer = goal(log, 3, "First answer within an hour", 240, 60, "minutes", direction="decrease")
    check(log, arr, 262_000, "OnTrack")
    check(log, use, 4_665, "OffTrack")
    check(log, answer, 120, "OnTrack")
    log.about(
        growth("GoalAchieved"), at(-9), PLAN, plan_id=PLAN, goal_id=arr, value=262_000, target=260_000, due=on(160)
    )
    log.about(
        growth("GoalConfirmedByCustomer"), at(-90), PLAN, plan_id=PLAN, goal_id=use, by_subject=person(2), at=at(-90)
    )
    for n, title in enumerate(("Adoption programme", "MG roll-out")):
        log.about(growth("InitiativeProposed"), at(-190), PLAN, plan_id=PLAN, initiative_id=derived("init", str(n)),
            title=title,
                  owner="u1", due=on(100), goal_ids=(use,), stakeholders=(person(2),), opportunity_id=None,
                  no_opportunity_ref=None, origin="person")  # fmt: skip
    log.about(growth("InitiativeCompleted"), at(-15), PLAN, plan_id=PLAN, initiative_id=derived("init", "1"),
        outcome="achieved",
              outcome_ref=None)  # fmt: skip
    step = derived("milestone", "1")
    log.about(growth("MilestonePlanned"), at(-180), PLAN, plan_id=PLAN, milestone_id=step,
        initiative_id=derived("init", "0"),
              title="Key users trained", owner="u1", due=on(-40), due_version=1)  # fmt: skip
    log.about(growth("MilestoneRescheduled"), at(-45), PLAN, plan_id=PLAN, milestone_id=step, from_due=on(-40),
        to_due=on(-6),
              due_version=2, times_rescheduled=1, reason_ref=derived("text", "1"))  # fmt: skip
    log.about(growth("MilestoneOverdue"), at(-5), PLAN, plan_id=PLAN, milestone_id=step, initiative_id=derived("init",
        "0"),
              tier="A", owner="u1", due=on(-6), tz="Europe/Berlin", due_version=2, times_rescheduled=1, blocked_by=(),
              blocks=(),
              on_critical_path=True, goals=(use,), late_by_s=0)  # fmt: skip
    cells = {("Hamburg", "GTX"): "InUse", ("Hamburg", "MG"): "InUse", ("Hamburg", "Audit"): "NotApplicable",
             ("München", "GTX"): "Opportunity", ("München", "MG"): "Potential", ("München",
                 "Audit"): "Unknown"}  # fmt: skip
    for (unit, product), state in cells.items():
        money = 4_800_000 if state in ("Opportunity", "Potential") else None
        log.about(growth("WhitespaceCellAssessed"), at(-100), org_unit=unit, product=product, state=state,
            potential=money,
                  currency="USD" if money else None, evidence=(), reason_ref=None, by_facts=False,
                  assessed_by="u1")  # fmt: skip


def promise(log: Log, n: int, title: str, side: str, due: int, when: datetime = HELD) -> dict[str, Any]:
    """An action item; returns what its later events need."""
    about = {"action_id": derived("action", str(n)), "qbr_id": derived("qbr", "1")}
    subject = derived("subject", SYSTEM, "user", "u1") if side == "ours" else person(2)
    log.about(qbr("ActionItemAgreed"), when, **about, side=side, owner="u1" if side == "ours" else str(subject),
              owner_subject=subject, due=on(due), title=title, due_version=1)  # fmt: skip
    return about


def _reviews(log: Log) -> None:
    log.about(qbr("QBRHeld"), HELD, qbr_id=derived("qbr", "1"), series_id=derived("series", "1"), due_by=HELD.date(),
              days_vs_due=0, mode="onsite", minutes=75, template={"id": "std", "version": 1},
              attendees={"customer": [{"subject": str(person(2)), "roles": ["ECONOMIC_BUYER"]}], "own": ["u1"]},
              economic_buyer_present=True)  # fmt: skip
    kept_one = promise(log, 1, "Deliver the training plan", "ours", -60)
    log.about(qbr("ActionItemDone"), at(-62), **kept_one, evidence_ref="x", on_time=True)
    moved = promise(log, 2, "Connect the directory", "ours", -30)
    log.about(
        qbr("ActionItemRescheduled"),
        at(-31),
        **moved,
        from_due=on(-30),
        to_due=on(-4),
        reason="later",
        count=1,
        due_version=2,
    )
    promise(log, 3, "Name key users in München", "customer", -20)
    promise(log, 4, "Reference call", "customer", 30)
