"""The life of alerts, from a fact on the topic to what the API shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import grpc.aio
import pytest

from shared import ids
from shared.contracts.accounts import people as p
from shared.contracts.growth import milestones as g
from shared.contracts.risk import colours, items
from tests.integration.notifications_service import (
    ACCOUNT,
    PERSON,
    START,
    employee,
    notifications,
    red,
    team,
)

MILESTONE, PLAN = ids.derived("m1"), ids.derived("plan1")
AMBER = {"account_id": ACCOUNT, "tier": "A", "from": "RED", "score": 4000, "coverage": 10000, "why": "",
         "trigger": {"kind": "recovered"}, "contributions": (), "arr_exposed": {"amount": 1, "currency": "EUR"},
         "epoch": 2, "model_version": 1}  # fmt: skip


def soon(due_version: int = 1) -> g.MilestoneDueSoon:
    return g.MilestoneDueSoon(
        account_id=ACCOUNT, plan_id=PLAN, milestone_id=MILESTONE, owner="u9", due=START.date(),
        due_version=due_version, business_days_left=3, late_by_s=0,
    )  # fmt: skip


async def test_a_red_account_climbs_its_ladder_until_it_is_amber(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await s.step()
        await s.hear(*team())
        await s.hear(red(plan_due_at=START + timedelta(days=2)))
        await s.step()
        (case,) = await s.alerts(account_id=str(ACCOUNT))
        assert (case.rule, case.status, case.severity, case.account_name) == ("R14", "Delivered", "critical", "Acme")
        assert list(case.persons) == ["u7", "u8", "u9"]
        assert [i.alert.alert_id for i in await s.inbox("u8")] == [case.alert_id]
        assert await s.inbox("head") == []

        await s.at(START + timedelta(hours=4))  # 4 business hours unacknowledged
        assert len(await s.inbox("head")) == 1
        done = await s.do("Acknowledge", user="u8", alert_id=case.alert_id)
        assert not done.repeated
        await s.at(START + timedelta(days=1, hours=4))
        shown = await s.alert(case.alert_id)
        assert shown.alert.acknowledged_by == "", "after one business day without a plan it is said again"
        assert [e.type for e in shown.ledger].count("AlertReopened") == 1
        assert any(st.state == "reached" and "head_of_kam" in st.to for st in shown.schedule)

        await s.hear(colours.RiskTurnedAmber.model_validate(AMBER))
        await s.step()
        (case,) = await s.alerts(account_id=str(ACCOUNT))
        assert (case.status, case.open) == ("Resolved", False)
        assert case.ended_by_event.startswith("risk:")
        assert (await s.inbox("u8")) == []
        (before,) = await s.alerts(account_id=str(ACCOUNT), as_of="2026-03-02")
        assert before.open


async def test_a_countermeasure_stops_the_resolution_clock(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await s.step()
        await s.hear(*team())
        await s.hear(red())
        await s.step()
        (case,) = await s.alerts()
        await s.do("Acknowledge", user="u8", alert_id=case.alert_id)
        await s.hear(
            items.CountermeasurePlanned(
                account_id=ACCOUNT,
                risk_id=ids.derived("r"),
                countermeasure_id=ids.derived("c"),
                title="t",
                owner="u8",
                due=START.date(),
                link="",
                by="u8",
            )
        )
        for day in range(1, 12):
            await s.at(START + timedelta(days=day))
        assert await s.inbox("head") == []
        states = {st.state for st in (await s.alert(case.alert_id)).schedule}
        assert {"skipped: acknowledged", "skipped: planned"} <= states


async def test_the_same_fact_twice_is_one_alert_and_a_new_epoch_supersedes(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team())
        await s.hear(soon(), soon())
        await s.step()
        assert len(await s.alerts()) == 1
        await s.hear(soon(2))
        await s.step()
        assert {(x.epoch, x.status) for x in await s.alerts()} == {("1", "Suppressed"), ("2", "Delivered")}


async def test_quiet_hours_hold_until_half_past_seven(dsn: str) -> None:
    evening = datetime(2026, 4, 2, 18, tzinfo=UTC)  # Thursday before Easter, 20:00 in Berlin
    async with notifications(dsn, evening) as s:
        await s.step()
        await s.hear(*team(at=evening))
        await s.hear(soon())
        await s.step()
        assert [x.status for x in await s.alerts()] == ["Deferred"]
        assert await s.inbox("u9") == []
        await s.at(datetime(2026, 4, 7, 5, 29, tzinfo=UTC))
        assert await s.inbox("u9") == []
        await s.at(datetime(2026, 4, 7, 5, 30, tzinfo=UTC))
        assert len(await s.inbox("u9")) == 1


async def test_a_year_of_history_raises_nothing(dsn: str) -> None:
    async with notifications(dsn) as s:
        past = START - timedelta(days=365)
        await s.hear(*team(at=past), at=past)
        for n in range(50):
            await s.hear(red(n), soon(n), at=past + timedelta(days=7 * n))
        await s.step()
        await s.at(START + timedelta(hours=2))
        assert await s.ledger() == []
        assert await s.rows("deliveries") == []
        await s.hear(soon(99))
        await s.step()
        assert len(await s.ledger("AlertRaised")) == 1, "what happens now is news"


async def test_budget_the_rest_goes_into_the_digest(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team())
        for n in range(15):
            await s.hear(
                g.MilestoneDueSoon(
                    account_id=ACCOUNT,
                    plan_id=PLAN,
                    milestone_id=ids.derived(f"m{n}"),
                    owner="u9",
                    due=START.date(),
                    due_version=1,
                    business_days_left=3,
                    late_by_s=0,
                )
            )
        await s.step()
        assert len(await s.inbox("u9")) == 12
        assert len(await s.ledger("AlertDigested")) == 3
        await s.at(datetime(2026, 3, 3, 7, tzinfo=UTC))  # 08:00
        assert len(await s.inbox("u9")) == 15
        assert [i.via for i in await s.inbox("u9")].count("digest") == 3


async def test_absence_sends_it_to_the_deputy_and_nobody_is_without_a_reader(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team(COMMERCIAL="u7"))
        subject = ids.subject_id("sugar", "user", "u5")
        await s.hear(
            p.DeputyAppointed(account_id=ACCOUNT, theme="COMMERCIAL", owner_id="u5", owner_subject=subject, at=START),
            p.AbsenceRecorded(
                account_id=ACCOUNT, owner_id="u7", owner_subject=subject, first=START.date(), last=START.date()
            ),
        )
        lost = p.ChampionLost(account_id=ACCOUNT, subject_id=PERSON, suggested=False, at=START)
        await s.hear(lost)
        await s.step()
        assert len(await s.inbox("u5")) == 1
        await s.hear(employee("u5", active=False))
        await s.hear(p.EconomicBuyerLost(account_id=ACCOUNT, subject_id=PERSON, suggested=False, at=START))
        await s.step()
        assert len(await s.inbox("u5")) == 1
        assert len(await s.inbox("u0", "head_of_kam")) == 1, "nobody is there: the shared inbox of the role has it"


async def test_an_alert_is_folded_under_its_cause(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team())
        await s.hear(soon())
        await s.step()
        (first,) = await s.alerts()
        fact = (await s.alert(first.alert_id)).why_event_ids[0]
        await s.hear(red(evidence=fact))
        await s.step()
        status = {x.rule: x for x in await s.alerts()}
        assert status["R7"].status == "Folded"
        assert status["R7"].under_alert_id == status["R14"].alert_id
        assert [c.rule for c in (await s.alert(status["R14"].alert_id)).children] == ["R7"]
        await s.hear(colours.RiskTurnedAmber.model_validate(AMBER))
        await s.step()
        status = {x.rule: x for x in await s.alerts()}
        assert status["R14"].status == "Resolved"
        assert status["R7"].status == "Raised"


async def test_commands_refuse_with_a_name_and_repeat_harmlessly(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team())
        await s.hear(soon())
        await s.step()
        (case,) = await s.alerts()
        with pytest.raises(grpc.aio.AioRpcError) as e:
            await s.do("Acknowledge", user="stranger", alert_id=case.alert_id)
        assert e.value.code() == grpc.StatusCode.FAILED_PRECONDITION
        with pytest.raises(grpc.aio.AioRpcError) as e:
            await s.do("Snooze", user="u9", alert_id=case.alert_id, until="2026-03-30T09:00:00Z", reason="other")
        assert "5 business days" in (e.value.details() or "")
        first = await s.do("MarkSeen", user="u9", alert_id=case.alert_id, command_id=str(UUID(int=7)))
        again = await s.do("MarkSeen", user="u9", alert_id=case.alert_id, command_id=str(UUID(int=7)))
        assert (again.repeated, list(again.event_ids)) == (True, list(first.event_ids))
        await s.do("Snooze", user="u9", alert_id=case.alert_id, until="2026-03-03T09:00:00Z", reason="other")
        assert (await s.alerts())[0].status == "Snoozed"
        await s.at(datetime(2026, 3, 3, 9, tzinfo=UTC))
        assert (await s.alerts())[0].status == "Delivered"
        with pytest.raises(grpc.aio.AioRpcError) as e:
            await s.do("Delegate", user="u9", alert_id=case.alert_id, to="u3")
        assert e.value.code() == grpc.StatusCode.INVALID_ARGUMENT, "nobody knows u3"
        await s.hear(employee("u3"))
        await s.do("Delegate", user="u9", alert_id=case.alert_id, to="u3")
        assert len(await s.inbox("u3")) == 1
