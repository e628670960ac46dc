"""The JSON API: what the pages show, for other programs. Same queries and models; errors are RFC 9457 problems."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.portal.frame import parse_day, site_of
from services.portal.models import (
    Account,
    AccountRow,
    ArrPoint,
    Contract,
    Criterion,
    Freshness,
    HierarchyNode,
    Portfolio,
    Stakeholder,
    Standard,
    Status,
    StoredEvent,
    ThemeOwner,
    TierExplanation,
    TimelineEntry,
    UsagePoint,
)
from services.portal.portfolio import Question

DESCRIPTION = """
Money is in minor units of `currency`, scores and shares in basis points (0…10000), days are ISO dates, instants
RFC 3339 in UTC. `null` always means *not known*, never zero. `as_of=DATE` asks for the state at the end of that day in
the company's time zone, with what is known today; without it the answer is for now. Ids of events lead to
`/api/v1/events/{event_id}`.
"""


class ProblemDetails(BaseModel):
    """RFC 9457: what went wrong and with which part of the input."""

    type: str
    title: str
    status: int
    detail: str | None = None
    instance: str
    parameter: str | None = Field(default=None, description="The query parameter at fault")


class AccountDetail(AccountRow):
    """One account: the portfolio's figures and everything behind them. `tier_explanation` belongs to the criteria."""

    as_of: Any = Field(json_schema_extra={"type": "string", "format": "date-time"})
    criteria: list[Criterion]
    tier_explanation: TierExplanation
    team: list[ThemeOwner]
    stakeholders: list[Stakeholder]
    contracts: list[Contract]
    hierarchy: list[HierarchyNode]
    standards: list[Standard]
    arr_history: list[ArrPoint]
    usage: list[UsagePoint]
    timeline: list[TimelineEntry]
    freshness: Freshness
    aliases: list[str] = Field(description="CRM ids of duplicates that were merged into this account")


def _problem(description: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
    return {"description": description, "model": ProblemDetails, "content": {"application/problem+json": schema}}


router = APIRouter(
    prefix="/api/v1",
    responses={
        400: _problem("A parameter cannot be understood; `parameter` names it"),
        503: _problem("The accounts service does not answer; try again after `Retry-After` seconds"),
    },
)


def _as_of(
    as_of: Annotated[
        str | None,
        Query(
            description="End of this day, for example 2026-11-15; without it: now", json_schema_extra={"format": "date"}
        ),
    ] = None,
) -> date | None:
    return parse_day(as_of)


AsOf = Annotated[date | None, Depends(_as_of)]


@router.get("/portfolio", summary="Every live key account")
async def portfolio(request: Request, response: Response, as_of: AsOf) -> Portfolio:
    """All rows, in the order of their names; filter and sort on your side, or take the CSV."""
    answer = await site_of(request).client.portfolio(as_of)
    _tag(response, answer, as_of)
    return answer


@router.get(
    "/portfolio.csv",
    summary="The portfolio as CSV",
    response_class=Response,
    responses={
        200: {
            "content": {"text/csv": {}},
            "description": "UTF-8 with byte order mark, comma-separated, one header line",
        }
    },
)
async def portfolio_csv(request: Request, as_of: AsOf) -> Response:
    """The rows the page shows for the same address: it takes the page's filters and its order."""
    answer = await site_of(request).client.portfolio(as_of)
    rows = Question.of(request.query_params).answer(answer.rows)
    name = f"portfolio-{(as_of or answer.as_of.astimezone(site_of(request).zone).date()).isoformat()}.csv"
    return Response(
        "﻿" + to_csv(rows),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@router.get(
    "/accounts/{crm_id}", summary="One account with the reasons", responses={404: _problem("No account has this id")}
)
async def account(request: Request, response: Response, crm_id: str, as_of: AsOf) -> AccountDetail:
    """By CRM id; the id of a merged duplicate gives the account it was merged into (its `crm_id` tells)."""
    answer = await site_of(request).client.account(crm_id, as_of)
    _tag(response, answer, as_of)
    return detail(answer)


@router.get(
    "/events/{event_id}",
    summary="One stored event",
    responses={404: _problem("The accounts service has no such event")},
)
async def event(request: Request, event_id: str) -> StoredEvent:
    """As it was recorded, with its cause (`causation_id`) and the source in the CRM."""
    return await site_of(request).client.event(event_id)


@router.get("/status", summary="How far the data goes")
async def status(request: Request) -> Status:
    """Newest CRM fact taken in, counts, dead letters."""
    return await site_of(request).client.status()


def detail(answer: Account) -> AccountDetail:
    """The portfolio's figures on the first level, the parts beside them."""
    parts = {name: getattr(answer, name) for name in type(answer).model_fields if name not in ("account", "tier")}
    return AccountDetail(**dict(answer.account), **parts, tier_explanation=answer.tier)


def to_csv(rows: list[AccountRow]) -> str:
    """One line per row. Text that a spreadsheet would run as a formula is made text by a leading apostrophe."""
    out = io.StringIO()
    columns = [name for name in AccountRow.model_fields if name != "evidence"]
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        plain = row.model_dump(mode="json")
        writer.writerow([_cell(plain[name]) for name in columns])
    return out.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else " ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in "=+-@\t\r" and text else text


def _tag(response: Response, answer: Portfolio | Account, as_of: date | None) -> None:
    """Without `as_of` each answer names its own instant; the tag says whether anything else changed."""
    body = answer.model_dump_json(exclude=None if as_of else {"as_of"})
    response.headers["etag"] = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
