"""Open opportunities by stage, and what was won and lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from services.qbr.pack.context import Context, row
from services.qbr.pack.facts import CRM
from services.qbr.pack.model import Section
from services.qbr.pack.state.commerce import LOST, WON, Deal


def pipeline(c: Context) -> Section:
    """Deals open now; won and lost count since the baseline."""
    deals = sorted(
        c.now.commerce.deals.values(), key=lambda d: (d.probability or 0, d.stage, -(d.amount or 0), d.crm_id)
    )
    open_deals = [d for d in deals if d.open]
    figures = [c.figure(CRM, "open_deals", len(open_deals), "count", (d.event for d in open_deals))]
    figures += c.money(CRM, "open_amount", _sums(open_deals), (d.event for d in open_deals))
    weighted: dict[str, int] = defaultdict(int)
    for d in open_deals:
        weighted[d.currency] += (d.amount or 0) * (d.probability or 0)
    figures += c.money(
        CRM, "weighted_amount", {k: (v + 50) // 100 for k, v in weighted.items()}, (d.event for d in open_deals)
    )
    late = [d for d in open_deals if d.closes is not None and d.closes < c.day]
    figures.append(c.figure(CRM, "past_close", len(late), "count", (d.event for d in late)))
    for name, stage in (("won", WON), ("lost", LOST)):
        closed = [d for d in deals if d.stage == stage and d.changed_at > c.since]
        figures.append(c.figure(CRM, f"{name}_deals", len(closed), "count", (d.event for d in closed)))
        figures += c.money(CRM, f"{name}_amount", _sums(closed), (d.event for d in closed))
    by_stage: dict[tuple[int, str, str], list[Deal]] = defaultdict(list)
    for d in open_deals:
        by_stage[d.probability or 0, d.stage, d.currency].append(d)
    stages = [
        row(f"{stage}/{currency}", (stage, probability, len(of), sum(d.amount or 0 for d in of)), (d.event for d in of),
            currency=currency)
        for (probability, stage, currency), of in sorted(by_stage.items())
    ]  # fmt: skip
    listed = [
        row(d.crm_id, (d.name, d.motion or "new", d.stage, d.amount, d.closes.isoformat() if d.closes else None,
            d.slips),
            (d.event,), currency=d.currency)
        for d in sorted(open_deals, key=lambda d: (-(d.amount or 0), d.crm_id))
    ]  # fmt: skip
    tables = [
        c.table(CRM, "stages", ("stage:text", "probability:percent", "deals:count", "amount:minor"), stages),
        c.table(
            CRM, "deals",
            ("deal:text", "motion:code", "stage:text", "amount:minor", "closes:day", "slips:count"), listed,
        ),
    ]  # fmt: skip
    if not open_deals:
        return c.section(CRM, "pipeline", figures, status="empty", reason="no_open_deals")
    return c.section(CRM, "pipeline", figures, tables)


def _sums(deals: Iterable[Deal]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for d in deals:
        total[d.currency] += d.amount or 0
    return total
