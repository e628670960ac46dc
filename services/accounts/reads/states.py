"""What was true of accounts at some instant: the loaders that every query shares (what belongs to them: `records`).

A merge counts for all days: what an absorbed account had is shown under its survivor, because what looked like two
customers was one all the time. `only` limits a loader to some (final) accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads.asof import AsOf, present, then
from services.accounts.reads.figures import TierState, TierStep, fold_tier
from services.accounts.reads.tables import (
    account_aspects,
    account_links,
    account_profiles,
    criterion_ratings,
    standard_steps,
    tier_assessments,
    tier_steps,
)

Only = Collection[UUID] | None
Rows = list[dict[str, Any]]


async def fetch(conn: AsyncConnection, query: Select[Any]) -> Rows:
    """All rows of a query, as plain dicts."""
    return [dict(r) for r in (await conn.execute(query)).mappings()]


class Merges:
    """Which account absorbed which, as known today; chains are followed to their end."""

    def __init__(self, pairs: Iterable[tuple[UUID, UUID]]) -> None:
        self._next = dict(pairs)

    def final(self, account: UUID) -> UUID:
        """The account that stands for this one. A circle (reverted badly) ends where it began."""
        seen = {account}
        while (after := self._next.get(account)) is not None and after not in seen:
            seen.add(after)
            account = after
        return account

    def absorbed_by(self, survivor: UUID) -> list[UUID]:
        """Every account that ended in this one."""
        return sorted(a for a in self._next if a != survivor and self.final(a) == survivor)

    @property
    def absorbed(self) -> Collection[UUID]:
        """Every account that was absorbed."""
        return self._next.keys()

    def __contains__(self, account: object) -> bool:
        return account in self._next

    def with_absorbed(self, accounts: Iterable[UUID]) -> list[UUID]:
        """The accounts and all they absorbed: whose rows belong to them."""
        return [x for a in accounts for x in (a, *self.absorbed_by(a))]


async def merges(conn: AsyncConnection) -> Merges:
    """Who absorbed whom, as known today."""
    t = account_aspects
    rows = await fetch(conn, present(t, ("account_id",), t.c.aspect == "survivor"))
    return Merges((r["account_id"], UUID(r["value"])) for r in rows if r["value"])


async def profiles(conn: AsyncConnection, asof: AsOf, only: Only = None) -> dict[UUID, dict[str, Any]]:
    """Master data by account."""
    t = account_profiles
    where = () if only is None else (t.c.account_id.in_(only),)
    return {r["account_id"]: r for r in await fetch(conn, then(t, ("account_id",), asof.before, *where))}


async def links(conn: AsyncConnection, only: Only = None) -> dict[UUID, str]:
    """account → id of its CRM record, at any time."""
    t = account_links
    where = () if only is None else (t.c.account_id.in_(only),)
    return {r["account_id"]: r["crm_id"] for r in await fetch(conn, present(t, ("account_id",), *where))}


class Aspects:
    """The aspects of one account: value and event by name."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Any]] = {}

    def put(self, row: dict[str, Any]) -> None:
        """Adds a row; the loader sees to it that there is one for each aspect."""
        self._rows[row["aspect"]] = row

    def value(self, aspect: str) -> str | None:
        """None: nothing was said about it."""
        row = self._rows.get(aspect)
        return row["value"] if row else None

    def event_id(self, aspect: str) -> str | None:
        """The event that said it."""
        row = self._rows.get(aspect)
        return row["event_id"] if row else None

    @property
    def lifecycle(self) -> str:
        """Archived or Merged where the CRM's record is gone; else how the relation stands."""
        gone = {"archived": "Archived", "merged": "Merged"}.get(self.value("presence") or "live")
        return gone or self.value("standing") or "Registered"

    def refuses(self, parent: UUID) -> bool:
        """Whether the group process refused this parent (a circle, too deep)."""
        row = self._rows.get("parent")
        return row is not None and row["value"] is None and str(parent) in (row["reason"] or "")


