"""Contracts in force and signed for later, by their notice deadlines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.qbr.pack.context import Context, row
from services.qbr.pack.facts import CRM
from services.qbr.pack.model import Row, Section
from services.qbr.pack.state.commerce import Contract


def renewals(c: Context) -> Section:
    """`without_deal`: in the last days before its notice deadline a contract has no open renewal deal."""
    commerce, day = c.now.commerce, c.day
    active = commerce.active(day)
    coming = sorted(
        (k for k in commerce.contracts.values() if k.signed and k.starts is not None and k.starts > day),
        key=lambda k: (k.starts or day, str(k.id)),
    )
    ahead = [k for k in active if k.deadline is not None and k.deadline >= day]
    within = [k for k in ahead if k.deadline and (k.deadline - day).days <= c.limits.deadline_days]
    soon = [k for k in ahead if k.deadline and (k.deadline - day).days <= c.limits.deadline_soon_days]
    alone = [k for k in soon if not open_renewal(c, k) and successor(commerce.contracts.values(), k) is None]
    next_deadline = min((k.deadline for k in ahead if k.deadline), default=None)
    sums: dict[str, int] = defaultdict(int)
    for k in within:
        sums[k.currency] += k.arr or 0
    figures = [
        c.figure(CRM, "contracts", len(active), "count", (k.event for k in active)),
        *c.money(CRM, "arr", commerce.arr(day), (k.event for k in active)),
        c.figure(
            CRM, "next_deadline", next_deadline.isoformat() if next_deadline else None, "day",
            (k.event for k in ahead if k.deadline == next_deadline),
        ),
        *c.money(CRM, "arr_deadline_ahead", sums, (k.event for k in within)),
        c.figure(CRM, "without_deal", len(alone), "count", (k.event for k in alone), internal=True),
    ]  # fmt: skip
    rows = [_row(c, k, day) for k in sorted(active, key=lambda k: (k.deadline or date.max, str(k.id))) + coming]
    columns = (
        "contract:text", "state:code", "arr:minor", "starts:day", "ends:day", "deadline:day", "days_left:days",
        "auto_renew:yes_no", "renewal_deal:text!",
    )  # fmt: skip
    tables = [
        c.table(CRM, "contracts", columns, rows),
        c.table(CRM, "ends_by_quarter", ("quarter:text", "arr:minor"), _quarters(active)),
    ]
    if not rows:
        return c.section(CRM, "renewals", figures, status="empty", reason="no_contracts")
    return c.section(CRM, "renewals", figures, tables)


def open_renewal(c: Context, contract: Contract) -> str | None:
    """The CRM id of the open renewal deal that is linked to a contract."""
    deal = c.now.commerce.deals.get(contract.renewal_deal or "")
    return deal.crm_id if deal and deal.open else None


def successor(contracts: Iterable[Contract], contract: Contract) -> Contract | None:
    """A signed contract of the same product that begins after this one and ends later."""
    found = [
        k for k in contracts
        if k.signed and k.product == contract.product and k.starts and contract.starts and k.starts > contract.starts
        and contract.ends and (k.ends is None or k.ends > contract.ends)
    ]  # fmt: skip
    return min(found, key=lambda k: (k.starts or date.max, str(k.id)), default=None)


def _row(c: Context, k: Contract, day: date) -> Row:
    deal = open_renewal(c, k)
    stage = c.now.commerce.deals[deal].stage if deal else None
    noticed = k.noticed_on is not None and k.noticed_on <= day
    state = "upcoming" if k.starts and k.starts > day else "notice_given" if noticed else "active"
    cells = (
        k.name, state, k.arr, k.starts.isoformat() if k.starts else None, k.ends.isoformat() if k.ends else None,
        k.deadline.isoformat() if k.deadline else None, (k.deadline - day).days if k.deadline else None, k.auto_renew,
        stage,
    )  # fmt: skip
    events = (k.event, c.now.commerce.deals[deal].event if deal else None)
    return row(str(k.id), cells, events, currency=k.currency)


def _quarters(active: Iterable[Contract]) -> list[Row]:
    ending: dict[tuple[str, str], list[Contract]] = defaultdict(list)
    for k in active:
        if k.ends is not None:
            ending[f"{k.ends.year}-Q{(k.ends.month + 2) // 3}", k.currency].append(k)
    return [
        row(f"{quarter}/{currency}", (quarter, sum(k.arr or 0 for k in of)), (k.event for k in of), currency=currency)
        for (quarter, currency), of in sorted(ending.items())
    ]
