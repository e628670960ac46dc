"""Signing in and out at the company's identity provider, and the switch of users that a demo has in its place."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.clients import ServiceDown
from services.portal.forms import read, refuse_foreign
from services.portal.frame import Site, actor_of, bare_frame, framed, site_of
from services.portal.identity import DemoIdentity, colleagues
from services.portal.oidc import OidcIdentity
from services.portal.pages.base import page
from shared.errors import Broken, NotFound

router = APIRouter(default_response_class=HTMLResponse)
UNKEPT = {"cache-control": "no-store"}


@router.get("/sign-in")
async def sign_in(request: Request) -> Response:
    """To the identity provider; `back` names the page to return to."""
    identity, back = site_of(request).identity, _own(request.query_params.get("back", ""))
    return await identity.begin(back) if isinstance(identity, OidcIdentity) else RedirectResponse(back, 303, UNKEPT)


@router.get("/sign-in/callback")
async def signed_in(request: Request) -> Response:
    """Where the identity provider sends people back to."""
    response = await _oidc(request).finish(request)
    response.headers["cache-control"] = "no-store"
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """This browser is no longer signed in here; the page that follows leads to the provider's own sign-out."""
    identity = _oidc(request)
    refuse_foreign(request)
    response = RedirectResponse("/signed-out", 303, UNKEPT)
    identity.forget(response)
    return response


@router.get("/signed-out")
async def signed_out(request: Request) -> Response:
    """Says so, and what is left to do at the provider."""
    try:
        provider = await _oidc(request).end()
    except (ServiceDown, Broken):
        provider = ""  # signed out here all the same
    return page(request, bare_frame(request, ""), "signed_out.html", headers=UNKEPT, provider=provider)


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


def _oidc(request: Request) -> OidcIdentity:
    """Raises NotFound where there is no identity provider."""
    identity = site_of(request).identity
    if not isinstance(identity, OidcIdentity):
        raise NotFound("there is no sign-in here: this is a demo")
    return identity


def _demo(site: Site) -> DemoIdentity:
    """Raises NotFound where nobody can choose who they are."""
    if not isinstance(site.identity, DemoIdentity) or not site.identity.switchable:
        raise NotFound("here nobody can choose who they are")
    return site.identity


def _own(back: str) -> str:
    """A path of this site; anything else leads to the first page."""
    parts = urlsplit(back)
    return back if back.startswith("/") and not back.startswith("//") and not parts.netloc and "\\" not in back else "/"
