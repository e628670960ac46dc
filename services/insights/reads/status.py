"""How far the service has come, one event, how the system is used, reviews of data quality."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.positions import driver

_STATUS = """
SELECT (SELECT count(*) FROM facts) AS facts, (SELECT count(DISTINCT account_id) FROM facts) AS accounts,
    (SELECT count(*) FROM bi_rows WHERE value IS NOT NULL) AS bi_rows, (SELECT count(*) FROM kpi_values) AS kpi_values,
    (SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL) AS dead,
    (SELECT max(effective_at) FROM positions WHERE consumer = 'insights.facts' AND source = 'kam.crm.v1') AS told,
    (SELECT count(*) FROM dirty) AS waiting, (SELECT max(built_at) FROM bi_state) AS built_at,
    (SELECT max(idle_at) > clock_timestamp() - interval '5 seconds' FROM positions
        WHERE consumer = 'insights.facts') AS caught_up"""
_EVENT = """
SELECT event_id, type, stream_id, version, effective_at, recorded_at, actor, cause, correlation, data::text AS data,
    account_id FROM facts WHERE event_id = $1"""
_VIEW = "INSERT INTO views (week, view, who) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_USE = "SELECT view, count(*) AS n FROM views WHERE week = $1 GROUP BY view"
_ACTIVE = "SELECT count(DISTINCT who) FROM views WHERE week = $1"
_REVIEWS = """
SELECT review_id, due_on, opened_at, completed_at, completed_by, findings::text AS findings FROM dq_reviews
ORDER BY due_on DESC"""
_TOLD = """
SELECT position, kpi, scope, as_of, known_at, value, numerator, denominator, restates, causes, changed_accounts,
    superseded_at FROM kpi_values WHERE kpi = ANY($1) AND scope = $2 AND as_of <= $3 AND known_at < $4
ORDER BY as_of, position"""


class Status(NamedTuple):
    """Counts; `told`: newest business time that the CRM told."""

    facts: int
    accounts: int
    bi_rows: int
    kpi_values: int
    dead: int
    told: datetime | None
    waiting: int
    built_at: datetime | None
    caught_up: bool | None


async def status(conn: AsyncConnection) -> Status:
    """How far the service has come."""
    row: Any = await driver(conn).fetchrow(_STATUS)
    return Status(*row)


async def event(conn: AsyncConnection, event_id: str) -> Any:
    """A fact, by its event id; None: not kept here."""
    return await driver(conn).fetchrow(_EVENT, event_id)


async def told(conn: AsyncConnection, kpis: list[str], scope: str, until: date, known: datetime) -> list[Any]:
    """Values of closed months that were told by then, oldest first."""
    return list(await driver(conn).fetch(_TOLD, kpis, scope, until, known))


def week(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


async def note_view(conn: AsyncConnection, day: date, view: str, who: str) -> None:
    """Somebody opened a view; once a week counts."""
    await driver(conn).execute(_VIEW, week(day), view, who)


async def use(conn: AsyncConnection, day: date) -> tuple[int, Mapping[str, int]]:
    """(distinct people, view → people) of the week before a day's."""
    raw, last = driver(conn), week(day) - timedelta(days=7)
    return await raw.fetchval(_ACTIVE, last), {r["view"]: r["n"] for r in await raw.fetch(_USE, last)}


async def reviews(conn: AsyncConnection) -> list[Any]:
    """Reviews of data quality, newest first."""
    return list(await driver(conn).fetch(_REVIEWS))


async def open_review(conn: AsyncConnection, id: UUID, due_on: date, now: datetime, findings: str) -> None:
    """A review is due on a day; a repeat changes nothing."""
    sql = "INSERT INTO dq_reviews (review_id, due_on, opened_at, findings) VALUES ($1, $2, $3, $4::jsonb) ON CONFLICT DO NOTHING"  # noqa: E501
    await driver(conn).execute(sql, id, due_on, now, findings)


async def complete_review(conn: AsyncConnection, id: UUID, now: datetime, by: str) -> bool | None:
    """True: completed now; False: it was already; None: there is none."""
    raw = driver(conn)
    sql = "UPDATE dq_reviews SET completed_at = $2, completed_by = $3 WHERE review_id = $1 AND completed_at IS NULL RETURNING 1"  # noqa: E501
    if await raw.fetchval(sql, id, now, by):
        return True
    return False if await raw.fetchval("SELECT 1 FROM dq_reviews WHERE review_id = $1", id) else None
