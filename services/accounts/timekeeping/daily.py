"""The daily tick, 05:00 company time: standards of every tier, what went stale, overrides that end, owners who left.

After a pause all missed ticks are looked at in one go, each with what was known on its day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts import process
from services.accounts.domain import AccountStandards, AccountTeam, AccountTier, Stakeholder, TierPolicy
from services.accounts.policy.stakeholders import goes_stale_at
from services.accounts.policy.standards import judge, standards
from services.accounts.reads import policies, records, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.situation import situations
from services.accounts.reads.states import fetch
from services.accounts.reads.tables import interaction_states, stakeholder_steps, theme_steps, tier_steps
from shared import timers
from shared.eventstore.events import Aggregate, Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.ids import derived
from shared.positions import driver
from shared.timers import Timer

AT_ONCE = 15  # ticks in one transaction, after a pause or a backfill: what all of them bring is in memory at once


class Daily:
    """The action of the rule `daily`; its subject is the company."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    async def fire(self, conn: AsyncConnection, timer: Timer, until: datetime, _: datetime) -> Sequence[NewEvent]:
        """Every tick up to `until` that was not looked at yet; arms the next one."""
        done = datetime.fromisoformat(timer.data["done"]) if "done" in timer.data else await self._begin(conn)
        events: list[NewEvent] = []
        if done is not None:
            ticks: list[datetime] = []
            while len(ticks) < AT_ONCE and (tick := process.next_tick(done, self._zone)) <= until:
                ticks.append(tick)
                done = tick
            if ticks:
                events += await self._standards(conn, ticks)
                events += await self._stale(conn, ticks[-1])
                events += await self._overrides(conn, ticks[-1])
                events += await self._left(conn, ticks[-1])
                events += await self._policies(conn, ticks[-1])
        data = {"done": done.isoformat()} if done is not None else {}
        next_one = process.next_tick(until if done is None else done, self._zone)
        await timers.arm(conn, [Timer(timer.rule, timer.subject, timer.due_version + 1, next_one, data)])
        return events

    async def _begin(self, conn: AsyncConnection) -> datetime | None:
        """Nothing is owed before there is a tier, and nobody was silent before the first contact was logged."""
        tiers, contacts = tier_steps, interaction_states
        first_tier = (await conn.execute(select(func.min(tiers.c.effective_at)))).scalar()
        first_contact = (await conn.execute(select(func.min(contacts.c.at)).where(contacts.c.meaningful))).scalar()
        return max(first_tier, first_contact) if first_tier and first_contact else None

    async def _standards(self, conn: AsyncConnection, ticks: Sequence[datetime]) -> list[NewEvent]:
        versions = await policies.versions(conn, "standards")
        version = policies.in_force(versions, ticks[-1])
        if version is None:
            return []
        document = standards(version.document)
        found = await situations(conn, ticks, self._zone, document)
        known = await _existing(conn, AccountStandards, [AccountStandards.create_id(a) for a in found.accounts])
        events: list[NewEvent] = []
        for tick in ticks:
            await asyncio.sleep(0)  # a year of ticks must not starve the heartbeats
            for account in found.accounts:
                tier, now = found.at(account, tick)
                stream = AccountStandards.create_id(account)
                kept = known.get(stream)
                if kept is None:
                    if tier is None:
                        continue
                    kept = known[stream] = AccountStandards.track(account)
                kept.judge(judge(document, tier, now, tick), tier, version.version, tick)
                events += _encoded(kept, tick, ("standards", version.version))
        return events

    async def _stale(self, conn: AsyncConnection, tick: datetime) -> list[NewEvent]:
        """Assessments of people that nobody confirmed for 180 days."""
        t = stakeholder_steps
        said = t.c.kind.in_(("mapped", "confirmed")), t.c.effective_at <= tick
        query = select(t.c.account_id, t.c.subject_id, t.c.event_id).where(*said).order_by(t.c.position)
        causes = {
            Stakeholder.create_id(r["account_id"], r["subject_id"]): r["event_id"] for r in await fetch(conn, query)
        }
        found = await _existing(conn, Stakeholder, list(causes))
        events: list[NewEvent] = []
        for stream, person in found.items():
            due = goes_stale_at(person.confirmed_at) if person.confirmed_at else None
            if due is not None and due <= tick:
                person.go_stale(due)
                events += _encoded(person, due, because=causes[stream])
        return events

    async def _overrides(self, conn: AsyncConnection, tick: datetime) -> list[NewEvent]:
        """Overrides whose time is over, and reviews that nobody made within ten business days."""
        held = await states.tiers(conn, AsOf.at(tick, self._zone))
        causes = {
            AccountTier.create_id(a): {step.kind: step.event_id for step in path}
            for a, (state, path) in held.items()
            if state.manual or state.proposed
        }
        events: list[NewEvent] = []
        for stream, tier in (await _existing(conn, AccountTier, list(causes))).items():
            if tier.override and tier.override.until <= tick:
                until = tier.override.until
                tier.expire_override(until)
                events += _encoded(tier, until, because=causes[stream].get("overridden"))
            overdue = process.review_overdue_at(tier.review_due_at, self._zone) if tier.review_due_at else None
            if overdue is not None and overdue <= tick:
                tier.review_becomes_overdue(overdue)
                events += _encoded(tier, overdue, because=causes[stream].get("proposed"))
        return events

    async def _left(self, conn: AsyncConnection, tick: datetime) -> list[NewEvent]:
        """Themes that a person gave to an employee who is gone. (The CRM's own owners: rule `commercial_owner`.)"""
        staff = await records.staff(conn, AsOf.at(tick, self._zone))
        gone = {u: r for u, r in staff.items() if not r["active"]}
        t = theme_steps
        query = select(t.c.account_id).distinct().where(t.c.user_id.in_(gone), t.c.reason == "person")
        teams = await _existing(
            conn, AccountTeam, [AccountTeam.create_id(r["account_id"]) for r in await fetch(conn, query)]
        )
        events: list[NewEvent] = []
        for team in teams.values():
            for user in sorted({o.owner_id for o in team.owners.values() if o.source == "person"} & gone.keys()):
                team.deactivate(user, gone[user]["effective_at"])
                events += _encoded(team, gone[user]["effective_at"], because=gone[user]["event_id"])
        return events

    async def _policies(self, conn: AsyncConnection, tick: datetime) -> list[NewEvent]:
        """Scheduled versions whose day has come."""
        stream = TierPolicy.create_id()
        policy = (await _existing(conn, TierPolicy, [stream])).get(stream)
        events: list[NewEvent] = []
        for number, version in sorted(policy.versions.items()) if policy else ():
            if policy and version.status == "Scheduled" and version.effective_from and version.effective_from <= tick:
                policy.take_effect(number, tick)
                events += _encoded(policy, version.effective_from)
        return events


A = TypeVar("A", bound=Aggregate)


async def _existing(conn: AsyncConnection, cls: type[A], streams: Sequence[UUID]) -> dict[UUID, A]:
    return await aggregates_in(driver(conn), cls, streams) if streams else {}


def _encoded(aggregate: Aggregate, at: datetime, *refs: tuple[str, int], because: str | None = None) -> list[NewEvent]:
    """`because`: the event without which this would not be due."""
    events = aggregate.collect_events()
    if not events:
        return []
    correlation = derived(process.DAILY, str(aggregate.id), at.isoformat())
    meta = Meta("system:accounts", at, correlation_id=correlation, causation_id=because, policy_refs=refs)
    return encode(events, meta)  # type: ignore[arg-type]
