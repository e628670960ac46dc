"""What people decided about risks, folded from the history rows up to an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.reads.tables import decisions

OVER = ("Resolved", "Materialised")
SEVERITIES = ("low", "medium", "high", "critical")


@dataclass(slots=True)
class Measure:
    """A countermeasure. `said`: reference of why it failed."""

    id: str
    title: str
    owner: str
    due: date
    link: str
    status: str = "planned"
    said: str = ""


@dataclass(slots=True)
class Item:
    """A risk item. `version`: of its stream; `said`: reference of why it was accepted."""

    id: str
    account_id: UUID
    category: str
    cause: str
    title: str
    owner: str
    at: datetime
    status: str = "Identified"
    likelihood: int | None = None
    impact: int | None = None
    arr: int = 0
    currency: str = ""
    until: datetime | None = None
    accepted_by: str = ""
    said: str = ""
    version: int = 1
    measures: dict[str, Measure] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        return self.status not in OVER

    @property
    def no_countermeasure(self) -> bool:
        answered = any(m.status in ("planned", "completed") for m in self.measures.values())
        return self.open and self.status != "Accepted" and not answered


@dataclass(slots=True)
class Escalation:
    """An escalation."""

    id: str
    account_id: UUID
    title: str
    cause: str
    severity: str
    at: datetime
    risk_id: str
    status: str = "Opened"
    dri: str = ""
    due: datetime | None = None
    overdue: bool = False
    said_at: datetime | None = None
    said: str = ""
    closed_at: datetime | None = None
    version: int = 1


@dataclass(slots=True)
class Override:
    """A colour that a person set."""

    id: str
    to: str
    was: str
    reason: str
    text: str
    until: datetime
    by: str
    at: datetime
    status: str
    confirmed_by: str = ""


@dataclass(slots=True)
class Responses:
    """Of one account."""

    items: dict[str, Item] = field(default_factory=dict)
    escalations: dict[str, Escalation] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)

    @property
    def gravest(self) -> str:
        """The gravest open escalation, or empty."""
        found = [e.severity for e in self.escalations.values() if e.status != "Closed"]
        return max(found, key=SEVERITIES.index, default="")

    @property
    def planned(self) -> bool:
        """Whether anything is done about any open risk."""
        return any(i.open and not i.no_countermeasure for i in self.items.values())

    def texts(self) -> set[UUID]:
        """References of the free text."""
        refs = [o.text for o in self.overrides.values()] + [e.said for e in self.escalations.values()]
        refs += [i.said for i in self.items.values()]
        refs += [m.said for i in self.items.values() for m in i.measures.values()]
        return {UUID(r) for r in refs if r}


async def responses(
    conn: AsyncConnection, before: datetime, accounts: Collection[UUID] | None = None
) -> dict[UUID, Responses]:
    """What was decided before an instant. `accounts`: only these; None: all."""
    t = decisions
    query = select(t).where(t.c.effective_at < before).order_by(t.c.effective_at, t.c.position)
    if accounts is not None:
        query = query.where(t.c.account_id.in_(accounts))
    found: dict[UUID, Responses] = defaultdict(Responses)
    for row in (await conn.execute(query)).mappings():
        _fold(found[row["account_id"]], dict(row))
    for r in found.values():
        for o in r.overrides.values():
            if o.status in ("waits", "holds") and o.until <= before:
                o.status = "expired"
    return dict(found)


def _fold(r: Responses, row: Mapping[str, Any]) -> None:
    d, kind = row["data"], row["type"]
    if "override_id" in d:
        _override(r, kind, d, row["effective_at"])
    elif kind.startswith("Escalation"):
        _escalation(r, kind, d, row)
    elif "risk_id" in d:
        _item(r, kind, d, row)


def _override(r: Responses, kind: str, d: Mapping[str, Any], at: datetime) -> None:
    key = d["override_id"]
    if kind == "RiskColourOverridden":
        status = "waits" if d["needs_second"] else "holds"
        until = datetime.fromisoformat(d["until"])
        r.overrides[key] = Override(key, d["to"], d["from_"], d["reason"], d["reason_ref"], until, d["by"], at, status)
    elif kind == "RiskOverrideConfirmed":
        r.overrides[key].status, r.overrides[key].confirmed_by = "holds", d["by"]
    else:
        r.overrides[key].status = "lifted" if kind == "RiskOverrideLifted" else "expired"


def _escalation(r: Responses, kind: str, d: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    key, at = d["escalation_id"], row["effective_at"]
    if kind == "EscalationOpened":
        r.escalations[key] = Escalation(
            key, row["account_id"], d["title"], d["cause"], d["severity"], at, d["risk_id"] or ""
        )
    e = r.escalations[key]
    e.severity, e.version = d["severity"], row["version"]
    if d.get("update_due_at"):
        e.due, e.overdue = datetime.fromisoformat(d["update_due_at"]), False
    if kind == "EscalationDriAssigned":
        e.dri, e.status = d["dri"], "Owned" if e.status == "Opened" else e.status
    elif kind == "EscalationUpdated":
        e.said, e.said_at, e.status = d["text_ref"], at, "InProgress"
    elif kind == "EscalationUpdateOverdue":
        e.overdue = True
    elif kind == "EscalationResolutionProposed":
        e.said, e.said_at, e.status = d["text_ref"], at, "ResolutionProposed"
    elif kind == "EscalationClosed":
        e.status, e.closed_at, e.due, e.overdue = "Closed", at, None, False
    elif kind == "EscalationReopened":
        e.said, e.said_at, e.status, e.closed_at = d["reason_ref"], at, "InProgress", None


def _item(r: Responses, kind: str, d: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    key = d["risk_id"]
    if kind == "RiskIdentified":
        r.items[key] = Item(
            key, row["account_id"], d["category"], d["cause"], d["title"], d["owner"], row["effective_at"]
        )
    item = r.items[key]
    item.version = row["version"]
    match kind:
        case "RiskAssessed":
            item.likelihood, item.impact = d["likelihood"], d["impact"]
            item.arr, item.currency = d["arr_exposed"]["amount"], d["arr_exposed"]["currency"]
            item.status = "Assessed" if item.status == "Identified" else item.status
        case "CountermeasurePlanned":
            due = date.fromisoformat(d["due"])
            item.measures[d["countermeasure_id"]] = Measure(
                d["countermeasure_id"], d["title"], d["owner"], due, d["link"]
            )
            item.status = "Mitigating"
        case "CountermeasureCompleted":
            item.measures[d["countermeasure_id"]].status = "completed"
        case "CountermeasureFailed":
            measure = item.measures[d["countermeasure_id"]]
            measure.status, measure.said = "failed", d["reason_ref"]
        case "RiskItemMonitored":
            item.status = "Monitoring"
        case "RiskAccepted":
            item.status, item.until = "Accepted", datetime.fromisoformat(d["until"])
            item.accepted_by, item.said = d["by"], d["reason_ref"]
        case "RiskResolved":
            item.status = "Resolved"
        case "RiskMaterialised":
            item.status = "Materialised"
