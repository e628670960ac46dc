"""The pages: each asks the accounts service once (and once for freshness), computes an order, and fills a template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import account as account_view
from services.portal import portfolio as portfolio_view
from services.portal.clients import AccountsClient
from services.portal.frame import COOKIE, Frame, bare_frame, framed, parse_day, site_of
from services.portal.i18n import LANGUAGES
from services.portal.models import StoredEvent
from services.portal.rulebook import rules
from shared.errors import Invalid, NotFound

router = APIRouter(default_response_class=HTMLResponse)
CHAIN = 20  # causes followed before a page gives up: real chains have two or three
OWN = "accounts:"  # only events of this service can be looked up


@router.get("/")
async def home(request: Request) -> Response:
    """The portfolio is the first page; the query, if any, goes along."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/portfolio{query}", 307)


@router.get("/portfolio")
async def portfolio(request: Request) -> Response:
    """One row per account."""
    as_of = parse_day(request.query_params.get("as_of"))
    frame, answer = await framed(request, "portfolio", site_of(request).client.portfolio(as_of))
    question = portfolio_view.Question.of(request.query_params)
    rows = question.answer(answer.rows)
    return _page(
        request,
        frame,
        "portfolio.html",
        answer=answer,
        question=question,
        rows=rows,
        groups=portfolio_view.grouped(rows, question.group, answer.rows),
        shares=portfolio_view.shares(answer.rows),
        sums=portfolio_view.arr_by_currency(rows),
        names={r.crm_id: r.name for r in answer.rows},
        choices=portfolio_view.choices(answer.rows),
    )


@router.get("/accounts/{crm_id}")
async def account(request: Request, crm_id: str) -> Response:
    """One account and why it has its tier; the id of a merged duplicate leads to the account that is left."""
    as_of = parse_day(request.query_params.get("as_of"))
    query = request.query_params
    frame, answer = await framed(request, "portfolio", site_of(request).client.account(crm_id, as_of))
    row = answer.account
    if row.crm_id != crm_id:
        return RedirectResponse(frame.link(f"/accounts/{row.crm_id}", merged_from=crm_id), 307)
    live, past = account_view.contracts(answer, frame.day)
    page = query.get("page", "1")
    return _page(
        request,
        frame,
        "account.html",
        answer=answer,
        row=row,
        live=live,
        past=past,
        segments=account_view.segments(answer.criteria),
        distances=account_view.distances(answer),
        steps=account_view.steps(answer),
        team=account_view.team(answer),
        people=account_view.people(answer),
        quadrants=account_view.quadrants(answer.stakeholders),
        unassessed=account_view.unassessed(answer.stakeholders),
        tree=account_view.tree(answer.hierarchy),
        usage=account_view.usage(answer.usage),
        timeline=account_view.timeline(answer, query.get("kind", ""), int(page) if page.isdigit() else 1),
        kind_of=account_view.kind_of,
        change=account_view.arr_change(answer),
        merged_from=query.get("merged_from", ""),
    )


@router.get("/events/{event_id}")
async def event(request: Request, event_id: str) -> Response:
    """A stored event and what caused it."""
    if not event_id.startswith(OWN):
        raise NotFound(f"{event_id} is not an event of the accounts service: only those can be shown")
    client = site_of(request).client
    frame, (found, causes, beyond) = await framed(request, "", _with_causes(client, event_id))
    return _page(request, frame, "event.html", event=found, causes=causes, beyond=beyond, named=_named(found))


@router.get("/policy")
async def policy(request: Request) -> Response:
    """The rules that judge: tier policy and standards."""
    text = request.query_params.get("version", "0")
    if not text.isdigit() or len(text) > 6:
        raise Invalid(fields={"version": f"{text[:40]!r} is no version; write a number"})
    frame, answer = await framed(request, "policy", site_of(request).client.tier_policy(int(text)))
    return _page(request, frame, "policy.html", policy=answer, rules=rules(answer))


@router.get("/status")
async def status(request: Request) -> Response:
    """How far the data goes, and where programs find it."""
    frame, answer = await framed(request, "status", site_of(request).client.status())
    return _page(request, frame, "status.html", status=answer)


def problem_page(request: Request, status: int, kind: str, detail: str, headers: Mapping[str, str]) -> HTMLResponse:
    """What went wrong, what happened to the input, and where to go from here."""
    return _page(
        request, bare_frame(request, ""), "problem.html", status, headers, status=status, kind=kind, detail=detail
    )


async def _with_causes(client: AccountsClient, event_id: str) -> tuple[StoredEvent, list[StoredEvent], str]:
    """(the event, its causes with the nearest first, the id of the first cause that is not ours to show)."""
    found = await client.event(event_id)
    causes: list[StoredEvent] = []
    seen, cause = {event_id}, found.causation_id or ""
    while cause.startswith(OWN) and cause not in seen and len(causes) < CHAIN:
        seen.add(cause)
        try:
            causes.append(await client.event(cause))
        except NotFound:
            return found, causes, cause
        cause = causes[-1].causation_id or ""
    return found, causes, "" if cause in seen else cause


def _named(event: StoredEvent) -> list[str]:
    """The events that an event names in its data, each once: what an assessment was judged by."""
    return [i for i in dict.fromkeys(re.findall(r'"(accounts:\d+)"', event.data_json or "")) if i != event.event_id]


def _page(
    request: Request,
    frame: Frame,
    template: str,
    code: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    body = site_of(request).renderers[frame.language].render(template, frame=frame, **context)
    response = HTMLResponse(body, code, {"vary": "Accept-Language, Cookie", **(headers or {})})
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, frame.language, max_age=31_536_000, samesite="lax", httponly=True)
    return response
