"""The local mailbox: what would have been mailed. Only on a machine with a mail catcher (STELLWERK_MAILBOX)."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.portal.clients import Mailbox
from services.portal.frame import framed, site_of
from services.portal.pages.base import page
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""A mail's HTML may look as it likes, but do nothing and load nothing."""


@router.get("/mailbox")
async def mails(request: Request) -> Response:
    """The newest mails, of everybody or to one address."""
    to = request.query_params.get("to", "")[:200]
    frame, answer = await framed(request, "alerts", _box(request).mails(to))
    return page(request, frame, "mailbox.html", answer=answer, to=to)


@router.get("/mailbox/{mail_id}")
async def mail(request: Request, mail_id: str) -> Response:
    """One mail as text; links lead to its HTML and to the mail as it was sent."""
    frame, answer = await framed(request, "alerts", _box(request).mail(_id(mail_id)))
    return page(request, frame, "mail.html", mail=answer)


@router.get("/mailbox/{mail_id}/html")
async def html(request: Request, mail_id: str) -> Response:
    """The HTML of a mail, in a sandbox."""
    found = await _box(request).mail(_id(mail_id))
    if found.html is None:
        raise NotFound("this mail has no HTML")
    return HTMLResponse(found.html, headers={"content-security-policy": SANDBOX})


@router.get("/mailbox/{mail_id}/raw")
async def raw(request: Request, mail_id: str) -> Response:
    """The mail as it was sent, as a file."""
    content = await _box(request).raw(_id(mail_id))
    headers = {"content-disposition": f'attachment; filename="{mail_id}.eml"'}
    return Response(content, media_type="message/rfc822", headers=headers)


def _box(request: Request) -> Mailbox:
    """Raises NotFound where mail really leaves."""
    found = site_of(request).mailbox
    if found is None:
        raise NotFound("there is no local mailbox here")
    return found


def _id(mail_id: str) -> str:
    if not re.fullmatch(r"[\w-]{1,80}", mail_id):
        raise NotFound("there is no such mail")
    return mail_id