async def aspects(conn: AsyncConnection, asof: AsOf, only: Only = None) -> dict[UUID, Aspects]:
    """account → its aspects."""
    t = account_aspects
    where = () if only is None else (t.c.account_id.in_(only),)
    found: dict[UUID, Aspects] = defaultdict(Aspects)
    for r in await fetch(conn, then(t, ("account_id", "aspect"), asof.before, *where)):
        found[r["account_id"]].put(r)
    return found


async def presences(conn: AsyncConnection) -> dict[UUID, Rows]:
    """account → rows of its presence (live, archived, merged), oldest first."""
    t = account_aspects
    found: dict[UUID, Rows] = defaultdict(list)
    query = select(t).where(t.c.aspect == "presence").order_by(t.c.effective_at, t.c.position)
    for r in await fetch(conn, query):
        found[r["account_id"]].append(r)
    return found


async def customers(conn: AsyncConnection, asof: AsOf, only: Only = None) -> dict[UUID, datetime]:
    """account → since when the CRM calls it a customer. One that was a customer stays one: it may have ended."""
    t = account_profiles
    where = () if only is None else (t.c.account_id.in_(only),)
    query = select(t.c.account_id, func.min(t.c.effective_at)).where(
        t.c.account_type == "Customer", t.c.effective_at < asof.before, *where
    )
    return {r[0]: r[1] for r in await conn.execute(query.group_by(t.c.account_id))}


async def tiers(conn: AsyncConnection, asof: AsOf, only: Only = None) -> dict[UUID, tuple[TierState, list[TierStep]]]:
    """account → the tier that holds, and the steps that led there, oldest first."""
    t = tier_steps
    query = select(t).where(t.c.effective_at < asof.before).order_by(t.c.effective_at, t.c.position)
    if only is not None:
        query = query.where(t.c.account_id.in_(only))
    steps: dict[UUID, list[TierStep]] = defaultdict(list)
    for r in await fetch(conn, query):
        steps[r["account_id"]].append(
            TierStep(  # type: ignore[call-arg]  # the columns are its fields, in order
                r["effective_at"],
                *(
                    r[c]
                    for c in (
                        "kind",
                        "from_tier",
                        "to_tier",
                        "reason",
                        "decided_by",
                        "provisional",
                        "until",
                        "event_id",
                    )
                ),
                r["score_bp"],
            )
        )
    return {account: (fold_tier(path), path) for account, path in steps.items()}


async def scores(conn: AsyncConnection, asof: AsOf, only: Only = None) -> dict[UUID, dict[str, Any]]:
    """account → score, completeness and event of its last assessment, without the reasons."""
    t = tier_assessments
    where = () if only is None else (t.c.account_id.in_(only),)
    query = then(t, ("account_id",), asof.before, *where)
    some = query.with_only_columns(t.c.account_id, t.c.score_bp, t.c.completeness_bp, t.c.event_id)
    return {r["account_id"]: r for r in await fetch(conn, some)}


async def assessments(conn: AsyncConnection, asof: AsOf, only: Only = None) -> dict[UUID, dict[str, Any]]:
    """account → its last assessment, complete or not."""
    t = tier_assessments
    where = () if only is None else (t.c.account_id.in_(only),)
    return {r["account_id"]: r for r in await fetch(conn, then(t, ("account_id",), asof.before, *where))}


async def rating_events(conn: AsyncConnection, account: UUID) -> dict[str, str]:
    """criterion → the event of its last rating by hand."""
    t = criterion_ratings
    rows = await fetch(conn, present(t, ("criterion",), t.c.account_id == account))
    return {r["criterion"]: r["event_id"] for r in rows}


async def standards(conn: AsyncConnection, asof: AsOf, only: Only = None) -> dict[UUID, Rows]:
    """account → the last word on each standard."""
    t = standard_steps
    where = () if only is None else (t.c.account_id.in_(only),)
    found: dict[UUID, Rows] = defaultdict(list)
    for r in await fetch(conn, then(t, ("account_id", "standard"), asof.before, *where)):
        found[r["account_id"]].append(r)
    return found
