"""Answers of an insights service that never was: accounts of any day, people with lines, history, search, audit."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from shared.edge.wording import fits, searchable, words
from shared.protos import accounts_pb2 as apb
from shared.protos import insights_pb2 as pb
from tests.unit.portal import demo, demo_parts, demo_risk

FIRST = "2024-01-15T08:00:00Z"
EDITED = ("suggested", "confirmed", "mapped", "confirmed", "stale", "confirmed", "departed")


def row_of(account_id: str) -> apb.AccountRow | None:
    """By our id; the demo knows CRM ids."""
    return next((r for r in demo.portfolio().rows if r.account_id == account_id), None)


def insight(account_id: str, as_of: str, known_at: str) -> pb.AccountInsight | None:
    row = row_of(account_id)
    if row is None or (known_at and known_at < FIRST[:10]):
        return None
    colour = demo_risk.COLOURS.get(row.name, "GREEN")
    then = bool(as_of) and as_of < "2026-07-01"
    facts = demo.account(row.crm_id)
    assert facts is not None
    return pb.AccountInsight(
        account_id=account_id,
        crm_id=row.crm_id,
        name=row.name,
        life="active",
        key_status="key",
        tier=row.tier,
        tier_basis="provisional",
        tier_event="accounts:1040",
        colour="GREEN" if then else colour,
        colour_why="" if then else "silent for 33 days",
        colour_since="2026-08-28T08:00:00Z",
        colour_event="risk:100",
        arr_minor=row.arr_minor // 2 if then else row.arr_minor,
        arr_events=["accounts:1041"],
        arr_history=[pb.ArrPoint(on=a.on, arr_minor=a.arr_minor) for a in facts.arr_history],
        next_notice_deadline=row.next_notice_deadline,
        owners={t.theme: t.user_id for t in facts.team if t.user_id},
        last_contact_at=row.last_meaningful_contact_at,
        next_qbr_due="2026-12-10",
        last_qbr_at="2026-09-03T09:00:00Z",
        plan_state="active",
        plan_progress_bp=6_200,
        open_actions=3,
        overdue_milestones=1 if colour == "RED" else 0,
        open_risks=1 if colour == "RED" else 0,
        escalation="high" if row.name == "Kan-code" else "",
        broken_standards=list(row.breaches),
        people=row.live_contacts,
        facts=420,
        as_of=as_of or demo_parts.iso(demo.NOW),
        known_at=known_at,
        first_at=FIRST,
    )


def portfolio(as_of: str, known_at: str, rows: int = 12) -> pb.ListInsightsResponse:
    found = [insight(r.account_id, as_of, known_at) for r in demo.portfolio(accounts=rows).rows[:12]]
    kept = [s for s in found if s is not None]
    return pb.ListInsightsResponse(
        as_of=as_of or demo_parts.iso(demo.NOW),
        known_at=known_at,
        accounts=kept,
        currency="USD",
        arr_minor=sum(s.arr_minor for s in kept),
        first_at=FIRST,
    )


def people(account_id: str, as_of: str, known_at: str, position: int = 0) -> pb.StakeholderMap | None:
    row = row_of(account_id)
    if row is None or (known_at and known_at < FIRST[:10]):
        return None
    facts = demo.account(row.crm_id)
    assert facts is not None
    members = [t.user_id for t in facts.team if t.user_id]
    out = pb.StakeholderMap(
        account_id=account_id,
        as_of=as_of or demo_parts.iso(demo.NOW),
        members=members[:1],
        gaps=[
            pb.Gap(role="champion", why="vacant"),
            pb.Gap(role="decision", why="not_contacted", event_ids=["accounts:7"]),
        ],
    )
    for n, s in enumerate(facts.stakeholders):
        person = out.people.add(
            subject_id=s.subject_id,
            status=EDITED[n % len(EDITED)],
            roles=s.roles,
            quadrant=s.quadrant,
            blocker=s.blocker,
            last_contact_at=s.last_contact_at,
            fresh=n % 2 == 1,
            event_ids=[s.event_id],
        )
        for name in ("influence", "interest", "attitude"):
            if s.HasField(name):
                setattr(person, "power" if name == "influence" else name, getattr(s, name))
        if n in (1, 2) and n < len(facts.stakeholders):
            person.reports_to = facts.stakeholders[0].subject_id
        if n == 0 and members:
            person.relations[members[0]] = 3
    ids = [s.subject_id for s in facts.stakeholders]
    lines = [(1, 0, "reports_to"), (2, 0, "reports_to"), (1, 2, "influences"), (3, 0, "conflicts_with")]
    for a, b, kind in lines:
        if max(a, b) < len(ids):
            line = out.lines.add(to=ids[b], kind=kind, weight=2)
            setattr(line, "from", ids[a])
    if position and out.people:
        out.people[0].event_ids.append(f"accounts:{position}")
    return out


def entry(
    n: int, kind: str, at: datetime, data: dict[str, Any], actor: str = "system:x", service: str = "accounts"
) -> Any:
    return pb.TimelineEntry(
        event_id=f"{service}:{n}",
        type=kind,
        at=demo_parts.iso(at),
        recorded_at=demo_parts.iso(at),
        actor=actor,
        count=1,
        data_json=json.dumps(data),
    )


def timeline(r: pb.GetTimelineRequest) -> pb.GetTimelineResponse | None:
    if row_of(r.account_id) is None or (r.known_at and r.known_at < FIRST[:10]):
        return None
    end = datetime.fromisoformat(f"{r.as_of or demo.TODAY.isoformat()}T18:00:00+00:00")
    made = []
    for n in range(60):
        at = end - timedelta(days=7 * n)
        moved = {"from_due": "2026-10-01", "to_due": "2026-11-01", "title": "Pilot <b>", "reason": "ill"}
        kinds = [
            entry(1_000 + n, "InteractionRecorded", at, {"kind": "meeting"}),
            entry(300 + n, "MilestoneRescheduled", at, moved, "user:u1", "growth"),
            entry(100 + n, "RiskTurnedRed", at, {"from": "AMBER", "why": "silent for 33 days"}, service="risk"),
        ]
        some = [e for e in kinds if not r.services or e.event_id.split(":")[0] in r.services]
        some = [e for e in some if not r.types or e.type in r.types]
        if some:
            iso = demo_parts.iso(at)
            made.append(pb.TimelineGroup(at=iso, until=iso, actor="system:x", cause=str(n), entries=some, folded=n % 3))
    made = [g for g in made if not r.before or g.at < r.before]
    limit = r.limit or 50
    return pb.GetTimelineResponse(
        groups=made[:limit],
        next_before=made[limit].at if len(made) > limit else "",
        by_service={"accounts": 60, "growth": 60, "risk": 60},
        first_at=FIRST,
        known_at=r.known_at,
        by_type={"InteractionRecorded": 60, "MilestoneRescheduled": 60, "RiskTurnedRed": 60},
    )


def search(query: str) -> pb.SearchResponse:
    wanted, out = words(query), pb.SearchResponse(query=query)
    rows = list(demo.portfolio().rows)
    things = [("account", r.account_id, r.name, "active", r) for r in rows]
    things += [("milestone", demo_parts.uuid_of("m"), "Pilot bei Müller abnehmen", "planned", rows[0])]
    things += [
        ("alert", demo_parts.uuid_of("a"), "R1", "open", rows[0]),
        ("qbr", demo_parts.uuid_of("q"), "", "held", rows[0]),
    ]
    for kind, id, text, state, row in things:
        if fits(wanted, searchable(text, kind, row.name)):
            if not out.groups or out.groups[-1].kind != kind:
                out.groups.add(kind=kind)
            out.groups[-1].found += 1
            out.groups[-1].hits.add(
                kind=kind,
                id=id,
                account_id=row.account_id,
                crm_id=row.crm_id,
                account=row.name,
                text=text,
                state=state,
                on="2026-12-01" if kind != "account" else "",
                event_id="accounts:7",
                open=True,
            )
    return out


def persons(query: str) -> apb.SearchPeopleResponse:
    wanted, out = words(query), apb.SearchPeopleResponse()
    for row in demo.portfolio().rows:
        facts = demo.account(row.crm_id)
        assert facts is not None
        for s in facts.stakeholders:
            if fits(wanted, searchable(s.name, s.title)):
                out.found += 1
                out.hits.add(
                    subject_id=s.subject_id,
                    name=s.name,
                    title=s.title,
                    status=s.status,
                    account_id=row.account_id,
                    crm_id=row.crm_id,
                    account=row.name,
                )
    return out


def trail(r: pb.GetTrailRequest, events: int = 120) -> pb.GetTrailResponse | None:
    row = row_of(r.id) if r.kind == "account" else demo.portfolio().rows[0]
    if row is None or (r.kind != "policy" and r.id.endswith("0000")):
        return None
    ids = [n for n in range(events, 0, -1) if not r.services or "accounts" in r.services]
    if r.before:
        ids = [n for n in ids if n < int(r.before.split(":")[1])]
    limit = r.limit or 100
    out = pb.GetTrailResponse(
        kind=r.kind,
        id=r.id,
        account_id="" if r.kind == "policy" else row.account_id,
        crm_id="" if r.kind == "policy" else row.crm_id,
        account=row.name,
        title="=Pilot" if r.kind == "milestone" else "",
        total=events,
        by_service={"accounts": events},
        next_before=f"accounts:{ids[limit - 1]}" if len(ids) > limit else "",
    )
    for n in ids[:limit]:
        out.events.add(
            event_id=f"accounts:{n}",
            type="ContractAmended",
            stream_id=demo_parts.uuid_of("s"),
            version=n,
            actor="user:u1" if n % 2 else "crm:sugar",
            effective_at="2026-03-01T08:00:00Z",
            recorded_at="2026-03-02T08:00:00Z",
            known_at="2026-03-02T08:00:00Z",
            command_id=demo_parts.uuid_of(f"c{n}"),
            correlation_id=demo_parts.uuid_of("k"),
            causation_id="crm:51",
            policy_refs_json='[["tier", 1]]',
            data_json='{"name": "=SUM(1)", "arr": 250}',
            changes=[pb.TrailChange(field="due", before="2026-03-01", after="2026-04-01", told=True)],
        )
    return out
