"""Tier assessments in business time: the first as early as the account can be judged, then at the cadence of its
tier.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts import process
from services.accounts.domain import AccountTier
from services.accounts.policy.capacity import Standing
from services.accounts.policy.documents import tier_policy
from services.accounts.policy.standards import StandardsDocument, standards
from services.accounts.reads import policies, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.history import AccountHistory, Histories, histories, standings
from services.accounts.timekeeping.gate import Gate
from shared import timers
from shared.errors import Broken, Rejected
from shared.eventstore.events import Meta, NewEvent, encode, event_id
from shared.eventstore.repository import aggregates_in
from shared.ids import derived
from shared.positions import driver
from shared.timers import Timer


class Assessments:
    """The action of the rule `tier_assessment`; the subject is the account.

    Histories are read for all accounts whose assessment waits, and kept while no new fact comes: after a backfill
    each of them is assessed a dozen times.
    """

    def __init__(self, zone: ZoneInfo, currency: str, gate: Gate) -> None:
        self._zone, self._currency, self._gate = zone, currency, gate
        self._histories: tuple[int, Histories] | None = None
        self._standings: tuple[AsyncConnection, datetime, dict[UUID, Standing]] | None = None

    async def fire(self, conn: AsyncConnection, timer: Timer, until: datetime, now: datetime) -> Sequence[NewEvent]:
        """Assesses if it is due by `until`, and arms the next one. A fact only wakes this up: when it is due is said
        here.
        """
        account, stream = timer.subject, AccountTier.create_id(timer.subject)
        found = await self._read(conn, account)
        history = found.of(account)
        if account in found.merged or history.customer_since is None:
            return ()
        tier = (await aggregates_in(driver(conn), AccountTier, [stream])).get(stream)
        owed = standards(await document_in_force(conn, "standards", until))
        due = self._due(history, account, tier, owed)
        events: list[NewEvent] = []
        if due <= until:
            if found.lives(account, due):
                events, tier = await self._assess(conn, found, account, tier, due, now - due)
            due += owed.review_after(tier.tier if tier else None)
        await timers.arm(conn, [Timer(timer.rule, account, timer.due_version + 1, due)])
        return events

    def _due(
        self, history: AccountHistory, account: UUID, tier: AccountTier | None, owed: StandardsDocument
    ) -> datetime:
        """When the account is to be assessed next. One that could not be assessed is tried again when its revenue is
        known.
        """
        assessed_at = tier.assessed_at if tier and tier.last else None
        if assessed_at is not None and tier is not None and tier.decided is not None:
            return assessed_at + owed.review_after(tier.tier)
        assert history.customer_since is not None
        contracts = history.known_contracts(AsOf.everything(), account)
        first = process.first_assessment(history.customer_since, contracts, self._zone)
        if assessed_at is None or first > assessed_at:
            return first
        return assessed_at + owed.review_after(None)

    async def _assess(
        self,
        conn: AsyncConnection,
        found: Histories,
        account: UUID,
        tier: AccountTier | None,
        at: datetime,
        late: timedelta,
    ) -> tuple[list[NewEvent], AccountTier | None]:
        facts = found.facts(account, at, self._currency)
        if facts is None:
            return [], tier
        version = policies.in_force(await policies.versions(conn, "tier"), at)
        if version is None:
            raise Broken("no tier policy is active: the role `worker` adopts the shipped one when it starts")
        tier, owner = tier or AccountTier.start(account), found.owner(account, at)
        others = await self._others(conn, at) if tier.decided else {}
        tier.assess(
            tier_policy(version.document), version.version, facts, at, late_by_s=int(late.total_seconds()), review=True,
            rating_events=await states.rating_events(conn, account) if tier.ratings else None,
            others=others.values(), owner_id=owner,
        )  # fmt: skip
        others[account] = Standing(account, tier.tier, tier.last.score_bp if tier.last else None, owner)
        meta = Meta(
            "policy:tier", at, correlation_id=derived(process.ASSESSMENT, str(account), at.isoformat()),
            causation_id=await self._cause(conn, found.of(account), account), policy_refs=(("tier", version.version),),
        )  # fmt: skip
        return encode(tier.collect_events(), meta), tier  # type: ignore[arg-type]

    async def _cause(self, conn: AsyncConnection, history: AccountHistory, account: UUID) -> str | None:
        """The event that made it due: the assessment before this one, or what began the first revenue."""
        last = (await conn.execute(_ASSESSED, {"stream": AccountTier.create_id(account)})).scalar()
        if last is not None:
            return event_id("accounts", last)
        begun = [c for c in history.known_contracts(AsOf.everything(), account) if c.signed and c.starts_on]
        first = min(begun, key=lambda c: c.starts_on or date.max, default=None)
        since = history.customer_since
        if first and first.starts_on and (since is None or process.midnight(first.starts_on, self._zone) > since):
            return first.event_id
        return next((r["event_id"] for r in history.profiles if r["effective_at"] == since), None)

    async def _read(self, conn: AsyncConnection, account: UUID) -> Histories:
        generation = self._gate.read
        if self._histories is None or self._histories[0] != generation or account not in self._histories[1]:
            waiting = (
                await conn.execute(_WAITING, {"rule": process.ASSESSMENT, "until": self._gate.horizon})
            ).scalars()
            self._histories = (generation, await histories(conn, self._zone, {account, *waiting}))
        return self._histories[1]

    async def _others(self, conn: AsyncConnection, at: datetime) -> dict[UUID, Standing]:
        """Read once for all that are due at an instant in one transaction; those assessed there are put in."""
        if self._standings is None or self._standings[0] is not conn or self._standings[1] != at:
            self._standings = (conn, at, await standings(conn, at, self._zone))
        return self._standings[2]


_ASSESSED = text("""
SELECT position FROM events
WHERE stream_id = :stream AND topic IN ('accounts.TierAssessed', 'accounts.TierAssessmentIncomplete')
ORDER BY version DESC LIMIT 1""")
_WAITING = text("SELECT subject FROM timers WHERE rule = :rule AND fired_at IS NULL AND due_at <= :until")


async def document_in_force(conn: AsyncConnection, policy: str, at: datetime) -> dict[str, object]:
    """The document of a policy that held at an instant. Raises Rejected before the first start."""
    version = policies.in_force(await policies.versions(conn, policy), at)
    if version is None:
        raise Rejected("no-active-policy", f"No {policy} policy is active yet.")
    return dict(version.document)
