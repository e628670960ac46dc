"""Channels that refuse, hang, cut off or answer 429 and 5xx; processes that die between sending and writing it down:
no alert is lost, and a double is possible only where the channel gave no answer, and counted."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text

from deploy.local.plan import REPOSITORY
from services.notifications.app import outbox
from services.notifications.channels import metrics
from services.notifications.channels.message import Answer, Message
from shared import ids
from shared.protos import notifications_pb2 as pb
from tests.integration.notifications_servers import Mailbox, cutting, hanging, hook, smtp
from tests.integration.notifications_service import Service, employee, notifications, team
from tests.integration.test_notifications_cases import soon

MAIL = {"smtp_host": "127.0.0.1", "smtp_security": "none", "channel_timeout_seconds": 0.5}


async def alerted(s: Service, mail: str = "u9@example.org", channel: str = "email") -> str:
    """One alert for u9, whose message waits in the outbox; its id."""
    await s.step()
    await s.hear(*team(), employee("u9"))
    words = orjson.dumps({"name": "Nine", "title": None, "department": None, "mail": mail}).decode()
    async with s.engine.begin() as conn:
        await conn.execute(
            text("INSERT INTO people VALUES (:s, 'user', 'u9', 1, CAST(:w AS jsonb))"),
            {"s": ids.subject_id("sugar", "user", "u9"), "w": words},
        )
    await s.do(
        "SetPreferences", user="u9", channels=[channel], locale="de", zone="Europe/Berlin", quiet_from="19:00",
        quiet_to="07:00", release_at="07:30", digest_at="08:00", digest_days=[0],
    )  # fmt: skip
    await s.hear(soon())
    await s.step()
    (case,) = await s.alerts()
    return case.alert_id


async def message(s: Service) -> dict[str, Any]:
    (row,) = await s.rows("deliveries")
    return row


async def test_a_mail_carries_account_fact_and_link_in_text_and_html(dsn: str) -> None:
    box = Mailbox()
    async with smtp(box) as port, notifications(dsn, **MAIL, smtp_port=port) as s:
        alert = await alerted(s)
        assert await s.sender().step("email") == 1
        (mail,) = box.mails
        assert mail["Message-ID"] == (await message(s))["message_id"]
        assert mail["Content-Language"] == "de"
        plain, html = [part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart()]
        for body in (plain, html):
            assert "Acme" in body
            assert "Ein Meilenstein ist am 2. Mär 2026 fällig, in 3 Arbeitstagen." in body
            assert f"/alerts/{alert}" in body
        assert await s.sender().step("email") == 0
        await s.step()
        shown = await s.alert(alert)
        assert [d.status for d in shown.deliveries] == ["sent"]
        told = [(e.channel, e.person) for e in shown.ledger if e.type == "AlertDelivered"]
        assert told == [("in_app", "u9"), ("email", "u9")]


async def test_without_a_configured_channel_no_message_is_made(dsn: str) -> None:
    async with notifications(dsn) as s:
        await alerted(s)
        assert await s.rows("deliveries") == []
        assert len(await s.inbox("u9")) == 1


async def test_a_refusing_server_is_tried_again_and_then_dead(dsn: str) -> None:
    box = Mailbox("450 mailbox busy")
    async with smtp(box) as port, notifications(dsn, **MAIL, smtp_port=port, channel_attempts=3) as s:
        alert = await alerted(s)
        for n in range(3):
            assert await s.sender().step("email") == 1, n
            assert await s.sender().step("email") == 0, "not at once"
            await s.at(s.clock.now() + timedelta(hours=1))
        row = await message(s)
        assert (row["status"], row["attempts"], row["unanswered"]) == ("dead", 3, 0)
        types = [e.type for e in (await s.alert(alert)).ledger]
        assert types.count("AlertDeliveryFailed") == 2
        assert types.count("AlertDeadLettered") == 1
        async with s.engine.begin() as conn:
            await outbox.replay(conn, None, s.clock.now())
        box.rcpt = ""
        await s.sender().step("email")
        assert len(box.mails) == 1, "a dead letter can be replayed"


async def test_an_unknown_recipient_loses_the_channel_not_the_alert(dsn: str) -> None:
    async with smtp(Mailbox("550 no such user")) as port, notifications(dsn, **MAIL, smtp_port=port) as s:
        await alerted(s)
        await s.sender().step("email")
        assert (await message(s))["status"] == "dead"
        found = await s.ask.GetPreferences(pb.GetPreferencesRequest(person="u9"))
        assert [r.channel for r in found.revoked] == ["email"]
        assert list(found.channels) == ["in_app"]


async def test_who_has_no_address_yet_keeps_the_channel(dsn: str) -> None:
    box = Mailbox()
    async with smtp(box) as port, notifications(dsn, **MAIL, smtp_port=port) as s:
        await alerted(s, mail="")
        await s.sender().step("email")
        row = await message(s)
        assert (row["status"], row["error"]) == ("dead", "no mail address is known")
        async with s.engine.begin() as conn:
            await conn.execute(text("""UPDATE people SET words = words || '{"mail": "u9@example.org"}'"""))
            await outbox.replay(conn, None, s.clock.now())
        await s.sender().step("email")
        assert [m["To"] for m in box.mails] == ["u9@example.org"]


async def test_a_hanging_server_holds_nothing_up(dsn: str) -> None:
    async with hanging() as port, notifications(dsn, **MAIL, smtp_port=port) as s:
        await alerted(s)
        await s.sender().step("email")
        row = await message(s)
        assert (row["status"], row["unanswered"]) == ("queued", 0), "before DATA nothing can have arrived"


async def test_cut_after_data_is_unknown_and_sent_again_under_the_same_id(dsn: str) -> None:
    taken: list[bytes] = []
    box = Mailbox()
    before = {o: metrics.ATTEMPTS.labels("email", o)._value.get() for o in ("unknown", "sent", "dead")}
    async with cutting(taken) as bad, smtp(box) as good, notifications(dsn, **MAIL, smtp_port=bad) as s:
        alert = await alerted(s)
        await s.sender().step("email")
        row = await message(s)
        assert (row["status"], row["unanswered"], len(taken)) == ("unknown", 1, 1)
        s.settings = s.settings.model_copy(update={"smtp_port": good})
        await s.at(s.clock.now() + timedelta(minutes=2))
        await s.sender().step("email")
        row = await message(s)
        assert (row["status"], row["unanswered"], row["attempts"]) == ("sent", 1, 2)
        assert row["message_id"].encode() in taken[0]
        assert box.mails[0]["Message-ID"] == row["message_id"]
        status = await s.ask.GetStatus(pb.GetStatusRequest())
        assert (status.unanswered_messages, status.possible_doubles) == (1, 1)
        counted = {o: metrics.ATTEMPTS.labels("email", o)._value.get() - before[o] for o in before}
        assert counted == {"unknown": 1, "sent": 1, "dead": 0}
        await s.step()
        assert "AlertDeliveryUnconfirmed" in [e.type for e in (await s.alert(alert)).ledger]


class Noting:
    """A channel that takes everything."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def send(self, message: Message) -> Answer:
        self.keys.append(message.key)
        return Answer("sent")


