"""The portfolio on a day: one row of figures for each customer account that lives, and the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads import records, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.figures import ContractFacts, TierState, TierStep, by_account, contract_figures
from services.accounts.reads.states import Aspects, Merges
from shared import people
from shared.contracts.people import Person

LIVES = ("Registered", "Active", "Ended")


@dataclass(frozen=True, slots=True)
class AccountRow:
    """The figures of one account. Money in minor units, scores in basis points; `evidence`: figure → event id."""

    account_id: UUID
    crm_id: str
    name: str
    parent_id: UUID | None
    parent_crm_id: str | None
    owner_id: str | None
    owner: str | None
    owner_active: bool | None
    tier: TierState
    tier_score_bp: int | None
    completeness_bp: int | None
    arr_minor: int
    currency: str
    active_contracts: int
    next_notice_deadline: date | None
    next_renewal_on: date | None
    live_contacts: int
    last_contact_at: datetime | None
    last_contact_kind: str | None
    key_status: str
    country: str | None
    industry: str | None
    lifecycle: str
    customer_since: datetime | None
    merged_into_crm_id: str | None
    breaches: tuple[str, ...]
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What one query read, so that the page of one account need not read it again."""

    asof: AsOf
    rows: Sequence[AccountRow]
    merged: Merges
    contracts: Mapping[UUID, list[ContractFacts]]
    standards: Mapping[UUID, states.Rows]
    tiers: Mapping[UUID, tuple[TierState, list[TierStep]]]
    staff: Mapping[str, dict[str, Any]]
    crm_ids: Mapping[UUID, str]
    names: Mapping[UUID, Person]

    def totals(self) -> tuple[int, Counter[str]]:
        """(ARR, accounts by tier; "N": none or not assessed)."""
        return sum(r.arr_minor for r in self.rows), Counter(r.tier.tier or "N" for r in self.rows)


async def load(conn: AsyncConnection, asof: AsOf, only: Sequence[UUID] | None = None, *, currency: str) -> Portfolio:
    """Every account that lived on the day and is or was a customer by then; `only`: exactly these, whatever they are.

    An account that was absorbed later is not listed: its contracts, people and contacts count for the survivor.
    """
    merged = await states.merges(conn)
    profiles = await states.profiles(conn, asof, only)
    aspects = await states.aspects(conn, asof, only)
    customers = await states.customers(conn, asof, only)
    crm_ids = await states.links(conn)
    contracts = by_account(await records.contracts(conn, asof, merged, only))
    live = await records.live_contacts(conn, asof, merged, only)
    contacts = await records.last_meaningful(conn, asof, merged, only)
    tiers = await states.tiers(conn, asof, only)
    assessed = await states.scores(conn, asof, only)
    standards = await states.standards(conn, asof, only)
    staff = await records.staff(conn, asof)
    names = await people.names(conn, {r["subject_id"] for r in staff.values()})

    rows = []
    for account, profile in profiles.items():
        said = aspects.get(account, Aspects())
        parent = parent_of(profile, said, merged)
        employee = staff.get(profile["owner_id"] or "")
        figures = contract_figures(contracts.get(account, ()), asof.day)
        contact = contacts.get(account)
        tier = tiers[account][0] if account in tiers else TierState()
        judged = assessed.get(account)
        broken = [s for s in standards.get(account, ()) if not s["kept"]]
        rows.append(
            AccountRow(
                account_id=account,
                crm_id=crm_ids.get(account, ""),
                name=said.value("name") or "",
                parent_id=parent,
                parent_crm_id=crm_ids.get(parent, profile["parent_crm_id"]) if parent else None,
                owner_id=profile["owner_id"],
                owner=names[employee["subject_id"]].name if employee and employee["subject_id"] in names else None,
                owner_active=employee["active"] if employee else None,
                tier=tier,
                tier_score_bp=judged["score_bp"] if judged else None,
                completeness_bp=judged["completeness_bp"] if judged else None,
                arr_minor=figures.arr,
                currency=currency,
                active_contracts=figures.active,
                next_notice_deadline=figures.next_notice_deadline,
                next_renewal_on=figures.next_renewal_on,
                live_contacts=live[account][0] if account in live else 0,
                last_contact_at=contact["at"] if contact else None,
                last_contact_kind=contact["kind"] if contact else None,
                key_status=said.value("key_status") or "NotKey",
                country=profile["country"],
                industry=profile["industry"],
                lifecycle=_lifecycle(account, said, merged, customers),
                customer_since=customers.get(account),
                merged_into_crm_id=crm_ids.get(merged.final(account)) if account in merged else None,
                breaches=tuple(sorted(s["standard"] for s in broken)),
                evidence={
                    **_evidence(profile, said, employee, tier, judged, live.get(account), contact, broken),
                    **figures.evidence,
                },
            )
        )
    if only is None:
        rows = [r for r in rows if lives(r)]
    rows.sort(key=lambda r: (r.name.casefold(), r.crm_id))
    return Portfolio(asof, rows, merged, contracts, standards, tiers, staff, crm_ids, names)


def lives(row: AccountRow) -> bool:
    """Whether the account is or was a customer, has not been absorbed, and its record is not gone."""
    return row.customer_since is not None and row.lifecycle in LIVES


def parent_of(profile: Mapping[str, Any], said: Aspects, merged: Merges) -> UUID | None:
    """The account above, unless the group process refused it. A merged parent is where it went."""
    wish: UUID | None = profile["parent_id"]
    return None if wish is None or said.refuses(wish) else merged.final(wish)


def _lifecycle(account: UUID, said: Aspects, merged: Merges, customers: Mapping[UUID, datetime]) -> str:
    if account in merged:
        return "Merged"
    return "Active" if said.lifecycle == "Registered" and account in customers else said.lifecycle


def _evidence(
    profile: Mapping[str, Any],
    said: Aspects,
    employee: Mapping[str, Any] | None,
    tier: TierState,
    judged: Mapping[str, Any] | None,
    live: tuple[int, str] | None,
    contact: Mapping[str, Any] | None,
    broken: Sequence[Mapping[str, Any]],
) -> dict[str, str]:
    """The event behind each figure, where there is a figure."""
    found = {
        "name": said.event_id("name"),
        "parent_crm_id": profile["event_id"] if profile["parent_id"] else None,
        "owner": profile["event_id"] if profile["owner_id"] else None,
        "owner_active": employee["event_id"] if employee else None,
        "country": profile["event_id"],
        "industry": profile["event_id"],
        "tier": tier.event_id,
        "tier_score_bp": judged["event_id"] if judged else None,
        "completeness_bp": judged["event_id"] if judged else None,
        "live_contacts": live[1] if live else None,
        "last_meaningful_contact_at": contact["event_id"] if contact else None,
        "key_status": said.event_id("key_status"),
        "lifecycle": said.event_id("presence") or said.event_id("standing"),
    } | {f"breach:{s['standard']}": s["event_id"] for s in broken}
    return {figure: event for figure, event in found.items() if event}
