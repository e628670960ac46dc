"""The histories that tier assessments look at, read once and cut in memory at each instant that is due."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.policy import contracts as rules
from services.accounts.policy.capacity import Standing
from services.accounts.policy.scoring import Facts, Figure
from services.accounts.policy.tiering import TierName
from services.accounts.reads import records, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.figures import ContractFacts, fold_tier
from services.accounts.reads.states import Merges, Rows, fetch
from services.accounts.reads.tables import account_profiles, contract_states, stakeholder_steps

CITED = 8  # events named for one figure at most: the newest
_p, _s = account_profiles.c, stakeholder_steps.c
_PROFILE = (
    _p.account_id, _p.event_id, _p.position, _p.effective_at, _p.owner_id, _p.currency, _p.margin_bp, _p.potential,
    _p.annual_revenue, _p.employees, _p.strategic_reference, _p.competitor,
)  # fmt: skip
_PRESENCE = _s.account_id, _s.subject_id, _s.event_id, _s.position, _s.effective_at, _s.live
"""Only what is looked at: the worker keeps the histories of all accounts that are due."""


@dataclass(slots=True)
class AccountHistory:
    """Rows of one (final) account, oldest first; `contracts` and `contacts` by contract and by (account, person)."""

    profiles: Rows = field(default_factory=list)
    contracts: dict[UUID, Rows] = field(default_factory=dict)
    contacts: dict[tuple[UUID, UUID], Rows] = field(default_factory=lambda: defaultdict(list))
    presence: Rows = field(default_factory=list)
    customer_since: datetime | None = None

    def known_contracts(self, asof: AsOf, account: UUID) -> list[ContractFacts]:
        """The contracts as they are judged at an instant."""
        found = []
        for rows in self.contracts.values():
            row = records.known_contract(rows, asof)
            if row is not None and not row["withdrawn"]:
                found.append(records.contract_facts({**row, "crm_id": rows[0]["crm_id"]}, account))
        return found


class Histories:
    """`merged` accounts are part of their survivors."""

    def __init__(self, accounts: Mapping[UUID, AccountHistory], merged: Merges, zone: ZoneInfo) -> None:
        self._accounts, self.merged, self._zone = accounts, merged, zone

    def __contains__(self, account: object) -> bool:
        return account in self._accounts

    def of(self, account: UUID) -> AccountHistory:
        """The history of an account; empty for one that is not known."""
        return self._accounts.get(account) or AccountHistory()

    def lives(self, account: UUID, at: datetime) -> bool:
        """Whether the CRM had the account then."""
        row = row_at(self.of(account).presence, at)
        return account not in self.merged and (row is None or row["value"] == "live")

    def owner(self, account: UUID, at: datetime) -> str | None:
        """The CRM's account owner then."""
        row = row_at(self.of(account).profiles, at)
        return row["owner_id"] if row else None

    def facts(self, account: UUID, at: datetime, currency: str) -> Facts | None:
        """The figures that the account was judged by at an instant; None: nothing was known of it by then."""
        history, asof = self.of(account), AsOf.judged_at(at, self._zone)
        profile = row_at(history.profiles, at)
        if profile is None:
            return None
        contracts = history.known_contracts(asof, account)
        begun = sorted(
            (c.starts_on, c.event_id) for c in contracts if c.signed and c.starts_on and c.starts_on <= asof.day
        )
        cited = tuple(event for _, event in begun[-CITED:])
        contacts = [r for rows in history.contacts.values() if (r := row_at(rows, at)) is not None and r["live"]]
        newest = max(contacts, key=lambda r: r["position"], default=None)
        known = (profile["event_id"],)

        def figure(name: str) -> Figure:
            return Figure(profile[name], known if profile[name] is not None else ())

        return Facts(
            currency=profile["currency"] or currency,
            revenue=Figure(rules.revenue_for_tier(contracts, asof.day), cited),
            margin_bp=figure("margin_bp"),
            potential=figure("potential"),
            customer_revenue=figure("annual_revenue"),
            employees=figure("employees"),
            contacts=Figure(len({r["subject_id"] for r in contacts}), (newest["event_id"],) if newest else ()),
            lines=rules.product_lines(contracts, asof.day),
            line_events=cited,
            reference=profile["strategic_reference"],
            competitor=profile["competitor"],
            profile_events=known,
        )


def row_at(rows: Rows, at: datetime) -> Mapping[str, Any] | None:
    """The row that held at an instant."""
    n = bisect_right(rows, at, key=lambda r: r["effective_at"])
    return rows[n - 1] if n else None


async def histories(conn: AsyncConnection, zone: ZoneInfo, only: Collection[UUID]) -> Histories:
    """The histories of some accounts, and of all that they absorbed."""
    merged = await states.merges(conn)
    found = {account: AccountHistory() for account in only}
    wanted = merged.with_absorbed(only)
    for r in await _rows(conn, account_profiles, _PROFILE, _p.account_id.in_(only)):
        found[r["account_id"]].profiles.append(r)
    for account, rows in (await states.presences(conn)).items():
        if account in found:
            found[account].presence = rows
    c = contract_states.c
    ever = select(c.contract_id).where(c.account_id.in_(wanted))
    by_contract: dict[UUID, Rows] = defaultdict(list)
    for r in await _rows(conn, contract_states, c, c.contract_id.in_(ever)):
        by_contract[r["contract_id"]].append(r)
    for contract, rows in by_contract.items():
        account = merged.final(max(rows, key=lambda r: r["position"])["account_id"])
        if account in found:
            found[account].contracts[contract] = sorted(rows, key=lambda r: r["position"])
    for r in await _rows(conn, stakeholder_steps, _PRESENCE, _s.account_id.in_(wanted), _s.live.is_not(None)):
        found[merged.final(r["account_id"])].contacts[r["account_id"], r["subject_id"]].append(r)
    for account, since in (await states.customers(conn, AsOf.everything(), only)).items():
        found[account].customer_since = since
    return Histories(found, merged, zone)


async def _rows(conn: AsyncConnection, table: Table, columns: Iterable[Any], *where: Any) -> Rows:
    return await fetch(conn, select(*columns).where(*where).order_by(table.c.effective_at, table.c.position))


async def standings(conn: AsyncConnection, at: datetime, zone: ZoneInfo) -> dict[UUID, Standing]:
    """Tier, score and owner of every customer that lived at an instant: what capacity is measured by."""
    asof = AsOf.at(at, zone)
    merged = await states.merges(conn)
    profiles, tiers = await states.profiles(conn, asof), await states.tiers(conn, asof)
    gone = {a for a, said in (await states.aspects(conn, asof)).items() if said.lifecycle in ("Archived", "Ended")}
    assessed = await states.scores(conn, asof)
    return {
        account: Standing(
            account,
            cast("TierName | None", fold_tier(tiers[account][1]).tier) if account in tiers else None,
            assessed[account]["score_bp"] if account in assessed else None,
            profiles[account]["owner_id"] if account in profiles else None,
        )
        for account in await states.customers(conn, asof)
        if account not in gone and account not in merged
    }