async def test_killed_between_send_and_record_nothing_is_lost_and_the_double_is_counted(
    dsn: str, tmp_path: Path
) -> None:
    async with notifications(dsn, **MAIL, smtp_port=9) as s:
        await alerted(s)
        channel, taken = Noting(), tmp_path / "taken"
        program = [sys.executable, "-m", "tests.integration.dying_sender", dsn, s.clock.now().isoformat(), str(taken)]
        dying = await asyncio.create_subprocess_exec(*program, cwd=REPOSITORY)
        assert await dying.wait() == -signal.SIGKILL
        row = await message(s)
        assert row["status"] == "sending"
        assert await s.sender(email=channel).step("email") == 0, "somebody may still be sending it"
        await s.at(s.clock.now() + timedelta(minutes=5))
        await s.sender(email=channel).step("email")
        row = await message(s)
        assert (row["status"], row["unanswered"]) == ("sent", 1)
        assert channel.keys == [taken.read_text()], "a server that knows the id drops the double"
        assert (await s.ask.GetStatus(pb.GetStatusRequest())).possible_doubles == 1


async def test_web_hooks_429_and_5xx_come_again_4xx_do_not(dsn: str) -> None:
    answers, requests = ["429 Slow\r\nRetry-After: 600", "503 Down", "200 OK"], list[tuple[dict[str, str], bytes]]()
    async with hook(answers, requests) as url, notifications(dsn, webhook_url=url, webhook_secret="s3") as s:
        await alerted(s, channel="webhook")
        await s.sender().step("webhook")
        await s.at(s.clock.now() + timedelta(seconds=599))
        assert await s.sender().step("webhook") == 0, "as late as it asks"
        await s.at(s.clock.now() + timedelta(seconds=2))
        await s.sender().step("webhook")
        await s.at(s.clock.now() + timedelta(hours=1))
        await s.sender().step("webhook")
        row = await message(s)
        assert (row["status"], row["attempts"], row["unanswered"]) == ("sent", 3, 0)
        assert len({headers["idempotency-key"] for headers, _ in requests}) == 1
        headers, body = requests[-1]
        at, mac = (part.split("=")[1] for part in headers["stellwerk-signature"].split(","))
        assert mac == hmac.new(b"s3", f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        assert json.loads(body)["alerts"][0]["account"] == "Acme"
    async with hook(["404 Gone"], requests) as url, notifications(dsn, webhook_url=url) as s:
        async with s.engine.begin() as conn:
            await conn.execute(text("UPDATE deliveries SET status = 'queued', next_at = :now"), {"now": s.clock.now()})
        await s.sender().step("webhook")
        assert (await message(s))["status"] == "dead"


async def test_a_web_hook_that_hangs_up_is_unknown(dsn: str) -> None:
    async with hook(["cut"], []) as url, notifications(dsn, slack_url=url) as s:
        await alerted(s, channel="slack")
        await s.sender().step("slack")
        row = await message(s)
        assert (row["status"], row["unanswered"]) == ("unknown", 1)


async def test_what_is_over_is_not_sent_any_more(dsn: str) -> None:
    box = Mailbox()
    async with smtp(box) as port, notifications(dsn, **MAIL, smtp_port=port) as s:
        await alerted(s)
        await s.hear(soon(2))  # another due day: the first alert is superseded
        await s.sender().step("email", 1)
        first = [r for r in await s.rows("deliveries") if r["status"] == "cancelled"]
        assert (len(first), box.mails) == (1, [])
