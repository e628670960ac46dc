"""The audit trail of any object, as a page."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.portal.asking import trail_of
from services.portal.frame import actor_of, framed, part, site_of
from services.portal.models import Trail
from services.portal.pages.base import page, unnamed
from services.portal.people import People
from services.portal.words import Words
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)
PAGE = 50  # events of a trail on a page


@router.get("/audit/{kind}/{ident}")
async def audit(request: Request, kind: str, ident: str) -> Response:
    """Who changed what, when it was true, when it was recorded, by which command and cause."""
    site, query = site_of(request), request.query_params
    service, before = query.get("service", ""), query.get("before", "")
    asked = trail_of(site, kind, ident, before=before, limit=PAGE, service=service)
    (frame, trail), portfolio = await asyncio.gather(
        framed(request, "policy" if kind == "policy" else "portfolio", asked), part(site.accounts.portfolio())
    )
    account = await part(site.accounts.account(trail.crm_id), missing=NotFound) if trail.crm_id else None
    people = People.of(account, portfolio.rows if portfolio else (), actor_of(request), unnamed(frame))
    words = Words(site.renderers[frame.language].formats)
    return page(
        request,
        frame,
        "audit.html",
        trail=trail,
        name=_name(trail, words),
        back=_home(trail),
        people=people,
        service=service,
        before=before,
    )


def _name(trail: Trail, words: Words) -> str:
    if trail.kind == "policy":
        return words.code("policy", trail.id)
    if trail.kind == "account":
        return trail.account or trail.id
    called = words.code("audit kind", trail.kind)
    return f"{called} „{trail.title}“" if trail.title else f"{called} ({trail.account or trail.id})"


def _home(trail: Trail) -> str:
    """The page of the thing itself."""
    account = f"/accounts/{trail.crm_id}"
    match trail.kind:
        case "qbr":
            return f"/qbrs/{trail.id}"
        case "series":
            return f"{account}/qbrs"
        case "action":
            return f"{account}/promises"
        case "plan" | "goal" | "initiative" | "milestone":
            return f"{account}/plan"
        case "risk":
            return f"{account}/risk"
        case "escalation":
            return f"/escalations/{trail.id}"
        case "alert":
            return f"/alerts/{trail.id}"
        case "contract":
            return f"{account}/contracts"
        case "stakeholder":
            return f"{account}/people"
        case "policy":
            return {"risk": "/policy/risk", "alerts": "/alerts"}.get(trail.id, "/policy")
    return account
