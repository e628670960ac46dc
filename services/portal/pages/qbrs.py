"""The QBR pages: calendar and list, one QBR with everything that is done with it, its documents."""

from __future__ import annotations

import asyncio
import re
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import packs as pack_view
from services.portal import qbrs as view
from services.portal.forms import Forms, Posted
from services.portal.frame import actor_of, bare_frame, framed, parse_day, part, site_of
from services.portal.inputs import QBR_STEPS, SERIES_STEPS
from services.portal.models import Pack, Qbr
from services.portal.pages import choices
from services.portal.pages.base import decide, page, settled, unnamed, zone_of
from services.portal.people import People
from services.portal.words import Words
from shared.errors import Invalid, NotFound, Rejected

router = APIRouter(default_response_class=HTMLResponse)
MEDIA = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}


@router.get("/qbrs")
async def qbrs(request: Request) -> Response:
    """Months ahead and behind, and what asks for attention."""
    as_of = parse_day(request.query_params.get("as_of"))
    client = site_of(request).qbr
    (frame, answer), preparation = await asyncio.gather(
        framed(request, "qbrs", client.qbrs(as_of)), part(client.preparation_times(last=as_of))
    )
    question = view.Question.of(request.query_params)
    rows = question.answer(answer.rows)
    first = view.first_month(question.month, frame.day)
    groups = view.grouped(rows)
    unplanned = view.without_qbr(answer.series) if not question.state else []
    number = int(question.page) if question.page.isdigit() else 1
    over = groups.get("over", [])
    pages = max(1, -(-len(over) // view.PAGE))
    number = min(max(1, number), pages)
    return page(
        request,
        frame,
        "qbrs.html",
        answer=answer,
        question=question,
        rows=rows,
        groups=groups | ({"over": over[(number - 1) * view.PAGE : number * view.PAGE]} if over else {}),
        counts={name: sum(1 for r in answer.rows if r.state in states) for name, states in view.GROUPS.items()},
        months=view.calendar(rows, first, unplanned),
        earlier=view.shifted(first, -view.MONTHS).strftime("%Y-%m"),
        later=view.shifted(first, view.MONTHS).strftime("%Y-%m"),
        owners=view.owners(answer.rows),
        unplanned=unplanned,
        pulled=[s for s in answer.series if s.pull_forward_to],
        preparation=preparation,
        forms=Forms("", SERIES_STEPS, zone=site_of(request).zone),
        number=number,
        pages=pages,
        view=view,
    )


@router.get("/qbrs/{qbr_id}")
async def qbr(request: Request, qbr_id: str) -> Response:
    """One QBR: agenda, pack, what to do next, what was decided."""
    return await shown(request, qbr_id)


async def shown(request: Request, qbr_id: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    asked = settled(request, lambda: site.qbr.qbr(qbr_id, as_of))
    frame, (answer, fresh) = await framed(request, "qbrs", asked, f"/qbrs/{qbr_id}")
    row = answer.qbr
    account, portfolio, plan, deals, pack, since = await asyncio.gather(
        part(site.accounts.account(row.account_crm_id, as_of), missing=NotFound) if row.account_crm_id else _none(),
        part(site.accounts.portfolio(as_of)),
        part(site.growth.plan(row.account_id, as_of=as_of), missing=NotFound),
        part(site.growth.opportunities(row.account_id, as_of), missing=NotFound),
        _pack(request, answer, frame.language),
        part(site.qbr.since_last(row.account_id, frame.language, as_of), missing=(NotFound, Rejected)),
    )
    people = People.of(account, portfolio.rows if portfolio else (), actor_of(request), unnamed(frame))
    words = Words(site.renderers[frame.language].formats)
    options = choices.of_people(people, words) | choices.of_qbr(answer, people, words)
    options |= choices.of_plan(plan, deals, row_currency(account), words)
    opened = pack_view.opened(pack)
    options |= choices.of_pack(opened.content if opened else None, words)
    forms = Forms(frame.path, QBR_STEPS, options, posted, zone_of(request, row.time_zone))
    return page(
        request,
        frame,
        "qbr.html",
        answer=answer,
        row=row,
        account=account,
        people=people,
        pack=opened,
        since=since,
        forms=forms,
        can=set() if frame.past else {name for name, s in QBR_STEPS.items() if s.method in answer.allowed},
        station=view.station(answer),
        way=view.way(answer),
        actions=choices.open_actions(answer.actions),
        annotations=pack_view.by_section(answer.annotations),
        notes=pack_view.by_section(answer.notes),
        fresh=fresh,
        view=view,
    )


@router.post("/qbrs/{qbr_id}/{step}")
async def send(request: Request, qbr_id: str, step: str) -> Response:
    """What a form of the page says."""
    if step not in QBR_STEPS:
        raise NotFound(f"there is no step {step} of a QBR")
    client = site_of(request).qbr
    return await decide(
        request, QBR_STEPS[step], client, qbr_id, f"/qbrs/{qbr_id}", lambda posted: shown(request, qbr_id, posted)
    )


@router.get("/qbrs/{qbr_id}/pack.{form}")
async def document(request: Request, qbr_id: str, form: Literal["pptx", "pdf", "html"]) -> Response:
    """The pack as a file: frozen, or as it would be now while nothing is frozen."""
    query = request.query_params
    audience, locale = query.get("audience", "internal"), query.get("locale", "")
    if audience not in ("internal", "customer"):
        raise Invalid(fields={"audience": f"{audience[:40]!r} is none; write internal or customer"})
    if locale not in ("", "de", "en"):
        raise Invalid(fields={"locale": f"{locale[:40]!r} is none; write de or en"})
    client = site_of(request).qbr
    found = await client.document(qbr_id, form, audience, locale, preview=query.get("preview") == "1")
    name = re.sub(r"[^\w.-]+", "-", found.file_name or f"qbr.{form}", flags=re.ASCII)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(found.content, media_type=found.media_type or MEDIA[form], headers=headers)


@router.get("/qbrs/{qbr_id}/{step}")
async def back(request: Request, qbr_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/qbrs/{qbr_id}"), 303)


async def _pack(request: Request, answer: Qbr, language: str) -> Pack | None:
    """The newest frozen pack, else how it would be now while the QBR lies ahead; None where there is none to show."""
    client, ahead = site_of(request).qbr, view.group_of(answer.qbr.state) in ("due", "missed", "scheduled")
    if answer.packs:
        return await part(client.pack(answer.qbr.qbr_id, language), missing=(NotFound, Rejected))
    if ahead:
        return await part(client.pack(answer.qbr.qbr_id, language, preview=True), missing=(NotFound, Rejected))
    return None


async def _none() -> None:
    return None


def row_currency(account: object) -> str:
    """The currency that an account's money is in; the company's figures are in US dollars unless told otherwise."""
    row = getattr(account, "account", None)
    return (row.currency if row is not None else None) or "USD"
