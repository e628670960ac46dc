"""What a tier assessment is judged by: the figures of every account at one instant, each with the events behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.policy import contracts as rules
from services.accounts.policy.capacity import Standing
from services.accounts.policy.scoring import Facts, Figure
from services.accounts.policy.tiering import TierName
from services.accounts.reads import states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.figures import ContractFacts, by_account


@dataclass(slots=True)
class TierInputs:
    """One instant, all accounts. `standings` is kept up to date by whoever assesses several accounts at that instant."""

    asof: AsOf
    profiles: Mapping[UUID, Mapping[str, Any]]
    contracts: Mapping[UUID, Sequence[ContractFacts]]
    contacts: Mapping[UUID, tuple[int, str]]
    standings: dict[UUID, Standing]
    gone: frozenset[UUID]

    def facts(self, account: UUID, currency: str) -> Facts | None:
        """The figures of one account; None: nothing was known of it by then."""
        profile = self.profiles.get(account)
        if profile is None:
            return None
        contracts = self.contracts.get(account, ())
        known = (profile["event_id"],)
        cited = tuple(c.event_id for c in contracts if c.signed and c.starts_on and c.starts_on <= self.asof.day)[-8:]
        count, event = self.contacts.get(account, (0, ""))

        def figure(name: str) -> Figure:
            return Figure(profile[name], known if profile[name] is not None else ())

        return Facts(
            currency=profile["currency"] or currency,
            revenue=Figure(rules.revenue_for_tier(contracts, self.asof.day), cited),
            margin_bp=figure("margin_bp"),
            potential=figure("potential"),
            customer_revenue=figure("annual_revenue"),
            employees=figure("employees"),
            contacts=Figure(count, (event,) if event else ()),
            lines=rules.product_lines(contracts, self.asof.day),
            line_events=cited,
            reference=profile["strategic_reference"],
            competitor=profile["competitor"],
            profile_events=known,
        )


async def tier_inputs(conn: AsyncConnection, asof: AsOf) -> TierInputs:
    """The figures of all accounts, in a handful of queries."""
    merged = await states.merges(conn)
    profiles = await states.profiles(conn, asof)
    aspects = await states.aspects(conn, asof)
    tiers = await states.tiers(conn, asof)
    assessed = await states.assessments(conn, asof)
    customers = await states.customers(conn, asof)
    gone = {a for a, said in aspects.items() if said.lifecycle in ("Archived", "Merged", "Ended")} | set(merged.absorbed)
    standings = {
        account: Standing(
            account,
            cast("TierName | None", tiers[account][0].tier) if account in tiers else None,
            assessed[account]["score_bp"] if account in assessed else None,
            profiles[account]["owner_id"],
        )
        for account in customers
        if account in profiles and account not in gone
    }
    return TierInputs(
        asof=asof,
        profiles=profiles,
        contracts=by_account(await states.contracts(conn, asof, merged)),
        contacts=await states.live_contacts(conn, asof, merged),
        standings=standings,
        gone=frozenset(gone),
    )
