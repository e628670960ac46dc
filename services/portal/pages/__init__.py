"""The pages: each asks the services, computes an order, and fills a template; forms post commands."""

from __future__ import annotations

from fastapi import APIRouter

from services.portal.pages import accounts, events, plans, playbooks, promises, qbrs, rhythm
from services.portal.pages.accounts import problem_page

__all__ = ["problem_page", "router"]

router = APIRouter()
for module in (accounts, events, qbrs, rhythm, plans, playbooks, promises):
    router.include_router(module.router)
