"""The tables of the pages as CSV: each takes its page's filters and its page's order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal import alerts, findings, heat, kpis, portfolio, promises, qbrs, risks, sheets
from services.portal.frame import of_account, part, site_of
from services.portal.json_api.base import AsOf, KnownAt, problem
from services.portal.json_api.insights import ScopeOf
from services.portal.models import (
    AccountRow,
    Alert,
    Escalation,
    KpiDefinition,
    KpiPart,
    LedgerLine,
    LedgerRow,
    PlanHead,
    QbrRow,
    ReadinessAnswer,
    RiskRow,
    View,
)
from services.portal.models.handovers import Handover
from services.portal.models.risk import AccountForecast
from services.portal.plans import plan_lists

router = APIRouter()
MOST = 2_000  # lines of a sheet of alerts: what the service tells at once
Endpoint = Callable[..., Awaitable[Response]]


def table(path: str, summary: str, **responses: Any) -> Callable[[Endpoint], Endpoint]:
    """A path that answers with CSV."""
    found = {200: {"content": {"text/csv": {}}, "description": sheets.DESCRIPTION}, **responses.get("more", {})}
    return router.get(path, summary=summary, response_class=Response, responses=found)


def _sheet(request: Request, name: str, as_of: date | None, model: type[View], rows: Iterable[View]) -> Response:
    """`<name>-<day>.csv`."""
    site = site_of(request)
    day = as_of or site.clock.now().astimezone(site.zone).date()
    return sheets.answer(f"{name}-{day.isoformat()}", model, rows)


@table("/portfolio.csv", "The portfolio as CSV")
async def portfolio_csv(request: Request, as_of: AsOf, known_at: KnownAt) -> Response:
    """The rows the page shows for the same address: it takes the page's filters and its order, and its two days."""
    site = site_of(request)
    rows, colours = (await site.accounts.portfolio(as_of)).rows, dict[str, str]()
    if known_at is not None:
        stood = (await site.insights.portfolio(as_of, known_at)).accounts
        rows, colours = heat.known_then(rows, stood), {s.account_id: s.colour or "GREY" for s in stood}
    elif request.query_params.get("colour") and (board := await part(site.risk.board(as_of))):
        colours = {r.account_id: r.colour for r in board.rows}
    shown = portfolio.Question.of(request.query_params).answer(rows, colours)
    return _sheet(request, "portfolio", as_of, AccountRow, shown)


@table("/risks.csv", "Every colour as CSV")
async def risks_csv(request: Request, as_of: AsOf) -> Response:
    """The rows of the board for the same address."""
    found = await site_of(request).risk.board(as_of)
    return _sheet(request, "risks", as_of, RiskRow, risks.Question.of(request.query_params).answer(found.rows))


@table("/risks/forecast.csv", "What time alone will bring, as CSV")
async def forecast_csv(request: Request, as_of: AsOf) -> Response:
    """Accounts whose colour changes in 90 days if nobody acts."""
    found = await site_of(request).risk.forecast(as_of=as_of)
    return _sheet(request, "forecast", as_of, AccountForecast, found.accounts)


@table("/escalations.csv", "Escalations as CSV")
async def escalations_csv(request: Request, as_of: AsOf) -> Response:
    """Open and closed ones, the gravest first."""
    found = await site_of(request).risk.escalations(with_closed=True, as_of=as_of)
    return _sheet(request, "escalations", as_of, Escalation, found.rows)


@table("/qbrs.csv", "Every QBR as CSV")
async def qbrs_csv(request: Request, as_of: AsOf) -> Response:
    """The rows of the list for the same address, by day."""
    found = await site_of(request).qbr.qbrs(as_of)
    return _sheet(request, "qbrs", as_of, QbrRow, qbrs.Question.of(request.query_params).answer(found.rows))


@table("/plans.csv", "Every growth plan as CSV")
async def plans_csv(request: Request, as_of: AsOf, tier: str = "", owner: str = "") -> Response:
    """The rows of the list for the same address."""
    lists = plan_lists(await site_of(request).growth.plans(as_of), tier, owner)
    return _sheet(request, "plans", as_of, PlanHead, [*lists.open, *lists.over])


@table("/promises.csv", "Every promise as CSV")
async def promises_csv(request: Request, as_of: AsOf) -> Response:
    """The rows of the ledger for the same address, all pages of it."""
    found = await site_of(request).qbr.ledger("", as_of)
    return _sheet(request, "promises", as_of, LedgerRow, promises.Question.of(request.query_params).answer(found.rows))


