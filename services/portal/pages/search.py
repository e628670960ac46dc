"""The search: one page over accounts, people, QBRs, actions, plans, milestones, risks and alerts."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.portal import found
from services.portal.asking import ask
from services.portal.frame import bare_frame, framed, site_of
from services.portal.models import PeopleFound, Search
from services.portal.pages.base import page
from services.portal.words import Words
from shared.edge.wording import words as words_of

router = APIRouter(default_response_class=HTMLResponse)
SHORTEST = 2  # letters that a search takes


@router.get("/search")
async def search(request: Request) -> Response:
    """What the words find; two questions to two services, whatever there is."""
    q = request.query_params.get("q", "").strip()[:200]
    short = len("".join(words_of(q))) < SHORTEST
    site = site_of(request)
    frame, (things, persons) = await framed(request, "search", none() if short else ask(site, q))
    groups = found.groups(things, persons)
    words = Words(site.renderers[bare_frame(request, "").language].formats)
    return page(
        request,
        frame,
        "search.html",
        q=q,
        short_query=bool(q) and short,
        groups=groups,
        kinds=", ".join(f"{words.code('found kind', g.kind)} {g.found}" for g in groups),
        things=things,
        persons=persons,
    )


async def none() -> tuple[Search | None, PeopleFound | None]:
    """Nothing was asked."""
    return None, None
