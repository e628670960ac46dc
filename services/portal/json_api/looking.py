"""Accounts on any day with any day's knowledge, their people and history, the search, and the audit trail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from services.portal import peoplemap, sheets
from services.portal.asking import ask, trail_of
from services.portal.frame import of_account, site_of
from services.portal.inputs import PEOPLE_STEPS, TOPIC_STEPS
from services.portal.json_api.base import AsOf, KnownAt, problem
from services.portal.json_api.commands import of_an_account, offer
from services.portal.models import (
    Account,
    AccountInsight,
    Contract,
    Insights,
    InsightTimeline,
    PeopleFound,
    Search,
    StakeholderMap,
    TrailEvent,
    View,
)
from services.portal.models import Trail as TrailPage
from services.portal.models.confidential import SensitiveTopics

router = APIRouter()
CHUNK = 500  # events of a trail that are asked for at once
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": sheets.DESCRIPTION}}
UNKNOWN: dict[int | str, dict[str, Any]] = {404: problem("No account has this id, or nobody knew it then")}
Limit = Annotated[int, Query(ge=0, le=500, description="Events in the answer; 0: 100")]


class Found(View):
    """What a search found; null: that service does not answer."""

    things: Search | None
    people: PeopleFound | None


class NamedMap(StakeholderMap):
    """The map with the names that the vault knows today; a pseudonym without one is absent."""

    names: dict[str, str]


class PersonRow(View):
    """A person as one line."""

    subject_id: str
    name: str | None
    title: str | None
    department: str | None
    status: str
    roles: list[str]
    power: int | None
    interest: int | None
    attitude: int | None
    quadrant: str
    blocker: bool
    fresh: bool
    confirmed_at: datetime | None
    last_contact_at: datetime | None
    reports_to: str | None
    successor: str | None
    event_id: str | None


class TrailRow(View):
    """An event as one line; `changes` as `field: before -> after`, data and policies as JSON."""

    event_id: str
    type: str
    effective_at: datetime
    recorded_at: datetime
    known_at: datetime
    actor: str | None
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None
    policy_refs_json: str | None
    stream_id: str
    version: int
    changes: str
    data_json: str | None


@router.get(
    "/accounts/{crm_id}/insight", summary="The figures of an account, as of any day and as known", responses=UNKNOWN
)
async def insight(request: Request, crm_id: str, as_of: AsOf, known_at: KnownAt) -> AccountInsight:
    """What was true at the end of `as_of`, with what was known at the end of `known_at`."""
    ident, _ = await of_account(request, crm_id, None)
    return await site_of(request).insights.account(ident, as_of, known_at)


@router.get("/portfolio/insights", summary="The figures of all accounts, as of any day and as known")
async def insights(request: Request, as_of: AsOf, known_at: KnownAt) -> Insights:
    """Like `/accounts/{crm_id}/insight`, for everybody; with totals by tier and colour."""
    return await site_of(request).insights.portfolio(as_of, known_at)


@router.get("/accounts/{crm_id}/timeline", summary="What happened at an account, over all services", responses=UNKNOWN)
async def timeline(
    request: Request,
    crm_id: str,
    as_of: AsOf,
    known_at: KnownAt,
    service: Annotated[str, Query(description="Only events of this service")] = "",
    type: Annotated[str, Query(description="Only events of this type")] = "",
    before: Annotated[str, Query(description="`next_before` of the page before")] = "",
    limit: Annotated[int, Query(ge=0, le=200, description="Groups in the answer; 0: 50")] = 0,
) -> InsightTimeline:
    """Newest first, grouped by cause; edits of one person within ten minutes are folded."""
    ident, _ = await of_account(request, crm_id, None)
    return await site_of(request).insights.timeline(
        ident,
        as_of,
        known_at,
        limit=limit,
        before=before,
        services=[service] if service else (),
        types=[type] if type else (),
    )


@router.get(
    "/accounts/{crm_id}/people", summary="The people of an account: gaps, map, lines, relations", responses=UNKNOWN
)
async def people(request: Request, crm_id: str, as_of: AsOf, known_at: KnownAt) -> NamedMap:
    """Who was who on that day, by pseudonym; `names` holds the names that are known and not erased today."""
    ident, account = await of_account(request, crm_id, None)
    found = await site_of(request).insights.stakeholders(ident, as_of, known_at)
    names = {s.subject_id: s.name for s in account.stakeholders if s.name} if account else {}
    return NamedMap(**found.model_dump(by_alias=True), names={k: v for k, v in names.items() if v})


@router.get(
    "/accounts/{crm_id}/people.csv",
    summary="The same people as CSV",
    response_class=Response,
    responses=CSV,
)
async def people_csv(request: Request, crm_id: str, as_of: AsOf, known_at: KnownAt) -> Response:
    """One line for each person, in the order of the page."""
    ident, account = await of_account(request, crm_id, None)
    found = await site_of(request).insights.stakeholders(ident, as_of, known_at)
    cards = peoplemap.cards(found, account) if account else []
    rows = [PersonRow(**{n: getattr(c, n) for n in PersonRow.model_fields}) for c in cards]
    return sheets.answer(f"people-{_safe(crm_id)}", PersonRow, rows)


@router.get(
    "/accounts/{crm_id}/contracts.csv",
    summary="The contracts of an account as CSV",
    response_class=Response,
    responses=CSV,
)
async def contracts_csv(request: Request, crm_id: str, as_of: AsOf) -> Response:
    """One line for each contract, as `contracts` of the account."""
    account: Account = await site_of(request).accounts.account(crm_id, as_of)
    return sheets.answer(f"contracts-{_safe(crm_id)}", Contract, account.contracts)


@router.get(
    "/accounts/{crm_id}/confidential",
    summary="The confidential topics of an account that concern you",
    responses=UNKNOWN,
)
async def confidential(request: Request, response: Response, crm_id: str, as_of: AsOf) -> SensitiveTopics:
    """Those that you flagged or are named in, open ones first. For everybody else there is none, whatever the role."""
    response.headers["cache-control"] = "no-store"
    ident, _ = await of_account(request, crm_id, as_of)
    return await site_of(request).accounts.sensitive_topics(ident, as_of)


@router.get("/search", summary="Accounts, people, QBRs, actions, plans, milestones, risks and alerts")
async def search(
    request: Request,
    q: Annotated[str, Query(description="Two letters or more; every word must occur; case and accents do not count")],
    limit: Annotated[int, Query(ge=0, le=50, description="Hits of one kind; 0: 8")] = 0,
) -> Found:
    """By kind, the best first. Names of persons come from the vault: who was erased is not found."""
    things, persons = await ask(site_of(request), q, limit)
    return Found(things=things, people=persons)


@router.get(
    "/audit/{kind}/{ident}.csv",
    summary="A whole audit trail as CSV",
    response_class=Response,
    responses=CSV,
)
async def trail_csv(request: Request, kind: str, ident: str) -> Response:
    """One line for each event, the newest recorded first."""
    first = await trail_of(site_of(request), kind, ident, limit=CHUNK)
    rows = [_line(e) async for page in _pages(request, first) for e in page.events]
    return sheets.answer(f"audit-{_safe(kind)}-{_safe(ident)}", TrailRow, rows)


@router.get(
    "/audit/{kind}/{ident}.jsonl",
    summary="A whole audit trail as JSON lines",
    response_class=Response,
    responses={200: {"content": {"application/x-ndjson": {}}, "description": "One event a line"}},
)
async def trail_lines(request: Request, kind: str, ident: str) -> Response:
    """Each line is an event as `/audit/{kind}/{ident}` lists it."""
    first = await trail_of(site_of(request), kind, ident, limit=CHUNK)

    async def lines() -> AsyncIterator[str]:
        async for page in _pages(request, first):
            yield "".join(f"{e.model_dump_json()}\n" for e in page.events)

    name = f"audit-{_safe(kind)}-{_safe(ident)}.jsonl"
    kept = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=kept)


@router.get(
    "/audit/{kind}/{ident}",
    summary="Everything that was recorded about an object",
    responses={404: problem("No event is about it")},
)
async def trail(
    request: Request,
    kind: str,
    ident: str,
    before: Annotated[str, Query(description="`next_before` of the page before: an event id")] = "",
    limit: Limit = 0,
    service: Annotated[str, Query(description="Only events of this service")] = "",
) -> TrailPage:
    """Public events, the newest recorded first. Kinds: account, contract, stakeholder, series, qbr, action, plan, goal,
    initiative, milestone, risk, escalation, alert, and policy with the id tier, standards, risk or alerts."""
    return await trail_of(site_of(request), kind, ident, before=before, limit=limit, service=service)


async def _pages(request: Request, first: TrailPage) -> AsyncIterator[TrailPage]:
    page = first
    yield page
    while page.next_before:
        page = await trail_of(site_of(request), page.kind, page.id, before=page.next_before, limit=CHUNK)
        yield page


def _line(e: TrailEvent) -> TrailRow:
    changes = "; ".join(f"{c.field}: {c.before or ''} -> {c.after or ''}" for c in e.changes)
    return TrailRow(**{n: getattr(e, n) for n in TrailRow.model_fields if n != "changes"}, changes=changes)


def _safe(text: str) -> str:
    """A part of a file name."""
    return "".join(c for c in text if (c.isascii() and c.isalnum()) or c in "-_")[:80]


offer(router, "/accounts/{crm_id}/people", PEOPLE_STEPS, "accounts", of_an_account)
offer(router, "/accounts/{crm_id}/confidential", TOPIC_STEPS, "accounts", of_an_account)
