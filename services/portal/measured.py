"""Times every request of the portal by its route, and says in the trace of an event that a page shows it."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import Any
from uuid import UUID

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.models import StoredEvent
from shared import tracing
from shared.edge.metrics import PAGES

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
UNTRACED = ("/static/", "/live", "/ready", "/changes")
"""Requests that tell nothing: files, probes, and the stream of changes, which goes on for hours. Of all others FastAPI
makes the spans."""


class Measured:
    """The outermost middleware. A route is the program's own (`/accounts/{id}`): an address would be a series for each
    account. What no route takes counts as `none`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, took = time.perf_counter(), 500, 0.0

        async def answer(message: Message) -> None:
            nonlocal status, took
            if message["type"] == "http.response.start":  # a stream of changes goes on for hours
                status, took = message["status"], time.perf_counter() - began
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path", None) or ("/static" if status < 400 else "none")
            method = scope["method"] if scope["method"] in METHODS else "other"
            PAGES.labels(route, method, str(status)).observe(took or time.perf_counter() - began)


def untraced(scope: MutableMapping[str, Any]) -> bool:
    """Whether a request makes no span."""
    return str(scope.get("path", "")).startswith(UNTRACED)


def shown(where: str, event: StoredEvent) -> None:
    """Now somebody sees an event: a span in its trace, linked with the request's own."""
    correlation = UUID(event.correlation_id) if event.correlation_id else None
    tracing.about(f"show {event.type}", event.event_id, correlation, where=where)
