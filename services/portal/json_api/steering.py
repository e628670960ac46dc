"""QBRs, growth plans and promises as JSON, and their commands: every step of the pages has a path of its own."""

from __future__ import annotations

from fastapi import APIRouter, Request

from services.portal.frame import of_account, site_of
from services.portal.inputs import PLAN_STEPS, QBR_STEPS, SERIES_STEPS
from services.portal.json_api.base import AsOf, problem
from services.portal.json_api.commands import of_an_account, of_subject, offer
from services.portal.models import GrowthPlan, Ledger, Plans, PreparationTimes, Qbr, Qbrs

router = APIRouter()


@router.get("/qbrs", summary="Every QBR and every rhythm")
async def qbrs(request: Request, as_of: AsOf) -> Qbrs:
    """By day; filter on your side."""
    return await site_of(request).qbr.qbrs(as_of)


@router.get("/preparation-times", summary="How long the preparation of QBRs takes")
async def preparation_times(request: Request) -> PreparationTimes:
    """Median active minutes by team, from five preparations of at least two owners on; never of one person."""
    return await site_of(request).qbr.preparation_times()


@router.get("/plans", summary="Every growth plan")
async def plans(request: Request, as_of: AsOf) -> Plans:
    """With the accounts that must have one and have none."""
    return await site_of(request).growth.plans(as_of)


@router.get("/promises", summary="What was promised at all accounts")
async def every_promise(request: Request, as_of: AsOf) -> Ledger:
    """Decision, action, initiative and outcome, of both sides."""
    return await site_of(request).qbr.ledger("", as_of)


@router.get("/qbrs/{qbr_id}", summary="One QBR", responses={404: problem("There is no such QBR")})
async def qbr(request: Request, qbr_id: str, as_of: AsOf) -> Qbr:
    """With agenda, notes, packs, decisions and actions; `allowed` names the commands that its state allows."""
    return await site_of(request).qbr.qbr(qbr_id, as_of)


@router.get(
    "/accounts/{crm_id}/plan",
    summary="The growth plan of an account",
    responses={404: problem("No account has this id")},
)
async def plan(request: Request, crm_id: str, as_of: AsOf) -> GrowthPlan:
    """The active plan, else the draft, else the one that ended last; `plan` is null where there is none."""
    account_id, _ = await of_account(request, crm_id, as_of)
    return await site_of(request).growth.plan(account_id, as_of=as_of)


@router.get(
    "/accounts/{crm_id}/promises",
    summary="What was promised at an account",
    responses={404: problem("No account has this id")},
)
async def promises(request: Request, crm_id: str, as_of: AsOf) -> Ledger:
    """Decision, action, initiative and outcome, of both sides."""
    account_id, _ = await of_account(request, crm_id, as_of)
    return await site_of(request).qbr.ledger(account_id, as_of)


offer(router, "/qbrs/{qbr_id}", QBR_STEPS, "qbr", of_subject)
offer(router, "/accounts/{crm_id}/qbrs", SERIES_STEPS, "qbr", of_an_account)
offer(router, "/accounts/{crm_id}/plan", PLAN_STEPS, "growth", of_an_account)
