"""The pages of the company: portfolio, rules, status; and the page for what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.portal import heat
from services.portal import portfolio as portfolio_view
from services.portal.frame import bare_frame, days_of, framed, part, site_of
from services.portal.pages.base import page
from services.portal.problems import Problem
from services.portal.rulebook import rules
from services.portal.slider import slider
from shared.errors import Invalid

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/portfolio")
async def portfolio(request: Request) -> Response:
    """One row per account, on any day, with today's knowledge or another day's."""
    site, (as_of, known_at) = site_of(request), days_of(request)
    (frame, answer), board, figures = await asyncio.gather(
        framed(request, "portfolio", site.accounts.portfolio(as_of)),
        part(site.risk.board(as_of)),
        part(site.insights.portfolio(as_of, known_at), down=known_at is None),
    )
    stood = {s.account_id: s for s in figures.accounts} if figures else {}
    every = heat.known_then(answer.rows, stood.values()) if known_at else answer.rows
    lights = {r.account_id: r for r in board.rows} if board and not known_at else None
    then = {i: s.colour or "GREY" for i, s in stood.items()} if known_at else {}
    colours = {i: r.colour for i, r in lights.items()} if lights else then
    question = portfolio_view.Question.of(request.query_params)
    rows = question.answer(every, colours)
    return page(
        request,
        frame,
        "portfolio.html",
        answer=answer,
        everything=every,
        total=portfolio_view.arr_by_currency(every),
        question=question,
        rows=rows,
        groups=portfolio_view.grouped(rows, question.group, every),
        heat=heat.heat(every, colours),
        sums=portfolio_view.arr_by_currency(rows),
        names={r.crm_id: r.name for r in every},
        choices=portfolio_view.choices(every),
        lights=lights,
        colours=colours,
        lit=bool(stood) if known_at else board is not None,
        stood=stood,
        figures=figures,
        slider=slider(
            figures.first_at if figures else None,
            site.clock.now().astimezone(site.zone).date(),
            frame.day,
            known_at,
            site.zone,
        ),
    )


@router.get("/policy")
async def policy(request: Request) -> Response:
    """The rules that judge: tier policy and standards."""
    text = request.query_params.get("version", "0")
    if not text.isdigit() or len(text) > 6:
        raise Invalid(fields={"version": f"{text[:40]!r} is no version; write a number"})
    frame, answer = await framed(request, "policy", site_of(request).accounts.tier_policy(int(text)))
    return page(request, frame, "policy.html", policy=answer, rules=rules(answer))


@router.get("/status")
async def status(request: Request) -> Response:
    """How far the data goes, and where programs find it."""
    site = site_of(request)
    (frame, answer), qbr, growth, risk, notifications, insights = await asyncio.gather(
        framed(request, "status", site.accounts.status()),
        part(site.qbr.status()),
        part(site.growth.status()),
        part(site.risk.status()),
        part(site.notifications.status()),
        part(site.insights.status()),
    )
    services = {"qbr": qbr, "growth": growth, "risk": risk, "notifications": notifications, "insights": insights}
    return page(request, frame, "status.html", status=answer, services=services)


def problem_page(request: Request, problem: Problem, headers: Mapping[str, str]) -> HTMLResponse:
    """What went wrong, what happened to the input, and where to go from here."""
    return page(request, bare_frame(request, ""), "problem.html", problem.status, headers, problem=problem)
