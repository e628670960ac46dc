"""What we know of accounts from `kam.accounts.v1`: name, zone, tier, key status, owners. And the standards in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.policies import shipped
from services.qbr.reads.tables import account_aspects as aspects
from services.qbr.reads.tables import employees, standards
from shared.contracts.people import Person
from shared.people import names

OWNER = "owner:COMMERCIAL"


@dataclass(frozen=True, slots=True)
class Card:
    """One account. Empty or None: not known."""

    account_id: UUID
    name: str = ""
    crm_id: str = ""
    tier: str | None = None
    key: bool = False
    life: str = ""
    time_zone: str | None = None
    owners: Mapping[str, str] = field(default_factory=dict)

    @property
    def owner_id(self) -> str:
        """CRM user id of the commercial owner."""
        return self.owners.get("COMMERCIAL", "")


async def cards(
    conn: AsyncConnection, accounts: Collection[UUID] | None = None, before: datetime | None = None
) -> dict[UUID, Card]:
    """By account; `accounts` None: all. `before`: as it was known to be before that instant; None: newest."""
    t = aspects
    query = select(t.c.account_id, t.c.aspect, t.c.value).ext(distinct_on(t.c.account_id, t.c.aspect))
    if accounts is not None:
        query = query.where(t.c.account_id.in_(list(accounts)))
    if before is not None:
        query = query.where(t.c.effective_at < before)
    found: dict[UUID, dict[str, str | None]] = defaultdict(dict)
    for r in await conn.execute(query.order_by(t.c.account_id, t.c.aspect, t.c.position.desc())):
        found[r.account_id][r.aspect] = r.value
    return {a: _card(a, values) for a, values in found.items()}


def _card(account_id: UUID, values: Mapping[str, str | None]) -> Card:
    owners = {k.removeprefix("owner:"): v for k, v in values.items() if k.startswith("owner:") and v}
    return Card(
        account_id, values.get("name") or "", values.get("crm_id") or "", values.get("tier"),
        values.get("key") == "yes", values.get("life") or "", values.get("time_zone"), owners,
    )  # fmt: skip


async def family(conn: AsyncConnection, account_id: UUID, before: datetime | None = None) -> list[UUID]:
    """The account, then those that went into it (and into those), as it was known before an instant; None: newest."""
    t = aspects
    query = select(t.c.account_id, t.c.value).ext(distinct_on(t.c.account_id)).where(t.c.aspect == "merged_into")
    if before is not None:
        query = query.where(t.c.effective_at < before)
    rows = (await conn.execute(query.order_by(t.c.account_id, t.c.position.desc()))).all()
    found = [account_id]
    for one in found:  # grows while it is read
        found += sorted((r.account_id for r in rows if r.value == str(one) and r.account_id not in found), key=str)
    return found


async def add_aspects(conn: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    """Keep what an event says; once."""
    if rows:
        await conn.execute(insert(aspects).on_conflict_do_nothing(), rows)


async def add_standards(conn: AsyncConnection, row: dict[str, Any]) -> None:
    """Keep a standards document that was activated."""
    await conn.execute(insert(standards).values(row).on_conflict_do_nothing())


async def add_employees(conn: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    """Keep the newest of each employee."""
    newest = {r["user_id"]: r for r in sorted(rows, key=lambda r: r["revision"])}
    if newest:
        put = insert(employees)
        values = {c: put.excluded[c] for c in ("revision", "subject_id", "active", "reports_to")}
        newer = employees.c.revision < put.excluded.revision
        ordered = [newest[u] for u in sorted(newest)]
        await conn.execute(put.on_conflict_do_update(index_elements=["user_id"], set_=values, where=newer), ordered)


async def staff(conn: AsyncConnection) -> dict[str, tuple[UUID, str | None]]:
    """CRM user id → (pseudonym, superior)."""
    rows = await conn.execute(select(employees.c.user_id, employees.c.subject_id, employees.c.reports_to))
    return {r.user_id: (r.subject_id, r.reports_to) for r in rows}


async def staff_names(conn: AsyncConnection, users: Iterable[str]) -> dict[str, str]:
    """CRM user id → name, where it is known and not erased."""
    wanted = {u for u in users if u}
    rows = await conn.execute(
        select(employees.c.user_id, employees.c.subject_id).where(employees.c.user_id.in_(wanted))
    )
    subjects = {r.user_id: r.subject_id for r in rows}
    known: dict[UUID, Person] = await names(conn, subjects.values()) if subjects else {}
    return {u: known[s].name for u, s in subjects.items() if s in known}


class KnownAccounts:
    """What commands ask for (`app.Known`). `default`: the zone of an account that has not said its own."""

    def __init__(self, default: ZoneInfo) -> None:
        self._default = default

    async def zone(self, conn: AsyncConnection, account_id: UUID) -> ZoneInfo:
        """The account's time zone."""
        t = aspects
        query = select(t.c.value).where(t.c.account_id == account_id, t.c.aspect == "time_zone")
        found = (await conn.execute(query.order_by(t.c.position.desc()).limit(1))).scalar()
        return ZoneInfo(found) if found else self._default

    async def standards(self, conn: AsyncConnection) -> dict[str, Any]:
        """The standards activated last, else the shipped ones."""
        query = select(standards.c.document).order_by(standards.c.policy_version.desc()).limit(1)
        found: dict[str, Any] | None = (await conn.execute(query)).scalar()
        return found or shipped("standards.v1")
