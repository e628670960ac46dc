"""What changes on an open page, as server-sent events: the number of unread alerts, and lights."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.responses import PlainTextResponse, Response

from services.portal import risks as view
from services.portal.forms import Foreign
from services.portal.frame import actor_of, language_of, site_of
from services.portal.i18n import code
from services.portal.live import News, TooMany

router = APIRouter()
AGAIN = 5_000  # milliseconds after which a browser that lost the connection comes back
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}  # proxies pass each event on at once


@router.get("/changes")
async def live(request: Request) -> Response:
    """`accounts`: whose lights the page shows. 503 when too many listen: the page works without."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Foreign("only pages of this site may listen")
    site, language = site_of(request), language_of(request)
    accounts = request.query_params.get("accounts", "").split(",")
    try:
        told = await site.live.listen(actor_of(request), [a for a in accounts if a])
    except TooMany as e:
        return PlainTextResponse(str(e), 503, {"retry-after": "60", "cache-control": "no-store"})
    return EventSourceResponse(_events(told, language), headers=HEADERS)


async def _events(told: AsyncGenerator[News | None], language: str) -> AsyncGenerator[bytes]:
    async with aclosing(told):
        yield format_sse_event(retry=AGAIN, comment="listening")
        async for news in told:
            if news is None:
                yield format_sse_event(comment="still here")
                continue
            if news.unread is not None:
                yield _event("inbox", {"unread": news.unread})
            for account, colour in news.lights.items():
                said = {"account": account, "lamp": view.lamp(colour), "word": code(language, "colour", colour)}
                yield _event("light", said)


def _event(kind: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=kind, data_str=orjson.dumps(data).decode())
