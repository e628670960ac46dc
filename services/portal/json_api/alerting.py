"""Risks, escalations and alerts as JSON, and their commands: the same answers and steps as the pages."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from services.portal.frame import actor_of, of_account, site_of
from services.portal.inputs import ALERT_STEPS, ESCALATION_STEPS, PREFERENCE_STEPS, RISK_STEPS
from services.portal.json_api.base import AsOf, problem
from services.portal.json_api.commands import of_actor, of_an_account, of_subject, offer
from services.portal.models import (
    AlertDetail,
    AlertLedger,
    Alerts,
    EscalationDetail,
    Escalations,
    Inbox,
    Preferences,
    RiskAccount,
    RiskBoard,
    RiskForecast,
    RiskModel,
    RiskTrend,
    Timers,
)

router = APIRouter()
After = Annotated[str, Query(description="`next` of the answer before", max_length=120)]
Limit = Annotated[int, Query(ge=1, le=2_000, description="How many at most")]
Horizon = Annotated[int, Query(ge=30, le=90, multiple_of=30, description="30, 60 or 90")]
UNKNOWN: dict[int | str, dict[str, Any]] = {404: problem("No account has this id, or it was never judged")}


@router.get("/risks", summary="Every colour with its main cause")
async def risks(request: Request, as_of: AsOf) -> RiskBoard:
    """The gravest first, by revenue; `cells` is tier × colour."""
    return await site_of(request).risk.board(as_of)


@router.get("/risks/trend", summary="The board week by week")
async def trend(request: Request, as_of: AsOf, weeks: Annotated[int, Query(ge=1, le=104)] = 13) -> RiskTrend:
    """How many accounts of each colour, and what was at risk."""
    return await site_of(request).risk.trend(as_of, weeks)


@router.get("/risks/forecast", summary="What time alone will bring")
async def forecast(request: Request, as_of: AsOf, days: Horizon = 90) -> RiskForecast:
    """Accounts whose colour changes if nobody acts, and the portfolio's colours in 30, 60 and 90 days."""
    return await site_of(request).risk.forecast(days=days, as_of=as_of)


@router.get("/risks/model", summary="The risk model", responses={404: problem("There is no such version")})
async def model(request: Request, version: Annotated[int, Query(ge=0)] = 0) -> RiskModel:
    """Version 0 is the active one; for one on trial, `differences` names accounts it would colour otherwise."""
    return await site_of(request).risk.model(version)


@router.get("/accounts/{crm_id}/risk", summary="Why an account has its colour", responses=UNKNOWN)
async def account_risk(request: Request, crm_id: str, as_of: AsOf) -> RiskAccount:
    """Contributions that add up to the score, with their events; what would help, what comes, what is done."""
    account_id, _ = await of_account(request, crm_id, as_of)
    return await site_of(request).risk.account(account_id, as_of)


@router.get("/escalations", summary="Escalations")
async def escalations(request: Request, as_of: AsOf, closed: bool = False) -> Escalations:
    """Open and gravest first; with `closed=true` those that are over too."""
    return await site_of(request).risk.escalations(with_closed=closed, as_of=as_of)


@router.get(
    "/escalations/{escalation_id}", summary="One escalation", responses={404: problem("There is no such escalation")}
)
async def escalation(request: Request, escalation_id: str) -> EscalationDetail:
    """With everything that was said and decided, newest first."""
    return await site_of(request).risk.escalation(escalation_id)


@router.get("/inbox", summary="The inbox of whoever asks")
async def inbox(request: Request, every: Annotated[bool, Query(alias="all")] = False) -> Inbox:
    """What was told and is not over, with the shared inboxes of one's roles; with `all=true` what is over too."""
    actor = actor_of(request)
    return await site_of(request).notifications.inbox(actor.user_id, actor.roles, every=every)


@router.get("/alerts", summary="Alerts of all accounts")
async def alerts(
    request: Request,
    as_of: AsOf,
    state: Annotated[list[str] | None, Query(description="States, or `open`; none: all")] = None,
    rule: Annotated[list[str] | None, Query(description="R1 … R22; none: all")] = None,
    person: Annotated[str, Query(description="Only what this person was told of, or was not")] = "",
    limit: Limit = 200,
    after: After = "",
) -> Alerts:
    """The newest first; `next` asks for those after them."""
    return await site_of(request).notifications.alerts(
        person=person, states=state or (), rules=rule or (), as_of=as_of, limit=limit, after=after
    )


@router.get("/alerts/ledger", summary="Who was told what, and what was not sent and why")
async def ledger(
    request: Request,
    account: Annotated[str, Query(description="Our id of an account; none: all")] = "",
    kind: Annotated[list[str] | None, Query(description="told, later, not_told, failed, people, ended")] = None,
    rule: Annotated[list[str] | None, Query(description="R1 … R22")] = None,
    channel: Annotated[list[str] | None, Query(description="in_app, email, slack, teams, webhook, apprise")] = None,
    person: str = "",
    first: Annotated[date | None, Query(description="From this day on")] = None,
    last: Annotated[date | None, Query(description="Until this day")] = None,
    limit: Limit = 200,
    after: After = "",
) -> AlertLedger:
    """Line by line, the newest first."""
    return await site_of(request).notifications.ledger(
        account,
        person=person,
        kinds=kind or (),
        rules=rule or (),
        channels=channel or (),
        first=first,
        last=last,
        limit=limit,
        after=after,
    )


@router.get("/alerts/{alert_id}", summary="One alert", responses={404: problem("There is no such alert")})
async def alert(request: Request, alert_id: str, as_of: AsOf) -> AlertDetail:
    """Its schedule, its ledger, its messages, and what it explains."""
    return await site_of(request).notifications.alert(alert_id, as_of)


@router.get("/accounts/{crm_id}/alerts", summary="Alerts of one account", responses=UNKNOWN)
async def account_alerts(request: Request, crm_id: str, as_of: AsOf, limit: Limit = 200, after: After = "") -> Alerts:
    """All of them, the newest first."""
    account_id, _ = await of_account(request, crm_id, as_of)
    return await site_of(request).notifications.alerts(account_id, as_of=as_of, limit=limit, after=after)


@router.get("/accounts/{crm_id}/timers", summary="What time brings next at an account", responses=UNKNOWN)
async def timers(request: Request, crm_id: str, limit: Limit = 200) -> Timers:
    """Timers follow the facts: they move or end when the facts do. Each names its rule and what it counts from."""
    account_id, _ = await of_account(request, crm_id, None)
    return await site_of(request).notifications.timers(account_id, limit=limit)


@router.get("/preferences", summary="How whoever asks wants to be told")
async def preferences(request: Request) -> Preferences:
    """The company's defaults where nothing was said."""
    return await site_of(request).notifications.preferences(actor_of(request).user_id)


offer(router, "/accounts/{crm_id}/risk", RISK_STEPS, "risk", of_an_account)
offer(router, "/escalations/{escalation_id}", ESCALATION_STEPS, "risk", of_subject)
offer(router, "/inbox", ALERT_STEPS, "notifications", of_actor)
offer(router, "/preferences", PREFERENCE_STEPS, "notifications", of_actor)
