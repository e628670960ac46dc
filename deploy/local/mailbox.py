"""The mail catcher of `make run`: takes every mail that the stack sends, keeps it as a file, sends none on.

`python -m deploy.local.mailbox <directory> <SMTP port> <HTTP port>`; both ports are bound to 127.0.0.1. A mail is one
file `<id>.eml` in the directory, as it came; the newest KEEP stay. What was caught is read by HTTP (the portal gets the
address as STELLWERK_MAILBOX, and has no mailbox without it):

GET /messages?to=ADDRESS&limit=N   {"count": all that are kept, "messages": [{"id", "at", "from", "to": [], "subject",
                                   "message_id", "language"}]}, the newest first; `at` is RFC 3339 in UTC
GET /messages/<id>                 the same of one, with "text" and "html" (each may be null)
GET /messages/<id>.eml             the mail itself, message/rfc822

An unknown id is a 404 with {"error"}. HTML in a mail is not to be trusted: show it in a sandboxed frame.
"""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import count
from pathlib import Path
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.clock import Clock, SystemClock
from shared.health import Server

KEEP = 2_000  # mails
LARGEST = 5_000_000  # bytes of one
MOST = 500  # mails of one answer
_ID = re.compile(r"\d{8}T\d{12}Z-\d+")


class Mailbox:
    """The directory. Ids sort by time of arrival."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self.directory, self._clock, self._count = directory, clock, count(1)
        directory.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes) -> str:
        """Write a mail; it is on the disk when this returns."""
        found = f"{self._clock.now():%Y%m%dT%H%M%S%fZ}-{next(self._count):06d}"
        draft = self.directory / f"{found}.new"
        draft.write_bytes(content)
        draft.replace(self.directory / f"{found}.eml")
        for old in self.ids()[KEEP:]:
            (self.directory / f"{old}.eml").unlink(missing_ok=True)
        return found

    def ids(self) -> list[str]:
        """The newest first."""
        return sorted((p.stem for p in self.directory.glob("*.eml")), reverse=True)

    def raw(self, found: str) -> bytes | None:
        """The mail as it came; None: it does not exist."""
        path = self.directory / f"{found}.eml"
        return path.read_bytes() if _ID.fullmatch(found) and path.is_file() else None

    def newest(self, limit: int, to: str = "") -> list[dict[str, Any]]:
        """Short, at most `limit`; `to`: only mails to that address."""
        found: list[dict[str, Any]] = []
        for i in self.ids():
            if len(found) == limit:
                break
            if (content := self.raw(i)) is not None:
                mail = summary(i, parse(content))
                found += [mail] if not to or to.casefold() in (t.casefold() for t in mail["to"]) else []
        return found


def parse(content: bytes) -> EmailMessage:
    """Whatever it is: a mail without a head is all body."""
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(content)


def summary(found: str, mail: EmailMessage) -> dict[str, Any]:
    """What a list shows of a mail."""
    at = datetime.strptime(found.partition("-")[0], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    to = mail["To"]
    return {
        "id": found, "at": at.isoformat().replace("+00:00", "Z"), "from": str(mail["From"] or ""),
        "to": [a.addr_spec for a in to.addresses] if to is not None else [], "subject": str(mail["Subject"] or ""),
        "message_id": str(mail["Message-ID"] or ""), "language": str(mail["Content-Language"] or ""),
    }  # fmt: skip


def whole(found: str, mail: EmailMessage) -> dict[str, Any]:
    """A mail with its bodies."""
    bodies = {name: mail.get_body((kind,)) for name, kind in (("text", "plain"), ("html", "html"))}
    return summary(found, mail) | {
        name: body.get_content() if body is not None else None for name, body in bodies.items()
    }


class Catcher:
    """aiosmtpd's handler: 250 means that the mail is kept."""

    def __init__(self, box: Mailbox) -> None:
        self._box = box

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take it, whoever it is for."""
        self._box.keep(envelope.original_content or b"")
        return "250 OK"


def application(box: Mailbox) -> Starlette:
    """The pages' side, as the module says."""

    async def messages(request: Request) -> Response:
        limit = request.query_params.get("limit", "100")
        if not limit.isdecimal():
            return JSONResponse({"error": f"limit={limit} is no number"}, 400)
        found = box.newest(min(int(limit), MOST), request.query_params.get("to", ""))
        return JSONResponse({"count": len(box.ids()), "messages": found})

    async def message(request: Request) -> Response:
        name = request.path_params["id"]
        content = box.raw(name.removesuffix(".eml"))
        if content is None:
            return JSONResponse({"error": f"there is no mail {name[:80]}"}, 404)
        if name.endswith(".eml"):
            return Response(content, media_type="message/rfc822")
        return JSONResponse(whole(name, parse(content)))

    routes = [Route("/messages", messages), Route("/messages/{id}", message)]
    only_local = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, middleware=[only_local])


async def serve(directory: Path, smtp_port: int, http_port: int, stop: asyncio.Event) -> None:
    """Catch and show until `stop`."""
    box = Mailbox(directory, SystemClock())
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(
        lambda: SMTP(Catcher(box), hostname="localhost", data_size_limit=LARGEST), "127.0.0.1", smtp_port
    )
    config = uvicorn.Config(
        application(box), host="127.0.0.1", port=http_port, log_config=None, access_log=False, lifespan="off"
    )
    http = Server(config)
    pages = asyncio.ensure_future(http.serve())
    print(f"mail is caught on 127.0.0.1:{smtp_port} and shown on http://127.0.0.1:{http_port}/messages", flush=True)
    await asyncio.wait([pages, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    http.should_exit = True
    smtp.close()
    await pages


async def _main(directory: str, smtp_port: str, http_port: str) -> None:
    stop = asyncio.Event()
    for sig in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sig, stop.set)
    await serve(Path(directory), int(smtp_port), int(http_port), stop)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:4]))
