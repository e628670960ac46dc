"""The commercial theme follows the CRM's account owner; an owner who is no longer active leaves it vacant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts import process
from services.accounts.domain import AccountTeam
from services.accounts.reads.foreign import employees
from services.accounts.reads.states import fetch
from services.accounts.reads.tables import account_profiles
from shared import timers
from shared.eventstore.events import Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.ids import derived
from shared.positions import driver
from shared.timers import Timer

Causes = dict[tuple[str, datetime], str]
"""Event by (employee, instant); "": what the CRM said about the account itself."""


class Owners:
    """The action of the rule `commercial_owner`; the subject is the account."""

    def __init__(self, system: str) -> None:
        self._system = system

    async def fire(self, conn: AsyncConnection, timer: Timer, until: datetime, _: datetime) -> Sequence[NewEvent]:
        """Takes in every change of owner and of their activity up to `until`, each at its own instant."""
        account, stream = timer.subject, AccountTeam.create_id(timer.subject)
        changes, causes = await self._changes(conn, account)
        team = (await aggregates_in(driver(conn), AccountTeam, [stream])).get(stream)
        done = team.changed_at.get("COMMERCIAL") if team else None
        events: list[NewEvent] = []
        for change in changes:
            if change.at > until:
                later = Timer(timer.rule, account, timer.due_version + 1, change.at)
                await timers.arm(conn, [later])
                break
            if done is not None and change.at < done and change is not changes[-1]:
                continue  # what was told about the past stays told; only the present must be right
            team = team or AccountTeam.form(account, self._system)
            team.follow_crm_owner(change.owner_id, change.active, change.at)
            meta = Meta(
                "system:accounts", change.at, correlation_id=derived(timer.rule, str(account), change.at.isoformat()),
                causation_id=causes.get(("", change.at)) or causes.get((change.owner_id or "", change.at)),
            )  # fmt: skip
            events += encode(team.collect_events(), meta)  # type: ignore[arg-type]
        return events

    async def _changes(self, conn: AsyncConnection, account: UUID) -> tuple[list[process.Ownership], Causes]:
        t, s = account_profiles, employees
        profiles = await fetch(
            conn,
            select(t.c.effective_at, t.c.owner_id, t.c.position, t.c.event_id)
            .ext(distinct_on(t.c.effective_at))
            .where(t.c.account_id == account)
            .order_by(t.c.effective_at, t.c.position.desc()),
        )
        owners = [(r["effective_at"], r["owner_id"]) for r in profiles]
        causes: Causes = {("", r["effective_at"]): r["event_id"] for r in profiles}
        activity: dict[str, list[tuple[datetime, bool]]] = defaultdict(list)
        people = {o for _, o in owners if o}
        for r in await fetch(
            conn,
            select(s.c.user_id, s.c.effective_at, s.c.active, s.c.event_id)
            .ext(distinct_on(s.c.user_id, s.c.effective_at))
            .where(s.c.user_id.in_(people))
            .order_by(s.c.user_id, s.c.effective_at, s.c.revision.desc()),
        ):
            activity[r["user_id"]].append((r["effective_at"], r["active"]))
            causes[r["user_id"], r["effective_at"]] = r["event_id"]
        return process.ownerships(owners, activity), causes
