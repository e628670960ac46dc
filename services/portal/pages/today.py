"""The start page: what is due for me, the gravest first, and what time brings next."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import alerts as alerts_view
from services.portal import risks as risks_view
from services.portal import today as view
from services.portal.frame import Site, actor_of, bare_frame, framed, part, site_of
from services.portal.pages.base import page, unnamed
from services.portal.people import People

router = APIRouter(default_response_class=HTMLResponse)
AHEAD = timedelta(days=30)
TIMERS = 12  # shown beside the list
HEAD = "head_of_kam"


@router.get("/")
async def home(request: Request) -> Response:
    """Today is the first page; the query, if any, goes along."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/today{query}", 307)


@router.get("/today")
async def today(request: Request) -> Response:
    """Mine, or everybody's; a head of KAM sees everybody's first."""
    site, actor = site_of(request), actor_of(request)
    whose = request.query_params.get("whose", "")
    mine = whose == "mine" or (whose != "all" and HEAD not in actor.roles)
    now = bare_frame(request, "").now
    (frame, known), timers = await asyncio.gather(
        framed(request, "today", _known(site)),
        part(site.notifications.timers(person=actor.user_id if mine else "", until=now + AHEAD, limit=60)),
    )
    lines = view.due(known, frame.day, site.zone, actor.user_id if mine else "")
    rows = known.portfolio.rows if known.portfolio else []
    return page(
        request,
        frame,
        "today.html",
        lines=lines,
        total=view.total(lines),
        mine=mine,
        missing=known.missing,
        board=known.board,
        lights={r.account_id: r for r in known.board.rows} if known.board else {},
        timers=[t for t in timers.timers if t.due_at > now][:TIMERS] if timers else None,
        people=People.of(None, rows, actor, unnamed(frame)),
        view=view,
        risks_view=risks_view,
        alerts_view=alerts_view,
    )


async def _known(site: Site) -> view.Known:
    """What the services know now; a service that is down leaves its part out."""
    return view.Known(
        *await asyncio.gather(
            part(site.accounts.portfolio()),
            part(site.risk.board()),
            part(site.risk.escalations()),
            part(site.growth.plans()),
            part(site.qbr.qbrs()),
            part(site.qbr.ledger()),
        )
    )
