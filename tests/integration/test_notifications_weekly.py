"""Digests of the week, sources with a gap, new risk models, and when the service goes live."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from services.notifications.consumers import CHANNELS
from services.notifications.reads import watches
from services.notifications.timekeeping import gate
from services.notifications.timekeeping.gate import Gate
from shared import ids
from shared.contracts.accounts import people as p
from shared.contracts.crm import SourceLagCleared, SourceLagExceeded
from shared.contracts.risk import colours
from shared.protos import notifications_pb2 as pb
from tests.integration.notifications_servers import Mailbox, smtp
from tests.integration.notifications_service import ACCOUNT, PERSON, START, Service, notifications, red, team
from tests.integration.test_notifications_cases import AMBER, soon
from tests.integration.test_notifications_faults import MAIL, alerted
from tests.integration.test_notifications_rules import met

NEXT_MONDAY = datetime(2026, 3, 9, 7, tzinfo=UTC)  # 08:00 in Berlin


async def digests(s: Service) -> list[dict[str, Any]]:
    async with s.engine.connect() as conn:
        query = text("SELECT convert_from(state, 'UTF8')::jsonb AS d FROM events WHERE topic LIKE '%DigestSent' "
                     "ORDER BY position")  # fmt: skip
        return list((await conn.execute(query)).scalars())


async def test_what_is_never_acted_on_is_asked_about_weekly_until_it_is_muted(dsn: str) -> None:
    box = Mailbox()
    async with smtp(box) as port, notifications(dsn, **MAIL, smtp_port=port) as s:
        await alerted(s)
        await s.sender().step("email")
        await s.at(NEXT_MONDAY)
        assert [d["never_acted"] for d in await digests(s)] == [[{"rule": "R7", "told": 1}]]
        assert await s.sender().step("email") == 1
        plain = box.mails[-1].get_payload(0).get_payload(decode=True).decode()  # type: ignore[union-attr]
        assert str(make_header(decode_header(box.mails[-1]["Subject"]))) == "Wochenübersicht"
        assert "Meilenstein steht an: In 28 Tagen 1-mal gemeldet, nie bearbeitet." in plain
        assert "/preferences?mute=R7#h-never" in plain
        asked = await s.ask.ListNeverActed(pb.ListNeverActedRequest(person="u9"))
        assert [(r.rule, r.told, r.scope) for r in asked.rules] == [("R7", 1, "R7")]
        await s.do("MuteRule", user="u9", scope=asked.rules[0].scope)
        assert list((await s.ask.ListNeverActed(pb.ListNeverActedRequest(person="u9"))).rules) == []
        await s.at(NEXT_MONDAY + timedelta(days=7))
        assert len(await digests(s)) == 1, "muted: there is nothing to ask any more"


async def test_who_acts_is_not_asked(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team(), soon())
        await s.step()
        (case,) = await s.alerts()
        await s.do("Acknowledge", user="u9", alert_id=case.alert_id)
        await s.at(NEXT_MONDAY - timedelta(minutes=1))
        await s.at(NEXT_MONDAY)
        assert await digests(s) == []


async def test_on_the_day_of_both_digests_one_message_comes(dsn: str) -> None:
    """Friday's digest items come on Monday, and Monday's digest is that of the week."""
    friday = datetime(2026, 3, 6, 9, tzinfo=UTC)
    async with notifications(dsn, friday) as s:
        await s.step()
        await s.hear(*team(at=friday), red(kind="model_change"))
        await s.step()
        await s.at(NEXT_MONDAY)
        found = [d for d in await digests(s) if d["person"] == "u7"]
        assert [(d["kind"], len(d["alerts"])) for d in found] == [("weekly", 1)]
        shown = await s.inbox("u7")
        digest = await s.ask.GetDigest(pb.GetDigestRequest(digest_id=shown[0].digest_id))
        assert (digest.kind, digest.person, [a.rule for a in digest.alerts]) == ("weekly", "u7", ["R14"])


async def test_key_players_without_contact_are_for_the_digest_of_the_week(dsn: str) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(
            *team(),
            p.StakeholderRolesAssigned(account_id=ACCOUNT, subject_id=PERSON, roles=("CHAMPION",), by="u7", at=START),
            p.RelationshipRated(account_id=ACCOUNT, subject_id=PERSON, member_id="u7", strength=4, by="u7", at=START,
                                member_subject=ids.subject_id("sugar", "user", "u7")),
        )  # fmt: skip
        held = met(START).model_copy(update={"participants": (PERSON,)})
        await s.hear(held, stream=ids.derived("i1"))
        await s.at(START + timedelta(days=60))  # a Friday
        (case,) = [a for a in await s.alerts() if a.rule == "R11"]
        assert case.status == "Digested"
        await s.at(datetime(2026, 5, 4, 6, tzinfo=UTC))
        assert [i.via for i in await s.inbox("u7") if i.alert.rule == "R11"] == ["digest"]


async def test_an_exhausted_ladder_is_reported_to_the_head(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await s.step()
        await s.hear(*team(), red())
        for day in range(30):
            await s.at(START + timedelta(days=day, hours=day % 3))
        (case,) = [a for a in await s.alerts() if a.rule == "R14"]
        assert case.status == "LadderExhausted"
        (found,) = [d for d in await digests(s) if d["exhausted"]]
        assert (found["person"], found["kind"], found["exhausted"]) == ("head", "weekly", [case.alert_id])


@pytest.mark.parametrize("contact", [True, False])
async def test_silence_is_no_news_while_a_source_has_a_gap(dsn: str, contact: bool) -> None:
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team(), met(START))
        await s.at(START + timedelta(days=20))
        await s.hear(SourceLagExceeded(system="sugar"))
        await s.at(START + timedelta(days=21))
        assert [a.rule for a in await s.alerts()] == ["R22"]
        found = (await s.ask.NextTimers(pb.NextTimersRequest(account_id=str(ACCOUNT)))).timers
        assert [(t.rule, t.paused_by) for t in found] == [("R10", "sugar")]
        status = await s.ask.GetStatus(pb.GetStatusRequest())
        assert [x.system for x in status.behind] == ["sugar"]

        s.clock.set(back := START + timedelta(days=25))
        await s.hear(SourceLagCleared(system="sugar"))
        await s.at(back + timedelta(minutes=14))
        assert not [a for a in await s.alerts() if a.rule == "R10"], "what the gap held up is still on its way"
        if contact:
            await s.hear(met(START + timedelta(days=19)), stream=ids.derived("i2"))
        await s.at(back + timedelta(minutes=15))
        assert [a.status for a in await s.alerts() if a.rule == "R10"] == ([] if contact else ["Delivered"])
        assert list((await s.ask.GetStatus(pb.GetStatusRequest())).behind) == []


async def test_an_open_alert_waits_for_the_source_too(dsn: str) -> None:
    async with notifications(dsn, heads_of_kam="head") as s:
        await s.step()
        await s.hear(*team(), met(START))
        await s.at(START + timedelta(days=21))
        await s.at(START + timedelta(days=34))
        await s.hear(SourceLagExceeded(system="sugar"))
        await s.at(START + timedelta(days=36))
        assert [i for i in await s.inbox("head") if i.alert.rule == "R10"] == []
        (case,) = [a for a in await s.alerts() if a.rule == "R10"]
        assert "AlertPaused" in [e.type for e in (await s.alert(case.alert_id)).ledger]
        s.clock.set(back := START + timedelta(days=37))
        await s.hear(SourceLagCleared(system="sugar"))
        await s.at(back + timedelta(minutes=15))
        assert [i.alert.rule for i in await s.inbox("head")] == ["R10"]
        assert [e.type for e in (await s.alert(case.alert_id)).ledger].count("AlertContinued") == 1


async def test_a_new_model_is_said_once_and_by_its_name(dsn: str) -> None:
    other = ids.account_id("sugar", "b1")
    amber = {**AMBER, "account_id": other, "trigger": {"kind": "model_change"}, "model_version": 7, "from": "GREEN"}
    async with notifications(dsn) as s:
        await s.step()
        await s.hear(*team(), *team(other))
        await s.hear(red(kind="model_change", model_version=7), colours.RiskTurnedAmber.model_validate(amber))
        await s.step()
        assert {a.status for a in await s.alerts()} == {"Digested"}
        assert await s.inbox("u7") == []
        await s.at(START + timedelta(days=1))
        mine = [d for d in await digests(s) if d["person"] == "u7"]
        assert [len(d["alerts"]) for d in mine] == [2], "one message of both"
        texts = {a.alert.text for a in await s.inbox("u7")}
        assert all(t.startswith("Nach dem neuen Risikomodell (Version 7) ist die Ampel ") for t in texts)
        again = {**amber, "trigger": {"kind": "sustained"}, "epoch": 3, "from": "AMBER"}
        await s.hear(colours.RiskTurnedGreen.model_validate(again))
        await s.step()
        (note,) = await s.alerts(account_id=str(other))
        assert (note.status, note.severity) == ("Resolved", "info")


class Ticks:
    """time.monotonic of a test."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


