"""Questions that a page and its JSON ask alike: the search, the audit trail, the history of an account."""

from __future__ import annotations

import asyncio

from fastapi import Request

from services.portal.frame import Site, days_of, part, site_of
from services.portal.models import InsightTimeline, PeopleFound, Search, Trail
from shared.errors import NotFound
from shared.ids import account_id


async def ask(site: Site, q: str, limit: int = 0) -> tuple[Search | None, PeopleFound | None]:
    """(things by title, persons by name); None where a service does not answer."""
    things, persons = await asyncio.gather(part(site.insights.search(q, limit)), part(site.accounts.people(q, limit)))
    return things, persons


async def trail_of(site: Site, kind: str, ident: str, *, before: str = "", limit: int = 0, service: str = "") -> Trail:
    """A page of a trail; an account may be named by its CRM id. Raises NotFound, Invalid for a kind there is not."""
    services = [service] if service else []
    if kind == "account":
        try:
            ours = str(account_id(site.crm_system, ident))
            return await site.insights.trail(kind, ours, before=before, limit=limit, services=services)
        except NotFound:
            pass  # our own id, then
    return await site.insights.trail(kind, ident, before=before, limit=limit, services=services)


async def history(
    request: Request, crm_id: str, service: str, kind: str, before: str, limit: int
) -> InsightTimeline | None:
    """A page of the timeline; None without the insights service, an empty one if nobody knew the account then."""
    site, (as_of, known_at) = site_of(request), days_of(request)
    ident, services, types = account_id(site.crm_system, crm_id), [service] * bool(service), [kind] * bool(kind)
    try:
        return await part(
            site.insights.timeline(
                str(ident), as_of, known_at, limit=limit, before=before, services=services, types=types
            )
        )
    except NotFound:
        return InsightTimeline(groups=[], next_before=None, by_service={}, by_type={}, first_at=None)
