"""What pages read: preferences, rules, next timers; and that it is the log that tells."""

from __future__ import annotations

from services.notifications.projections import NotificationsReads
from shared.contracts.accounts import people as p
from shared.projector import Projector
from tests.integration.notifications_service import ACCOUNT, PERSON, START, notifications, red, team
from tests.integration.test_notifications_cases import soon


async def test_mutes_preferences_and_rules_are_shown(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team())
        await s.do("MuteRule", user="u9", scope="R7")
        await s.do(
            "SetPreferences", user="u9", channels=["email"], locale="en", zone="America/New_York", quiet_from="20:00",
            quiet_to="08:00", release_at="08:30", free_days=True, digest_at="09:00", digest_days=[0, 2],
        )  # fmt: skip
        await s.hear(soon())
        await s.step()
        assert [x.status for x in await s.alerts()] == ["Suppressed"]
        found = await s.ask.GetPreferences(api_pb("GetPreferencesRequest", person="u9"))
        assert (found.zone, list(found.digest_days), found.mutes[0].scope) == ("America/New_York", [0, 2], "R7")
        rules = await s.ask.GetRules(api_pb("GetRulesRequest"))
        assert rules.version == 3
        assert "DataQualityReviewOpened" in rules.missing_events


async def test_next_timers_say_when_and_why(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team())
        await s.hear(p.StakeholderConfirmed(account_id=ACCOUNT, subject_id=PERSON, by="u7", at=START))
        await s.hear(red())
        await s.step()
        found = (await s.ask.NextTimers(api_pb("NextTimersRequest", account_id=str(ACCOUNT)))).timers
        assert [(x.rule, x.what) for x in found] == [("R14", "step"), ("R15", "raise"), ("R12", "raise")]
        assert found[0].due_at == "2026-03-02T13:00:00Z"
        assert found[2].due_at == "2026-07-30T08:00:00Z"  # 150 days, summer time


async def test_the_read_model_equals_a_rebuilt_one(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team())
        await s.hear(red(), soon())
        await s.step()
        tables = ("alerts", "alert_log", "rule_steps", "preference_steps")
        before = [await s.rows(t) for t in tables]
        assert all(before[:3])
        await Projector(NotificationsReads(), s.engine).rebuild()
        assert [await s.rows(t) for t in tables] == before


def api_pb(name: str, **fields: object) -> object:
    from shared.protos import notifications_pb2 as pb

    return getattr(pb, name)(**fields)
