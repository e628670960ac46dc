"""TLS and login of the mail channel, what chat gets, and any mixture of faults: nothing lost, every double counted."""

from __future__ import annotations

import contextlib
import random
import ssl
import subprocess
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.smtp import AuthResult

from services.notifications.app import outbox
from services.notifications.channels import webhooks
from services.notifications.channels.longtail import LongTail
from services.notifications.channels.message import Answer, Line, Message
from shared import ids
from tests.integration.notifications_servers import Mailbox, cutting, hook, smtp
from tests.integration.notifications_service import notifications
from tests.integration.test_notifications_faults import MAIL, alerted, message


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(certificate, key) of 127.0.0.1, signed by itself."""
    home = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [*command.split(), "-keyout", "key.pem", "-out", "cert.pem"], cwd=home, check=True, capture_output=True
    )
    return home / "cert.pem", home / "key.pem"


@pytest.fixture
def context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(*certificate)
    return found


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_mail_goes_over_tls(
    dsn: str, security: str, context: ssl.SSLContext, certificate: tuple[Path, Path]
) -> None:
    box, tls = Mailbox(), security == "tls"
    server = smtp(box, context) if tls else smtp(box, tls_context=context, require_starttls=True)
    mail = {**MAIL, "smtp_security": security, "channel_timeout_seconds": 5}
    async with server as port, notifications(dsn, **mail, smtp_port=port, smtp_ca_file=str(certificate[0])) as s:
        await alerted(s)
        await s.sender().step("email")
        assert ((await message(s))["status"], len(box.mails)) == ("sent", 1)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_that_nobody_knows_gets_no_mail(dsn: str, security: str, context: ssl.SSLContext) -> None:
    box = Mailbox()
    server = smtp(box, context) if security == "tls" else smtp(box, tls_context=context)
    mail = {**MAIL, "smtp_security": security, "channel_timeout_seconds": 5}
    async with server as port, notifications(dsn, **mail, smtp_port=port) as s:
        await alerted(s)
        await s.sender().step("email")
        row = await message(s)
        assert (row["status"], row["unanswered"], box.mails) == ("queued", 0, [])


async def test_a_server_without_tls_gets_no_mail_in_the_clear(dsn: str) -> None:
    box = Mailbox()
    async with smtp(box) as port, notifications(dsn, **{**MAIL, "smtp_security": "starttls"}, smtp_port=port) as s:
        await alerted(s)
        await s.sender().step("email")
        assert ((await message(s))["status"], box.mails) == ("queued", [])


@pytest.mark.parametrize(("password", "status"), [("right", "sent"), ("wrong", "queued")])
async def test_login(dsn: str, password: str, status: str) -> None:
    box = Mailbox()

    def check(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        return AuthResult(success=getattr(data, "password", b"") == b"right", handled=False)

    options = {"authenticator": check, "auth_require_tls": False, "auth_required": True}
    mail = {**MAIL, "smtp_user": "stellwerk", "smtp_password": password}
    async with smtp(box, **options) as port, notifications(dsn, **mail, smtp_port=port) as s:
        await alerted(s)
        await s.sender().step("email")
        row = await message(s)
        assert (row["status"], row["unanswered"]) == (status, 0)
        assert "right" not in row["error"]
        assert "wrong" not in row["error"]


LINES = [Line("Acme <A&B>", "Red", "The colour is red.", "http://p/accounts/a1#alert-1", "critical")]
WORDS = Message("<1@stellwerk>", "", "Red: Acme", LINES, "en", "Stellwerk.")


def test_what_chat_gets_is_account_fact_and_link() -> None:
    slack, teams, generic = webhooks.slack(WORDS), webhooks.teams(WORDS), webhooks.generic(WORDS)
    assert slack["blocks"][0]["text"]["text"] == (
        "*Acme &lt;A&amp;B&gt;*: The colour is red. <http://p/accounts/a1#alert-1|→>"
    )
    card = teams["attachments"][0]["content"]
    assert (card["type"], card["body"][1]["text"]) == ("AdaptiveCard", "Acme <A&B>: The colour is red.")
    assert card["actions"][0]["url"] == LINES[0].link
    assert generic["alerts"][0] == {
        "account": "Acme <A&B>", "rule": "Red", "severity": "critical", "text": "The colour is red.",
        "link": LINES[0].link,
    }  # fmt: skip


def test_what_does_not_fit_into_one_chat_message_is_counted() -> None:
    many = Message("<1@stellwerk>", "", "60 alerts", LINES * 60, "en", "")
    blocks = webhooks.slack(many)["blocks"]
    assert (len(blocks), blocks[-1]["text"]["text"]) == (50, "+ 11")


async def test_the_long_tail_sends_through_apprise() -> None:
    requests: list[tuple[dict[str, str], bytes]] = []
    async with hook(["200 OK", "500 Down"], requests) as url:
        channel = LongTail(url.replace("http://", "json://"), 5)
        assert (await channel.send(WORDS)).outcome == "sent"
        assert b"The colour is red." in requests[0][1]
        assert (await channel.send(WORDS)).outcome == "again"
    assert (await LongTail("nonsense", 5).send(WORDS)).outcome == "refused"


class Moody:
    """Takes messages, or not, and answers, or not, by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.arrived: Counter[str] = Counter()

    async def send(self, words: Message) -> Answer:
        mood = self.chance.choice(["sent", "again", "refused", "cut", "lost", "dies before", "dies after"])
        if mood in ("sent", "cut", "dies after"):
            self.arrived[words.key] += 1
        if mood.startswith("dies"):
            raise KeyboardInterrupt
        answers = {"cut": Answer("unknown"), "lost": Answer("unknown"), "again": Answer("again"),
                   "refused": Answer("refused")}  # fmt: skip
        return answers.get(mood, Answer("sent"))


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_goes_wrong_nothing_is_lost_and_every_double_is_counted(dsn: str, seed: int) -> None:
    async with notifications(dsn, **MAIL, smtp_port=9, channel_attempts=6) as s:
        alert = UUID(await alerted(s))
        async with s.engine.begin() as conn:
            for n in range(24):
                one = ids.derived("message", str(n))
                await outbox.queue(conn, one, alert, f"p{n}", "email", s.clock.now(), alert_id=alert)
        moody = Moody(seed)
        for _ in range(12):
            done = 1
            while done:
                with contextlib.suppress(KeyboardInterrupt):  # the process died; the next one takes over
                    done = await s.sender(email=moody).step("email", 1)
            s.clock.set(s.clock.now() + timedelta(hours=1))
        rows = await s.rows("deliveries")
        assert {r["status"] for r in rows} <= {"sent", "dead"}
        assert len(rows) == 25
        assert all(r["attempts"] <= 7 for r in rows), "what kills the process is given up too"
        for r in rows:
            arrived = moody.arrived[r["message_id"]]
            assert arrived >= (r["status"] == "sent"), "said to be sent and was not"
            assert arrived <= r["unanswered"] + (r["status"] == "sent"), "a double that nobody counted"
        assert any(n > 1 for n in moody.arrived.values()), "the test has no double to count"


async def test_a_dead_letter_that_may_have_arrived_is_counted(dsn: str) -> None:
    taken: list[bytes] = []
    async with cutting(taken) as port, notifications(dsn, **MAIL, smtp_port=port, channel_attempts=1) as s:
        await alerted(s)
        await s.sender().step("email")
        row = await message(s)
        assert (row["status"], row["unanswered"], len(taken)) == ("dead", 1, 1)


async def test_a_message_that_kills_the_process_each_time_is_given_up(dsn: str) -> None:
    class Deadly:
        async def send(self, _: Message) -> Answer:
            raise KeyboardInterrupt

    async with notifications(dsn, **MAIL, smtp_port=9, channel_attempts=2) as s:
        await alerted(s)
        for _ in range(3):
            with contextlib.suppress(KeyboardInterrupt):
                await s.sender(email=Deadly()).step("email", 1)
            s.clock.set(s.clock.now() + timedelta(hours=1))
        row = await message(s)
        assert (row["status"], row["attempts"], row["unanswered"]) == ("dead", 3, 2)
