"""The page of a stored event, of whichever service keeps it."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.portal.clients import ServiceDown
from services.portal.frame import Site, framed, site_of
from services.portal.measured import shown
from services.portal.models import StoredEvent
from services.portal.pages.base import page
from services.portal.render import SERVICES
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)
CHAIN = 20  # causes followed before a page gives up: real chains have two or three


@router.get("/events/{event_id}")
async def event(request: Request, event_id: str) -> Response:
    """A stored event and what caused it."""
    frame, (found, causes, beyond) = await framed(request, "", _with_causes(site_of(request), event_id))
    shown("page of the event", found)
    return page(request, frame, "event.html", event=found, causes=causes, beyond=beyond, named=_named(found))


async def _with_causes(site: Site, event_id: str) -> tuple[StoredEvent, list[StoredEvent], str]:
    """(the event, its causes with the nearest first, the id of the first cause that cannot be shown)."""
    found = await site.event_of(event_id)(event_id)
    causes: list[StoredEvent] = []
    seen, cause = {event_id}, found.causation_id or ""
    while cause and cause not in seen and len(causes) < CHAIN:
        try:
            causes.append(await site.event_of(cause)(cause))
        except (NotFound, ServiceDown):
            return found, causes, cause
        seen.add(cause)
        cause = causes[-1].causation_id or ""
    return found, causes, "" if cause in seen else cause


def _named(event: StoredEvent) -> list[str]:
    """The events that an event names in its data, each once: what an assessment was judged by."""
    named = re.findall(rf'"((?:{"|".join(SERVICES)}):\d+)"', event.data_json or "")
    return [i for i in dict.fromkeys(named) if i != event.event_id]
