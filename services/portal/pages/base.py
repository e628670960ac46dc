"""What all pages share: filling a template, and sending what a form says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.clients import Deciding, ServiceDown
from services.portal.forms import Forms, Posted, read, understood
from services.portal.frame import COOKIE, Frame, actor_of, bare_frame, site_of
from services.portal.i18n import LANGUAGES, code
from services.portal.inputs import Step
from services.portal.models import View
from services.portal.problems import problem_of
from shared.errors import StellwerkError

SETTLED = 2.0  # seconds a page waits until it shows what a form has just recorded
V = TypeVar("V", bound=View)
Show = Callable[[Posted], Awaitable[Response]]


def page(
    request: Request,
    frame: Frame,
    template: str,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A filled template."""
    body = site_of(request).renderers[frame.language].render(template, frame=frame, **context)
    response = HTMLResponse(body, status_code, {"vary": "Accept-Language, Cookie", **(headers or {})})
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, frame.language, max_age=31_536_000, samesite="lax", httponly=True)
    return response


async def decide(request: Request, step: Step, client: Deciding, subject: str, home: str, show: Show) -> Response:
    """Sends what a form says: back to the page if it was recorded, else the form again, with what was typed.

    `subject`: the id that the address names; `show` answers with the page around the form.
    """
    posted = await read(request, step.name)
    data, posted = understood(step, posted)
    if data is None:
        return await _again(request, step, posted, 422, home, show)
    try:
        result = await client.send(step, data, subject, posted.command_id, actor_of(request))
    except StellwerkError as e:
        problem = problem_of(e)
        if problem.kind in ("not_found", "forbidden", "bad_answer", "unexpected"):
            raise
        return await _again(request, step, posted.with_error(e), problem.status, home, show)
    said = {"done": step.name, "seen": result.event_ids[-1] if result.event_ids else "", "again": "1" * result.repeated}
    return RedirectResponse(f"{home}?{urlencode({k: v for k, v in said.items() if v})}", 303)


async def _again(request: Request, step: Step, posted: Posted, status: int, home: str, show: Show) -> Response:
    """The page with the form as it was typed; if the page cannot be made, the form alone."""
    try:
        response = await show(posted)
    except StellwerkError:
        frame = bare_frame(request, "", home)
        form = Forms(home, {step.name: step}, posted=posted, zone=posted.zone)(step.name, posted.key)
        response = page(request, frame, "form.html", form=form, home=home)
    response.status_code = status
    response.headers["cache-control"] = "no-store"
    return response


async def settled(request: Request, ask: Callable[[], Awaitable[V]]) -> tuple[V, bool]:
    """(an answer that knows the event a form has just recorded, True), or after a while (one that does not, False).

    The services write first and show a moment later; the address says which event to wait for (`seen`).
    """
    wanted = re.fullmatch(r"(\w+):(\d{1,18})", request.query_params.get("seen", ""))
    answer = await ask()
    if wanted is None:
        return answer, True
    of_service = re.compile(rf'"{wanted[1]}:(\d+)"')
    loop = asyncio.get_running_loop()
    end = loop.time() + SETTLED
    while max(map(int, of_service.findall(answer.model_dump_json())), default=0) < int(wanted[2]):
        if loop.time() > end:
            return answer, False
        await asyncio.sleep(0.1)
        answer = await ask()
    return answer, True


class Showing(Protocol):
    """An answer that says up to which position the service's answers show its events."""

    @property
    def shown(self) -> int: ...


class Telling(Protocol):
    """A service that says how far its answers go."""

    service: str

    async def status(self) -> Showing: ...


async def settled_at(request: Request, client: Telling) -> bool:
    """Waits a while until a service shows the event that a form has just recorded; False if it does not yet."""
    wanted = re.fullmatch(r"(\w+):(\d{1,18})", request.query_params.get("seen", ""))
    if wanted is None or wanted[1] != client.service:
        return True
    loop = asyncio.get_running_loop()
    end = loop.time() + SETTLED
    while True:
        try:
            if (await client.status()).shown >= int(wanted[2]):
                return True
        except ServiceDown:
            return False
        if loop.time() > end:
            return False
        await asyncio.sleep(0.1)


def zone_of(request: Request, name: str | None) -> ZoneInfo:
    """An account's time zone, or the company's."""
    return ZoneInfo(name) if name else site_of(request).zone


def unnamed(frame: Frame) -> str:
    """What a page calls somebody without a name."""
    return code(frame.language, "person", "unknown")
