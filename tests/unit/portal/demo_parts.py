"""The pieces of `demo`: one function per part of an account."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.protos import accounts_pb2 as pb

INDUSTRIES = ("Retail", "Medical", "Software", "Finance", "Telecommunications", "Marketing")
FIRST = ("Jürgen", "Marta", "Aylin", "Tomasz", "Chloé", "Ben", "Saoirse", "Nuno", "Ida", "Per")
LAST = ("Haddad", "Kowalska", "Yılmaz", "Nowak", "Lefèvre", "Okafor", "Murphy", "Sousa", "Berg", "Lund")
TITLES = ("CIO", "Head of Procurement", "IT Operations Lead", "CFO", "Plant Manager", "Data Engineer", "Counsel")
TODAY = date(2026, 11, 15)


def iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def uuid_of(text: str) -> str:
    return str(uuid5(NAMESPACE_URL, text))


def aliases(name: str) -> list[str]:
    return ["b1d0aa11-2222-5333-8444-555566667777"] if name == "Sunnamplex" else []


def contracts_of(oracle: dict[str, Any], crm_id: str) -> list[dict[str, Any]]:
    return [c for c in oracle["active_contracts"] if c["account_id"] == crm_id]


def team(row: pb.AccountRow, first: int) -> list[pb.ThemeOwner]:
    owner = pb.ThemeOwner(
        theme="COMMERCIAL", required=True, since="2025-07-01T07:00:00Z", event_id=f"accounts:{first + 2}"
    )
    if row.owner_active:
        owner.user_id, owner.name, owner.active = row.owner_id, row.owner, True
    else:
        owner.vacant_because, owner.since = "owner_inactive", "2026-11-02T09:00:00Z"
    rest = [pb.ThemeOwner(theme=t, required=row.tier in "AB") for t in ("TECHNICAL", "SERVICE")]
    rest.append(pb.ThemeOwner(theme="EXEC_SPONSOR", required=row.tier == "A"))
    for vacant in rest:
        vacant.vacant_because = "never_assigned"
    if row.name == "Kan-code":
        rest[1].user_id, rest[1].name, rest[1].active = "u-77", "Versie Hillebrand", True
        rest[1].since, rest[1].deputy_id, rest[1].deputy = "2026-06-01T08:00:00Z", "u-78", "Gladys Colclough"
        rest[1].vacant_because, rest[1].event_id = "", f"accounts:{first + 9}"
    return [owner, *rest]


def stakeholders(row: pb.AccountRow, rng: random.Random, first: int) -> list[pb.Stakeholder]:
    out = []
    crm_roles = (["ECONOMIC_BUYER"], ["CHAMPION"], ["TECHNICAL_BUYER"], ["USER"], ["INFLUENCER"], ["DECIDER"], [])
    for n in range(row.live_contacts):
        person = pb.Stakeholder(
            subject_id=uuid_of(f"{row.crm_id}/{n}"),
            name=f"{rng.choice(FIRST)} {rng.choice(LAST)}" if n != 6 else "",
            title=rng.choice(TITLES),
            department=rng.choice(("IT", "Procurement", "Operations", "")),
            status="Suggested" if n < 6 else "Departed" if n == 7 else "Confirmed",
            roles=crm_roles[n % len(crm_roles)],
            event_id=f"accounts:{first + 10 + n}",
            last_contact_at=iso(datetime(2026, 11, 14, tzinfo=UTC) - timedelta(days=rng.randint(0, 200))),
        )
        if n % 7 != 6:
            person.influence, person.attitude = rng.randint(1, 5), rng.randint(-2, 2)
            if n % 3 != 2:
                person.interest = rng.randint(1, 5)
                person.quadrant = {
                    (True, True): "manage_closely",
                    (True, False): "keep_satisfied",
                    (False, True): "keep_informed",
                    (False, False): "monitor",
                }[person.influence >= 3, person.interest >= 3]
            person.blocker = person.attitude <= -1 and person.influence >= 4
            person.champion = n % 7 == 1 and person.influence >= 3 and person.attitude >= 1
        out.append(person)
    return out


def contracts(active: list[dict[str, Any]], first: int, rng: random.Random) -> list[pb.Contract]:
    out = []
    for c in active:
        window = date.fromisoformat(c["notice_deadline"]) - timedelta(days=120)
        out.append(
            pb.Contract(
                crm_id=uuid_of(c["contract"]),
                name=c["contract"],
                product=c["product"],
                state="InRenewalWindow" if window <= TODAY else "Active",
                starts_on=c["start"],
                ends_on=c["end"],
                arr_minor=round(c["arr"] * 100),
                currency="USD",
                seats=c["seats"],
                notice_period_days=c["notice_days"],
                auto_renew=c["auto_renew"],
                notice_deadline=c["notice_deadline"],
                renewal_window_opens=window.isoformat(),
                active=True,
                event_id=f"accounts:{first + 4}",
                has_renewal_opportunity=bool(c["open_renewal_opportunities"]),
            )
        )
        old = pb.Contract()
        old.CopyFrom(out[-1])
        year = int(c["start"][:4])
        old.name, old.state, old.active = c["contract"].replace(str(year), str(year - 1)), "Renewed", False
        old.starts_on, old.ends_on = f"{year - 1}{c['start'][4:]}", f"{year}{c['start'][4:]}"
        old.arr_minor = round(old.arr_minor * rng.uniform(0.9, 1.0) / 100) * 100
        old.notice_deadline, old.renewal_window_opens, old.has_renewal_opportunity = "", "", False
        out.append(old)
    return out


def hierarchy(row: pb.AccountRow, rows: list[pb.AccountRow]) -> list[pb.HierarchyNode]:
    root = row.parent_crm_id or row.crm_id
    family = [r for r in rows if root in (r.crm_id, r.parent_crm_id)]
    family.sort(key=lambda r: r.crm_id != root)
    return [
        pb.HierarchyNode(
            account_id=r.account_id,
            crm_id=r.crm_id,
            name=r.name,
            parent_crm_id=r.parent_crm_id,
            tier=r.tier,
            arr_minor=r.arr_minor,
            currency=r.currency,
            depth=int(r.crm_id != root),
        )
        for r in family
    ]


def timeline(row: pb.AccountRow, rng: random.Random, first: int) -> list[pb.TimelineEntry]:
    kinds = (
        ("InteractionRecorded", "meeting_held", {"subject": "Quarterly service review"}, True),
        ("InteractionRecorded", "call_held", {}, True),
        ("InteractionRecorded", "mail_inbound", {}, True),
        ("InteractionRecorded", "mail_outbound", {}, False),
        ("InteractionRecorded", "meeting_not_held", {}, False),
        ("ContractRenewed", "contract_renewed", {"name": f"{row.name} GTX 2026", "kind": "expansion"}, False),
        ("ThemeOwnerReplaced", "theme_owner_replaced", {"theme": "COMMERCIAL", "owner": row.owner}, False),
        ("TierAssessed", "tier_assessed", {"score_bp": str(row.tier_score_bp), "tier": row.tier}, False),
        ("StakeholderSuggested", "stakeholder_suggested", {}, False),
    )
    out, at = [], datetime.fromisoformat(row.last_meaningful_contact_at)
    for n in range(60):
        kind, what, facts, meaningful = kinds[1] if n == 0 else rng.choice(kinds)
        out.append(
            pb.TimelineEntry(
                at=iso(at),
                kind=kind,
                what=what,
                facts=facts,
                event_id=f"accounts:{first + n % 30}",
                meaningful=meaningful,
                recorded_at=iso(at + timedelta(minutes=4)),
                actor=rng.choice(("crm:sugar", "system:accounts", "policy:tier")),
            )
        )
        at -= timedelta(days=rng.randint(1, 9), hours=rng.randint(0, 9))
    return out


def arr_history(facts: dict[str, Any], first: int) -> list[pb.ArrPoint]:
    days = ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30")
    before, now = round(facts["arr_previous"] * 100), round(facts["arr"] * 100)
    values = [round(before * 0.82), round(before * 0.82), before, before, now or before, now or before, now or before]
    points = [*zip(days, values, strict=True), (TODAY.isoformat(), now)]
    return [pb.ArrPoint(on=on, arr_minor=value, event_ids=[f"accounts:{first + 4}"]) for on, value in points]


def standards(row: pb.AccountRow, first: int) -> list[pb.Standard]:
    if row.tier not in ("A", "B", "C"):
        return []
    limit = {"A": 35, "B": 65, "C": 90}[row.tier]
    silent = (TODAY - date.fromisoformat(row.last_meaningful_contact_at[:10])).days
    three = "COMMERCIAL, TECHNICAL, SERVICE"
    owners = {"A": f"{three}, EXEC_SPONSOR", "B": three, "C": "COMMERCIAL, SERVICE"}[row.tier]
    return [
        pb.Standard(
            standard="contact",
            required=f"{limit} d",
            actual=f"{silent} d",
            kept=silent <= limit,
            since="" if silent <= limit else "2026-10-14T05:00:00Z",
            judged_at="2026-10-15T05:00:00Z",
            event_id=f"accounts:{first + 6}",
        ),
        pb.Standard(
            standard="theme_owners",
            required=owners,
            actual="COMMERCIAL",
            kept=row.tier == "C",
            since="" if row.tier == "C" else "2025-11-15T05:00:00Z",
            event_id=f"accounts:{first + 7}",
        ),
        pb.Standard(standard="stakeholder_coverage", required="7500 bp", actual="8000 bp", kept=True),
    ]


def usage(active: list[dict[str, Any]], rng: random.Random, first: int) -> list[pb.UsagePoint]:
    out = []
    for c in active:
        level = c["seats"] * rng.uniform(0.6, 0.95)
        for week in range(30):
            level = max(0.0, level * rng.uniform(0.93, 1.05))
            start = date(2026, 4, 13) + timedelta(weeks=week)
            out.append(
                pb.UsagePoint(
                    product=c["product"],
                    metric="active_users",
                    period_start=start.isoformat(),
                    value=round(level),
                    licensed=c["seats"],
                    event_id=f"accounts:{first + 30 + week % 8}",
                )
            )
    return out


CHAIN = (
    ("TierAssessed", "policy:tier", '[["tier", 1]]'),
    ("TierReviewDue", "system:accounts", ""),
    ("ContractRecorded", "crm:sugar", ""),
)


def event(event_id: str, position: int) -> pb.GetEventResponse:
    """Positions divisible by three are the start of a chain of three; the last one was caused by the CRM's fact."""
    step = position % 3
    kind, actor, refs = CHAIN[step]
    data = {
        "score_bp": 7240,
        "completeness_bp": 8400,
        "contributions": [{"criterion": "revenue_margin", "weight_bp": 4000, "value_bp": 8120, "points_bp": 3248}],
        "raw_tier": "A",
        "event_ids": [f"accounts:{position - 1}", f"accounts:{position + 1}"],
    }
    source = {
        "system": "sugar",
        "object": "contract",
        "record_id": uuid_of(event_id),
        "change_id": "mysql-bin.000003/88012",
    }
    return pb.GetEventResponse(
        event_id=event_id,
        type=kind,
        stream_id=uuid_of("stream" + kind),
        version=7 + step,
        effective_at="2026-08-15T05:00:00Z",
        recorded_at="2026-11-15T17:59:52Z",
        actor=actor,
        command_id=uuid_of("command" + event_id),
        correlation_id=uuid_of("correlation"),
        causation_id=f"accounts:{position + 1}" if step < 2 else "crm:2291",
        source_json=json.dumps(source) if step == 2 else "",
        policy_refs_json=refs,
        data_json=json.dumps(data if step == 0 else {"ends_on": "2027-02-28", "notice_period_days": 90}),
        account_id=uuid_of("account"),
        crm_id="b21e4a44-02f7-5191-978c-bdeba2e27c0a",
    )
