"""The other ends of channels, on 127.0.0.1: an SMTP server and a web hook that behave as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.smtp import SMTP


class Mailbox:
    """aiosmtpd's handler. `rcpt`: what RCPT answers; empty: takes it."""

    def __init__(self, rcpt: str = "") -> None:
        self.rcpt = rcpt
        self.mails: list[Message] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"


@asynccontextmanager
async def smtp(box: Mailbox, ssl: Any = None, **options: Any) -> AsyncIterator[int]:
    """A real SMTP server; yields its port. `ssl`: TLS from the first byte; `options`: aiosmtpd's."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="test", **options), "127.0.0.1", 0, ssl=ssl)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def cutting(taken: list[bytes]) -> AsyncIterator[int]:
    """Takes mail like any server and hangs up instead of answering after DATA."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                taken.append(await reader.readuntil(b"\r\n.\r\n"))
                break
            writer.write(b"250 OK\r\n")
        writer.close()

    async with listening(talk) as port:
        yield port


@asynccontextmanager
async def hanging() -> AsyncIterator[int]:
    """Accepts connections and never says a word."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with listening(talk) as port:
        yield port


@asynccontextmanager
async def hook(answers: list[str], requests: list[tuple[dict[str, str], bytes]]) -> AsyncIterator[str]:
    """Answers each request with the next of `answers` (status line and headers; `cut`: hangs up); yields its URL."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        requests.append((headers, body))
        answer = answers.pop(0) if answers else "200 OK"
        if answer != "cut":
            writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()

    async with listening(talk) as port:
        yield f"http://127.0.0.1:{port}/hook"


@asynccontextmanager
async def listening(talk: Any) -> AsyncIterator[int]:
    """A TCP server of this test's own."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
