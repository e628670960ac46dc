"""The risk pages: board, what time will bring, and why one account has its colour."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import account as account_view
from services.portal import risks as view
from services.portal.forms import Forms, Option, Posted
from services.portal.frame import actor_of, bare_frame, framed, of_account, parse_day, part, site_of
from services.portal.inputs import RISK_STEPS
from services.portal.models import Account, GrowthPlan, Ledger, Portfolio, RiskAccount
from services.portal.pages import choices
from services.portal.pages.base import decide, page, settled_at, unnamed, zone_of
from services.portal.people import People
from services.portal.rulebook import model_parts
from services.portal.words import Words
from shared.errors import Invalid, NotFound

router = APIRouter(default_response_class=HTMLResponse)
BEFORE = timedelta(days=30)  # what the board compares with


@router.get("/risks")
async def risks(request: Request) -> Response:
    """Tier × colour with revenue at risk and what changed in 30 days; the accounts with their main cause."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    past = (as_of or bare_frame(request, "").day) - BEFORE
    (frame, answer), before, trend, portfolio = await asyncio.gather(
        framed(request, "risks", site.risk.board(as_of)),
        part(site.risk.board(past)),
        part(site.risk.trend(as_of)),
        part(site.accounts.portfolio(as_of)),
    )
    question = view.Question.of(request.query_params)
    rows = portfolio.rows if portfolio else []
    return page(
        request,
        frame,
        "risks.html",
        answer=answer,
        before=before,
        trend=trend,
        question=question,
        rows=question.answer(answer.rows),
        matrix=view.matrix(answer, before),
        people=People.of(None, rows, actor_of(request), unnamed(frame)),
        owners=sorted({r.owner_id for r in answer.rows if r.owner_id}),
        names={r.account_id: (r.crm_id, r.name) for r in answer.rows},
        view=view,
    )


@router.get("/risks/forecast")
async def forecast(request: Request) -> Response:
    """Which colours time alone will change in 30, 60 and 90 days."""
    as_of = parse_day(request.query_params.get("as_of"))
    frame, answer = await framed(request, "risks", site_of(request).risk.forecast(as_of=as_of))
    return page(request, frame, "forecast.html", answer=answer, view=view)


@router.get("/policy/risk")
async def model(request: Request) -> Response:
    """The model that colours, its versions, and how one on trial differs."""
    version = request.query_params.get("version", "0")
    if not version.isdigit() or len(version) > 6:
        raise Invalid(fields={"version": f"{version[:40]!r} is no version; write a number"})
    frame, answer = await framed(request, "policy", site_of(request).risk.model(int(version)))
    return page(request, frame, "risk_model.html", answer=answer, parts=model_parts(answer))


@router.get("/accounts/{crm_id}/risk")
async def account_risk(request: Request, crm_id: str) -> Response:
    """Why an account has its colour, what would turn it, what will come, and what is done."""
    return await shown(request, crm_id)


async def shown(request: Request, crm_id: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    ident, account = await of_account(request, crm_id, as_of)
    home = f"/accounts/{crm_id}/risk"
    fresh = await settled_at(request, site.risk)
    (frame, answer), model, portfolio, plan, ledger = await asyncio.gather(
        framed(request, "risks", part(site.risk.account(ident, as_of), missing=NotFound, down=False), home),
        part(site.risk.model()),
        part(site.accounts.portfolio(as_of)),
        part(site.growth.plan(ident, as_of=as_of), missing=NotFound),
        part(site.qbr.ledger(ident, as_of), missing=NotFound),
    )
    people = People.of(account, portfolio.rows if portfolio else (), actor_of(request), unnamed(frame))
    words = Words(site.renderers[frame.language].formats)
    options = choices.of_people(people, words) | {
        "work": _work(plan, ledger, words),
        "risks": [Option(i.risk_id, i.title or i.risk_id) for i in (view.items(answer)[0] if answer else ())],
    }
    own = answer.row if answer else None
    return page(
        request,
        frame,
        "risk.html",
        crm_id=crm_id,
        account=account,
        name=_name(account, answer, crm_id),
        answer=answer,
        row=own,
        segments=view.segments(answer.contributions) if answer else [],
        score=view.score(answer) if answer else None,
        lines=view.lines(model),
        model=model,
        ahead=view.ahead(answer, frame.day, site.zone) if answer and not frame.past else [],
        chart=view.chart(answer.path, view.lines(model)) if answer and answer.path else None,
        open_items=view.items(answer)[0] if answer else [],
        past_items=view.items(answer)[1] if answer else [],
        escalations=view.live(answer.escalations) if answer else [],
        held=view.holding(answer.overrides) if answer else None,
        crm_ids=_crm_ids(portfolio),
        me=actor_of(request).user_id,
        people=people,
        editable=not frame.past and answer is not None,
        forms=Forms(home, RISK_STEPS, options, posted, zone_of(request, None)),
        fresh=fresh,
        view=view,
        tier_parts=_tier(account),
        tomorrow=frame.day + timedelta(days=1),
    )


@router.post("/accounts/{crm_id}/risk/{step}")
async def send(request: Request, crm_id: str, step: str) -> Response:
    """What a form of the page says."""
    if step not in RISK_STEPS:
        raise NotFound(f"there is no step {step} about a risk")
    ident, _ = await of_account(request, crm_id, None)
    return await decide(
        request,
        RISK_STEPS[step],
        site_of(request).risk,
        ident,
        f"/accounts/{crm_id}/risk",
        lambda posted: shown(request, crm_id, posted),
    )


@router.get("/accounts/{crm_id}/risk/{step}")
async def back(request: Request, crm_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/accounts/{crm_id}/risk"), 303)


def _tier(account: Account | None) -> dict[str, Any] | None:
    """What explains the tier; None without the accounts service."""
    if account is None:
        return None
    return {
        "segments": account_view.segments(account.criteria),
        "distances": account_view.distances(account),
        "steps": account_view.steps(account),
    }


def _work(plan: GrowthPlan | None, ledger: Ledger | None, words: Words) -> list[Option]:
    """Milestones and actions that are open: a countermeasure may be one of them."""
    milestone, action = words.code("risk link", "milestone"), words.code("risk link", "action")
    found = [
        Option(f"milestone:{m.milestone_id}", f"{m.title or m.milestone_id} ({words.formats.day(m.due)})", milestone)
        for m in (plan.milestones if plan else ())
        if m.status in ("Planned", "InProgress")
    ]
    actions = {r.action.action_id: r.action for r in (ledger.rows if ledger else ()) if r.action}
    return found + [
        Option(f"action:{a.action_id}", f"{a.title or a.action_id} ({words.formats.day(a.due)})", action)
        for a in actions.values()
        if a.state not in ("Done", "Dropped") and a.side == "ours"
    ]


def _name(account: Account | None, answer: RiskAccount | None, crm_id: str) -> str:
    if account is not None:
        return account.account.name
    return (answer.row.name if answer else None) or crm_id


def _crm_ids(portfolio: Portfolio | None) -> dict[str, str]:
    return {r.account_id: r.crm_id for r in portfolio.rows} if portfolio else {}
