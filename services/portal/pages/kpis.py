"""The KPI pages: the board of a tier, and one figure down to its accounts and their events."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.portal import kpis as view
from services.portal.frame import days_of, framed, part, site_of
from services.portal.pages.base import page

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/kpis")
async def board(request: Request) -> Response:
    """Six figures of the company or of a tier with their trends, and all others below."""
    question = view.Question.of(request.query_params)
    frame, answer = await framed(
        request, "kpis", site_of(request).insights.dashboard(question.scope, *days_of(request))
    )
    return page(request, frame, "kpis.html", answer=answer, question=question)


@router.get("/kpis/{kpi}")
async def one(request: Request, kpi: str) -> Response:
    """What a figure means, what it is made of, and what changed it afterwards."""
    site, question = site_of(request), view.Question.of(request.query_params)
    (frame, answer), portfolio = await asyncio.gather(
        framed(request, "kpis", site.insights.kpi(kpi, question.scope, *days_of(request))),
        part(site.accounts.portfolio()),
    )
    names = {p.account_id: (p.crm_id, p.name) for p in answer.parts}
    names |= {r.account_id: (r.crm_id, r.name) for r in portfolio.rows} if portfolio else {}
    return page(request, frame, "kpi.html", answer=answer, question=question, names=names)
