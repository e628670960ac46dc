"""What the folds found → messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson

from services.insights.policy import people_map, readiness, rollout, search, timeline
from services.insights.policy.book.profile import NOBODY
from services.insights.policy.intervals import State
from services.insights.policy.kpi import Definition, Part, Result
from services.insights.policy.kpi.base import Rules
from services.insights.policy.kpi.relations import fresh
from services.insights.policy.standing import Standing
from services.insights.policy.world import Customer, World
from shared.protos import insights_pb2 as pb


def instant(at: datetime | None) -> str:
    """RFC 3339 in UTC; empty: not known."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else ""


def day(on: date | None) -> str:
    """ISO 8601; empty: not known."""
    return on.isoformat() if on else ""


def definition(d: Definition) -> pb.KpiDefinition:
    """One KPI's definition."""
    return pb.KpiDefinition(
        kpi=d.id, version=d.version, kind=d.kind, unit=d.unit, window=d.window, better=d.better,
        title_de=d.title["de"], title_en=d.title["en"], formula=d.formula, of=d.of,
        least=d.minimum,
    )  # fmt: skip


def points(rows: Iterable[Any]) -> list[pb.Point]:
    """Values of closed months, oldest first: of each month the last one told, and the first."""
    by_month: dict[date, list[Any]] = {}
    for r in rows:
        by_month.setdefault(r["as_of"], []).append(r)
    return [
        pb.Point(
            as_of=day(month), value=told[-1]["value"], restated=len(told) > 1, first_value=told[0]["value"],
            event_id=f"insights:{told[-1]['position']}",
        )
        for month, told in sorted(by_month.items())
    ]  # fmt: skip


def restatement(r: Any, old: Mapping[int, Any]) -> pb.Restatement:
    """A value that took the place of another one."""
    before = old.get(r["restates"])
    return pb.Restatement(
        as_of=day(r["as_of"]), scope=r["scope"], old=before["value"] if before else None, new=r["value"],
        known_at=instant(r["known_at"]), causes=r["causes"], account_ids=[str(a) for a in r["changed_accounts"]],
        event_id=f"insights:{r['position']}", restates=f"insights:{r['restates']}",
    )  # fmt: skip


def figure(r: Result, rows: Iterable[Any]) -> pb.Figure:
    """A value with its trend."""
    return pb.Figure(
        definition=definition(r.definition), value=r.value, numerator=r.n, denominator=r.d, accounts=len(r.counted),
        apart=len(r.parts) - len(r.counted), trend=points(rows),
    )  # fmt: skip


def part(w: World, d: Definition, account: UUID, p: Part, start: datetime) -> pb.KpiPart:
    """One customer's part; too few cases of what persons did are not shown."""
    if d.of_persons and len(p.values) + len(p.running) < d.minimum:
        p = Part(apart=p.apart)
    c = w.by_account[account]
    known = profile(w, account)
    return pb.KpiPart(
        account_id=str(account), crm_id=known["crm_id"] or "", name=known["name"] or "", tier=c.tier(start) or "",
        numerator=p.n, denominator=p.d, values=p.values, running=p.running, apart=p.apart or "", event_ids=p.events,
    )  # fmt: skip


def profile(w: World, account: UUID | None) -> State:
    """Master data as they are known last; nobody's for what belongs to no account."""
    found = w.by_account.get(account) if account is not None else None
    return found.profile(w.terms.end(date(9000, 1, 1))) if found else NOBODY


def hit(w: World, e: search.Entry) -> pb.SearchHit:
    """Something that was found."""
    known = profile(w, e.account)
    return pb.SearchHit(
        kind=e.kind, id=e.id, account_id=str(e.account), crm_id=known["crm_id"] or "", account=known["name"] or "",
        text=e.text, state=e.state, on=e.on, event_id=e.event_id, open=e.open,
    )  # fmt: skip


