"""The one list of what is due, from what all services know: the gravest first, each with where to settle it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.portal.models import (
    AccountRow,
    Escalations,
    Ledger,
    Plans,
    Portfolio,
    Qbrs,
    RiskBoard,
    Tier,
)
from services.portal.qbrs import group_of, next_step

WEEK = timedelta(days=7)
Group = Literal["red", "overdue", "week"]
GROUPS: tuple[Group, ...] = ("red", "overdue", "week")


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do. `kind` names it in the catalogs, `do` the button; `on` is the day it counts from."""

    group: Group
    kind: str
    account_id: str
    owner_id: str
    on: datetime | date | None
    path: str
    do: str
    what: str = ""  # a title, or a sentence of the service
    count: int = 0
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the services answered; None: a service does not answer, and its part is missing."""

    portfolio: Portfolio | None
    board: RiskBoard | None
    escalations: Escalations | None
    plans: Plans | None
    qbrs: Qbrs | None
    ledger: Ledger | None

    @property
    def missing(self) -> list[str]:
        """Services whose part is missing."""
        parts = {
            "accounts": self.portfolio,
            "risk": self.board and self.escalations,
            "growth": self.plans,
            "qbr": self.qbrs and self.ledger,
        }
        return [name for name, part in parts.items() if part is None]

    @property
    def accounts(self) -> Mapping[str, AccountRow]:
        """The accounts by id."""
        return {r.account_id: r for r in self.portfolio.rows} if self.portfolio else {}


@dataclass(frozen=True, slots=True)
class Line:
    """A due thing with its account, for the table."""

    due: Due
    crm_id: str
    account: str
    tier: Tier | None


def due(known: Known, today: date, zone: ZoneInfo, whose: str = "") -> dict[Group, list[Line]]:
    """Group → lines, what is longest due first. `whose`: a user id, only theirs; empty: everybody's."""
    accounts = known.accounts
    names = {r.account_id: (r.crm_id, r.name, r.tier) for r in accounts.values()}
    if known.board:
        names |= {r.account_id: (r.crm_id or "", r.name or "", r.tier) for r in known.board.rows} | names
    out: dict[Group, list[Line]] = {g: [] for g in GROUPS}
    found = [
        *_risks(known),
        *_escalations(known),
        *_plans(known, today),
        *_qbrs(known, today),
        *_promises(known, today),
    ]
    for d in [*found, *_notices(accounts.values(), today)]:
        mine = whose in ("", d.owner_id) or whose == getattr(accounts.get(d.account_id), "owner_id", None)
        if mine and d.account_id in names:
            crm_id, name, tier = names[d.account_id]
            path = d.path.replace("{crm_id}", crm_id)
            out[d.group].append(Line(replace(d, path=path), crm_id, name, tier))
    for lines in out.values():
        lines.sort(key=lambda x: (_day(x.due.on, zone), x.account))
    return out


def _day(at: datetime | date | None, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date() if isinstance(at, datetime) else at or date.max


def _risks(known: Known) -> Iterable[Due]:
    for r in known.board.rows if known.board else ():
        if r.colour == "RED" and r.no_countermeasure:
            path = "/accounts/{crm_id}/risk#measures"
            yield Due(
                "red", "red", r.account_id, r.owner_id or "", r.since, path, "plan", r.why or "", event_id=r.event_id
            )  # fmt: skip
        if r.override_waits:
            yield Due(
                "week", "override", r.account_id, r.owner_id or "", None, "/accounts/{crm_id}/risk#override", "confirm"
            )


def _escalations(known: Known) -> Iterable[Due]:
    for e in known.escalations.rows if known.escalations else ():
        path = f"/escalations/{e.escalation_id}"
        if e.update_overdue:
            yield Due(
                "overdue", "escalation", e.account_id, e.dri or "", e.update_due_at, f"{path}#say", "say", e.title or ""
            )  # fmt: skip
        elif not e.dri and e.status != "Closed":
            yield Due("overdue", "undirected", e.account_id, "", e.opened_at, f"{path}#direct", "direct", e.title or "")


def _plans(known: Known, today: date) -> Iterable[Due]:
    path = "/accounts/{crm_id}/plan"
    for p in known.plans.plans if known.plans else ():
        if p.overdue_milestones and p.status == "Active":
            yield Due(
                "overdue", "milestones", p.account_id or "", p.owner or "", None, f"{path}#waiting", "look",
                p.title or "", p.overdue_milestones,
            )  # fmt: skip
        if p.status == "InReview":
            yield Due("week", "approval", p.account_id or "", p.owner or "", None, path, "approve", p.title or "")
    for m in known.plans.missing if known.plans else ():
        if m.missed or (m.due_on and m.due_on <= today + WEEK):
            group: Group = "overdue" if m.missed else "week"
            yield Due(group, "plan_missing", m.account_id, "", m.due_on, f"{path}#draft", "draft")


def _qbrs(known: Known, today: date) -> Iterable[Due]:
    for q in known.qbrs.rows if known.qbrs else ():
        group, on = group_of(q.state), q.on or q.due_by
        late = q.state == "Missed" or q.overdue
        soon = group in ("due", "scheduled") and on is not None and on <= today + WEEK
        follow = group == "followup"
        if late or soon or follow:
            kind = "qbr_late" if late else "qbr_followup" if follow else "qbr_soon"
            yield Due(
                "overdue" if late else "week", kind, q.account_id, q.owner_id or "", on, f"/qbrs/{q.qbr_id}#next",
                f"qbr_{next_step(q)}" if next_step(q) else "look", event_id=q.event_id,
            )  # fmt: skip


def _promises(known: Known, today: date) -> Iterable[Due]:
    for row in known.ledger.rows if known.ledger else ():
        a = row.action
        if a is None or a.state in ("Done", "Dropped") or not row.qbr_id or not a.account_id:
            continue
        if a.overdue or (a.due and a.due <= today + WEEK):
            yield Due(
                "overdue" if a.overdue else "week", "promise_ours" if a.side == "ours" else "promise_theirs",
                a.account_id, (a.owner or "") if a.side == "ours" else "", a.due,
                f"/qbrs/{row.qbr_id}?open={a.action_id}#a-{a.action_id}", "settle", a.title or "", event_id=a.event_id,
            )  # fmt: skip


def _notices(rows: Iterable[AccountRow], today: date) -> Iterable[Due]:
    for r in rows:
        if r.next_notice_deadline and today <= r.next_notice_deadline <= today + WEEK:
            evidence = r.evidence.get("next_notice_deadline")
            yield Due(
                "week", "notice", r.account_id, r.owner_id or "", r.next_notice_deadline,
                "/accounts/{crm_id}#contracts", "look", event_id=evidence,
            )  # fmt: skip


def total(lines: Mapping[Group, Sequence[Line]]) -> int:
    """How many things are due."""
    return sum(len(x) for x in lines.values())
