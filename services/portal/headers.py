"""Headers of every answer: what a browser may load, what may be kept, and a 304 for what it has already.

Pages load nothing from elsewhere and hold no inline script or style, so the content security policy can say so.
"""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class HeadersMiddleware:
    """Adds the security headers; gives whole 200 answers a weak ETag and answers 304 to whoever holds the same.

    Customer data is `private` and asked for again each time (`no-cache`): the ETag saves the bytes, never the question.
    An endpoint that sets one of these headers itself keeps it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        held: list[Message] = []

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "private, no-cache")
                held.append(message)
            elif held and message.get("more_body"):
                await send(held.pop())  # streamed: too long to hash
                await send(message)
            elif held:
                await _finish(held.pop(), message, scope["method"], known, send)
            else:
                await send(message)

        await self.app(scope, receive, answer)


async def _finish(start: Message, body: Message, method: str, known: str, send: Send) -> None:
    """A whole answer: tag it, and leave out the body if the reader has it."""
    headers = MutableHeaders(scope=start)
    if start["status"] == 200 and method in ("GET", "HEAD"):
        digest = hashlib.sha256(body.get("body", b"")).hexdigest()[:20]
        headers.setdefault("etag", f'W/"{digest}"')
        if headers["etag"].removeprefix("W/") in [t.strip().removeprefix("W/") for t in known.split(",")]:
            start["status"] = 304
            for name in ("content-length", "content-type"):
                del headers[name]
            body = {"type": "http.response.body", "body": b""}
    await send(start)
    await send(body)
