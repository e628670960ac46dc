"""Web hooks of other programs: which there are, one of them with what became of attempts, and what can be done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.forms import Forms, Option, Posted, read, understood
from services.portal.frame import actor_of, bare_frame, framed, part, site_of
from services.portal.inputs import Input, Step
from services.portal.inputs.webhooks import SECRET_STEPS, WEBHOOK_STEPS
from services.portal.models import AccountRow, WebHooks, WebHookSecret
from services.portal.pages.base import decide, page, settled_at
from services.portal.problems import problem_of
from services.portal.words import Words
from shared.errors import NotFound, StellwerkError

router = APIRouter(default_response_class=HTMLResponse)
STEPS = {**WEBHOOK_STEPS, **SECRET_STEPS}


def options(answer: WebHooks, rows: Sequence[AccountRow], words: Words) -> dict[str, list[Option]]:
    """Event types by topic, accounts by name."""
    return {
        "types": [Option(t, words.event(t), o.topic) for o in answer.offered for t in o.types],
        "accounts": [Option(r.account_id, r.name or r.crm_id) for r in rows],
    }


@router.get("/webhooks")
async def webhooks(request: Request) -> Response:
    """All of them, and a form for another one."""
    return await listed(request)


async def listed(request: Request, posted: Posted | None = None, secret: WebHookSecret | None = None) -> Response:
    """The list; with the secret of one that was just made, which is shown this once."""
    site = site_of(request)
    await settled_at(request, site.notifications)
    (frame, answer), portfolio = await asyncio.gather(
        framed(request, "policy", site.notifications.webhooks(), "/webhooks"), part(site.accounts.portfolio())
    )
    words = Words(site.renderers[frame.language].formats)
    found = options(answer, portfolio.rows if portfolio else (), words)
    return page(
        request, frame, "webhooks.html", answer=answer, secret=secret,
        forms=Forms("/webhooks", SECRET_STEPS, found, posted, site.zone),
        headers={"cache-control": "no-store"} if secret else None,
    )  # fmt: skip


@router.post("/webhooks/subscribe-webhook")
async def subscribe(request: Request) -> Response:
    """Makes one; the answer shows its secret."""

    async def show(posted: Posted | None, secret: WebHookSecret | None) -> Response:
        return await listed(request, posted, secret)

    return await _secretly(request, SECRET_STEPS["subscribe-webhook"], "", show)


@router.get("/webhooks/subscribe-webhook")
async def back_to_list(request: Request) -> Response:
    """The address a form was sent to, opened by hand."""
    return RedirectResponse("/webhooks", 303)


@router.get("/webhooks/{hook_id}")
async def webhook(request: Request, hook_id: str) -> Response:
    """One of them: where it stands, what became of attempts, what can be done."""
    return await shown(request, hook_id)


async def shown(
    request: Request, hook_id: str, posted: Posted | None = None, secret: WebHookSecret | None = None
) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, home = site_of(request), f"/webhooks/{hook_id}"
    fresh = await settled_at(request, site.notifications)
    before = request.query_params.get("before", "")
    (frame, answer), attempts, portfolio = await asyncio.gather(
        framed(request, "policy", site.notifications.webhooks(hook_id), home),
        part(site.notifications.webhook_attempts(hook_id, before, 50), missing=NotFound),
        part(site.accounts.portfolio()),
    )
    rows, hook = portfolio.rows if portfolio else [], answer.rows[0]
    words = Words(site.renderers[frame.language].formats)
    return page(
        request, frame, "webhook.html", hook=hook, newest=answer.newest, attempts=attempts, fresh=fresh, secret=secret,
        forms=Forms(home, STEPS, options(answer, rows, words), posted, site.zone),
        names={r.account_id: r.name for r in rows}, crm_ids={r.account_id: r.crm_id for r in rows},
        headers={"cache-control": "no-store"} if secret else None,
    )  # fmt: skip


@router.post("/webhooks/{hook_id}/{step}")
async def send(request: Request, hook_id: str, step: str) -> Response:
    """What a form of the page says."""
    if step == "rotate-webhook":

        async def show(posted: Posted | None, secret: WebHookSecret | None) -> Response:
            return await shown(request, hook_id, posted, secret)

        return await _secretly(request, SECRET_STEPS[step], hook_id, show)
    if step not in WEBHOOK_STEPS:
        raise NotFound(f"there is no step {step} of a web hook")
    home = "/webhooks" if step == "unsubscribe-webhook" else f"/webhooks/{hook_id}"
    return await decide(
        request, WEBHOOK_STEPS[step], site_of(request).notifications, hook_id, home,
        lambda posted: shown(request, hook_id, posted),
    )  # fmt: skip


@router.get("/webhooks/{hook_id}/{step}")
async def back(request: Request, hook_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/webhooks/{hook_id}"), 303)


async def _secretly(request: Request, step: Step, subject: str, show: Any) -> Response:
    """Sends a form whose answer holds a secret: it stands on this one page, in no address and no history."""
    posted = await read(request, step.name)
    data: Input | None
    data, posted = understood(step, posted)
    answer: Response
    if data is None:
        answer = await show(posted, None)
        answer.status_code = 422
        return answer
    client = site_of(request).notifications
    try:
        secret = await client.tell(WebHookSecret, step, data, subject, posted.command_id, actor_of(request))
    except StellwerkError as e:
        problem = problem_of(e)
        if problem.kind in ("not_found", "bad_answer", "unexpected"):
            raise
        answer = await show(posted.with_error(e), None)
        answer.status_code = problem.status
        return answer
    answer = await show(None, secret)
    return answer
