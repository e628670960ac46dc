"""Books → rows of the BI tables: a pure function of the facts of one account, so a rebuild gives the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.insights.policy.book import Book
from services.insights.policy.book.commerce import Contract
from services.insights.policy.book.people import UNKNOWN
from services.insights.policy.book.profile import NO_TIER, NOBODY, VACANT
from services.insights.policy.intervals import Patch, State, versions
from services.insights.policy.world import Terms

Row = dict[str, Any]
EVENTS = 50  # event ids on one row at most: the first, and the newest


@dataclass(frozen=True, slots=True)
class Scene:
    """What a row needs besides its book: who absorbed whom, what days mean, the last day that months are told of."""

    merged: Mapping[UUID, UUID]
    terms: Terms
    until: date

    def holder(self, account: UUID) -> UUID:
        """Whose figures the account's are."""
        return self.merged.get(account, account)


def rows(book: Book, scene: Scene) -> dict[str, list[Row]]:
    """table → rows of one account."""
    makers = {
        "dim_account": _versions(book, book.profile_patches, NOBODY),
        "dim_tier": _versions(book, book.tier_patches, NO_TIER),
        "dim_owner": _owners(book), "dim_stakeholder": _people(book), "dim_contract": _contracts(book, scene),
        "fact_contract_month": _months(book, scene), "fact_opportunity": _deals(book, scene),
        "fact_contact_day": _days(book, scene), "fact_qbr": _reviews(book), "fact_action": _actions(book),
        "fact_milestone": _milestones(book), "fact_goal": _goals(book), "fact_risk_episode": _episodes(book),
        "fact_standard_breach": _breaches(book), "fact_alert": _alerts(book),
    }  # fmt: skip
    return {table: [{"account_id": book.account, **row} for row in made] for table, made in makers.items()}


def cited(events: list[str]) -> list[str]:
    """The events that a row names."""
    return events if len(events) <= EVENTS else [events[0], *events[1 - EVENTS :]]


def _versions(book: Book, patches: list[Patch], empty: State, **more: Any) -> Iterator[Row]:
    for v in versions(patches, empty):
        times = {"valid_from": v.valid_from, "valid_to": v.valid_to, "known_from": v.known_from}
        yield {**more, **v.state, **times, "known_to": v.known_to, "event_ids": [v.event_id]}


def _owners(book: Book) -> Iterator[Row]:
    for theme, patches in sorted(book.owner_patches.items()):
        yield from _versions(book, patches, VACANT, theme=theme)


def _people(book: Book) -> Iterator[Row]:
    for subject, patches in sorted(book.person_patches.items(), key=lambda p: str(p[0])):
        for row in _versions(book, patches, UNKNOWN, subject_id=subject):
            yield {**row, "roles": None if row["roles"] is None else list(row["roles"])}


def _contracts(book: Book, scene: Scene) -> Iterator[Row]:
    for c in book.contracts.values():
        yield {
            "contract_id": c.id, "holder_id": scene.holder(book.account), "product": c.product, "signed": c.signed,
            "withdrawn": c.withdrawn, "starts_on": c.starts_on, "ends_on": c.ends_on, "arr_minor": c.arr,
            "currency": c.currency, "notice_period_days": c.notice_days, "notice_deadline": c.deadline,
            "notice_received_on": c.notice_on, "auto_renew": c.auto_renew, "outcome": c.outcome,
            "successor_id": c.successor, "renewed_at": c.renewed_at, "event_ids": cited(c.events),
        }  # fmt: skip


def _months(book: Book, scene: Scene) -> Iterator[Row]:
    before = {c.successor: c for c in book.contracts.values() if c.successor is not None}
    for c in book.contracts.values():
        if not c.counts or c.starts_on is None:
            continue
        month = c.starts_on.replace(day=1)
        while month <= scene.until:
            end = following(month) - timedelta(days=1)
            start_arr = c.arr if c.active(month - timedelta(days=1)) else 0
            end_arr = c.arr if c.active(end) else 0
            if not start_arr and not end_arr and month > c.starts_on:
                break
            kind, amount = _movement(c, before.get(c.id), book, start_arr, end_arr)
            yield {
                "contract_id": c.id, "holder_id": scene.holder(book.account), "month": month, "product": c.product,
                "arr_start_minor": start_arr, "arr_end_minor": end_arr, "currency": c.currency, "movement": kind,
                "movement_minor": amount, "event_ids": cited(c.events),
            }  # fmt: skip
            month = following(month)


