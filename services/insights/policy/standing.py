"""Where an account stands at an instant: the header of the account page, and a row of the portfolio, of any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.insights.policy.kpi.base import days
from services.insights.policy.world import Customer, World

INSTANT = timedelta(microseconds=1)
THEMES = ("COMMERCIAL", "TECHNICAL", "SERVICE", "EXEC_SPONSOR", "RENEWALS", "LEGAL", "PRODUCT")
SEVERITIES = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Standing:
    """One customer. Amounts in minor units of the company's currency; `event…` names what brought a figure."""

    account: UUID
    crm_id: str | None
    name: str | None
    life: str | None
    key_status: str
    parent: UUID | None
    tier: str | None
    tier_basis: str | None
    tier_event: str | None
    colour: str | None
    colour_why: str
    colour_since: datetime | None
    colour_event: str | None
    arr: int
    arr_events: tuple[str, ...]
    arr_history: tuple[tuple[date, int], ...]
    next_deadline: date | None
    owners: tuple[tuple[str, str], ...]
    last_contact: datetime | None
    last_contact_event: str | None
    next_qbr: date | None
    last_qbr: datetime | None
    plan_state: str | None
    plan_progress: int
    open_actions: int
    overdue_milestones: int
    open_risks: int
    escalation: str
    broken: tuple[str, ...]
    people: int
    facts: int
    absorbed: tuple[UUID, ...]
    first: datetime | None


def known(c: Customer, before: datetime) -> bool:
    """Whether the account was there: terms and merges are kept of all times, they alone make no account."""
    return c.profile(before - INSTANT)["life"] is not None


def standing(w: World, c: Customer, before: datetime) -> Standing:
    """Of a world that was cut at `before`."""
    at = before - INSTANT
    day = w.terms.day(at)
    profile, tier = c.profile(at), _last(c.book.tiers, at)
    colour = c.risk.at(at)
    arr, arr_events, _ = w.arr(c, day)
    active = [k for k in c.contracts.values() if k.active(day)]
    successors = {k.id for k in c.contracts.values()}
    open_ends = [k.deadline for k in active if k.deadline and k.deadline >= day and k.successor not in successors]
    talked = [k for k in c.contacts if k.meaningful and k.at < before]
    held = [r.held_at for r in c.reviews if r.held_at and r.held_at < before]
    plans = [q for g in c.growth for q in g.plans.values()]
    plan = next((q for q in plans if q.state == "active"), plans[-1] if plans else None)
    goals = [g for x in c.growth for g in x.goals.values() if plan and g.plan == plan.id and g.state != "withdrawn"]
    open_ = [s for b in c.books for s in b.risk.escalations.values() if s]
    return Standing(
        account=c.account, crm_id=profile["crm_id"], name=profile["name"], life=profile["life"],
        key_status=profile["key_status"], parent=profile["parent_account_id"],
        tier=tier.state["tier"] if tier else None, tier_basis=tier.state["basis"] if tier else None,
        tier_event=tier.event_id if tier else None, colour=colour.colour if colour else None,
        colour_why=colour.why if colour else "", colour_since=colour.began_at if colour else None,
        colour_event=colour.event_id if colour else None, arr=arr, arr_events=tuple(arr_events),
        arr_history=tuple((d, w.arr(c, d)[0]) for d in quarters(day)), next_deadline=min(open_ends, default=None),
        owners=tuple((t, o) for t in THEMES if (o := c.owner(t, at))),
        last_contact=talked[-1].at if talked else None, last_contact_event=talked[-1].event_id if talked else None,
        next_qbr=c.series.due if c.series.at(at) else None, last_qbr=max(held, default=None),
        plan_state=plan.state if plan else None,
        plan_progress=sum(g.progress for g in goals) // len(goals) if goals else 0,
        open_actions=sum(a.state in ("agreed", "in_progress") for a in c.actions),
        overdue_milestones=sum(m.overdue for g in c.growth for m in g.milestones.values()),
        open_risks=sum(i.state == "open" for b in c.books for i in b.risk.items.values()),
        escalation=min(open_, key=SEVERITIES.index, default=""),
        broken=tuple(sorted({b.standard for b in c.book.breaches if b.breached_at < before
                             and (b.restored_at is None or b.restored_at >= before)})),
        people=sum(q.here for q in c.people), facts=sum(len(b.facts) for b in c.books),
        absorbed=tuple(b.account for b in c.books[1:]),
        first=min((f.effective_at for b in c.books for f in b.facts), default=None),
    )  # fmt: skip


def quarters(day: date, count: int = 8) -> list[date]:
    """The last `count` quarter ends before a day, oldest first, and the day itself."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    found = [day]
    for _ in range(count):
        end = first - days(1)
        found.append(end)
        first = date(end.year, 3 * ((end.month - 1) // 3) + 1, 1)
    return found[::-1]


def _last(spans: Any, at: datetime) -> Any:
    return next((s for s in reversed(spans) if s.since <= at), None)
