"""The rhythm of one account: its series, all of its QBRs, and the steps that start, pause and end it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import qbrs as view
from services.portal.forms import Forms, Posted
from services.portal.frame import bare_frame, framed, of_account, parse_day, site_of
from services.portal.inputs import SERIES_STEPS
from services.portal.pages.base import decide, page, settled
from shared.errors import NotFound

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/accounts/{crm_id}/qbrs")
async def rhythm(request: Request, crm_id: str) -> Response:
    """When the account's QBRs are due, and those there were."""
    return await shown(request, crm_id)


async def shown(request: Request, crm_id: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    site, as_of = site_of(request), parse_day(request.query_params.get("as_of"))
    ident, account = await of_account(request, crm_id, as_of)
    home = f"/accounts/{crm_id}/qbrs"
    asked = settled(request, lambda: site.qbr.qbrs(as_of, [ident]))
    frame, (answer, fresh) = await framed(request, "qbrs", asked, home)
    series = answer.series[0] if answer.series else None
    rows = sorted(answer.rows, key=lambda r: str(r.on or ""), reverse=True)
    return page(
        request,
        frame,
        "rhythm.html",
        crm_id=crm_id,
        account=account,
        name=_name(account, series, crm_id),
        series=series,
        rows=rows,
        open=next((r for r in rows if view.group_of(r.state) in ("due", "missed", "scheduled")), None),
        forms=Forms(home, SERIES_STEPS, posted=posted, zone=site.zone),
        fresh=fresh,
        view=view,
    )


@router.post("/accounts/{crm_id}/qbrs/{step}")
async def send(request: Request, crm_id: str, step: str) -> Response:
    """What a form of the page says."""
    if step not in SERIES_STEPS:
        raise NotFound(f"there is no step {step} of a series")
    ident, _ = await of_account(request, crm_id, None)
    return await decide(
        request,
        SERIES_STEPS[step],
        site_of(request).qbr,
        ident,
        f"/accounts/{crm_id}/qbrs",
        lambda posted: shown(request, crm_id, posted),
    )


@router.get("/accounts/{crm_id}/qbrs/{step}")
async def back(request: Request, crm_id: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/accounts/{crm_id}/qbrs"), 303)


def _name(account: object, series: object, crm_id: str) -> str:
    row = getattr(account, "account", None)
    return str(getattr(row, "name", None) or getattr(series, "account", None) or crm_id)
