"""What the figures suggest: goals to propose for the next period, and questions that nobody has answered yet.

Each row names a rule and what it found; documents put it into words. A proposal binds nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from services.qbr.pack.context import Context, row, share
from services.qbr.pack.facts import CRM
from services.qbr.pack.model import Row, Section
from services.qbr.pack.sections.people import KEY_ROLES, standing
from services.qbr.pack.sections.renewals import open_renewal, successor
from services.qbr.pack.sections.service import by_product, solved, trend
from services.qbr.pack.state.commerce import Contract

COLUMNS = ("rule:code", "about:text", "value:number", "target:number", "unit:text", "by:day")


def next_goals(c: Context) -> Section:
    """Proposals; those about renewals, sales and persons are internal."""
    rows = [*_use(c), *_service(c), *_goals_missed(c), *_own_promises(c), *_renewals(c), *_people(c)]
    if not rows:
        return c.section(CRM, "next_goals", status="empty", reason="nothing_to_propose")
    return c.section(CRM, "next_goals", tables=[c.table(CRM, "proposals", COLUMNS, rows)])


def _found(
    rule: str, about: str | None, events: tuple[str | None, ...], *, value: int | None = None,
    target: int | None = None,
    unit: str | None = None, by: str | None = None, internal: bool = False,
) -> Row:  # fmt: skip
    return row(f"{rule}/{about or ''}", (rule, about, value, target, unit, by), events, internal=internal)


def _use(c: Context) -> Iterator[Row]:
    if not _fresh(c):
        return
    for product, weeks in by_product(c).items():
        last, change = weeks[-1], trend(weeks)
        used = share(last.value, last.licensed or 0)
        events = (weeks[0].event, last.event)
        if change is not None and change <= -c.limits.use_fall_bp:
            yield _found("recover_use", product, events, value=change, target=weeks[0].value, unit="bp")
        elif used is not None and used < c.limits.use_low_bp:
            yield _found("raise_use", product, events, value=used, target=c.limits.use_goal_bp, unit="bp")
        elif used is not None and used >= c.limits.use_full_bp:
            yield _found("add_seats", product, events, value=used, unit="bp", internal=True)


def _fresh(c: Context) -> bool:
    newest = max((r.last for r in c.now.commerce.usage.values()), default=None)
    return newest is not None and newest >= c.day - timedelta(days=c.limits.usage_silent_days)


def _service(c: Context) -> Iterator[Row]:
    late = sorted(
        (k for k in c.now.commerce.cases.values() if k.open and k.overdue(c.limits.case_hours, c.at)),
        key=lambda k: k.crm_id,
    )
    done = solved(c)
    for priority in sorted(c.limits.case_hours):
        over = [k for k in late if k.priority == priority]
        closed = [k for k in done if k.priority == priority]
        kept = share(sum(not k.overdue(c.limits.case_hours, c.at) for k in closed), len(closed))
        if over:
            yield _found(
                "solve_overdue", priority, tuple(k.event for k in over), value=len(over), target=0, unit="count"
            )
        elif kept is not None and kept < c.limits.cases_in_time_bp:
            yield _found(
                "keep_limits", priority, tuple(k.event for k in closed), value=kept, target=c.limits.cases_in_time_bp,
                unit="bp",
            )  # fmt: skip


def _goals_missed(c: Context) -> Iterator[Row]:
    for g in c.now.growth.live_goals():
        if g.status in ("off_track", "missed"):
            yield _found(
                f"goal_{g.status}", g.title, (g.event, g.check_event, g.closed_event), value=g.value, target=g.target,
                unit=g.unit, by=g.due.isoformat(),
            )  # fmt: skip


def _own_promises(c: Context) -> Iterator[Row]:
    for p in sorted(c.now.promises.items.values(), key=lambda p: (p.due, p.id)):
        if p.side == "ours" and standing(c, p) == "overdue":
            yield _found("keep_promise", p.title, tuple(p.events), by=p.due.isoformat())


def _renewals(c: Context) -> Iterator[Row]:
    for k in _deadlines(c):
        if k.noticed_on is None and successor(c.now.commerce.contracts.values(), k) is None:
            yield _found(
                "secure_renewal", k.name, (k.event,), value=k.arr, unit=f"minor:{k.currency}",
                by=k.deadline.isoformat() if k.deadline else None, internal=True,
            )  # fmt: skip


def _deadlines(c: Context) -> list[Contract]:
    ahead = timedelta(days=c.limits.deadline_days)
    return [k for k in c.now.commerce.active(c.day) if k.deadline and c.day <= k.deadline <= c.day + ahead]


def _people(c: Context) -> Iterator[Row]:
    here = c.now.people.here()
    for role in KEY_ROLES:
        if c.now.people.persons and not any(role in p.roles for p in here):
            yield _found("win_role", role, tuple(p.events.get("roles") for p in here), internal=True)


def open_questions(c: Context) -> Section:
    """What should be known and is not, and what should be settled and is not."""
    rows = [*_risk_gaps(c), *_contract_gaps(c), *_deal_gaps(c), *_other_gaps(c)]
    if not rows:
        return c.section(CRM, "open_questions", status="empty", reason="no_questions")
    return c.section(CRM, "open_questions", tables=[c.table(CRM, "questions", COLUMNS, rows)])


def _risk_gaps(c: Context) -> Iterator[Row]:
    """A floor that forces the colour, and a named risk, want a countermeasure; an escalation wants word in time."""
    r = c.now.risk
    if r.colour is not None and r.colour.colour in ("RED", "AMBER"):
        for cause in r.causes:
            if cause.floor and not r.answers(cause, c.at):
                yield _found("cause_unanswered", cause.code, (r.colour.event, *cause.events))
    for i in sorted((i for i in r.items.values() if i.open), key=lambda i: (i.since, i.id)):
        if not i.answered(c.at):
            yield _found("risk_unanswered", i.title, tuple(i.events))
    for e in sorted((e for e in r.escalations.values() if e.closed_at is None), key=lambda e: (e.since, e.id)):
        if e.update_due is not None and e.update_due < c.at:
            yield _found("escalation_silent", e.title, tuple(e.events), by=c.local(e.update_due).isoformat())


def _contract_gaps(c: Context) -> Iterator[Row]:
    for k in c.now.commerce.active(c.day):
        missing = {"end": k.ends, "notice": k.notice_days, "arr": k.arr}
        for what, value in missing.items():
            if value is None:
                yield _found(f"contract_without_{what}", k.name, (k.event,))
        if k.noticed_on is not None and k.noticed_on <= c.day:
            yield _found("after_notice", k.name, (k.event,), by=k.ends.isoformat() if k.ends else None)
    for k in _deadlines(c):
        near = k.deadline is not None and k.deadline <= c.day + timedelta(days=c.limits.deadline_soon_days)
        if near and not open_renewal(c, k) and successor(c.now.commerce.contracts.values(), k) is None:
            yield _found("no_renewal_deal", k.name, (k.event,), by=k.deadline.isoformat() if k.deadline else None)


def _deal_gaps(c: Context) -> Iterator[Row]:
    for d in sorted((d for d in c.now.commerce.deals.values() if d.open), key=lambda d: (-(d.amount or 0), d.crm_id)):
        gaps: list[tuple[str, str | None]] = []
        if d.closes is not None and d.closes < c.day:
            gaps.append(("deal_past_close", d.closes.isoformat()))
        if not d.amount:
            gaps.append(("deal_without_amount", None))
        for rule, by in gaps:
            yield row(f"{rule}/{d.crm_id}", (rule, d.name, None, None, None, by), (d.event,))


def _other_gaps(c: Context) -> Iterator[Row]:
    stale = [p for p in c.now.people.here() if p.stale]
    if stale:
        yield _found(
            "stakeholders_stale", None, tuple(p.events.get("stale") for p in stale), value=len(stale), unit="count"
        )
    unplaced = [k for k in c.now.commerce.cases.values() if k.open and k.priority not in c.limits.case_hours]
    if unplaced:
        events = tuple(k.event for k in unplaced)
        yield _found("cases_without_priority", None, events, value=len(unplaced), unit="count")
    for g in c.now.growth.live_goals():
        due = (g.checked_on or g.starts) + timedelta(days=c.limits.goal_check_days)
        if g.closed_at is None and due < c.day:
            yield _found("goal_unchecked", g.title, (g.event, g.check_event), by=due.isoformat())
    if not c.now.growth.plans:
        yield _found("no_plan", None, ())
    for p in sorted(c.now.promises.items.values(), key=lambda p: (p.due, p.id)):
        if p.side == "customer" and standing(c, p) == "overdue":
            yield _found("promise_of_customer", p.title, tuple(p.events), by=p.due.isoformat())
