"""Escalations: the list, and one of them with what was said and what can be done."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import risks as view
from services.portal.forms import Forms, Posted
from services.portal.frame import actor_of, bare_frame, framed, part, site_of
from services.portal.inputs import ESCALATION_STEPS
from services.portal.pages import choices
from services.portal.pages.base import decide, page, settled_at, unnamed
from services.portal.people import People
from services.portal.words import Words
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/escalations")
async def escalations(request: Request) -> Response:
    """Open ones, the gravest first; those that are closed below."""
    site = site_of(request)
    (frame, answer), portfolio = await asyncio.gather(
        framed(request, "risks", site.risk.escalations(with_closed=True)), part(site.accounts.portfolio())
    )
    rows = portfolio.rows if portfolio else []
    return page(
        request,
        frame,
        "escalations.html",
        open=view.live(answer.rows),
        closed=[e for e in answer.rows if e.status == "Closed"],
        people=People.of(None, rows, actor_of(request), unnamed(frame)),
        crm_ids={r.account_id: r.crm_id for r in rows},
    )


@router.get("/escalations/{escalation_id}")
async def escalation(request: Request, escalation_id: str) -> Response:
    """One escalation: who directs it, what was said, what can be done."""
    return await shown(request, escalation_id)


async def shown(request: Request, escalation_id: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, home = site_of(request), f"/escalations/{escalation_id}"
    fresh = await settled_at(request, site.risk)
    (frame, answer), portfolio = await asyncio.gather(
        framed(request, "risks", site.risk.escalation(escalation_id), home), part(site.accounts.portfolio())
    )
    rows, found = portfolio.rows if portfolio else [], answer.row
    crm_id = next((r.crm_id for r in rows if r.account_id == found.account_id), "")
    account = await part(site.accounts.account(crm_id), missing=NotFound) if crm_id else None
    people = People.of(account, rows, actor_of(request), unnamed(frame))
    options = choices.of_people(people, Words(site.renderers[frame.language].formats))
    return page(
        request,
        frame,
        "escalation.html",
        row=found,
        steps=answer.steps,
        crm_id=crm_id,
        account=account,
        people=people,
        forms=Forms(home, ESCALATION_STEPS, options, posted, site.zone),
        fresh=fresh,
    )


@router.post("/escalations/{escalation_id}/{step}")
async def send(request: Request, escalation_id: str, step: str) -> Response:
    """What a form of the page says."""
    if step not in ESCALATION_STEPS:
        raise NotFound(f"there is no step {step} of an escalation")
    return await decide(
        request,
        ESCALATION_STEPS[step],
        site_of(request).risk,
        escalation_id,
        f"/escalations/{escalation_id}",
        lambda posted: shown(request, escalation_id, posted),
    )


@router.get("/escalations/{escalation_id}/{step}")
async def back(request: Request, escalation_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/escalations/{escalation_id}"), 303)
