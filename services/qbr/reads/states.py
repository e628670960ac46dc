"""Series, QBRs, actions and templates at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr import deadlines
from services.qbr.domain.review.states import OPEN
from services.qbr.reads.asof import AsOf, then
from services.qbr.reads.tables import (
    action_states,
    initiative_steps,
    qbr_events,
    qbr_states,
    series_states,
    template_states,
)

Row = Mapping[str, Any]
_OPEN = text("""
SELECT 'qbr' AS kind, qbr_id AS id FROM (SELECT DISTINCT ON (qbr_id) qbr_id, state FROM qbr_states
    WHERE account_id = :account ORDER BY qbr_id, position DESC) q WHERE state = ANY(CAST(:states AS text[]))
UNION ALL
SELECT 'action', action_id FROM (SELECT DISTINCT ON (action_id) action_id, state FROM action_states
    WHERE account_id = :account ORDER BY action_id, position DESC) a WHERE state IN ('Agreed', 'InProgress')""")


async def fetch(conn: AsyncConnection, query: Select[Any]) -> list[dict[str, Any]]:
    """Rows as dicts."""
    return [dict(r) for r in (await conn.execute(query)).mappings()]


async def open_of(conn: AsyncConnection, account_id: UUID) -> list[tuple[str, UUID]]:
    """(timer rule, subject) of everything of an account that time looks at."""
    states = sorted({*OPEN, "Held", "FollowUp"})
    rows = await conn.execute(_OPEN, {"account": account_id, "states": states})
    rules = {"qbr": deadlines.QBR, "action": deadlines.ACTION}
    return [(deadlines.SERIES, account_id), *((rules[r.kind], r.id) for r in rows)]


async def series(conn: AsyncConnection, asof: AsOf, accounts: Collection[UUID] | None = None) -> dict[UUID, Row]:
    """By account; those that never started are left out."""
    where = [series_states.c.account_id.in_(list(accounts))] if accounts is not None else []
    rows = await fetch(conn, then(series_states, "account_id", asof, *where))
    return {r["account_id"]: r for r in rows if r["state"] != "New"}


async def qbrs(conn: AsyncConnection, asof: AsOf, accounts: Collection[UUID] | None = None) -> list[Row]:
    """All QBRs, proposals included."""
    where = [qbr_states.c.account_id.in_(list(accounts))] if accounts is not None else []
    return list(await fetch(conn, then(qbr_states, "qbr_id", asof, *where)))


async def qbr(conn: AsyncConnection, asof: AsOf, qbr_id: UUID) -> Row | None:
    """One QBR; None: there was none then."""
    rows = await fetch(conn, then(qbr_states, "qbr_id", asof, qbr_states.c.qbr_id == qbr_id))
    return rows[0] if rows else None


async def actions(conn: AsyncConnection, asof: AsOf, **of: Any) -> list[Row]:
    """Actions of a QBR (`qbr_id`) or of accounts (`account_id`, one or several); nothing given: all."""
    rows = await fetch(conn, then(action_states, "action_id", asof, *_is(action_states, of)))
    return sorted(rows, key=lambda r: (r["due"], str(r["action_id"])))


async def told(conn: AsyncConnection, asof: AsOf, **of: Any) -> list[Row]:
    """What happened to a QBR (`qbr_id`), or to all of an account, in the order in which it was told."""
    t = qbr_events
    query = select(t).where(t.c.effective_at < asof.before, *_is(t, of))
    return list(await fetch(conn, query.order_by(t.c.position)))


async def templates(conn: AsyncConnection, asof: AsOf) -> list[Row]:
    """Every version, with its newest state."""
    t = template_states
    found: dict[tuple[str, int], Row] = {}
    for r in await fetch(conn, select(t).where(t.c.effective_at < asof.before).order_by(t.c.position)):
        found[r["template_id"], r["template_version"]] = r
    return [found[key] for key in sorted(found)]


async def template(conn: AsyncConnection, template_id: str, version: int) -> Row | None:
    """A published version; 0: the newest one."""
    t = template_states
    query = select(t).where(t.c.template_id == template_id, t.c.state == "Published")
    query = query.where(t.c.template_version == version) if version else query
    rows = await fetch(conn, query.order_by(t.c.template_version.desc()).limit(1))
    return rows[0] if rows else None


async def initiatives(conn: AsyncConnection, asof: AsOf, among: Collection[UUID] | None) -> dict[UUID, list[Row]]:
    """What became of initiatives of some accounts (None: of all), oldest first, by initiative."""
    t = initiative_steps
    query = select(t).where(t.c.effective_at < asof.before).order_by(t.c.position)
    query = query if among is None else query.where(t.c.account_id.in_(list(among)))
    found: dict[UUID, list[Row]] = defaultdict(list)
    for r in await fetch(conn, query):
        found[r["initiative_id"]].append(r)
    return found


def _is(table: Table, of: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Columns with a value, or with one of several."""
    several = {name: value for name, value in of.items() if isinstance(value, list | tuple | set)}
    return [table.c[n].in_(list(v)) if n in several else table.c[n] == v for n, v in of.items()]


async def counts(conn: AsyncConnection, asof: AsOf) -> dict[UUID, tuple[int, int]]:
    """QBR → (actions, open actions)."""
    found: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for r in await actions(conn, asof):
        found[r["qbr_id"]][0] += 1
        found[r["qbr_id"]][1] += r["state"] in ("Agreed", "InProgress")
    return {qbr_id: (n, open_) for qbr_id, (n, open_) in found.items()}
