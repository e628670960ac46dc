"""The JSON API: what the pages show and send, for other programs. Errors are RFC 9457 problems."""

from __future__ import annotations

from fastapi import APIRouter

from services.portal.json_api import accounts, alerting, handovers, insights, lab, looking, steering, tables, webhooks
from services.portal.json_api.base import DESCRIPTION, problem

__all__ = ["DESCRIPTION", "router"]

router = APIRouter(
    prefix="/api/v1",
    responses={
        400: problem("A parameter cannot be understood; `parameter` names it"),
        401: problem("No bearer token, or one that is not accepted"),
        403: problem("None of the caller's roles allows this, or it was sent by a page of another site"),
        503: problem("A service does not answer; try again after `Retry-After` seconds"),
    },
)
router.include_router(tables.router)  # before the others: `/kpis/K1.csv` is no KPI
router.include_router(accounts.router)
router.include_router(handovers.router)
router.include_router(looking.router)
router.include_router(steering.router)
router.include_router(alerting.router)
router.include_router(lab.router)
router.include_router(webhooks.router)
router.include_router(insights.router)
