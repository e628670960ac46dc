"""The pages of the accounts service: portfolio, account, rules, status; and the page for what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import account as account_view
from services.portal import portfolio as portfolio_view
from services.portal.frame import bare_frame, framed, parse_day, part, site_of
from services.portal.pages.base import page
from services.portal.problems import Problem
from services.portal.rulebook import rules
from shared.errors import Invalid
from shared.ids import account_id

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/portfolio")
async def portfolio(request: Request) -> Response:
    """One row per account."""
    as_of = parse_day(request.query_params.get("as_of"))
    site = site_of(request)
    (frame, answer), board = await asyncio.gather(
        framed(request, "portfolio", site.accounts.portfolio(as_of)), part(site.risk.board(as_of))
    )
    question = portfolio_view.Question.of(request.query_params)
    rows = question.answer(answer.rows)
    return page(
        request,
        frame,
        "portfolio.html",
        answer=answer,
        question=question,
        rows=rows,
        groups=portfolio_view.grouped(rows, question.group, answer.rows),
        shares=portfolio_view.shares(answer.rows),
        sums=portfolio_view.arr_by_currency(rows),
        names={r.crm_id: r.name for r in answer.rows},
        choices=portfolio_view.choices(answer.rows),
        lights={r.account_id: r for r in board.rows} if board else None,
    )


@router.get("/accounts/{crm_id}")
async def account(request: Request, crm_id: str) -> Response:
    """One account and why it has its tier; the id of a merged duplicate leads to the account that is left."""
    as_of = parse_day(request.query_params.get("as_of"))
    query, site = request.query_params, site_of(request)
    ident = str(account_id(site.crm_system, crm_id))
    (frame, answer), qbrs, plan, board = await asyncio.gather(
        framed(request, "portfolio", site.accounts.account(crm_id, as_of)),
        part(site.qbr.qbrs(as_of, [ident])),
        part(site.growth.plan(ident, as_of=as_of)),
        part(site.risk.board(as_of)),
    )
    row = answer.account
    if row.crm_id != crm_id:
        return RedirectResponse(frame.link(f"/accounts/{row.crm_id}", merged_from=crm_id), 307)
    live, past = account_view.contracts(answer, frame.day)
    number = query.get("page", "1")
    return page(
        request,
        frame,
        "account.html",
        answer=answer,
        row=row,
        live=live,
        past=past,
        segments=account_view.segments(answer.criteria),
        distances=account_view.distances(answer),
        steps=account_view.steps(answer),
        team=account_view.team(answer),
        people=account_view.people(answer),
        quadrants=account_view.quadrants(answer.stakeholders),
        unassessed=account_view.unassessed(answer.stakeholders),
        tree=account_view.tree(answer.hierarchy),
        usage=account_view.usage(answer.usage),
        timeline=account_view.timeline(answer, query.get("kind", ""), int(number) if number.isdigit() else 1),
        kind_of=account_view.kind_of,
        change=account_view.arr_change(answer),
        merged_from=query.get("merged_from", ""),
        qbrs=qbrs,
        plan=plan,
        board=board,
        risk=next((r for r in board.rows if r.account_id == row.account_id), None) if board else None,
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
