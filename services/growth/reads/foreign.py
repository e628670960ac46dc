"""What the accounts service and the CRM say, as our rules take it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.growth.domain.values import AccountState
from services.growth.domain.whitespace import OWN_UNIT, Fact, Place
from services.growth.reads.tables import accounts, contracts, opportunities

Rows = list[dict[str, Any]]


def state(row: Mapping[Any, Any]) -> AccountState:
    """An account's row as the processes see it."""
    merged = row["gone"] == ["merged"]
    return AccountState(row["account_id"], not row["gone"], row["key_since"], row["tier"], row["time_zone"], merged)


async def family(conn: AsyncConnection, account_id: UUID, before: datetime) -> list[UUID]:
    """The account, then those that had gone into it (and into those) before an instant."""
    t = accounts
    query = select(t.c.account_id, t.c.merged_into).where(t.c.merged_into.is_not(None), t.c.merged_at < before)
    rows = (await conn.execute(query)).all()
    found = [account_id]
    for one in found:  # grows while it is read
        found += sorted((r.account_id for r in rows if r.merged_into == one and r.account_id not in found), key=str)
    return found


async def survivors(conn: AsyncConnection, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Account → the one that it went into in the end; itself if it went into none."""
    t = accounts
    query = select(t.c.account_id, t.c.merged_into).where(t.c.merged_into.is_not(None))
    into = {r.account_id: r.merged_into for r in await conn.execute(query)}
    found = {}
    for one in ids:
        seen, last = {one}, one
        while (following := into.get(last)) is not None and following not in seen:
            seen.add(following)
            last = following
        found[one] = last
    return found


async def account(conn: AsyncConnection, account_id: UUID) -> dict[str, Any] | None:
    """What the accounts service said of an account; None: nothing yet."""
    row = (await conn.execute(select(accounts).where(accounts.c.account_id == account_id))).mappings().first()
    return dict(row) if row else None


async def names(conn: AsyncConnection) -> dict[UUID, dict[str, Any]]:
    """Every account's row."""
    return {r["account_id"]: dict(r) for r in (await conn.execute(select(accounts))).mappings()}


async def last(conn: AsyncConnection, table: Table, key: str, order: str, *where: ColumnElement[bool]) -> Rows:
    """For each thing its highest version, of those that fulfil `where`."""
    query = select(table).ext(distinct_on(table.c[key])).where(*where).order_by(table.c[key], table.c[order].desc())
    return [dict(r) for r in (await conn.execute(query)).mappings()]


async def deals(conn: AsyncConnection, account_id: UUID, *where: ColumnElement[bool]) -> Rows:
    """The deals that are the account's now (or were, by `where`)."""
    t = opportunities
    ever = select(t.c.opportunity_id).where(t.c.account_id == account_id)
    found = await last(conn, t, "opportunity_id", "revision", t.c.opportunity_id.in_(ever), *where)
    return [r for r in found if r["account_id"] == account_id]


async def products(conn: AsyncConnection) -> list[str]:
    """Every product that any contract names, the longest name first."""
    found = (await conn.execute(select(contracts.c.product).distinct())).scalars()
    return sorted((p for p in found if p), key=lambda p: (-len(p), p))


def product_of(deal: str, known: Sequence[str]) -> str | None:
    """The product that a deal's name mentions as words of its own; the longest one counts. The CRM has no field."""
    return next((p for p in known if re.search(rf"(?<!\w){re.escape(p)}(?!\w)", deal, re.IGNORECASE)), None)


async def whitespace(conn: AsyncConnection, account_id: UUID, today: date) -> tuple[dict[Place, Fact], date | None]:
    """(cell → what contracts and deals say on a day, the next day on which that may change). What is in use is no
    opportunity."""
    t = contracts
    ever = select(t.c.contract_id).where(t.c.account_id == account_id)
    rows = await last(conn, t, "contract_id", "version", t.c.contract_id.in_(ever))
    crm_ids = await _crm_ids(conn, account_id)
    mine = [r for r in rows if r["account_id"] == account_id and r["counts"] and r["product"] and r["starts_on"]]
    running = [r for r in mine if r["starts_on"] <= today and (r["ends_on"] is None or today <= r["ends_on"])]
    used = [
        (r["product"], r["arr"], r["currency"], crm_ids.get(r["contract_id"], str(r["contract_id"]))) for r in running
    ]
    known, wanted = await products(conn), []
    for r in await deals(conn, account_id):
        product = product_of(r["name"], known) if r["open"] else None
        if product:
            wanted.append((product, r["amount"], r["currency"], r["opportunity_id"]))
    found = {place: Fact("Opportunity", *rest) for place, rest in _summed(wanted).items()}
    found |= {place: Fact("InUse", *rest) for place, rest in _summed(used).items()}
    days = [r["starts_on"] for r in mine] + [r["ends_on"] + timedelta(days=1) for r in mine if r["ends_on"]]
    return found, min((d for d in days if d > today), default=None)


def _summed(
    parts: Iterable[tuple[str, int | None, str | None, str]],
) -> dict[Place, tuple[int | None, str | None, tuple[str, ...]]]:
    """By cell (value, currency, evidence); no value where one is unknown or the currencies differ."""
    cells: dict[Place, list[tuple[int | None, str | None, str]]] = {}
    for product, value, currency, ref in parts:
        cells.setdefault((OWN_UNIT, product), []).append((value, currency, ref))
    found = {}
    for place, entries in cells.items():
        currencies, values = {cur for _, cur, _ in entries}, [v for v, _, _ in entries]
        whole = len(currencies) == 1 and all(v is not None for v in values)
        total = sum(v for v in values if v is not None) if whole else None
        found[place] = (total, currencies.pop() if whole else None, tuple(sorted(ref for _, _, ref in entries)))
    return found


async def _crm_ids(conn: AsyncConnection, account_id: UUID) -> dict[UUID, str]:
    query = select(contracts.c.contract_id, contracts.c.crm_id).where(
        contracts.c.account_id == account_id, contracts.c.crm_id.is_not(None)
    )
    return {r.contract_id: r.crm_id for r in await conn.execute(query)}
