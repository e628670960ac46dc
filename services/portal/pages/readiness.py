"""Readiness for the roll-out and the quality of the data: answers and findings, never about a person."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import findings as view
from services.portal.forms import Forms, Posted
from services.portal.frame import bare_frame, framed, parse_day, part, site_of
from services.portal.inputs import REVIEW_STEPS
from services.portal.pages.base import decide, page
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/readiness")
async def readiness(request: Request) -> Response:
    """Ten questions from 0 to 100 with the accounts that fail, and the phases with their exit tests."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    (frame, answer), rollout = await asyncio.gather(
        framed(request, "kpis", site.insights.readiness(as_of)), part(site.insights.rollout(as_of))
    )
    return page(request, frame, "readiness.html", answer=answer, rollout=rollout)


@router.get("/findings")
async def findings(request: Request) -> Response:
    """What the rules of data quality find, and the reviews."""
    return await shown(request)


async def shown(request: Request, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    (frame, answer), reviews = await asyncio.gather(
        framed(request, "kpis", site.insights.findings(as_of), "/findings"), part(site.insights.reviews())
    )
    question = view.Question.of(request.query_params)
    return page(
        request,
        frame,
        "findings.html",
        answer=answer,
        question=question,
        rules=question.answer(answer.rules),
        choices=view.accounts(answer.rules),
        reviews=reviews,
        forms=Forms("/findings", REVIEW_STEPS, {}, posted, site.zone),
        view=view,
    )


@router.post("/findings/{step}")
async def send(request: Request, step: str) -> Response:
    """What the form of a review says."""
    if step not in REVIEW_STEPS:
        raise NotFound(f"there is no step {step} of a review")
    client = site_of(request).insights
    return await decide(request, REVIEW_STEPS[step], client, "", "/findings", lambda posted: shown(request, posted))


@router.get("/findings/{step}")
async def back(request: Request, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link("/findings"), 303)
