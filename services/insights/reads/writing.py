"""Rows into the BI tables and into `bi_rows`: as a merge of what differs, or as a plain COPY into new tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.insights.policy.marts import Row
from services.insights.reads import bi
from shared.contracts.bi import tables
from shared.positions import driver
from shared.projector import copy_in, copy_merge

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('bi_rows', 0))")
"""So that changes rise in commit order: who reads on after a change misses none."""
_UPSERT = """
INSERT INTO bi_rows (key, table_name, account_id, change, value)
SELECT k, t, a, (SELECT coalesce(max(change), 0) FROM bi_rows) + n, v
FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) WITH ORDINALITY AS u(k, t, a, v, n)
ON CONFLICT (key) DO UPDATE SET account_id = excluded.account_id, change = excluded.change, value = excluded.value"""
_KEEP = "INSERT INTO bi_rows_new (key, table_name, account_id, change, value) SELECT k, t, a, 0, v FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) AS u(k, t, a, v)"  # noqa: E501
_DIFFERENT = """
SELECT coalesce(n.key, o.key) AS key, coalesce(n.table_name, o.table_name) AS table_name,
    coalesce(n.account_id, o.account_id) AS account_id, n.value
FROM bi_rows_new n FULL JOIN bi_rows o USING (key) WHERE n.value IS DISTINCT FROM o.value ORDER BY 1"""
_KPIS = """
SELECT position, kpi, definition_version, scope, period_start, as_of, known_at, unit, value, numerator, denominator,
    accounts, superseded_at FROM kpi_values ORDER BY position"""

Made = Mapping[str, Sequence[Row]]


async def merge(conn: AsyncConnection, schema: str, accounts: Sequence[UUID], made: Made) -> int:
    """Bring the rows of some accounts to what was made; returns how many rows were others. Rows that are the same are
    not touched: what changed little costs little."""
    raw = driver(conn)
    await conn.execute(_LOCK)
    there = await raw.fetch("SELECT key, table_name, value FROM bi_rows WHERE account_id = ANY($1)", list(accounts))
    old = {r["key"]: (r["table_name"], r["value"]) for r in there}
    new: dict[str, tuple[str, str, Row]] = {}
    for name, rows in made.items():
        for row in rows:
            new[bi.key_of(name, row)] = name, bi.encoded(name, row), row
    gone = {k: t for k, (t, v) in old.items() if v is not None and k not in new}
    other = {k: n for k, n in new.items() if old.get(k, ("", None))[1] != n[1]}
    for name in tables():
        rows_ = [row for t, _, row in other.values() if t == name]
        if rows_:
            model = tables()[name]
            ordered = [bi.ordered(name, row) for row in rows_]
            await copy_merge(conn, bi.table(name, schema), ordered, model.KEY)
        await _delete(conn, schema, name, [k for k, t in gone.items() if t == name])
    changes: list[tuple[str, str, Any, str | None]] = [(k, t, row["account_id"], v) for k, (t, v, row) in other.items()]
    owner = {r["key"]: None for r in there}
    changes += [(k, t, owner.get(k), None) for k, t in gone.items()]
    if changes:
        await raw.execute(_UPSERT, *map(list, zip(*changes, strict=True)))
    return len(changes)


async def _delete(conn: AsyncConnection, schema: str, name: str, keys: Sequence[str]) -> None:
    """By the JSON that is kept of the row: its key columns."""
    if not keys:
        return
    model, raw = tables()[name], driver(conn)
    found = await raw.fetch("SELECT value FROM bi_rows WHERE key = ANY($1) AND value IS NOT NULL", list(keys))
    for r in found:
        row = bi.decoded(name, r["value"])
        where = " AND ".join(f"{column} = ${n}" for n, column in enumerate(model.KEY, 1))
        await raw.execute(f"DELETE FROM {schema}.{name} WHERE {where}", *(getattr(row, c) for c in model.KEY))


async def copy(conn: AsyncConnection, schema: str, made: Made) -> None:
    """New rows into new tables."""
    kept: list[tuple[str, str, Any, str]] = []
    for name, rows in made.items():
        unique = {bi.key_of(name, row): row for row in rows}
        await copy_in(conn, bi.table(name, schema), [bi.ordered(name, row) for row in unique.values()])
        kept += [(k, name, row["account_id"], bi.encoded(name, row)) for k, row in unique.items()]
    if kept:
        await driver(conn).execute(_KEEP, *map(list, zip(*kept, strict=True)))


async def forget(conn: AsyncConnection, schema: str, accounts: Sequence[UUID]) -> None:
    """Take the rows of some accounts out of new tables."""
    raw = driver(conn)
    for name, model in tables().items():
        if "account_id" in model.model_fields:
            await raw.execute(f"DELETE FROM {schema}.{name} WHERE account_id = ANY($1)", list(accounts))
    await raw.execute("DELETE FROM bi_rows_new WHERE account_id = ANY($1)", list(accounts))


def kpi_row(r: Any) -> Row:
    """A KPI value as a BI row."""
    names = (
        "kpi", "definition_version", "scope", "period_start", "as_of", "known_at", "unit", "value", "numerator",
        "denominator", "accounts", "superseded_at",
    )  # fmt: skip
    return {**{n: r[n] for n in names}, "event_ids": [f"insights:{r['position']}"]}


async def copy_kpis(conn: AsyncConnection, schema: str) -> None:
    """All KPI values into new tables: they are not folded again, they were told."""
    rows = [kpi_row(r) for r in await driver(conn).fetch(_KPIS)]
    unique = {bi.key_of("fact_kpi", row): row for row in rows}
    await copy_in(conn, bi.table("fact_kpi", schema), [bi.ordered("fact_kpi", row) for row in unique.values()])
    kept = [(k, "fact_kpi", None, bi.encoded("fact_kpi", row)) for k, row in unique.items()]
    if kept:
        await driver(conn).execute(_KEEP, *map(list, zip(*kept, strict=True)))


async def merge_kpis(conn: AsyncConnection, rows: Iterable[Any]) -> None:
    """KPI values that were told or superseded just now."""
    made = [kpi_row(r) for r in rows]
    if not made:
        return
    await conn.execute(_LOCK)
    key = tables()["fact_kpi"].KEY
    await copy_merge(conn, bi.table("fact_kpi"), [bi.ordered("fact_kpi", row) for row in made], key)
    changes = {bi.key_of("fact_kpi", row): bi.encoded("fact_kpi", row) for row in made}
    columns = list(changes), ["fact_kpi"] * len(changes), [None] * len(changes), list(changes.values())
    await driver(conn).execute(_UPSERT, *columns)


async def adopt(conn: AsyncConnection) -> None:
    """Make the rows of new tables those of `kam.bi.v1`; only what differs is a change."""
    raw = driver(conn)
    await conn.execute(_LOCK)
    different = await raw.fetch(_DIFFERENT)
    changes = [(r["key"], r["table_name"], r["account_id"], r["value"]) for r in different]
    if changes:
        await raw.execute(_UPSERT, *map(list, zip(*changes, strict=True)))
    await raw.execute("DROP TABLE bi_rows_new")
