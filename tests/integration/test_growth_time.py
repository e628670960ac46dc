"""Milestones and time: overdue exactly at the account's midnight, once for each due version, also after downtime,
restarts and clock jumps.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import grpc
import pytest
from sqlalchemy import text

from services.growth.timekeeping.arming import Arming
from shared.contracts.accounts import account as a
from shared.projector import Projector
from tests.integration.growth_service import ACCOUNT, GrowthService, drafted, growth_service, key_account
from tests.integration.test_accounts_api import refused


@pytest.fixture
async def service(dsn: str) -> AsyncIterator[GrowthService]:
    async with growth_service(dsn) as found:
        yield found


async def test_overdue_comes_at_local_midnight_with_blockers_and_the_critical_path(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    before = await plan.milestone(date(2026, 3, 27), "Before", owner="u9")
    late = await plan.milestone(date(2026, 3, 28), "Late")
    after = await plan.milestone(date(2026, 4, 30), "After")
    await service.do("AddDependency", plan_id=plan.id, milestone_id=late, predecessor_id=before, kind="FS")
    await service.do("AddDependency", plan_id=plan.id, milestone_id=after, predecessor_id=late, kind="FS", lag_days=21)
    await service.do("RescheduleMilestone", plan_id=plan.id, milestone_id=late, due="2026-03-29", reason="Ill")
    await service.do("RescheduleMilestone", plan_id=plan.id, milestone_id=late, due="2026-03-28", reason="Well again")
    await plan.approve()

    await service.at(datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC))
    assert [e[1]["milestone_id"] for e in await service.log("MilestoneOverdue")] == [before]
    await service.at(datetime(2026, 3, 28, 23, 0, 0, tzinfo=UTC))
    _, data, at = (await service.log("MilestoneOverdue"))[1]
    assert at == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert data == {
        "milestone_id": late, "initiative_id": plan.initiative, "account_id": str(ACCOUNT), "tier": "A", "owner": "u8",
        "due": "2026-03-28", "tz": "Europe/Berlin", "due_version": 3, "times_rescheduled": 2, "blocked_by": [before],
        "blocks": [after], "on_critical_path": True, "goals": [plan.goal], "late_by_s": 0,
    }  # fmt: skip
    told = (await service.log("MilestoneOverdueEscalated"))[1][1]
    assert [(r["user_id"], r["role"]) for r in told["recipients"]] == [
        ("u9", "blocker_owner"), ("u8", "owner"), ("u7", "plan_owner"),
    ]  # fmt: skip
    sent = [e for e in await service.published() if e.type == "MilestoneOverdue"][1]
    assert (sent.data["plan_id"], sent.effective_at) == (plan.id, at)
    page = await service.plan()
    assert [m.milestone_id for m in page.milestones if m.overdue] == [before, late]
    listed = await service.ask.ListMilestones(_list(overdue=True, owner="u8"))
    assert [m.milestone_id for m in listed.milestones] == [late]


async def test_the_night_of_the_clock_change_has_23_hours(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    m = await plan.milestone(date(2026, 3, 29))
    await service.at(datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC))
    assert await service.log("MilestoneOverdue") == []
    await service.at(datetime(2026, 3, 29, 22, 0, 0, tzinfo=UTC))
    assert [(e[1]["milestone_id"], e[2].isoformat()) for e in await service.log("MilestoneOverdue")] == [
        (m, "2026-03-29T22:00:00+00:00")
    ]


async def test_after_downtime_it_comes_once_and_says_how_late(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    await plan.milestone(date(2026, 3, 28))
    service.restart()
    await service.at(datetime(2026, 4, 1, 6, 30, tzinfo=UTC))
    (event,) = await service.log("MilestoneOverdue")
    assert event[1]["late_by_s"] == int(timedelta(days=3, hours=7, minutes=30).total_seconds())
    assert event[2] == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert [e[1]["business_days_left"] for e in await service.log("MilestoneDueSoon")] == []


async def test_once_for_each_due_version_under_restarts_clock_jumps_and_replay(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    m = await plan.milestone(date(2026, 3, 28))
    for when in (
        datetime(2026, 3, 29, tzinfo=UTC),
        datetime(2026, 3, 20, tzinfo=UTC),
        datetime(2026, 4, 2, tzinfo=UTC),
    ):
        service.restart()
        await service.at(when)
    async with service.engine.begin() as conn:  # a replay of the log to the timers, as after a lost position
        await conn.execute(text("DELETE FROM timers"))
        await conn.execute(text("DELETE FROM positions WHERE consumer = 'growth_timers_v1'"))
    service.arming = Projector(Arming(service.settings, service.clock), service.engine)
    await service.at(datetime(2026, 4, 3, tzinfo=UTC))
    async with service.engine.begin() as conn:  # and a timer that forgot that it fired
        await conn.execute(text("UPDATE timers SET fired_at = NULL, due_at = now() - interval '900 days'"))
    await service.step()
    assert [e[1]["due_version"] for e in await service.log("MilestoneOverdue")] == [1]
    await service.do("RescheduleMilestone", plan_id=plan.id, milestone_id=m, due="2026-04-10", reason="Later")
    await service.at(datetime(2026, 4, 12, tzinfo=UTC))
    assert [e[1]["due_version"] for e in await service.log("MilestoneOverdue")] == [1, 2]
    assert [e[1]["reason"] for e in await service.log("MilestoneOverdueCleared")] == ["rescheduled"]


async def test_rescheduling_before_it_fires_disarms_it(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    m = await plan.milestone(date(2026, 3, 10))
    service.clock.set(datetime(2026, 3, 10, 20, tzinfo=UTC))
    await service.do("RescheduleMilestone", plan_id=plan.id, milestone_id=m, due="2026-03-20", reason="Later")
    await service.at(datetime(2026, 3, 12, tzinfo=UTC))
    assert await service.log("MilestoneOverdue") == []


async def test_done_in_time_but_told_late_is_backdated(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    m, n = await plan.milestone(date(2026, 3, 10)), await plan.milestone(date(2026, 3, 11))
    await service.at(datetime(2026, 3, 13, 9, tzinfo=UTC))
    await service.do(
        "CompleteMilestone", plan_id=plan.id, milestone_id=m, effective_at="2026-03-10T15:00:00Z", user="u8"
    )
    await service.do("CompleteMilestone", plan_id=plan.id, milestone_id=n, user="u8")
    assert [(e[1]["milestone_id"], e[1]["reason"]) for e in await service.log("MilestoneOverdueCleared")] == [
        (m, "backdated"), (n, "completed"),
    ]  # fmt: skip
    page = await service.plan()
    assert [(x.milestone_id, x.status, x.overdue) for x in page.milestones] == [(m, "Done", False), (n, "Done", False)]


async def test_backdating_by_more_than_five_days_needs_the_plans_owner(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    m = await plan.milestone(date(2026, 3, 10))
    await service.at(datetime(2026, 3, 16, 9, tzinfo=UTC))
    done = {"plan_id": plan.id, "milestone_id": m, "effective_at": "2026-03-10T15:00:00Z"}
    code, slug, _ = await refused(service.do("CompleteMilestone", user="u8", **done))
    assert (code, slug) == (grpc.StatusCode.FAILED_PRECONDITION, "backdating-needs-plan-owner")
    await service.do("CompleteMilestone", user="u7", **done)
    assert [e[1]["reason"] for e in await service.log("MilestoneOverdueCleared")] == ["backdated"]


async def test_another_time_zone_moves_the_deadline(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    await plan.milestone(date(2026, 3, 28))
    fact = a.AccountTimeZoneChanged(account_id=ACCOUNT, time_zone="Asia/Tokyo", was="Europe/Berlin")
    await service.hear((fact, service.clock.now()))
    await service.at(datetime(2026, 3, 28, 14, 59, 59, tzinfo=UTC))
    assert await service.log("MilestoneOverdue") == []
    await service.at(datetime(2026, 3, 28, 15, tzinfo=UTC))
    assert [e[1]["tz"] for e in await service.log("MilestoneOverdue")] == ["Asia/Tokyo"]


async def test_reminders_come_ten_and_three_business_days_before(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    await plan.milestone(date(2026, 4, 7))  # Easter lies between: 3 and 6 April are holidays
    await service.at(datetime(2026, 4, 7, 12, tzinfo=UTC))
    assert [(e[1]["business_days_left"], e[2].date()) for e in await service.log("MilestoneDueSoon")] == [
        (3, date(2026, 3, 31) - timedelta(days=1))
    ]


async def test_nothing_falls_due_in_an_account_that_ended(service: GrowthService) -> None:
    await key_account(service)
    plan = await drafted(service)
    await plan.milestone(date(2026, 3, 10))
    ended = a.AccountEnded(account_id=ACCOUNT, reason="churned", value_at_end=0, currency="USD", at=service.clock.now())
    await service.hear((ended, service.clock.now()))
    await service.at(datetime(2026, 3, 20, tzinfo=UTC))
    assert await service.log("MilestoneOverdue") == []
    again = a.AccountReopened(account_id=ACCOUNT, reason="back", at=service.clock.now())
    await service.hear((again, service.clock.now()))
    assert len(await service.log("MilestoneOverdue")) == 1


def _list(**fields: object) -> object:
    from shared.protos import growth_pb2 as pb

    return pb.ListMilestonesRequest(**fields)  # type: ignore[arg-type]
