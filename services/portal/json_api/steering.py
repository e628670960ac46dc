"""QBRs, growth plans and promises as JSON, and their commands: every step of the pages has a path of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Header, Request

from services.portal.forms import refuse_foreign
from services.portal.frame import of_account, site_of
from services.portal.inputs import PLAN_STEPS, QBR_STEPS, SERIES_STEPS, Step
from services.portal.json_api.base import AsOf, problem
from services.portal.models import CommandResult, GrowthPlan, Ledger, PreparationTimes, Qbr, Qbrs

router = APIRouter()
Key = Annotated[UUID, Header(description="Your id of the command; repeating it gives the first result")]
Endpoint = Callable[..., Awaitable[CommandResult]]


@router.get("/qbrs", summary="Every QBR and every rhythm")
async def qbrs(request: Request, as_of: AsOf) -> Qbrs:
    """By day; filter on your side."""
    return await site_of(request).qbr.qbrs(as_of)


@router.get("/preparation-times", summary="How long the preparation of QBRs takes")
async def preparation_times(request: Request) -> PreparationTimes:
    """Median active minutes by team, from five preparations of at least two owners on; never of one person."""
    return await site_of(request).qbr.preparation_times()


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


async def _send(request: Request, client: Any, step: Step, data: Any, subject: str, key: UUID) -> CommandResult:
    """A program's decision; a browser may send one only from a page of this site."""
    if request.headers.get("sec-fetch-site") or request.headers.get("origin"):
        refuse_foreign(request)
    said = step.input() if data is None else data
    result: CommandResult = await client.send(step, said, subject, key, site_of(request).actor)
    return result


def _of_qbr(step: Step) -> Endpoint:
    async def send(request: Request, qbr_id: str, idempotency_key: Key, body: Any) -> CommandResult:
        return await _send(request, site_of(request).qbr, step, body, qbr_id, idempotency_key)

    return send


def _of_account(step: Step, service: str) -> Endpoint:
    async def send(request: Request, crm_id: str, idempotency_key: Key, body: Any) -> CommandResult:
        account_id, _ = await of_account(request, crm_id, None)
        return await _send(request, getattr(site_of(request), service), step, body, account_id, idempotency_key)

    return send


def _offer(path: str, step: Step, endpoint: Endpoint) -> None:
    """A path for a step; its body is what the step asks for, and nothing where it asks for nothing."""
    asks = step.input if step.asked else step.input | None
    default = Body() if step.asked else Body(default=None)
    endpoint.__annotations__ = {**endpoint.__annotations__, "idempotency_key": Key, "request": Request, "body": asks}
    endpoint.__annotations__ |= {"return": CommandResult, "qbr_id": str, "crm_id": str}
    endpoint.__defaults__ = (default,)
    endpoint.__name__ = step.name.replace("-", "_")
    router.add_api_route(
        f"{path}/{step.name}",
        endpoint,
        methods=["POST"],
        summary=step.method,
        description=step.input.__doc__,
        response_model=CommandResult,
        responses={
            403: problem("Sent by a page of another site"),
            404: problem("There is no such thing"),
            409: problem("A rule says no (`slug`), or somebody else wrote first"),
        },
    )


for each in QBR_STEPS.values():
    _offer("/qbrs/{qbr_id}", each, _of_qbr(each))
for each in SERIES_STEPS.values():
    _offer("/accounts/{crm_id}/qbrs", each, _of_account(each, "qbr"))
for each in PLAN_STEPS.values():
    _offer("/accounts/{crm_id}/plan", each, _of_account(each, "growth"))
