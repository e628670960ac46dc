"""The growth plan pages: the list of plans, and the plan of one account with all its steps."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import gantt
from services.portal import plans as view
from services.portal.forms import Forms, Posted
from services.portal.frame import actor_of, bare_frame, framed, of_account, parse_day, part, site_of
from services.portal.inputs import PLAN_STEPS
from services.portal.models import GrowthPlan
from services.portal.pages import choices
from services.portal.pages.base import decide, page, settled, unnamed, zone_of
from services.portal.people import People
from services.portal.words import Words
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/plans")
async def plans(request: Request) -> Response:
    """Every plan, overdue ones first, and the accounts that must have one and have none."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    (frame, answer), portfolio = await asyncio.gather(
        framed(request, "plans", site.growth.plans(as_of)), part(site.accounts.portfolio(as_of))
    )
    rows = portfolio.rows if portfolio else []
    tier, owner = request.query_params.get("tier", ""), request.query_params.get("owner", "")
    return page(
        request,
        frame,
        "plans.html",
        answer=answer,
        lists=view.plan_lists(answer, tier, owner),
        missing=[m for m in answer.missing if tier in ("", m.tier or "-")] if not owner else [],
        owners=view.plan_owners(answer.plans),
        people=People.of(None, rows, actor_of(request), unnamed(frame)),
        crm_ids={r.account_id: r.crm_id for r in rows},
        names={r.account_id: r.name for r in rows},
        tier=tier,
        owner=owner,
    )


@router.get("/accounts/{crm_id}/plan")
async def plan(request: Request, crm_id: str) -> Response:
    """Goals, initiatives, milestones, whitespace and plays of one account."""
    return await shown(request, crm_id)


async def shown(request: Request, crm_id: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    ident, account = await of_account(request, crm_id, as_of)
    plan_id = request.query_params.get("plan", "")
    home = f"/accounts/{crm_id}/plan"
    asked = settled(request, lambda: site.growth.plan(ident, plan_id, as_of))
    (frame, (told, fresh)), portfolio, deals, cells, books = await asyncio.gather(
        framed(request, "plans", asked, home),
        part(site.accounts.portfolio(as_of)),
        part(site.growth.opportunities(ident, as_of), missing=NotFound),
        part(site.growth.whitespace(ident, as_of), missing=NotFound),
        part(site.growth.playbooks()),
    )
    people = People.of(account, portfolio.rows if portfolio else (), actor_of(request), unnamed(frame))
    answer = view.in_language(told, frame.language)
    words = Words(site.renderers[frame.language].formats)
    currency = (account.account.currency if account else None) or "USD"
    options = choices.of_people(people, words) | choices.of_plan(answer, deals, currency, words)
    options |= choices.of_playbooks(books, frame.language)
    work = view.work(answer)
    return page(
        request,
        frame,
        "plan.html",
        crm_id=crm_id,
        account=account,
        name=answer.account_name or (account.account.name if account else crm_id),
        answer=answer,
        plan=answer.plan,
        work=work,
        waiting=view.waiting(answer),
        missing=view.missing(answer),
        titles={m.milestone_id: m.title or m.milestone_id for m in answer.milestones},
        chart=gantt.chart(work, answer.dependencies, answer.critical_path, frame.day),
        whitespace=cells,
        cells=view.cells(cells) if cells else {},
        deals=deals,
        currency=currency,
        people=people,
        editable=not frame.past and (answer.plan is None or answer.plan.status in view.OPEN_PLAN),
        forms=Forms(home, PLAN_STEPS, options, posted, zone_of(request, answer.time_zone)),
        fresh=fresh,
        needs=_needs(answer),
        view=view,
    )


@router.post("/accounts/{crm_id}/plan/{step}")
async def send(request: Request, crm_id: str, step: str) -> Response:
    """What a form of the page says."""
    if step not in PLAN_STEPS:
        raise NotFound(f"there is no step {step} of a plan")
    ident, _ = await of_account(request, crm_id, None)
    return await decide(
        request,
        PLAN_STEPS[step],
        site_of(request).growth,
        ident,
        f"/accounts/{crm_id}/plan",
        lambda posted: shown(request, crm_id, posted),
    )


@router.get("/accounts/{crm_id}/plan/{step}")
async def back(request: Request, crm_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/accounts/{crm_id}/plan"), 303)


def _needs(answer: GrowthPlan) -> dict[str, list[str]]:
    """Milestone → what it waits for."""
    out: dict[str, list[str]] = {}
    for d in answer.dependencies:
        out.setdefault(d.milestone_id, []).append(d.predecessor_id)
    return out
