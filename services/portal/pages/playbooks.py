"""The gallery of playbooks, and one of them with its steps."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.frame import framed, part, site_of
from services.portal.pages.base import page
from shared.errors import Invalid

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/playbooks")
async def playbooks(request: Request) -> Response:
    """What can be started: purpose, number of steps, roles."""
    frame, answer = await framed(request, "playbooks", site_of(request).growth.playbooks())
    return page(request, frame, "playbooks.html", answer=answer)


@router.get("/playbooks/{name}")
async def playbook(request: Request, name: str) -> Response:
    """The steps of a playbook, and the account to start it for."""
    version = request.query_params.get("version", "0")
    if not version.isdigit() or len(version) > 6:
        raise Invalid(fields={"version": f"{version[:40]!r} is no version; write a number"})
    site = site_of(request)
    (frame, answer), portfolio = await asyncio.gather(
        framed(request, "playbooks", site.growth.playbook(name, int(version))), part(site.accounts.portfolio())
    )
    rows = sorted(portfolio.rows, key=lambda r: r.name.casefold()) if portfolio else None
    return page(request, frame, "playbook.html", book=answer, accounts=rows)


@router.get("/playbooks/{name}/start")
async def start(request: Request, name: str) -> Response:
    """Leads to the plan of the account that was chosen, where the play is started."""
    account = request.query_params.get("account", "")
    if not account:
        raise Invalid(fields={"account": "choose an account to start the play for"})
    return RedirectResponse(f"/accounts/{account}/plan?play={name}#start-play", 303)