@table(
    "/accounts/{crm_id}/promises.csv",
    "The promises of an account as CSV",
    more={404: problem("No account has this id")},
)
async def account_promises_csv(request: Request, crm_id: str, as_of: AsOf) -> Response:
    """The rows of the account's ledger for the same address."""
    ident, _ = await of_account(request, crm_id, as_of)
    found = await site_of(request).qbr.ledger(ident, as_of)
    return _sheet(request, "promises", as_of, LedgerRow, promises.Question.of(request.query_params).answer(found.rows))


@table(
    "/accounts/{crm_id}/handovers.csv",
    "The handovers of an account as CSV",
    more={404: problem("No account has this id")},
)
async def handovers_csv(request: Request, crm_id: str, as_of: AsOf) -> Response:
    """One line for each handover, those that run first; their items are in the JSON."""
    found = await site_of(request).accounts.handovers(crm_id, as_of)
    return _sheet(request, "handovers", as_of, Handover, found.handovers)


@table("/alerts.csv", "Alerts as CSV")
async def alerts_csv(request: Request, as_of: AsOf) -> Response:
    """What is open, the newest first; with `all=1` what is over too. At most 2000."""
    every = request.query_params.get("all") == "1"
    asked = site_of(request).notifications.alerts(states=() if every else ("open",), as_of=as_of, limit=MOST)
    return _sheet(request, "alerts", as_of, Alert, (await asked).alerts)


@table("/alerts/ledger.csv", "Who was told what, as CSV")
async def ledger_csv(request: Request) -> Response:
    """The lines of the page for the same address, the newest first; at most 2000."""
    question = alerts.Question.of(request.query_params)
    found = await site_of(request).notifications.ledger(
        question.account,
        person=question.person,
        kinds=[question.kind] if question.kind else [],
        rules=[question.rule] if question.rule else [],
        channels=[question.channel] if question.channel else [],
        first=alerts.day(question.first),
        last=alerts.day(question.last),
        limit=MOST,
        after=question.after,
    )
    return _sheet(request, "ledger", None, LedgerLine, found.lines)


class KpiLine(View):
    """A figure of a board; `first` of the six."""

    first: bool
    definition: KpiDefinition
    value: int | None
    numerator: int | None
    denominator: int | None
    accounts: int
    apart: int
    restated_months: int


@table("/kpis.csv", "Every KPI of a tier as CSV")
async def kpis_csv(request: Request, as_of: AsOf, known_at: KnownAt, scope: ScopeOf = "company") -> Response:
    """The six figures of the board first, then all others."""
    found = await site_of(request).insights.dashboard(scope, as_of, known_at)
    lines = [
        KpiLine(**dict(f), first=n < len(found.figures), restated_months=len(kpis.restated(f)))
        for n, f in enumerate([*found.figures, *found.others])
    ]
    return _sheet(request, f"kpis-{_plain(scope)}", as_of, KpiLine, lines)


@table("/kpis/{kpi}.csv", "The parts of a KPI as CSV")
async def kpi_csv(request: Request, kpi: str, as_of: AsOf, known_at: KnownAt, scope: ScopeOf = "company") -> Response:
    """Account by account; the numerators and denominators of those that are not apart sum to the figure."""
    found = await site_of(request).insights.kpi(kpi, scope, as_of, known_at)
    name = f"{found.figure.definition.kpi.replace('.', '-')}-{_plain(scope)}"
    return _sheet(request, name, as_of, KpiPart, found.parts)


@table("/readiness.csv", "The ten questions as CSV")
async def readiness_csv(request: Request, as_of: AsOf) -> Response:
    """Question, score, light and why."""
    found = await site_of(request).insights.readiness(as_of)
    return _sheet(request, "readiness", as_of, ReadinessAnswer, found.answers)


class FindingLine(View):
    """One finding."""

    rule: str
    weight: int
    account_id: str
    crm_id: str | None
    name: str | None
    what: str | None
    event_ids: list[str]


@table("/findings.csv", "Findings of data quality as CSV")
async def findings_csv(request: Request, as_of: AsOf) -> Response:
    """One line for each finding that the page shows for the same address."""
    rules = (await site_of(request).insights.findings(as_of)).rules
    question = findings.Question.of(request.query_params)
    lines = [FindingLine(rule=r.rule, weight=r.weight, **dict(f)) for r in question.answer(rules) for f in r.failing]
    return _sheet(request, "findings", as_of, FindingLine, lines)


def _plain(scope: str) -> str:
    """A scope as part of a file name: what could end the name or the header is left out."""
    return "".join(c if c.isalnum() or c == "-" else "-" for c in scope)[:60]
