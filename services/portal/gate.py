"""The gate: who acts is found out once for each request, before anything else looks at it.

Everything the request leads to happens in that name. Without one, people are sent to the sign-in and programs get 401.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.clients import NOBODY, acting_as
from services.portal.identity import Identity
from shared.edge.access import NotSignedIn
from shared.errors import StellwerkError

OPEN = ("/static/", "/live", "/ready", "/sign-in", "/signed-out", "/api/openapi.json")
"""What needs nobody: these paths show nothing of any account."""
Explain = Callable[[Request, Exception], Awaitable[Response]]


class Gate:
    """ASGI middleware; `explain` answers with an error."""

    def __init__(self, app: ASGIApp, identity: Identity, explain: Explain) -> None:
        self.app, self._identity, self._explain = app, identity, explain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        actor, answer = None, None
        try:
            actor = request.state.actor = await self._identity.identify(request)
        except StellwerkError as e:
            if not is_open(request.url.path):
                answer = await self._refused(request, e)
        if answer is not None:
            await answer(scope, receive, send)
            return
        with acting_as(actor or NOBODY):
            await self.app(scope, receive, send)

    async def _refused(self, request: Request, error: StellwerkError) -> Response:
        page = request.method in ("GET", "HEAD") and not request.url.path.startswith(("/api/", "/changes"))
        if isinstance(error, NotSignedIn) and page:
            back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?{urlencode({'back': back})}", 303, {"cache-control": "no-store"})
        return await self._explain(request, error)


def is_open(path: str) -> bool:
    """Whether a path needs nobody."""
    return any(path == p or path.startswith(p.rstrip("/") + "/") for p in OPEN)