async def test_it_goes_live_when_the_history_is_read_and_nothing_follows(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "time", ticks := Ticks())
    read = asyncio.Event()
    listening = [SimpleNamespace(name=name, caught_up=read) for name in CHANNELS]
    async with notifications(dsn) as s:
        opens = Gate(s.engine, s.settings, s.clock, listening)  # type: ignore[arg-type]

        async def live() -> bool:
            found = await opens()
            async with s.engine.connect() as conn:
                assert (found is not None) == (await watches.live_since(conn) is not None)
            return found is not None

        async def tick(seconds: float) -> bool:
            ticks.now += seconds
            return await live()

        read.set()
        assert not await tick(60), "nothing was read at all: the other services may have only just begun"
        await s.hear(*team(), SourceLagExceeded(system="sugar"))
        assert not await tick(1)
        assert not await tick(60), "the source is behind"
        await s.hear(SourceLagCleared(system="sugar"))
        assert not await tick(1)
        assert not await tick(4)
        await s.hear(red())  # what another service concludes from it, seconds later
        assert not await tick(4)
        assert not await tick(4)
        assert await tick(1)
        read.clear()
        assert await opens() is None, "after a pause everything is read first"
        read.set()
        ticks.now += 1.5
        assert await opens() is None
        ticks.now += 1
        assert await opens() is not None
