"""Handovers of themes as JSON, and their commands."""

from __future__ import annotations

from fastapi import APIRouter, Request

from services.portal.frame import site_of
from services.portal.inputs import HANDOVER_STEPS
from services.portal.json_api.base import AsOf, problem
from services.portal.json_api.commands import of_an_account, offer
from services.portal.models.handovers import Handovers

router = APIRouter()


@router.get(
    "/accounts/{crm_id}/handovers",
    summary="Who hands which theme to whom",
    responses={404: problem("No account has this id")},
)
async def handovers(request: Request, crm_id: str, as_of: AsOf) -> Handovers:
    """Those that run first, then the newest; each with what there is to know, and what of it is confirmed."""
    return await site_of(request).accounts.handovers(crm_id, as_of)


offer(router, "/accounts/{crm_id}/handovers", HANDOVER_STEPS, "accounts", of_an_account)
