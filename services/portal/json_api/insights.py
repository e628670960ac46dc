"""KPIs down to their events, readiness and data quality as JSON: the same answers as the pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.portal.frame import site_of
from services.portal.inputs import REVIEW_STEPS
from services.portal.json_api.base import AsOf, KnownAt
from services.portal.json_api.commands import of_actor, offer
from services.portal.models import Dashboard, Findings, Kpi, KpiDefinitions, Readiness, Reviews, Rollout

router = APIRouter()
ScopeOf = Annotated[str, Query(description="company, tier:A, tier:B, tier:C or account:<our id>", max_length=80)]


@router.get("/kpis", summary="Six figures of a tier, and all others")
async def kpis(request: Request, as_of: AsOf, known_at: KnownAt, scope: ScopeOf = "company") -> Dashboard:
    """Value now, closed months, and which of them were restated."""
    return await site_of(request).insights.dashboard(scope, as_of, known_at)


@router.get("/kpis/definitions", summary="What every KPI means")
async def definitions(request: Request) -> KpiDefinitions:
    """The definitions in force, with their versions."""
    return await site_of(request).insights.kpis()


@router.get("/kpis/{kpi}", summary="One KPI down to its accounts and events")
async def kpi(request: Request, kpi: str, as_of: AsOf, known_at: KnownAt, scope: ScopeOf = "company") -> Kpi:
    """Parts that are not `apart` sum to numerator and denominator. Figures about persons tell no part under `least`."""
    return await site_of(request).insights.kpi(kpi, scope, as_of, known_at)


@router.get("/readiness", summary="The ten questions of the roll-out")
async def readiness(request: Request, as_of: AsOf) -> Readiness:
    """0 to 100 each, with the accounts that fail."""
    return await site_of(request).insights.readiness(as_of)


@router.get("/rollout", summary="The phases of the roll-out and their exit tests")
async def rollout(request: Request, as_of: AsOf) -> Rollout:
    """A phase is through when its exit test is passed."""
    return await site_of(request).insights.rollout(as_of)


@router.get("/findings", summary="What the rules of data quality find")
async def findings(
    request: Request,
    as_of: AsOf,
    rule: Annotated[str, Query(description="Only this rule", max_length=80)] = "",
    account_id: Annotated[str, Query(description="Our id of an account; none: all", max_length=80)] = "",
) -> Findings:
    """By rule, with the accounts that fail."""
    return await site_of(request).insights.findings(as_of, rule, account_id)


@router.get("/reviews", summary="Reviews of data quality")
async def reviews(request: Request) -> Reviews:
    """The newest first, with how many findings each began with."""
    return await site_of(request).insights.reviews()


offer(router, "/reviews", REVIEW_STEPS, "insights", of_actor)
