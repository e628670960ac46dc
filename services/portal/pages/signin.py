"""The demo's switch of users: who acts. A sign-in takes its place; it is off unless the settings ask for a demo."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.forms import read
from services.portal.frame import Site, actor_of, framed, site_of
from services.portal.identity import DemoIdentity, colleagues
from services.portal.pages.base import page
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/demo-user")
async def choose(request: Request) -> Response:
    """Everybody in whose name one can act."""
    identity, site = _demo(site_of(request)), site_of(request)
    frame, portfolio = await framed(request, "", site.accounts.portfolio())
    return page(
        request,
        frame,
        "demo_user.html",
        default=identity.default,
        actor=actor_of(request),
        colleagues=colleagues(portfolio.rows),
        back=_own(request.query_params.get("back", "")),
    )


@router.post("/demo-user")
async def switch(request: Request) -> Response:
    """From now on this browser acts as somebody else."""
    identity, site = _demo(site_of(request)), site_of(request)
    posted = await read(request, "demo-user")
    user = next(iter(posted.typed.get("user", [])), "")
    rows = (await site.accounts.portfolio()).rows if user != identity.default.user_id else []
    response = RedirectResponse(_own(next(iter(posted.typed.get("back", [])), "")), 303)
    identity.remember(response, user, rows)
    return response


def _demo(site: Site) -> DemoIdentity:
    """Raises NotFound where nobody can choose who they are."""
    if not isinstance(site.identity, DemoIdentity) or not site.identity.switchable:
        raise NotFound("here nobody can choose who they are")
    return site.identity


def _own(back: str) -> str:
    """A path of this site; anything else leads to the first page."""
    parts = urlsplit(back)
    return back if back.startswith("/") and not back.startswith("//") and not parts.netloc and "\\" not in back else "/"
