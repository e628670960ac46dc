"""KPI values that were told: append-only, numbered in commit order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.insights.policy.kpi.base import Part
from shared.positions import driver

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('kpi_values', 0))")
_COLUMNS = (
    "position, kpi, definition_version, scope, period_start, as_of, known_at, unit, value, numerator, denominator, "
    "accounts, parts::text AS parts, watermark::text AS watermark, restates, causes, changed_accounts, superseded_at"
)
_NEWEST = f"SELECT {_COLUMNS} FROM kpi_values WHERE as_of = ANY($1) AND superseded_at IS NULL"
_INSERT = (
    """
INSERT INTO kpi_values (position, kpi, definition_version, scope, period_start, as_of, known_at, unit, value, numerator,
    denominator, accounts, parts, watermark, restates, causes, changed_accounts)
SELECT (SELECT coalesce(max(position), 0) FROM kpi_values) + n, k, v, s, b, a, w, u, x, y, z, c, p::jsonb, m::jsonb, r,
    ARRAY(SELECT jsonb_array_elements_text(e::jsonb)), ARRAY(SELECT jsonb_array_elements_text(q::jsonb)::uuid)
FROM unnest($1::text[], $2::int[], $3::text[], $4::date[], $5::date[], $6::timestamptz[], $7::text[], $8::bigint[],
    $9::bigint[], $10::bigint[], $11::int[], $12::text[], $13::text[], $14::bigint[], $15::text[], $16::text[])
    WITH ORDINALITY AS i(k, v, s, b, a, w, u, x, y, z, c, p, m, r, e, q, n)
RETURNING """
    + _COLUMNS
)
_SUPERSEDE = f"UPDATE kpi_values SET superseded_at = $2 WHERE position = ANY($1) RETURNING {_COLUMNS}"


class Value(NamedTuple):
    """One value on its way in; `restates`: the position of the value that it takes the place of."""

    kpi: str
    definition_version: int
    scope: str
    period_start: date
    as_of: date
    known_at: datetime
    unit: str
    value: int | None
    numerator: int | None
    denominator: int | None
    parts: Mapping[UUID, Part]
    tiers: Mapping[UUID, str | None]
    watermark: Mapping[str, int]
    restates: int | None = None
    causes: Sequence[str] = ()
    changed: Sequence[UUID] = ()

    @property
    def accounts(self) -> int:
        """How many customers count."""
        return sum(p.apart is None for p in self.parts.values())


def packed(parts: Mapping[UUID, Part], tiers: Mapping[UUID, str | None]) -> str:
    """Parts as they are stored: [n, d, values, running, apart, tier at the start]; events are found again when asked
    for."""
    rows = {
        str(a): [p.n, p.d, list(p.values), list(p.running), p.apart, tiers.get(a)]
        for a, p in sorted(parts.items(), key=lambda x: str(x[0]))
    }
    return orjson.dumps(rows).decode()


def unpacked(stored: str) -> tuple[dict[UUID, Part], dict[UUID, str | None]]:
    """(account → part without events, account → tier at the start)."""
    parts, tiers = dict[UUID, Part](), dict[UUID, str | None]()
    for account, (n, d, values, running, apart, tier) in orjson.loads(stored).items():
        parts[UUID(account)] = Part(n, d, (), tuple(values), tuple(running), apart)
        tiers[UUID(account)] = tier
    return parts, tiers


async def months(conn: AsyncConnection) -> set[date]:
    """The last days of all months that were told."""
    query = "SELECT DISTINCT as_of FROM kpi_values WHERE kpi = 'K1' AND scope = 'company' AND superseded_at IS NULL"
    return {r["as_of"] for r in await driver(conn).fetch(query)}


async def newest(conn: AsyncConnection, days: Iterable[date]) -> dict[tuple[str, str, date], Any]:
    """(KPI, scope, day) → the value that holds."""
    rows = await driver(conn).fetch(_NEWEST, list(days))
    return {(r["kpi"], r["scope"], r["as_of"]): r for r in rows}


async def tell(conn: AsyncConnection, values: Sequence[Value], now: datetime) -> list[Any]:
    """Add values, and mark those that they take the place of. Returns the rows that are new or marked."""
    if not values:
        return []
    raw = driver(conn)
    await conn.execute(_LOCK)
    columns = [
        (
            v.kpi, v.definition_version, v.scope, v.period_start, v.as_of, v.known_at, v.unit, v.value, v.numerator,
            v.denominator, v.accounts, packed(v.parts, v.tiers), orjson.dumps(dict(v.watermark)).decode(), v.restates,
            orjson.dumps(list(v.causes)).decode(), orjson.dumps([str(a) for a in v.changed]).decode(),
        )
        for v in values
    ]  # fmt: skip
    old = [v.restates for v in values if v.restates is not None]
    marked = list(await raw.fetch(_SUPERSEDE, old, now)) if old else []
    return [*marked, *await raw.fetch(_INSERT, *map(list, zip(*columns, strict=True)))]