def following(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _movement(c: Contract, before: Contract | None, book: Book, start: int, end: int) -> tuple[str, int]:
    if start == end:
        return "none", 0
    if end > start:
        if before is None:
            return "new", end
        change = end - before.arr
        return ("expansion" if change > 0 else "contraction" if change < 0 else "renewal"), change
    if c.successor is not None and c.successor in book.contracts:
        return "renewal", 0  # the difference is on the successor's row
    return "lost", -start


def _deals(book: Book, scene: Scene) -> Iterator[Row]:
    for d in book.deals.values():
        link = book.growth.links.get(d.id)
        yield {
            "opportunity_id": d.id, "holder_id": scene.holder(book.account), "outcome": d.outcome, "stage": d.stage,
            "motion": d.motion, "amount_minor": d.amount, "currency": d.currency, "closes_on": d.closes_on,
            "first_seen_at": d.first_seen, "closed_at": d.closed_at, "initiative_id": link[0] if link else None,
            "event_ids": cited([*d.events, *([link[1]] if link else [])]),
        }  # fmt: skip


def _days(book: Book, scene: Scene) -> Iterator[Row]:
    groups: dict[tuple[date, str], list[Any]] = defaultdict(list)
    for c in book.contacts:
        groups[scene.terms.day(c.at), c.kind].append(c)
    for (day, kind), contacts in sorted(groups.items()):
        talked = [c for c in contacts if c.meaningful]
        people = {p for c in talked for p in c.participants}
        yield {
            "day": day, "kind": kind, "contacts": len(contacts), "meaningful": len(talked), "customers": len(people),
            "event_ids": cited([c.event_id for c in contacts]),
        }  # fmt: skip


def _reviews(book: Book) -> Iterator[Row]:
    for r in book.reviews.values():
        yield {
            "qbr_id": r.id, "state": r.state, "due_by": r.due, "due_by_frozen": r.due_frozen,
            "scheduled_at": r.scheduled_at, "held_at": r.held_at, "missed_at": r.missed_at, "closed_at": r.closed_at,
            "moves": r.moves, "minutes": r.minutes, "economic_buyer_present": r.buyer, "customers_present": r.customers,
            "actions_ours": r.ours, "actions_customer": r.theirs, "next_dated": r.next_dated,
            "pack_hash": r.pack_hash, "event_ids": cited(r.events),
        }  # fmt: skip


def _actions(book: Book) -> Iterator[Row]:
    for a in book.actions.values():
        done = a.done_at.date() if a.done_at and a.state == "done" else None
        last = None if done is None else bool(a.in_time)
        yield {
            "action_id": a.id, "qbr_id": a.qbr, "side": a.side, "state": a.state, "agreed_at": a.agreed_at,
            "first_due": a.first_due, "due": a.due, "done_at": a.done_at,
            "on_time_first": None if done is None else kept_first(done, a.first_due, last, a.moves),
            "on_time_last": last, "moves": a.moves, "blocked": a.blocked, "initiative_id": a.initiative,
            "event_ids": cited(a.events),
        }  # fmt: skip


def kept_first(done: date, first_due: date, in_time: bool | None, moves: int) -> bool:
    """Whether it was done by its first due day; unless that was moved, the service that decides knows best (zones)."""
    return bool(in_time) if not moves else done <= first_due


def _milestones(book: Book) -> Iterator[Row]:
    for m in book.growth.milestones.values():
        done = m.completed_on if m.state == "done" else None
        yield {
            "milestone_id": m.id, "plan_id": m.plan, "initiative_id": m.initiative, "state": m.state,
            "planned_at": m.planned_at, "first_due": m.first_due, "due": m.due, "completed_on": m.completed_on,
            "on_time_first": None if done is None else done <= m.first_due,
            "on_time_last": None if done is None else done <= m.due, "slips": m.slips,
            "became_overdue": m.was_overdue, "event_ids": cited(m.events),
        }  # fmt: skip


def _goals(book: Book) -> Iterator[Row]:
    for g in book.growth.goals.values():
        plan = book.growth.plans.get(g.plan)
        yield {
            "goal_id": g.id, "plan_id": g.plan, "plan_state": plan.state if plan else "drafted", "state": g.state,
            "kpi_id": g.kpi, "baseline": g.baseline, "target": g.target, "value": g.value, "unit": g.unit, "due": g.due,
            "progress_bp": g.progress, "event_ids": cited(g.events),
        }  # fmt: skip


def _episodes(book: Book) -> Iterator[Row]:
    for e in book.risk.episodes:
        yield {
            "began_at": e.began_at, "ended_at": e.ended_at, "colour": e.colour, "colour_before": e.before,
            "colour_after": e.after, "cause": e.cause, "code": e.code, "score": e.score, "arr_exposed_minor": e.arr,
            "currency": e.currency, "model_version": e.model, "event_ids": [i for i in (e.event_id, e.end_event) if i],
        }  # fmt: skip


def _breaches(book: Book) -> Iterator[Row]:
    for b in book.breaches:
        yield {
            "standard": b.standard, "tier": b.tier, "breached_at": b.breached_at, "restored_at": b.restored_at,
            "policy_version": b.policy, "event_ids": b.event_ids,
        }  # fmt: skip


def _alerts(book: Book) -> Iterator[Row]:
    for a in book.alerts.values():
        raised: datetime | None = a.raised_at
        yield {
            "alert_id": a.id, "rule": a.rule, "severity": a.severity, "raised_at": raised, "deliveries": a.deliveries,
            "dead_letters": a.dead, "acknowledged_at": a.acknowledged_at, "escalated_to": a.level,
            "outcome": a.outcome, "ended_at": a.ended_at, "suppressed_why": a.why, "event_ids": cited(a.events),
        }  # fmt: skip
