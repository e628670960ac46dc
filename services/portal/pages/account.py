"""The tabs of an account: overview, people, contracts, history. Each is an address and shows any day.

Figures and the map come from the insights service, which knows what was true on a day and what was known on another;
contracts, team and the reasons of a tier from the accounts service, which tells every day with today's knowledge.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import account as view
from services.portal import peoplemap
from services.portal.asking import history
from services.portal.forms import Forms, Option, Posted
from services.portal.frame import Frame, actor_of, bare_frame, days_of, framed, of_account, part, site_of
from services.portal.inputs import PEOPLE_STEPS
from services.portal.inputs.people import ROLES
from services.portal.models import Account, AccountInsight, InsightTimeline, StakeholderMap
from services.portal.pages import choices
from services.portal.pages.base import decide, page, settled, unnamed, zone_of
from services.portal.people import People
from services.portal.slider import slider
from services.portal.words import Words
from shared.errors import NotFound
from shared.ids import account_id

router = APIRouter(default_response_class=HTMLResponse)
GROUPS = 25  # of the history on a page
PROOFS = 12  # contacts that an assessment may rest on


@dataclass(frozen=True, slots=True)
class Seen:
    """What every tab shows, and the answers of the tab itself. `moved`: where a merged duplicate leads."""

    frame: Frame
    account: Account
    insight: AccountInsight | None
    unknown_then: bool
    context: dict[str, Any]
    more: list[Any]

    @property
    def moved(self) -> bool:
        """Whether the address names a duplicate that was merged."""
        return self.context["moved"] is not None


async def seen(request: Request, crm_id: str, *more: Awaitable[Any], home: str = "") -> Seen:
    """The head of an account's tab. Raises NotFound for an account nobody knows."""
    site, (as_of, known_at) = site_of(request), days_of(request)
    ident = str(account_id(site.crm_system, crm_id))
    head, rest = await asyncio.gather(
        asyncio.gather(
            framed(request, "portfolio", site.accounts.account(crm_id, as_of), home),
            _insight(request, ident, as_of, known_at),
            part(site.risk.board(as_of)),
            part(site.accounts.portfolio()),
        ),
        asyncio.gather(*more),
    )
    (frame, answer), (figures, unknown), board, portfolio = head
    row = answer.account
    people = People.of(answer, portfolio.rows if portfolio else (), actor_of(request), unnamed(frame))
    today = site.clock.now().astimezone(site.zone).date()
    context = {
        "moved": frame.link(f"/accounts/{row.crm_id}", merged_from=crm_id) if row.crm_id != crm_id else None,
        "answer": answer,
        "row": row,
        "insight": figures,
        "unknown_then": unknown,
        "board": board,
        "risk": next((r for r in board.rows if r.account_id == row.account_id), None) if board else None,
        "distances": view.distances(answer),
        "team": view.team(answer),
        "initials": _initials(answer, figures, people, bool(known_at)),
        "people": people,
        "change": view.arr_change(figures.arr_history if figures else answer.arr_history),
        "merged_from": request.query_params.get("merged_from", ""),
        "slider": slider(
            figures.first_at if figures else None,
            today,
            frame.day,
            known_at,
            site.zone,
            [("last_qbr", figures.last_qbr_at), ("colour", figures.colour_since)] if figures else (),
        ),
    }
    return Seen(frame, answer, figures, unknown, context, rest)


async def _insight(
    request: Request, ident: str, as_of: date | None, known_at: date | None
) -> tuple[AccountInsight | None, bool]:
    """(the figures, whether nobody knew the account then)."""
    try:
        return await part(site_of(request).insights.account(ident, as_of, known_at)), False
    except NotFound:
        return None, bool(as_of or known_at)


def _initials(
    answer: Account, figures: AccountInsight | None, people: People, then: bool
) -> list[tuple[str, str, str]]:
    """The team; with another day's knowledge, as it was known then."""
    team = view.team(answer)
    if then and figures is not None:
        team = [t.model_copy(update={"user_id": figures.owners.get(t.theme), "name": None}) for t in team]
    return view.initials(team, people.name)


@router.get("/accounts/{crm_id}")
async def overview(request: Request, crm_id: str) -> Response:
    """One account at a glance; the id of a merged duplicate leads to the account that is left."""
    site, (as_of, _) = site_of(request), days_of(request)
    ident = str(account_id(site.crm_system, crm_id))
    found = await seen(
        request,
        crm_id,
        part(site.qbr.qbrs(as_of, [ident])),
        part(site.growth.plan(ident, as_of=as_of)),
        part(site.accounts.handovers(crm_id, as_of)),
    )
    if found.moved:
        return RedirectResponse(found.context["moved"], 307)
    qbrs, plan, handed = found.more
    running = {h.theme: h for h in handed.handovers if h.open} if handed else {}
    tree = view.tree(found.account.hierarchy)
    return page(request, found.frame, "account.html", **found.context, qbrs=qbrs, plan=plan, tree=tree, running=running)


