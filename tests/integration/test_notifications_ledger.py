"""The ledger across alerts, what changes, colleagues, and who is not reached."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import grpc.aio
import pytest

from shared import ids
from shared.protos import notifications_pb2 as pb
from tests.integration.notifications_service import ACCOUNT, START, employee, notifications, red, team
from tests.integration.test_notifications_cases import soon
from tests.integration.test_notifications_faults import MAIL, alerted


async def test_the_ledger_says_who_was_told_and_what_was_not_sent_and_why(dsn: str) -> None:
    other = ids.account_id("sugar", "b1")
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team(), *team(other))
        await s.do("MuteRule", user="u9", scope="R7")
        await s.hear(soon(), red())
        await s.step()

        async def lines(**fields: object) -> list[tuple[str, str, str, str]]:
            found = (await s.ask.ListLedger(pb.ListLedgerRequest(**fields))).lines
            return [(x.kind, x.rule, x.entry.person, x.entry.why) for x in found]

        assert set(await lines()) == {
            ("told", "R14", "u7", ""), ("told", "R14", "u8", ""), ("told", "R14", "u9", ""),
            ("not_told", "R7", "u9", "muted"), ("not_told", "R7", "", "muted"),
        }  # fmt: skip
        assert await lines(person="u9", kinds=["told"]) == [("told", "R14", "u9", "")]
        assert await lines(account_id=str(other)) == []
        assert len(await lines(account_crm_id="a1", **{"from": "2026-03-02", "to": "2026-03-02"})) == 5
        assert await lines(to="2026-03-01") == []
        first = await s.ask.ListLedger(pb.ListLedgerRequest(limit=2))
        rest = await s.ask.ListLedger(pb.ListLedgerRequest(after=first.next))
        assert (len(first.lines), len(rest.lines)) == (2, 3)
        assert first.lines[0].account_name == "Acme"
        with pytest.raises(grpc.aio.AioRpcError) as e:
            await lines(kinds=["gossip"])
        assert e.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_who_looked_at_an_alert_is_in_no_list(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team(), soon())
        await s.step()
        (case,) = await s.alerts()
        await s.do("MarkSeen", user="u9", alert_id=case.alert_id)
        lines = (await s.ask.ListLedger(pb.ListLedgerRequest())).lines
        assert {x.entry.type for x in lines} == {"AlertDelivered"}


async def test_changes_are_asked_for_or_watched(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team())
        start = (await s.ask.ListChanges(pb.ChangesRequest(after=-1))).position
        call = s.ask.WatchChanges(pb.ChangesRequest(after=-1, person="u9"))
        waiting = asyncio.ensure_future(call.read())
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await s.hear(soon())
        await s.step()
        first = await asyncio.wait_for(waiting, 10)
        assert (first.rule, first.account_id) == ("R7", str(ACCOUNT))
        call.cancel()
        found = await s.ask.ListChanges(pb.ChangesRequest(after=start))
        assert [c.type for c in found.changes] == ["AlertRaised", "AlertStepReached", "AlertDelivered"]
        again = await s.ask.ListChanges(pb.ChangesRequest(after=found.position))
        assert (list(again.changes), again.position) == ([], found.position)
        mine = (await s.ask.ListChanges(pb.ChangesRequest(after=start, person="u7"))).changes
        assert list(mine) == [], "the alert is not for u7"


async def test_colleagues_and_whom_no_channel_reaches(dsn: str) -> None:
    async with notifications(dsn, **MAIL, smtp_port=9, heads_of_kam="head") as s:
        await alerted(s)  # u9 has a mail address
        await s.hear(employee("u8", active=False))
        found = (await s.ask.ListColleagues(pb.ListColleaguesRequest(account_id=str(ACCOUNT)))).colleagues
        assert {(c.user_id, tuple(c.roles)) for c in found} == {
            ("u7", ("COMMERCIAL",)), ("u9", ("TECHNICAL",)), ("boss", ("EXEC_SPONSOR",)), ("head", ("head_of_kam",)),
        }  # fmt: skip
        unreached = (await s.ask.ListUnreachable(pb.ListUnreachableRequest())).people
        assert {(p.user_id, p.why, p.accounts) for p in unreached} == {("u7", "no_mail", 1), ("boss", "no_mail", 1)}


async def test_next_timers_of_a_person(dsn: str) -> None:
    other = ids.account_id("sugar", "b1")
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team(), *team(other, COMMERCIAL="u1"))
        await s.hear(red(), soon())
        await s.step()

        async def of(**fields: str) -> set[tuple[str, str]]:
            found = (await s.ask.NextTimers(pb.NextTimersRequest(**fields))).timers
            return {(t.account_name, t.rule) for t in found}

        assert await of(person="u8") == await of() == {("Acme", "R14"), ("Acme", "R15"), ("Acme", "R7")}
        assert await of(person="u1") == set()
        (item,) = [i for i in await s.inbox("u9") if i.alert.rule == "R7"]
        assert item.may_snooze
        assert datetime.fromisoformat(item.snooze_until) == datetime(2026, 3, 9, 9, tzinfo=UTC)
        assert datetime.fromisoformat(item.snooze_until) < START + timedelta(days=8)