def account(s: Standing, as_of: str, known_at: str) -> pb.AccountInsight:
    """Where an account stands."""
    return pb.AccountInsight(
        account_id=str(s.account), crm_id=s.crm_id or "", name=s.name or "", life=s.life or "",
        key_status=s.key_status, tier=s.tier or "", tier_basis=s.tier_basis or "", tier_event=s.tier_event or "",
        colour=s.colour or "", colour_why=s.colour_why, colour_since=instant(s.colour_since),
        colour_event=s.colour_event or "", arr_minor=s.arr, arr_events=s.arr_events,
        arr_history=[pb.ArrPoint(on=day(d), arr_minor=n) for d, n in s.arr_history],
        next_notice_deadline=day(s.next_deadline), owners=dict(s.owners), last_contact_at=instant(s.last_contact),
        last_contact_event=s.last_contact_event or "", next_qbr_due=day(s.next_qbr), last_qbr_at=instant(s.last_qbr),
        plan_state=s.plan_state or "", plan_progress_bp=s.plan_progress, open_actions=s.open_actions,
        overdue_milestones=s.overdue_milestones, open_risks=s.open_risks, escalation=s.escalation,
        broken_standards=s.broken, people=s.people, facts=s.facts, as_of=as_of, known_at=known_at,
        absorbed=[str(a) for a in s.absorbed], parent_id=str(s.parent or ""),
        first_at=instant(s.first),
    )  # fmt: skip


def group(g: timeline.Group) -> pb.TimelineGroup:
    """A group of the timeline."""
    lines = timeline.entries(g)
    return pb.TimelineGroup(
        at=instant(g.at), until=instant(g.since), actor=g.actor, cause=g.cause, folded=len(g.facts) - len(lines),
        entries=[
            pb.TimelineEntry(
                event_id=e.fact.event_id, type=e.fact.type, at=instant(e.fact.effective_at),
                recorded_at=instant(e.fact.recorded_at), actor=e.fact.actor, count=e.count,
                data_json=orjson.dumps(e.fact.data).decode(),
            )
            for e in lines
        ],
    )  # fmt: skip


def stakeholders(w: World, c: Customer, before: datetime, rules: Rules, as_of: str) -> pb.StakeholderMap:
    """The map of a customer's people; gaps come first."""
    on = w.terms.day(before - people_map.INSTANT)
    talked: dict[UUID, datetime] = {}
    for k in c.contacts:
        if k.meaningful and k.at < before:
            talked |= dict.fromkeys(k.participants, k.at)
    members = sorted({m for q in c.people for m in q.relations})
    return pb.StakeholderMap(
        account_id=str(c.account), as_of=as_of, members=members,
        gaps=[pb.Gap(role=g.role, why=g.why, event_ids=g.events) for g in people_map.gaps(w, c, before, rules)],
        lines=[
            pb.MapLine(**{"from": str(x.from_)}, to=str(x.to), kind=x.kind, weight=x.weight)
            for x in people_map.lines(c)
        ],
        people=[
            pb.MapPerson(
                subject_id=str(q.subject), status=q.status, roles=q.roles, power=q.power, interest=q.interest,
                attitude=q.attitude, quadrant=people_map.quadrant(q), blocker=people_map.blocks(q),
                confirmed_at=instant(q.said_at), fresh=fresh(w, on, q, rules),
                last_contact_at=instant(talked.get(q.subject)), reports_to=str(q.reports_to or ""),
                successor=str(q.successor or ""), relations=q.relations, event_ids=q.events[-5:],
                org_unit=q.org_unit or "",
            )
            for q in sorted(c.people, key=lambda q: (not q.here, -(q.power or 0), str(q.subject)))
        ],
    )  # fmt: skip


def failing(w: World, account_id: UUID, what: str, events: Iterable[str] = ()) -> pb.Failing:
    """An account that keeps something down."""
    known = profile(w, account_id)
    return pb.Failing(
        account_id=str(account_id), crm_id=known["crm_id"] or "", name=known["name"] or "", what=what,
        event_ids=list(events),
    )  # fmt: skip


def answer(w: World, a: readiness.Answer) -> pb.Answer:
    """A readiness question."""
    bad = [failing(w, account_id, what) for account_id, what in a.failing.items()]
    return pb.Answer(question=a.question, score=a.score, light=readiness.light(a.score), why=a.why, failing=bad)


def phase(g: rollout.Gate) -> pb.RolloutPhase:
    """A phase of the roll-out with its exit test."""
    return pb.RolloutPhase(
        number=g.phase.number, title_de=g.phase.title["de"], title_en=g.phase.title["en"], weeks=g.phase.weeks,
        on=g.on, passed=g.passed, features=g.phase.features,
        tests=[pb.ExitTest(question=q, least=least, score=score) for q, least, score in g.tests],
    )  # fmt: skip
