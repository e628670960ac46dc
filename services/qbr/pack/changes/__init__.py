"""What happened at the account between two moments, in the words of its domain: the semantic difference (X3).

Compared are two states, not two lists of events: what was changed and changed back is no change, and a fact that says
again what was known says nothing. Each row names the facts behind it.
"""

from __future__ import annotations

from services.qbr.pack.changes.commerce import contract_changes, deal_changes
from services.qbr.pack.changes.people import PEOPLE_COLUMNS, people_changes
from services.qbr.pack.changes.plan import plan_changes, promise_changes
from services.qbr.pack.changes.risk import risk_changes
from services.qbr.pack.changes.rows import COLUMNS
from services.qbr.pack.context import Context
from services.qbr.pack.facts import ACCOUNTS, CRM, GROWTH, QBR, RISK
from services.qbr.pack.model import Section

__all__ = ["PEOPLE_COLUMNS", "changes", "people_changes"]


def changes(c: Context) -> Section:
    """Contracts, deals, plan, promises and risk; persons have a table of their own, internal as far as it judges."""
    people = people_changes(c)
    tables = [
        c.table(CRM, "contracts", COLUMNS, contract_changes(c)),
        c.table(CRM, "opportunities", COLUMNS, deal_changes(c), internal=True),
        c.table(GROWTH, "plan", COLUMNS, plan_changes(c)),
        c.table(QBR, "promises", COLUMNS, promise_changes(c)),
        c.table(RISK, "risk", COLUMNS, risk_changes(c), internal=True),
        c.table(ACCOUNTS, "people", PEOPLE_COLUMNS, people),
    ]
    tables = [t for t in tables if t.rows]
    figures = [
        c.figure(
            CRM, "changes", len(t.rows), "count", (e for r in t.rows for e in r.events), of=t.name, internal=t.internal
        )
        for t in tables
    ]
    if not tables:
        return c.section(CRM, "changes", status="empty", reason="no_changes")
    return c.section(CRM, "changes", figures, tables)
