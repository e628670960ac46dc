"""The mail catcher: what comes by SMTP is kept and shown, and nothing else is."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from deploy.local import mailbox
from deploy.local.mailbox import Mailbox, application
from shared.testing import ManualClock

AT = datetime(2026, 3, 2, 9, 30, 5, 12, tzinfo=UTC)


def mail(subject: str = "Überfällig", to: str = "kim@vendor.example.net") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Stellwerk <stellwerk@localhost>", to, subject
    made["Message-ID"] = "<1@stellwerk>"
    made.set_content("Grüße\n")
    made.add_alternative("<p>Grüße</p>", subtype="html")
    made["Content-Language"] = "de"
    return made


@pytest.fixture
def box(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mail", ManualClock(AT))


def client(box: Mailbox, host: str = "127.0.0.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application(box)), base_url=f"http://{host}")


async def test_what_is_kept_is_listed_and_read(box: Mailbox) -> None:
    first = box.keep(mail().as_bytes())
    box.keep(mail("Zweite", "lee@vendor.example.net").as_bytes())
    async with client(box) as ask:
        found = (await ask.get("/messages")).json()
        assert (found["count"], [m["subject"] for m in found["messages"]]) == (2, ["Zweite", "Überfällig"])
        assert found["messages"][1] == {
            "id": first, "at": "2026-03-02T09:30:05.000012Z", "from": "Stellwerk <stellwerk@localhost>",
            "to": ["kim@vendor.example.net"], "subject": "Überfällig", "message_id": "<1@stellwerk>",
            "language": "de",
        }  # fmt: skip
        mine = (await ask.get("/messages", params={"to": "KIM@vendor.example.net", "limit": 5})).json()
        assert [m["id"] for m in mine["messages"]] == [first]
        one = (await ask.get(f"/messages/{first}")).json()
        assert (one["text"], one["html"]) == ("Grüße\n", "<p>Grüße</p>\n")
        raw = await ask.get(f"/messages/{first}.eml")
        assert (raw.headers["content-type"], raw.content) == ("message/rfc822", mail_bytes(box, first))


def mail_bytes(box: Mailbox, found: str) -> bytes:
    return (box.directory / f"{found}.eml").read_bytes()


async def test_what_is_no_mail_of_the_box_is_not_shown(box: Mailbox) -> None:
    (box.directory.parent / "secret.eml").write_text("x")
    (box.directory / "secret.eml").write_text("x")
    async with client(box) as ask:
        for name in ("nothing", "secret", "..%2Fsecret", "..%2Fsecret.eml"):
            assert (await ask.get(f"/messages/{name}")).status_code == 404, name
        assert (await ask.get("/messages", params={"limit": "all"})).status_code == 400
    async with client(box, "evil.example") as ask:
        assert (await ask.get("/messages")).status_code == 400, "a page elsewhere may not read it under its own name"


async def test_a_mail_that_is_hardly_one_can_be_read(box: Mailbox) -> None:
    found = box.keep(b"no head at all")
    async with client(box) as ask:
        assert (await ask.get("/messages")).json()["messages"][0]["to"] == []
        assert (await ask.get(f"/messages/{found}")).status_code == 200


def test_the_oldest_go_when_there_are_too_many(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "KEEP", 3)
    for n in range(5):
        box._clock.set(AT + timedelta(seconds=n))  # type: ignore[attr-defined]
        box.keep(mail(str(n)).as_bytes())
    assert [m["subject"] for m in box.newest(10)] == ["4", "3", "2"]


@pytest.fixture
def ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as a, socket.create_server(("127.0.0.1", 0)) as b:
        return a.getsockname()[1], b.getsockname()[1]


async def test_the_process_catches_shows_and_stops(tmp_path: Path, ports: tuple[int, int]) -> None:
    smtp, http = ports
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.local.mailbox",
        str(tmp_path),
        str(smtp),
        str(http),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert b"caught" in await asyncio.wait_for(process.stdout.readline(), 30)
        await aiosmtplib.send(mail(), hostname="127.0.0.1", port=smtp, start_tls=False)
        async with httpx.AsyncClient() as ask:
            for _ in range(50):
                try:
                    found = (await ask.get(f"http://127.0.0.1:{http}/messages")).json()
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.1)
        assert [m["subject"] for m in found["messages"]] == ["Überfällig"]
    finally:
        process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
