"""The commitment ledger: of one account, and of all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.portal import promises as view
from services.portal.frame import Frame, actor_of, framed, of_account, parse_day, part, site_of
from services.portal.models import Account, AccountRow, Ledger
from services.portal.pages.base import page, unnamed
from services.portal.people import People

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/promises")
async def promises(request: Request) -> Response:
    """What was promised to whom, across accounts."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    (frame, answer), portfolio = await asyncio.gather(
        framed(request, "promises", site.qbr.ledger("", as_of)), part(site.accounts.portfolio(as_of))
    )
    rows = portfolio.rows if portfolio else []
    return _ledger(request, frame, answer, None, rows)


@router.get("/accounts/{crm_id}/promises")
async def of_one(request: Request, crm_id: str) -> Response:
    """What was promised to whom at one account."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    ident, account = await of_account(request, crm_id, as_of)
    (frame, answer), portfolio = await asyncio.gather(
        framed(request, "promises", site.qbr.ledger(ident, as_of)), part(site.accounts.portfolio(as_of))
    )
    rows = portfolio.rows if portfolio else []
    return _ledger(request, frame, answer, account, rows, crm_id)


def _ledger(
    request: Request,
    frame: Frame,
    answer: Ledger,
    account: Account | None,
    rows: Sequence[AccountRow],
    crm_id: str = "",
) -> Response:
    question = view.Question.of(request.query_params)
    found = question.answer(answer.rows)
    number = int(question.page) if question.page.isdigit() else 1
    pages = max(1, -(-len(found) // view.PAGE))
    number = min(max(1, number), pages)
    return page(
        request,
        frame,
        "promises.html",
        answer=answer,
        question=question,
        found=found,
        rows=found[(number - 1) * view.PAGE : number * view.PAGE],
        counts=view.counts(answer.rows),
        number=number,
        pages=pages,
        account=account,
        crm_id=crm_id,
        name=account.account.name if account else crm_id,
        people=People.of(account, rows, actor_of(request), unnamed(frame)),
        view=view,
    )
