"""Tier assessments in business time: the first as early as the account can be judged, then at the cadence of its tier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts import process
from services.accounts.domain import AccountTier

from services.accounts.policy.capacity import Standing
from services.accounts.policy.documents import tier_policy
from services.accounts.policy.standards import StandardsDocument, standards
from services.accounts.reads import policies, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.inputs import TierInputs, tier_inputs
from shared import timers
from shared.errors import Broken, Rejected
from shared.eventstore.events import Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.ids import derived
from shared.positions import driver
from shared.timers import Timer


class Assessments:
    """The action of the rule `tier_assessment`; the subject is the account."""

    def __init__(self, zone: ZoneInfo, currency: str) -> None:
        self._zone, self._currency = zone, currency
        self._inputs: tuple[AsyncConnection, TierInputs] | None = None

    async def fire(self, conn: AsyncConnection, timer: Timer, until: datetime, now: datetime) -> Sequence[NewEvent]:
        """Assesses if it is due by `until`, and arms the next one. A fact only wakes this up: when it is due is said here."""
        account, stream = timer.subject, AccountTier.create_id(timer.subject)
        tier = (await aggregates_in(driver(conn), AccountTier, [stream])).get(stream)
        owed = standards(await document_in_force(conn, "standards", until))
        due = await self._due(conn, account, tier, owed)
        if due is None:
            return ()
        events: list[NewEvent] = []
        if due <= until:
            events, tier = await self._assess(conn, account, tier, due, now - due)
            due += owed.review_after(tier.tier if tier else None)
        await timers.arm(conn, [Timer(timer.rule, account, timer.due_version + 1, due)])
        return events

    async def _due(
        self, conn: AsyncConnection, account: UUID, tier: AccountTier | None, owed: StandardsDocument
    ) -> datetime | None:
        """When the account is to be assessed next; None: never, as things are (absorbed, or no customer)."""
        everything = AsOf.everything()
        merged = await states.merges(conn)
        since = (await states.customers(conn, everything, [account])).get(account)
        if account in merged or since is None:
            return None
        assessed_at = tier.assessed_at if tier and tier.last else None
        if assessed_at is not None and tier is not None and tier.decided is not None:
            return assessed_at + owed.review_after(tier.tier)
        contracts = await states.contracts(conn, everything, merged, [account])
        first = process.first_assessment(since, contracts, self._zone)
        if assessed_at is None or first > assessed_at:
            return first
        return assessed_at + owed.review_after(None)

    async def _assess(
        self, conn: AsyncConnection, account: UUID, tier: AccountTier | None, at: datetime, late: timedelta
    ) -> tuple[list[NewEvent], AccountTier | None]:
        inputs = await self._at(conn, at)
        facts = None if account in inputs.gone else inputs.facts(account, self._currency)
        if facts is None:
            return [], tier
        version = policies.in_force(await policies.versions(conn, "tier"), at)
        if version is None:
            raise Broken("no tier policy is active: the role `worker` adopts the shipped one when it starts")
        tier = tier or AccountTier.start(account)
        tier.assess(
            tier_policy(version.document), version.version, facts, at, late_by_s=int(late.total_seconds()), review=True,
            rating_events=await states.rating_events(conn, account), others=inputs.standings.values(),
            owner_id=inputs.profiles[account]["owner_id"],
        )  # fmt: skip
        score = tier.last.score_bp if tier.last else None
        inputs.standings[account] = Standing(account, tier.tier, score, inputs.profiles[account]["owner_id"])
        meta = Meta(
            "policy:tier", at, correlation_id=derived(process.ASSESSMENT, str(account), at.isoformat()),
            policy_refs=(("tier", version.version),),
        )  # fmt: skip
        return encode(tier.collect_events(), meta), tier  # type: ignore[arg-type]

    async def _at(self, conn: AsyncConnection, at: datetime) -> TierInputs:
        """The figures of all accounts at an instant, read once for all that are due then in one transaction."""
        asof = AsOf.judged_at(at, self._zone)
        if self._inputs is None or self._inputs[0] is not conn or self._inputs[1].asof != asof:
            self._inputs = (conn, await tier_inputs(conn, asof))
        return self._inputs[1]


async def document_in_force(conn: AsyncConnection, policy: str, at: datetime) -> dict[str, object]:
    """The document of a policy that held at an instant. Raises Rejected before the first start."""
    version = policies.in_force(await policies.versions(conn, policy), at)
    if version is None:
        raise Rejected("no-active-policy", f"No {policy} policy is active yet.")
    return dict(version.document)
