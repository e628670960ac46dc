"""The handovers of an account: one is started, its items are confirmed one by one, it is accepted or declined."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.forms import Forms, Option, Posted
from services.portal.frame import actor_of, bare_frame, days_of, of_account, part, site_of
from services.portal.inputs import HANDOVER_STEPS
from services.portal.models import Account
from services.portal.models.confidential import Employees
from services.portal.models.handovers import Handover, HandoverItem, Handovers
from services.portal.pages.account import seen
from services.portal.pages.base import decide, page, settled, zone_of
from services.portal.words import Words
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/accounts/{crm_id}/handovers")
async def handovers(request: Request, crm_id: str) -> Response:
    """What runs, what there is to know, and what was before."""
    return await shown(request, crm_id)


async def shown(request: Request, crm_id: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, (as_of, _), home = site_of(request), days_of(request), f"/accounts/{crm_id}/handovers"
    ask_for = settled(request, lambda: site.accounts.handovers(crm_id, as_of))
    found = await seen(request, crm_id, part(ask_for), part(site.accounts.employees()), home=home)
    answer, fresh = found.more[0] or (None, True)
    staff: Employees | None = found.more[1]
    words = Words(site.renderers[found.frame.language].formats)
    known: list[Handover] = answer.handovers if answer else []
    options = {
        "owned themes": free_themes(found.account, answer, words),
        "employees": [Option(e.user_id, e.name or e.user_id) for e in staff.employees] if staff else [],
    }
    actor = actor_of(request)
    return page(
        request,
        found.frame,
        "account_handovers.html",
        headers={"cache-control": "no-store"},  # how many confidential topics concern the reader
        **found.context,
        answered=answer is not None,
        running=[h for h in known if h.open],
        past=[h for h in known if not h.open],
        me=actor.user_id,
        head="head_of_kam" in actor.roles,
        place=lambda item: place(item, crm_id),
        editable=not found.frame.past,
        themes=options["owned themes"],
        forms=Forms(home, HANDOVER_STEPS, options, posted, zone_of(request, None)),
        fresh=fresh,
    )


def free_themes(account: Account, answer: Handovers | None, words: Words) -> list[Option]:
    """The themes that somebody owns and that are not being handed over."""
    busy = {h.theme for h in answer.handovers if h.open} if answer else set()
    owned = [t for t in account.team if t.user_id and t.theme not in busy]
    return [Option(t.theme, f"{words.code('theme', t.theme)}: {t.name or t.user_id}") for t in owned]


def place(item: HandoverItem, crm_id: str) -> str:
    """Where what an item is about can be looked at."""
    base = f"/accounts/{crm_id}"
    if item.kind == "escalation":
        return f"/escalations/{item.ref}"
    if item.kind == "timer" and item.what == "qbr":
        return f"/qbrs/{item.ref}"
    if item.kind == "promise":
        return f"{base}/plan#m-{item.ref}" if item.what == "milestone" else f"{base}/promises"
    if item.kind == "stakeholder":
        return f"{base}/people?person={item.ref}#person"
    return f"{base}/contracts" if item.kind == "contract" else base


@router.post("/accounts/{crm_id}/handovers/{step}")
async def send(request: Request, crm_id: str, step: str) -> Response:
    """What a form of the page says."""
    if step not in HANDOVER_STEPS:
        raise NotFound(f"there is no step {step} of a handover")
    ident, _ = await of_account(request, crm_id, None)
    return await decide(
        request,
        HANDOVER_STEPS[step],
        site_of(request).accounts,
        ident,
        f"/accounts/{crm_id}/handovers",
        lambda posted: shown(request, crm_id, posted),
    )


@router.get("/accounts/{crm_id}/handovers/{step}")
async def back(request: Request, crm_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/accounts/{crm_id}/handovers"), 303)
