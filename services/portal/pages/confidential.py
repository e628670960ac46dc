"""The confidential tab of an account: topics that concern whoever looks, and the form for a new one.

For everybody else the tab is empty: the service answers them as if there were no topic, so that there is nothing here
to hide. The answer is kept by no cache.
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.forms import Forms, Option, Posted
from services.portal.frame import actor_of, bare_frame, days_of, of_account, part, site_of
from services.portal.inputs import TOPIC_STEPS
from services.portal.models.confidential import Employees, SensitiveTopics
from services.portal.pages.account import Seen, seen
from services.portal.pages.base import decide, page, zone_of
from services.portal.words import Words
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/accounts/{crm_id}/confidential")
async def confidential(request: Request, crm_id: str) -> Response:
    """What is confidential and concerns the reader."""
    return await shown(request, crm_id)


async def shown(request: Request, crm_id: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, (as_of, _) = site_of(request), days_of(request)
    home = f"/accounts/{crm_id}/confidential"
    ident, _account = await of_account(request, crm_id, as_of)
    found, answers = await asyncio.gather(
        seen(request, crm_id, home=home),
        asyncio.gather(site.accounts.sensitive_topics(ident, as_of), part(site.accounts.employees())),
    )
    topics: SensitiveTopics = answers[0]
    staff: Employees | None = answers[1]
    return page(
        request,
        found.frame,
        "account_confidential.html",
        headers={"cache-control": "no-store"},
        **found.context,
        open_topics=[t for t in topics.topics if t.lifted_at is None],
        lifted=[t for t in topics.topics if t.lifted_at is not None],
        editable=not found.frame.past,
        forms=Forms(
            home, TOPIC_STEPS, {"colleagues": _colleagues(request, found, staff)}, posted, zone_of(request, None)
        ),
    )


def _colleagues(request: Request, found: Seen, staff: Employees | None) -> list[Option]:
    """Who can be named: the account's team first, for whoever is not on it may not see the account, and then being
    named changes nothing. Without the reader, who reads what they write anyway."""
    words = Words(site_of(request).renderers[found.frame.language].formats)
    team = {user for t in found.account.team for user in (t.user_id, t.deputy_id)}
    others, mine = words.code("audience group", "others"), actor_of(request).user_id
    return [
        Option(e.user_id, e.name or e.user_id, "" if e.user_id in team else others)
        for e in (staff.employees if staff else ())
        if e.user_id != mine
    ]


@router.post("/accounts/{crm_id}/confidential/{step}")
async def send(request: Request, crm_id: str, step: str) -> Response:
    """What a form of the page says."""
    if step not in TOPIC_STEPS:
        raise NotFound(f"there is no step {step} about a confidential topic")
    ident, _ = await of_account(request, crm_id, None)
    return await decide(
        request,
        TOPIC_STEPS[step],
        site_of(request).accounts,
        ident,
        f"/accounts/{crm_id}/confidential",
        lambda posted: shown(request, crm_id, posted),
    )


@router.get("/accounts/{crm_id}/confidential/{step}")
async def back(request: Request, crm_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/accounts/{crm_id}/confidential"), 303)
