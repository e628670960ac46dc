"""My inbox and my preferences: what I was told, what I do with it, and how I want to be told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import alerts as view
from services.portal.forms import Forms, Option, Posted
from services.portal.frame import actor_of, bare_frame, framed, part, site_of
from services.portal.inputs import ALERT_STEPS, PREFERENCE_STEPS
from services.portal.models import Preferences
from services.portal.pages import choices
from services.portal.pages.base import decide, page, settled_at, unnamed
from services.portal.people import People
from services.portal.words import Words
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/inbox")
async def inbox(request: Request) -> Response:
    """What waits for me, the newest first."""
    return await shown(request)


async def shown(request: Request, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, actor = site_of(request), actor_of(request)
    every = request.query_params.get("all") == "1"
    fresh = await settled_at(request, site.notifications)
    (frame, answer), portfolio = await asyncio.gather(
        framed(request, "alerts", site.notifications.inbox(actor.user_id, actor.roles, every=every), "/inbox"),
        part(site.accounts.portfolio()),
    )
    people = People.of(None, portfolio.rows if portfolio else (), actor, unnamed(frame))
    options = choices.of_people(people, Words(site.renderers[frame.language].formats))
    options["employees"] = [o for o in options["employees"] if o.value != actor.user_id]
    return page(
        request,
        frame,
        "inbox.html",
        answer=answer,
        every=every,
        people=people,
        actor=actor,
        forms=Forms("/inbox", ALERT_STEPS, options, posted, site.zone),
        fresh=fresh,
        until=lambda item: view.snooze_until(item, frame.now, site.zone),
        view=view,
    )


@router.post("/inbox/{step}")
async def send(request: Request, step: str) -> Response:
    """What a form of the inbox says."""
    if step not in ALERT_STEPS:
        raise NotFound(f"there is no step {step} of an alert")
    site = site_of(request)
    site.live.forget(actor_of(request))
    return await decide(
        request, ALERT_STEPS[step], site.notifications, "", "/inbox", lambda posted: shown(request, posted)
    )


@router.get("/inbox/{step}")
async def back(request: Request, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link("/inbox"), 303)


@router.get("/preferences")
async def preferences(request: Request) -> Response:
    """Channels, quiet hours, digest and what is muted."""
    return await wished(request)


async def wished(request: Request, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, actor = site_of(request), actor_of(request)
    fresh = await settled_at(request, site.notifications)
    (frame, answer), never, portfolio = await asyncio.gather(
        framed(request, "alerts", site.notifications.preferences(actor.user_id), "/preferences"),
        part(site.notifications.never_acted(actor.user_id), missing=NotFound),
        part(site.accounts.portfolio()),
    )
    words = Words(site.renderers[frame.language].formats)
    rows = portfolio.rows if portfolio else []
    options = _wishes(answer, words) | {
        "scopes": [
            *(Option(r, f"{r} {words.code('rule name', r)}", words.code("mute", "rule")) for r in view.RULES),
            *(Option(f"account:{r.account_id}", r.name, words.code("mute", "account")) for r in rows),
        ]
    }
    return page(
        request,
        frame,
        "preferences.html",
        answer=answer,
        actor=actor,
        never=never,
        accounts={r.account_id: r for r in rows},
        forms=Forms("/preferences", PREFERENCE_STEPS, options, posted, site.zone),
        fresh=fresh,
        month=frame.now + timedelta(days=30),
        view=view,
    )


@router.post("/preferences/{step}")
async def wish(request: Request, step: str) -> Response:
    """What a form of the preferences says."""
    if step not in PREFERENCE_STEPS:
        raise NotFound(f"there is no step {step} of the preferences")
    client = site_of(request).notifications
    return await decide(
        request, PREFERENCE_STEPS[step], client, "", "/preferences", lambda posted: wished(request, posted)
    )


@router.get("/preferences/{step}")
async def back_to_preferences(request: Request, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link("/preferences"), 303)


def _wishes(answer: Preferences, words: Words) -> choices.Choices:
    """The channels there are beside the inbox, the days of the week, the zones there are."""
    return {
        "channels": [Option(c, words.code("channel", c)) for c in answer.available if c != "in_app"],
        "weekdays": [Option(str(n), words.code("weekday", str(n))) for n in range(7)],
        "zones": [
            Option(z, "") for z in sorted(available_timezones()) if z.startswith(("Europe/", "America/", "Asia/"))
        ],
    }
