"""The policy lab as JSON: versions and documents, drafts, the way into force, what-ifs and their movers as CSV."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Header, Path, Request
from fastapi.responses import Response

from services.portal import sheets
from services.portal.clients.policies import Lab
from services.portal.forms import refuse_foreign
from services.portal.frame import actor_of, site_of
from services.portal.inputs.lab import MODEL_DRAFT, MODEL_STEPS, TIER_DRAFT, TIER_STEPS, Drafted
from services.portal.json_api.base import problem
from services.portal.json_api.commands import Key, of_actor, of_subject, offer
from services.portal.lab import differences
from services.portal.models import ModelMover, RiskModel, TierMover, TierPolicy, View, WhatIf, WhatIfs

router = APIRouter(prefix="/lab", tags=["policy lab"])
Kind = Annotated[Literal["tier", "risk"], Path(description="tier policies or risk models")]
Number = Annotated[int, Path(ge=1, le=999_999)]
Again = Annotated[UUID, Header(description="Your id of the command; repeating it gives the first result")]
UNKNOWN: dict[int | str, dict[str, Any]] = {404: problem("There is no such version or run")}


class Change(View):
    """One field that the second version has otherwise; null: one of them has it not."""

    path: str
    before: Any
    after: Any
    why: str


def _lab(request: Request, kind: str) -> Lab:
    return site_of(request).clients.labs[kind]


def _ours(request: Request) -> None:
    """A browser may send a decision only from a page of this site."""
    if request.headers.get("sec-fetch-site") or request.headers.get("origin"):
        refuse_foreign(request)


@router.get("/tier/versions/{version}", summary="A version of the tier policy", responses=UNKNOWN)
async def tier_version(request: Request, version: Annotated[int, Path(ge=0, le=999_999)]) -> TierPolicy:
    """0 is the one in force; `versions` lists all of them."""
    return await site_of(request).accounts.tier_policy(version)


@router.get("/risk/versions/{version}", summary="A version of the risk model", responses=UNKNOWN)
async def risk_version(request: Request, version: Annotated[int, Path(ge=0, le=999_999)]) -> RiskModel:
    """0 is the one in force; `versions` lists all of them."""
    return await site_of(request).risk.model(version)


@router.get("/{kind}/versions/{version}/changes/{against}", summary="What two versions differ in", responses=UNKNOWN)
async def changes(request: Request, kind: Kind, version: Number, against: Number) -> list[Change]:
    """Field by field: `before` is what `against` has, `after` what `version` has."""
    lab = _lab(request, kind)
    after, before = await lab.policy(version), await lab.policy(against)
    found = differences(before.document, after.document)
    return [Change(path=d.path, before=d.before, after=d.after, why=d.why) for d in found]


@router.get("/{kind}/what-ifs", summary="What was tried")
async def what_ifs(request: Request, kind: Kind) -> WhatIfs:
    """The newest hundred without their reports."""
    return await _lab(request, kind).what_ifs()


@router.post("/{kind}/what-ifs", summary="Try a document over all history", status_code=202)
async def try_document(
    request: Request, kind: Kind, idempotency_key: Again, body: Annotated[Drafted, Body()]
) -> WhatIf:
    """Nothing is published. The run goes on by itself: ask for its progress."""
    _ours(request)
    return await _lab(request, kind).start(body.document, 0, idempotency_key, actor_of(request))


@router.post(
    "/{kind}/versions/{version}/what-if", summary="Try a version over all history", status_code=202, responses=UNKNOWN
)
async def try_version(request: Request, kind: Kind, version: Number, idempotency_key: Again) -> WhatIf:
    """As above, with the document of a version."""
    _ours(request)
    lab = _lab(request, kind)
    document = (await lab.policy(version)).document
    return await lab.start(document, version, idempotency_key, actor_of(request))


@router.get("/{kind}/what-ifs/{whatif_id}", summary="A what-if", responses=UNKNOWN)
async def what_if(request: Request, kind: Kind, whatif_id: UUID) -> WhatIf:
    """Its progress, then its report."""
    return await _lab(request, kind).what_if(str(whatif_id))


@router.get(
    "/{kind}/what-ifs/{whatif_id}/moved.csv",
    summary="Who moves, as CSV",
    response_class=Response,
    responses={
        200: {"content": {"text/csv": {}}, "description": sheets.DESCRIPTION},
        **UNKNOWN,
    },
)
async def moved_csv(request: Request, kind: Kind, whatif_id: UUID) -> Response:
    """One line for each account that moves; only the head while the run goes on."""
    run = await _lab(request, kind).what_if(str(whatif_id))
    model: type[View] = TierMover if kind == "tier" else ModelMover
    moved = (run.report or {}).get("moved", [])
    red = [{f"{side}_red_days": m.get(f"{side}_days", {}).get("RED", 0) for side in ("active", "draft")} for m in moved]
    rows = [model.model_validate(m | days) for m, days in zip(moved, red, strict=True)]
    return sheets.answer(f"what-if-{kind}-{whatif_id}", model, rows)


@router.post("/{kind}/what-ifs/{whatif_id}/cancel", summary="Stop a what-if", responses=UNKNOWN)
async def cancel(request: Request, kind: Kind, whatif_id: UUID, idempotency_key: Key) -> WhatIf:
    """One that is over stays as it is."""
    _ours(request)
    return await _lab(request, kind).cancel(str(whatif_id), idempotency_key, actor_of(request))


offer(router, "/tier", TIER_DRAFT, "accounts", of_actor)
offer(router, "/risk", MODEL_DRAFT, "risk", of_actor)
offer(router, "/tier/versions/{version}", TIER_STEPS, "accounts", of_subject)
offer(router, "/risk/versions/{version}", MODEL_STEPS, "risk", of_subject)
