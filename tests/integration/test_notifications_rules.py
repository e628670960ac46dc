"""Rules whose clocks follow facts, and what keeps the service calm."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from services.notifications.reads import watches
from shared import ids
from shared.contracts.accounts import account as a
from shared.contracts.accounts import commerce as c
from shared.contracts.accounts import people as p
from shared.contracts.base import PublicEvent
from shared.contracts.crm import SourceLagCleared, SourceLagExceeded
from shared.contracts.growth import milestones as g
from shared.contracts.risk.colours import RiskFlappingDetected
from shared.errors import Broken
from shared.protos import notifications_pb2 as pb
from tests.integration.notifications_servers import Mailbox, smtp
from tests.integration.notifications_service import ACCOUNT, START, Service, notifications, red, team
from tests.integration.test_notifications_cases import soon
from tests.integration.test_notifications_faults import MAIL, alerted, message

CONTRACT = ids.derived("contract-1")


def met(at: datetime) -> PublicEvent:
    return c.InteractionRecorded(
        account_id=ACCOUNT, kind="meeting", direction=None, status="Held", done=True, at=at, owner_id="u7",
        participants=(), meaningful=True, system="sugar", crm_id="i",
    )  # fmt: skip


def deadline(days: int) -> PublicEvent:
    return c.NoticeDeadlineApproached(
        account_id=ACCOUNT, notice_deadline=date(2026, 6, 1), days_left=days, step_days=days,
        has_renewal_opportunity=False,
    )  # fmt: skip


async def ready(s: Service, **more: str) -> None:
    """Live, with a team."""
    await s.step()
    await s.hear(*team(**more))


async def test_silence_is_told_at_both_limits_and_a_meeting_starts_it_anew(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await ready(s)
        await s.hear(met(START), stream=ids.derived("i1"))
        await s.at(START + timedelta(days=20, hours=23))
        assert await s.alerts() == []
        await s.at(START + timedelta(days=21))
        (case,) = await s.alerts()
        assert (case.rule, list(case.persons), case.level) == ("R10", ["u7"], 0)
        assert case.text == "Der letzte bedeutsame Kontakt war am 2. Mär 2026, 10:00."
        await s.at(START + timedelta(days=35))
        assert len(await s.inbox("head")) == 0, "35 days later is Easter Monday"
        await s.at(START + timedelta(days=36))
        assert len(await s.inbox("head")) == 1
        await s.hear(met(s.clock.now()), stream=ids.derived("i2"))
        await s.step()
        assert [(x.status, x.ended_by_event[:9]) for x in await s.alerts()] == [("Resolved", "accounts:")]
        found = (await s.ask.NextTimers(pb.NextTimersRequest(account_id=str(ACCOUNT)))).timers
        assert [x.rule for x in found] == ["R10"]


async def test_a_renewal_is_one_alert_that_is_said_again(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await ready(s)
        await s.hear(deadline(90), stream=CONTRACT)
        await s.step()
        (case,) = await s.alerts()
        await s.do("Acknowledge", user="u7", alert_id=case.alert_id)
        s.clock.set(datetime(2026, 5, 4, 9, tzinfo=UTC))
        await s.hear(deadline(30), stream=CONTRACT)
        await s.step()
        (case,) = await s.alerts()
        assert (case.acknowledged_by, case.text[:45]) == ("", "Die Kündigungsfrist endet am 1. Jun 2026, in ")
        await s.at(datetime(2026, 5, 6, 9, tzinfo=UTC))
        assert len(await s.inbox("head")) == 1, "two business days unacknowledged"
        await s.hear(
            c.ContractRenewed(
                account_id=ACCOUNT, successor_contract_id=CONTRACT, starts_on=date(2026, 9, 1), kind="flat",
                arr_before=1, arr_after=1, currency="EUR",
            ),
            stream=CONTRACT,
        )  # fmt: skip
        await s.step()
        assert [x.status for x in await s.alerts()] == ["Resolved"]


async def test_a_source_that_is_behind_concerns_the_platform_then_the_owners(dsn: str) -> None:
    async with notifications(dsn, platform_team="ops") as s:
        await ready(s)
        await s.hear(SourceLagExceeded(system="sugar"))
        await s.step()
        assert [i.alert.rule for i in await s.inbox("ops")] == ["R22"]
        await s.at(START + timedelta(hours=24))
        assert await s.inbox("u7") == [], "owners get it with the digest"
        await s.at(START + timedelta(days=2))
        assert len(await s.inbox("u7")) == 1
        await s.hear(SourceLagCleared(system="sugar"))
        await s.step()
        assert await s.inbox("ops") == []


@pytest.mark.parametrize("why", ["flapping", "model_change"])
async def test_flapping_accounts_and_a_new_model_go_into_the_digest(dsn: str, why: str) -> None:
    async with notifications(dsn) as s:
        await ready(s)
        if why == "flapping":
            await s.hear(RiskFlappingDetected(account_id=ACCOUNT, share=2500), soon())
        else:
            await s.hear(red(kind="model_change"))
        await s.step()
        assert {x.status for x in await s.alerts()} == {"Digested"}
        calm = await s.ask.GetCalm(pb.GetCalmRequest(**{"from": "2026-03-01", "to": "2026-03-03"}))
        assert {(x.type, x.why) for x in calm.suppressed} >= {
            ("AlertDigested", "flapping" if why == "flapping" else "digest_rule")
        }


async def test_history_that_comes_after_going_live_raises_nothing(dsn: str) -> None:
    """Another service replays its log, or a record is told a year late."""
    async with notifications(dsn) as s:
        await ready(s)
        await s.hear(red(1), soon(), deadline(30), at=START - timedelta(days=300))
        await s.at(START + timedelta(days=2))
        assert await s.ledger() == []


async def test_what_fell_due_while_we_were_down_for_long_is_shown_but_not_sent(dsn: str) -> None:
    async with notifications(dsn) as s:
        await ready(s)
        await s.hear(soon())
        await s.at(START + timedelta(days=10))
        assert [x.status for x in await s.alerts()] == ["Suppressed"]
        assert await s.inbox("u9") == []
        (line,) = [e for e in (await s.alert((await s.alerts())[0].alert_id)).ledger if e.type == "AlertSuppressed"]
        assert line.why == "stale"


async def test_the_end_of_an_account_ends_its_alerts(dsn: str) -> None:
    async with notifications(dsn) as s:
        await ready(s)
        await s.hear(soon(), met(START))
        await s.step()
        await s.hear(a.AccountEnded(account_id=ACCOUNT, reason="churned", value_at_end=0, currency="EUR", at=START))
        await s.step()
        assert [x.status for x in await s.alerts()] == ["Resolved"]
        assert list((await s.ask.NextTimers(pb.NextTimersRequest(account_id=str(ACCOUNT)))).timers) == []


async def test_a_tier_that_changes_moves_the_clocks_that_wait(dsn: str) -> None:
    from shared.contracts.accounts import tiers as t

    async with notifications(dsn) as s:
        await ready(s)
        await s.hear(met(START))
        await s.step()
        changed = {
            "account_id": ACCOUNT, "changed_at": START, "from_tier": "A", "to_tier": "B", "why": "", "score_bp": 1,
            "policy_version": 1, "decided_by": "x", "provisional": False, "strategic_reason": None, "signers": (),
        }  # fmt: skip
        await s.hear(t.TierChanged.model_validate(changed))
        await s.step()
        (timer,) = (await s.ask.NextTimers(pb.NextTimersRequest(account_id=str(ACCOUNT)))).timers
        assert timer.due_at[:10] == "2026-04-06"


async def test_mass_reassignment_tells_nobody(dsn: str) -> None:
    async with notifications(dsn) as s:
        await ready(s)
        for n in range(30):
            account = ids.account_id("sugar", f"b{n}")
            subject = ids.subject_id("sugar", "user", "u5")
            await s.hear(*team(account))
            await s.hear(
                p.ThemeOwnerReplaced(
                    account_id=account, theme="COMMERCIAL", owner_id="u5", owner_subject=subject, was_owner_id="u7",
                    at=START, assigned_from="crm",
                )
            )  # fmt: skip
        await s.step()
        assert await s.ledger() == []


async def test_a_restarted_worker_says_nothing_twice(dsn: str) -> None:
    async with notifications(dsn) as s:
        await ready(s)
        again = [s.message(soon(), START), s.message(red(), START)]
        for m in again:
            name = "notifications.growth" if "growth" in m.topic else "notifications.risk"
            await s.consumers[name].apply([m])
        await s.step()
        before = await s.ledger()
        s.restart()
        for m in again:
            name = "notifications.growth" if "growth" in m.topic else "notifications.risk"
            await s.consumers[name].apply([m])
        await s.step()
        assert await s.ledger() == before
        assert before


async def test_nothing_fires_before_the_service_is_live(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.hear(*team(), soon())
        assert await s.rows("live") == []
        s.time.ready = None
        with pytest.raises(Broken, match="went live"):
            await s.time.step()
        assert await s.ledger() == []
        async with s.engine.begin() as conn:
            await watches.go_live(conn, START)
            await watches.go_live(conn, START + timedelta(days=1))
            assert await watches.live_since(conn) == START, "only the first time counts"


async def test_the_sender_works_until_told_to_stop(dsn: str) -> None:
    box = Mailbox()
    async with smtp(box) as port, notifications(dsn, **MAIL, smtp_port=port) as s:
        await alerted(s)
        stop = asyncio.Event()
        running = asyncio.create_task(s.sender().run(stop))
        for _ in range(100):
            if (await message(s))["status"] == "sent":
                break
            await asyncio.sleep(0.05)
        stop.set()
        await asyncio.wait_for(running, 5)
        assert len(box.mails) == 1


async def test_an_overdue_milestone_replaces_the_reminder(dsn: str) -> None:
    async with notifications(dsn) as s:
        await ready(s)
        await s.hear(soon())
        await s.step()
        overdue = g.MilestoneOverdue(
            account_id=ACCOUNT, plan_id=ids.derived("plan1"), milestone_id=ids.derived("m1"),
            initiative_id=ids.derived("i"), tier="A", owner="u9", due=START.date(), tz="Europe/Berlin", due_version=1,
            times_rescheduled=0, blocked_by=(), blocks=(), on_critical_path=False, goals=(), late_by_s=0,
        )  # fmt: skip
        await s.hear(overdue)
        await s.step()
        assert {(x.rule, x.status) for x in await s.alerts()} == {("R7", "Resolved"), ("R8", "Delivered")}


@pytest.mark.parametrize(("ends", "days"), [(date(2026, 8, 1), 7), (date(2027, 3, 1), 30), (None, 30)])
async def test_the_red_log_of_a_b_account_is_weekly_if_its_renewal_is_near(
    dsn: str, ends: date | None, days: int
) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team(tier="B"))
        contract = c.ContractRecorded(
            account_id=ACCOUNT, name="GTX", status="Signed", signed=True, currency="EUR", system="sugar", crm_id="k1",
            ends_on=ends,
        )  # fmt: skip
        await s.hear(contract, stream=CONTRACT)
        await s.hear(red(tier="B"))
        await s.step()
        timers = (await s.ask.NextTimers(pb.NextTimersRequest(account_id=str(ACCOUNT)))).timers
        (due,) = [t.due_at[:10] for t in timers if t.rule == "R15"]
        assert due == (START + timedelta(days=days)).date().isoformat()