@router.get("/accounts/{crm_id}/contracts")
async def contracts(request: Request, crm_id: str) -> Response:
    """Contracts, recurring revenue by quarter, and use."""
    found = await seen(request, crm_id)
    live, past = view.contracts(found.account, found.frame.day)
    use = view.usage(found.account.usage)
    return page(request, found.frame, "account_contracts.html", **found.context, live=live, past=past, usage=use)


@router.get("/accounts/{crm_id}/timeline")
async def timeline(request: Request, crm_id: str) -> Response:
    """What happened, over all services, grouped by cause."""
    query = request.query_params
    service, kind, before = query.get("service", ""), query.get("type", ""), query.get("before", "")
    found = await seen(request, crm_id, history(request, crm_id, service, kind, before, GROUPS))
    shown: InsightTimeline | None = found.more[0]
    types = sorted(shown.by_type.items(), key=lambda t: -t[1]) if shown else []
    return page(
        request,
        found.frame,
        "account_timeline.html",
        **found.context,
        timeline=shown,
        types=types,
        service=service,
        type=kind,
        before=before,
    )


@router.get("/accounts/{crm_id}/people")
async def people(request: Request, crm_id: str) -> Response:
    """Who decides, who blocks, who reports to whom, who of us knows them; gaps first."""
    return await shown(request, crm_id)


async def shown(request: Request, crm_id: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    home = f"/accounts/{crm_id}/people"
    found = await seen(request, crm_id, part(_map(request, crm_id), missing=NotFound), home=home)
    known, fresh = found.more[0] or (None, True)
    cards = peoplemap.cards(None if found.unknown_then else known, found.account)
    chosen = posted.typed.get("subject_id", [""])[0] if posted else request.query_params.get("person", "")
    names: People = found.context["people"]
    words = Words(site_of(request).renderers[found.frame.language].formats)
    proofs = _proofs(found.account, words)
    options = choices.of_people(names, words) | {"evidence": proofs, "roles": _roles(words)}
    return page(
        request,
        found.frame,
        "account_people.html",
        **found.context,
        map=known,
        cards=cards,
        grid=peoplemap.grid(cards),
        unplaced=peoplemap.unplaced(cards),
        graph=peoplemap.graph(cards, known.lines if known else ()),
        matrix=peoplemap.matrix(cards, _members(found.account)),
        chosen=next((c for c in cards if c.subject_id == chosen), None),
        proofs=proofs,
        editable=not found.frame.past,
        forms=Forms(home, PEOPLE_STEPS, options, posted, zone_of(request, None)),
        fresh=fresh,
    )


async def _map(request: Request, crm_id: str) -> tuple[StakeholderMap, bool]:
    """(the map, whether it shows what a form has just recorded)."""
    site, (as_of, known_at) = site_of(request), days_of(request)
    ident = str(account_id(site.crm_system, crm_id))
    return await settled(request, lambda: site.insights.stakeholders(ident, as_of, known_at))


def _members(account: Account) -> list[str]:
    """Our people at the account, in the order of their themes."""
    return list(dict.fromkeys(t.user_id for t in view.team(account) if t.user_id))


def _proofs(account: Account, words: Words) -> list[Option]:
    """The newest contacts, which an assessment may rest on."""
    contacts = [e for e in account.timeline if e.kind.startswith("Interaction")]
    return [
        Option(
            f"{e.event_id}@{words.formats.local(e.at).isoformat()}",
            f"{words.formats.day(e.at)}: {words.what(e.what, e.kind)}",
        )
        for e in contacts[:PROOFS]
    ]


def _roles(words: Words) -> list[Option]:
    return [Option(r, words.code("role", r)) for r in ROLES]


@router.post("/accounts/{crm_id}/people/{step}")
async def send(request: Request, crm_id: str, step: str) -> Response:
    """What a form of the people page says, or a card that was dragged."""
    if step not in PEOPLE_STEPS:
        raise NotFound(f"there is no step {step} about a person")
    ident, _ = await of_account(request, crm_id, None)
    return await decide(
        request,
        PEOPLE_STEPS[step],
        site_of(request).accounts,
        ident,
        f"/accounts/{crm_id}/people",
        lambda posted: shown(request, crm_id, posted),
    )


@router.get("/accounts/{crm_id}/people/{step}")
async def back(request: Request, crm_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/accounts/{crm_id}/people"), 303)
