"""What the accounts service knows, as JSON: the portfolio, one account, events, status."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from services.portal.frame import site_of
from services.portal.json_api.base import AsOf, problem
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


router = APIRouter()


@router.get("/portfolio", summary="Every live key account")
async def portfolio(request: Request, response: Response, as_of: AsOf) -> Portfolio:
    """All rows, in the order of their names; filter and sort on your side, or take the CSV."""
    answer = await site_of(request).accounts.portfolio(as_of)
    _tag(response, answer, as_of)
    return answer


@router.get(
    "/accounts/{crm_id}", summary="One account with the reasons", responses={404: problem("No account has this id")}
)
async def account(request: Request, response: Response, crm_id: str, as_of: AsOf) -> AccountDetail:
    """By CRM id; the id of a merged duplicate gives the account it was merged into (its `crm_id` tells)."""
    answer = await site_of(request).accounts.account(crm_id, as_of)
    _tag(response, answer, as_of)
    return detail(answer)


@router.get(
    "/events/{event_id}",
    summary="One stored event",
    responses={404: problem("No service has such an event")},
)
async def event(request: Request, event_id: str) -> StoredEvent:
    """As it was recorded, with its cause (`causation_id`) and the source in the CRM. The id begins with the service."""
    return await site_of(request).event_of(event_id)(event_id)


@router.get("/status", summary="How far the data goes")
async def status(request: Request) -> Status:
    """Newest CRM fact taken in, counts, dead letters."""
    return await site_of(request).accounts.status()


def detail(answer: Account) -> AccountDetail:
    """The portfolio's figures on the first level, the parts beside them."""
    parts = {name: getattr(answer, name) for name in type(answer).model_fields if name not in ("account", "tier")}
    return AccountDetail(**dict(answer.account), **parts, tier_explanation=answer.tier)


def _tag(response: Response, answer: Portfolio | Account, as_of: date | None) -> None:
    """Without `as_of` each answer names its own instant; the tag says whether anything else changed."""
    body = answer.model_dump_json(exclude=None if as_of else {"as_of"})
    response.headers["etag"] = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
