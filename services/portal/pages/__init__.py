"""The pages: each asks the services, computes an order, and fills a template; forms post commands."""

from __future__ import annotations

from fastapi import APIRouter

from services.portal.pages import (
    account,
    accounts,
    alerts,
    audit,
    confidential,
    escalations,
    events,
    handovers,
    inbox,
    kpis,
    lab,
    live,
    mailbox,
    plans,
    playbooks,
    promises,
    qbrs,
    readiness,
    rhythm,
    risks,
    search,
    signin,
    today,
    webhooks,
)
from services.portal.pages.accounts import problem_page

__all__ = ["problem_page", "router"]

router = APIRouter()
MODULES = (
    *(today, accounts, account, handovers, confidential, audit, search, events, qbrs, rhythm, plans, playbooks),
    *(promises, risks, escalations, inbox, alerts, mailbox, kpis, readiness, lab, webhooks, signin, live),
)
for module in MODULES:
    router.include_router(module.router)
