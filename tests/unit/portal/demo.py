"""Answers of an accounts service that never was: realistic protobuf messages from the demo data's oracle.

Names, owners, parents, revenue, active contracts, contacts and last contacts are the oracle's; what it does not hold
(margins, people, usage, history) is invented from a fixed seed, so that every run shows the same pages.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from shared.ids import account_id
from shared.protos import accounts_pb2 as pb
from tests.unit.portal import demo_parts as parts
from tests.unit.portal import demo_tier as tier

ROOT = Path(__file__).parents[3]
POLICIES = ROOT / "services" / "accounts" / "policies"
TODAY = date(2026, 11, 15)
NOW = datetime(2026, 11, 15, 18, tzinfo=UTC)
EVIDENT = (
    "name",
    "parent_crm_id",
    "owner",
    "tier",
    "arr_minor",
    "next_notice_deadline",
    "last_meaningful_contact_at",
    "next_renewal_on",
    "completeness_bp",
)
LIMITS = {"A": (21, 35), "B": (35, 65), "C": (65, 90)}


@cache
def oracle() -> dict[str, Any]:
    """The demo data's independent totals."""
    return json.loads((ROOT / "data" / "crm-demo" / "ORACLE_small.json").read_text())


def freshness() -> pb.Freshness:
    return pb.Freshness(
        crm_event_at="2026-11-15T03:58:38Z", received_at="2026-11-15T17:59:52Z", position=4711, caught_up=True
    )


def portfolio(as_of: str = "", accounts: int = 12) -> pb.ListPortfolioResponse:
    """The small set's 12 accounts; more than 12 repeats them under other names and ids."""
    rows = [row(i, facts) for i, facts in enumerate(oracle()["accounts"])]
    for n in range(12, accounts):
        copy = pb.AccountRow()
        copy.CopyFrom(rows[n % 12])
        copy.name = f"{copy.name} {n // 12 + 1}"
        copy.crm_id = f"{copy.crm_id[:-3]}{n:03d}"
        rows.append(copy)
    totals = pb.Totals(arr_minor=sum(r.arr_minor for r in rows), currency="USD", accounts=len(rows))
    for r in rows:
        totals.by_tier[r.tier or "-"] += 1
    return pb.ListPortfolioResponse(as_of=as_of or parts.iso(NOW), rows=rows, totals=totals)


def row(index: int, facts: dict[str, Any]) -> pb.AccountRow:
    """One line of the portfolio."""
    name, active = facts["name"], parts.contracts_of(oracle(), facts["id"])
    assessed = tier.assess(facts, POLICIES)
    contact = facts["last_meaningful_contact"]
    out = pb.AccountRow(
        account_id=str(account_id("sugar", facts["id"])),
        crm_id=facts["id"],
        name=name,
        parent_crm_id=facts["parent_id"] or "",
        owner_id=facts["owner_id"],
        owner=facts["owner"],
        owner_active=facts["owner_status"] == "Active",
        tier=assessed.tier,
        tier_score_bp=assessed.score,
        completeness_bp=assessed.completeness,
        arr_minor=round(facts["arr"] * 100),
        currency="USD",
        active_contracts=facts["contracts_active"],
        live_contacts=facts["contacts_live"],
        last_meaningful_contact_at=contact["at"],
        last_meaningful_contact_kind="mail" if "mail" in contact["kind"] else contact["kind"],
        key_status="Key" if assessed.tier != "N" else "NotKey",
        tier_provisional=name not in ("Kan-code", "Sunnamplex"),
        tier_manual=name == "Sunnamplex",
        tier_since="2026-08-15T05:00:00Z" if name in ("Konex", "Mathtouch") else "2025-11-15T05:00:00Z",
        tier_before={"Konex": "B", "Mathtouch": "A"}.get(name, ""),
        country=facts["country"],
        industry=parts.INDUSTRIES[index % len(parts.INDUSTRIES)],
        lifecycle="Ended" if name == "Rangreen" else "Active",
    )
    future = [c for c in active if c["notice_deadline"] >= TODAY.isoformat()]
    if future:
        out.next_notice_deadline = min(c["notice_deadline"] for c in future)
    if active:
        out.next_renewal_on = (min(date.fromisoformat(c["end"]) for c in active) + timedelta(days=1)).isoformat()
    silent = (TODAY - date.fromisoformat(contact["at"][:10])).days
    if out.tier in LIMITS:
        green, amber = LIMITS[out.tier]
        out.contact_state = "green" if silent <= green else "amber" if silent <= amber else "red"
        if silent > amber:
            out.breaches.append("contact")
        if out.tier in "AB":
            out.breaches.append("theme_owners")
    for n, figure in enumerate(EVIDENT):
        out.evidence[figure] = f"accounts:{1000 + index * 40 + n}"
    return out


def account(crm_id: str, as_of: str = "") -> pb.GetAccountResponse | None:
    """Everything about one account; None if the oracle does not know it (or its merged duplicate)."""
    rows = list(portfolio().rows)
    found = next((r for r in rows if crm_id == r.crm_id or crm_id in parts.aliases(r.name)), None)
    if found is None:
        return None
    facts = next(a for a in oracle()["accounts"] if a["id"] == found.crm_id)
    rng = random.Random(found.crm_id)
    assessed = tier.assess(facts, POLICIES)
    first = int(found.evidence["name"].split(":")[1])
    members = parts.contracts_of(oracle(), found.crm_id)
    contracts = parts.contracts(members, first, rng)
    return pb.GetAccountResponse(
        as_of=as_of or parts.iso(NOW),
        account=found,
        criteria=tier.criteria(assessed, first),
        tier=tier.explanation(found, assessed, first),
        team=parts.team(found, first),
        stakeholders=parts.stakeholders(found, rng, first),
        contracts=contracts,
        hierarchy=parts.hierarchy(found, rows),
        timeline=parts.timeline(found, rng, first),
        arr_history=parts.arr_history(facts, first),
        standards=parts.standards(found, first),
        usage=parts.usage(members, rng, first),
        freshness=freshness(),
        aliases=parts.aliases(found.name),
    )


def event(event_id: str) -> pb.GetEventResponse | None:
    """A stored event with a chain of causes: assessment ← review timer ← contract ← the CRM's fact."""
    service, _, position = event_id.partition(":")
    if service != "accounts" or not position.isdigit() or int(position) > 4711:
        return None
    return parts.event(event_id, int(position))


def tier_policy() -> pb.GetTierPolicyResponse:
    """The shipped default policies, active and signed off by nobody."""
    return pb.GetTierPolicyResponse(
        version=1,
        status="Active",
        document_json=(POLICIES / "tier_policy.v1.json").read_text(),
        standards_json=(POLICIES / "standards.v1.json").read_text(),
        signed_off_by=[],
        effective_from="2024-11-01",
        event_id="accounts:1",
    )


def status() -> pb.GetStatusResponse:
    return pb.GetStatusResponse(freshness=freshness(), events=4711, accounts=12, armed_timers=31, dead_letters=2)
