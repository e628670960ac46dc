"""The policy lab: versions, drafts by a form, what they change, a what-if over all history, the way into force."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal import lab as view
from services.portal.clients.policies import Lab, Policy
from services.portal.forms import Forms, Posted, read
from services.portal.frame import actor_of, bare_frame, framed, part, site_of
from services.portal.inputs.lab import Drafted
from services.portal.models import WhatIfs
from services.portal.pages.base import decide, page, settled_at, unnamed
from services.portal.people import People
from services.portal.problems import problem_of
from services.portal.rulebook import plain
from shared.errors import Invalid, NotFound, StellwerkError
from shared.ids import new_id

router = APIRouter(default_response_class=HTMLResponse)
AGAIN = {"refresh": "2", "cache-control": "no-store"}
"""A run that goes on is looked at again after so many seconds, without any script."""
NO_RUNS = WhatIfs(rows=[])


def lab_of(request: Request, kind: str) -> Lab:
    """A kind of policy. Raises NotFound."""
    labs = site_of(request).clients.labs
    if kind not in labs:
        raise NotFound(f"there is no policy {kind[:40]!r}; there are {', '.join(labs)}")
    return labs[kind]


def number(text: str, name: str = "version") -> int:
    """A version of an address. Raises Invalid."""
    if not text.isdigit() or len(text) > 6:
        raise Invalid(fields={name: f"{text[:40]!r} is no version; write a number"})
    return int(text)


async def people_of(request: Request, language: str) -> People:
    """Names of employees, as far as they are known."""
    portfolio = await part(site_of(request).accounts.portfolio())
    return People.of(None, portfolio.rows if portfolio else (), actor_of(request), unnamed(bare_frame(request, "")))


@router.get("/lab")
async def overview(request: Request) -> Response:
    """All versions of both policies, and what was tried."""
    labs = site_of(request).clients.labs
    parts = [part(lab.policy()) for lab in labs.values()]
    runs = [part(lab.what_ifs()) for lab in labs.values()]
    (frame, (policies, tried)), people = await asyncio.gather(
        framed(request, "policy", _both(asyncio.gather(*parts), asyncio.gather(*runs))), people_of(request, "")
    )
    shown = [(name, p, (w or NO_RUNS).rows[:8]) for name, p, w in zip(labs, policies, tried, strict=True)]
    return page(request, frame, "lab.html", kinds=shown, people=people)


async def _both(first: Any, second: Any) -> tuple[Any, Any]:
    return await first, await second


@router.get("/lab/{kind}/draft")
async def draft(request: Request, kind: str) -> Response:
    """The form: what a version has, to be changed."""
    return await drafting(request, kind)


async def drafting(
    request: Request, kind: str, posted: Posted | None = None, errors: Mapping[str, str] | None = None
) -> Response:
    """The form, with what was typed and what is wrong."""
    lab = lab_of(request, kind)
    base = number(request.query_params.get("from", "0"), "from")
    frame, policy = await framed(request, "policy", lab.policy(base), f"/lab/{kind}/draft")
    typed = {k: v[0] for k, v in posted.typed.items()} if posted else {}
    return page(
        request, frame, "lab_draft.html", 422 if errors or (posted and posted.refusal) else 200, kind=kind,
        policy=policy, parts=view.asked(kind, policy.document), typed=typed, errors=errors or {}, posted=posted,
        command_id=posted.command_id if posted else new_id(),
        value=lambda n: plain(view.at(policy.document, n.path)),
    )  # fmt: skip


@router.post("/lab/{kind}/draft")
async def keep(request: Request, kind: str) -> Response:
    """Makes a version of what the form says."""
    lab = lab_of(request, kind)
    posted = await read(request, lab.draft.name)
    base = number(request.query_params.get("from", "0"), "from")
    policy = await lab.policy(base)
    typed = {k: v[0] for k, v in posted.typed.items()}
    document, errors = view.drafted(kind, policy.document, typed, typed.get("reason", ""))
    if errors:
        return await drafting(request, kind, posted, errors)
    try:
        done = await lab.client.send(lab.draft, Drafted(document=document), "", posted.command_id, actor_of(request))
    except StellwerkError as e:
        if problem_of(e).kind in ("not_found", "bad_answer", "unexpected"):
            raise
        return await drafting(request, kind, posted.with_error(e))
    seen = done.event_ids[-1] if done.event_ids else ""
    said = urlencode({"done": lab.draft.name, "seen": seen})
    return RedirectResponse(f"/lab/{kind}/{done.id}?{said}", 303)


@router.get("/lab/{kind}/what-ifs/{whatif_id}")
async def report(request: Request, kind: str, whatif_id: str) -> Response:
    """Progress, then who moves, when, and what would have been said to whom."""
    lab = lab_of(request, kind)
    frame, run = await framed(request, "policy", lab.what_if(whatif_id))
    portfolio = await part(site_of(request).accounts.portfolio())
    rows = portfolio.rows if portfolio else []
    return page(
        request, frame, "lab_report.html", headers=AGAIN if run.running else None, kind=kind, run=run,
        report=run.report, view=view, command_id=new_id(), crm_ids={r.account_id: r.crm_id for r in rows},
        names={r.account_id: r.name for r in rows}, people=People.of(None, rows, actor_of(request), unnamed(frame)),
    )  # fmt: skip


@router.post("/lab/{kind}/what-ifs/{whatif_id}/cancel")
async def cancel(request: Request, kind: str, whatif_id: str) -> Response:
    """Stops a run."""
    posted = await read(request, "cancel-what-if")
    await lab_of(request, kind).cancel(whatif_id, posted.command_id, actor_of(request))
    return RedirectResponse(f"/lab/{kind}/what-ifs/{whatif_id}", 303)


@router.get("/lab/{kind}/{version}")
async def version(request: Request, kind: str, version: str) -> Response:
    """One version: where it stands, what it has otherwise than another, what can be done."""
    return await shown(request, kind, version)


async def shown(request: Request, kind: str, version: str, posted: Posted | None = None) -> Response:
    """The page, with a form as it was posted if it has to be sent again."""
    lab, home = lab_of(request, kind), f"/lab/{kind}/{version}"
    fresh = await settled_at(request, lab.client) if kind == "risk" else True  # type: ignore[arg-type]
    frame, policy = await framed(request, "policy", _seen(request, lab, number(version)), home)
    other = number(request.query_params.get("against", "0") or "0", "against") or _neighbour(policy)
    compared = await part(lab.policy(other), missing=NotFound) if other else None
    return page(
        request, frame, "lab_version.html", kind=kind, policy=policy, compared=compared,
        changes=view.differences(compared.document, policy.document) if compared else [],
        forms=Forms(home, lab.steps, {}, posted, site_of(request).zone), open=_open(kind, policy), fresh=fresh,
        command_id=new_id(), people=await people_of(request, frame.language),
    )  # fmt: skip


async def _seen(request: Request, lab: Lab, version: int) -> Policy:
    """The version; one that was drafted a moment ago may need another look."""
    for _ in range(20):
        try:
            return await lab.policy(version)
        except NotFound:
            if not request.query_params.get("seen"):
                raise
            await asyncio.sleep(0.1)
    return await lab.policy(version)


def _neighbour(policy: Policy) -> int:
    """What a version is compared with, if nobody says: the one in force, else the one before."""
    if policy.active and policy.active != policy.chosen.version:
        return policy.active
    return max((v.version for v in policy.versions if v.version < policy.chosen.version), default=0)


def _open(kind: str, policy: Policy) -> list[str]:
    """The steps that the state of a version allows, in the order of the way."""
    tier = {
        "Draft": ["submit-policy"], "Submitted": ["sign-off-policy", "reject-policy"],
        "SignedOff": ["activate-policy", "reject-policy"],
    }  # fmt: skip
    risk = {
        "Draft": ["shadow-model", "retire-model"], "Shadow": ["sign-off-model", "retire-model"],
        "SignedOff": ["activate-model", "retire-model"],
    }  # fmt: skip
    return (tier if kind == "tier" else risk).get(policy.chosen.status, [])


@router.post("/lab/{kind}/{version}/what-if")
async def start(request: Request, kind: str, version: str) -> Response:
    """Begins a what-if of a version."""
    lab = lab_of(request, kind)
    posted = await read(request, "what-if")
    policy = await lab.policy(number(version))
    run = await lab.start(policy.document, policy.chosen.version, posted.command_id, actor_of(request))
    return RedirectResponse(f"/lab/{kind}/what-ifs/{run.whatif_id}", 303)


@router.post("/lab/{kind}/{version}/{step}")
async def send(request: Request, kind: str, version: str, step: str) -> Response:
    """What a form of the page says."""
    lab = lab_of(request, kind)
    if step not in lab.steps:
        raise NotFound(f"there is no step {step} of a policy")
    home, subject = f"/lab/{kind}/{version}", str(number(version))
    return await decide(
        request, lab.steps[step], lab.client, subject, home, lambda posted: shown(request, kind, version, posted)
    )


@router.get("/lab/{kind}/{version}/{step}")
async def back(request: Request, kind: str, version: str, step: str) -> Response:
    """The address a form was sent to, opened by hand: leads to the page."""
    return RedirectResponse(bare_frame(request, "").link(f"/lab/{kind}/{version}"), 303)
