"""Alerts of all accounts and of one: what is open, who was told what, what was not sent and why, what comes next."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import alerts as view
from services.portal.forms import Forms, Option, Posted
from services.portal.frame import actor_of, bare_frame, framed, of_account, parse_day, part, site_of
from services.portal.inputs import ALERT_STEPS
from services.portal.models import Colleagues
from services.portal.pages.base import decide, page, settled_at, unnamed
from services.portal.people import People
from services.portal.words import Words
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/alerts")
async def alerts(request: Request) -> Response:
    """What is open, the newest first; with `all=1` what is over too."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    every, after = request.query_params.get("all") == "1", request.query_params.get("after", "")[:80]
    asked = site.notifications.alerts(states=() if every else ("open",), as_of=as_of, limit=view.PAGE, after=after)
    (frame, answer), portfolio, status = await asyncio.gather(
        framed(request, "alerts", asked), part(site.accounts.portfolio(as_of)), part(site.notifications.status())
    )
    people = People.of(None, portfolio.rows if portfolio else (), actor_of(request), unnamed(frame))
    return page(
        request, frame, "alerts.html", answer=answer, every=every, after=after, people=people, status=status, view=view
    )


@router.get("/alerts/ledger")
async def ledger(request: Request) -> Response:
    """Who was told what, when, by which channel, and what was not sent and why."""
    site, question = site_of(request), view.Question.of(request.query_params)
    (frame, answer), portfolio, sent = await asyncio.gather(
        framed(
            request,
            "alerts",
            site.notifications.ledger(
                question.account,
                person=question.person,
                kinds=[question.kind] if question.kind else [],
                rules=[question.rule] if question.rule else [],
                channels=[question.channel] if question.channel else [],
                first=view.day(question.first),
                last=view.day(question.last),
                limit=view.PAGE,
                after=question.after,
            ),
        ),
        part(site.accounts.portfolio()),
        part(site.notifications.deliveries(limit=1)),
    )
    rows = portfolio.rows if portfolio else []
    return page(
        request,
        frame,
        "ledger.html",
        answer=answer,
        question=question,
        accounts=sorted(((r.account_id, r.name) for r in rows), key=lambda r: r[1].casefold()),
        people=People.of(None, rows, actor_of(request), unnamed(frame)),
        counts=sent.counts if sent else [],
        view=view,
    )


@router.get("/alerts/{alert_id}")
async def alert(request: Request, alert_id: str) -> Response:
    """One alert: its fact, its schedule, its ledger, its messages."""
    return await shown(request, alert_id)


async def shown(request: Request, alert_id: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, as_of, actor = site_of(request), parse_day(request.query_params.get("as_of")), actor_of(request)
    home = f"/alerts/{alert_id}"
    fresh = await settled_at(request, site.notifications)
    (frame, answer), mine, portfolio = await asyncio.gather(
        framed(request, "alerts", site.notifications.alert(alert_id, as_of), home),
        part(site.notifications.inbox(actor.user_id, actor.roles, every=True)),
        part(site.accounts.portfolio(as_of)),
    )
    account_id = answer.alert.account_id or ""
    colleagues = await part(site.notifications.colleagues(account_id), missing=NotFound) if account_id else None
    people = People.of(None, portfolio.rows if portfolio else (), actor, unnamed(frame))
    words = Words(site.renderers[frame.language].formats)
    options = {"employees": _colleagues(colleagues, people, actor.user_id, words)}
    item = next((i for i in mine.items if i.alert.alert_id == alert_id), None) if mine else None
    return page(
        request,
        frame,
        "alert.html",
        answer=answer,
        alert=answer.alert,
        item=item,
        people=people,
        forms=Forms(home, ALERT_STEPS, options, posted, site.zone),
        fresh=fresh,
        until=view.snooze_until(item, frame.now, site.zone) if item else None,
        view=view,
    )


@router.post("/alerts/{alert_id}/{step}")
async def send(request: Request, alert_id: str, step: str) -> Response:
    """What a form of the page says."""
    if step not in ALERT_STEPS:
        raise NotFound(f"there is no step {step} of an alert")
    site = site_of(request)
    site.live.forget(actor_of(request))
    return await decide(
        request,
        ALERT_STEPS[step],
        site.notifications,
        "",
        f"/alerts/{alert_id}",
        lambda posted: shown(request, alert_id, posted),
    )


@router.get("/alerts/{alert_id}/{step}")
async def back(request: Request, alert_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/alerts/{alert_id}"), 303)


@router.get("/accounts/{crm_id}/alerts")
async def of_one(request: Request, crm_id: str) -> Response:
    """The alerts of one account, who was told, and what time brings next by which rule."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    ident, account = await of_account(request, crm_id, as_of)
    (frame, answer), timers, lines, portfolio = await asyncio.gather(
        framed(request, "alerts", site.notifications.alerts(ident, as_of=as_of, limit=view.PAGE)),
        part(site.notifications.timers(ident, limit=view.PAGE)),
        part(site.notifications.ledger(ident, last=as_of, limit=view.PAGE)),
        part(site.accounts.portfolio(as_of)),
    )
    rows = portfolio.rows if portfolio else []
    return page(
        request,
        frame,
        "account_alerts.html",
        crm_id=crm_id,
        account=account,
        name=account.account.name if account else crm_id,
        ident=ident,
        answer=answer,
        timers=timers,
        lines=lines,
        people=People.of(account, rows, actor_of(request), unnamed(frame)),
        view=view,
    )


def _colleagues(found: Colleagues | None, people: People, actor: str, words: Words) -> list[Option]:
    """The account's team first, with what they do there; then everybody else."""
    team = found.colleagues if found else []
    near, other = words.code("colleague", "team"), words.code("colleague", "others")
    out = []
    for c in team:
        away = f", {words.code('colleague', 'away')}" if c.away else ""
        out.append(Option(c.user_id, f"{c.name or people.name(c.user_id)}{away}", near))
    known = {o.value for o in out}
    rest = sorted(((u, n) for u, n in people.users.items() if u not in known), key=lambda u: u[1].casefold())
    return [o for o in [*out, *(Option(u, n, other) for u, n in rest)] if o.value != actor]
