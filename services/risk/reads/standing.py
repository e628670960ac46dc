"""How an account stands, for its page: the book at an instant, the fold of today, what the clock will bring."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.domain import RiskModels
from services.risk.policy.book import Book
from services.risk.policy.business import PlanDuty
from services.risk.policy.clocks import Clock, clocks
from services.risk.policy.cursor import Cursor
from services.risk.policy.factors import Now
from services.risk.policy.forecast import Forecast, copied, forecast
from services.risk.policy.model import Model
from services.risk.policy.sweep import InForce, Sweep
from services.risk.reads import cursors
from services.risk.reads.history import History, histories
from shared.errors import NotFound
from shared.eventstore.repository import aggregates_in
from shared.positions import driver

_FOLDS = text("""
SELECT account_id, model_version, CAST(state AS text) AS state FROM cursors
WHERE account_id = ANY(CAST(:accounts AS uuid[]))""")
_BEGIN = text("SELECT min(effective_at) FROM sources WHERE what = 'connected'")
_PATH = text("SELECT day, score, colour FROM samples WHERE account_id = :account AND day <= :day ORDER BY day")
_STEPS = text("""
SELECT from_colour, to_colour, score, trigger, code, why, epoch, model_version, late_by_s, CAST(data AS text) AS data,
       effective_at, event_id FROM colour_steps
WHERE account_id = :account AND effective_at < :before ORDER BY effective_at DESC, position DESC""")


@dataclass(frozen=True, slots=True)
class Standing:
    """`folds`: by model version; 0: the active models."""

    history: History
    folds: Mapping[int, Cursor]


async def models(conn: AsyncConnection) -> RiskModels:
    """All versions. Raises NotFound before the first start."""
    stream = RiskModels.create_id()
    found = (await aggregates_in(driver(conn), RiskModels, [stream])).get(stream)
    if found is None:
        raise NotFound("no risk model is known yet: start the worker once", slug="model-unknown")
    return found


def active(known: RiskModels, at: datetime) -> tuple[int, Model]:
    """(version, rules) that decide at an instant."""
    held = [n for n, v in known.versions.items() if v.effective_from is not None and v.effective_from <= at]
    number = max(held, key=lambda n: (known.versions[n].effective_from, n), default=1)
    return number, known.rules(number)


async def standings(conn: AsyncConnection, accounts: Collection[UUID]) -> dict[UUID, Standing]:
    """History and folds of accounts."""
    found = await histories(conn, accounts)
    folds: dict[UUID, dict[int, Cursor]] = {a: {} for a in accounts}
    for r in await conn.execute(_FOLDS, {"accounts": sorted(accounts, key=str)}):
        folds[r.account_id][r.model_version] = cursors.read(r.state)
    return {a: Standing(found[a], folds[a]) for a in accounts}


async def begin(conn: AsyncConnection) -> datetime:
    """When the CRM was connected."""
    found: datetime | None = (await conn.execute(_BEGIN)).scalar()
    return found or datetime(1970, 1, 1, tzinfo=UTC)


def ahead(
    standing: Standing, known: RiskModels, zone: ZoneInfo, since: datetime, now: datetime, plan: PlanDuty,
    days: int = 90, *, from_begin: bool = False,
) -> tuple[Forecast, Sweep]:  # fmt: skip
    """The forecast from `now` on, and the sweep that stands at its end. `from_begin`: `now` lies before the instant at
    which the fold stands, so everything is folded again up to it."""
    in_force = sorted(
        InForce(v.effective_from, n, known.rules(n))
        for n, v in known.versions.items()
        if v.effective_from is not None
    )  # fmt: skip
    facts = [f for f in standing.history.facts if f.at <= now]
    cursor = Cursor() if from_begin else copied(standing.folds.get(0, Cursor()))
    sweep = Sweep(
        standing.history.book(), cursor, in_force, zone, max(since, facts[0].at if facts else since),
        plan=plan,
    )  # fmt: skip
    return forecast(sweep, facts, now, days), sweep


def clocks_of(book: Book, model: Model, at: datetime, zone: ZoneInfo) -> list[Clock]:
    """What time will bring, in order."""
    tier = book.tier if book.tier and book.tier in model.contact_days else "C"
    return clocks(book, model, Now(at, zone, tier))


async def steps(conn: AsyncConnection, account: UUID, before: datetime) -> list[Any]:
    """The colours of an account before an instant, newest first."""
    return list(await conn.execute(_STEPS, {"account": account, "before": before}))


async def path(conn: AsyncConnection, account: UUID, day: Any) -> list[Any]:
    """The daily ticks until a day, oldest first."""
    return list(await conn.execute(_PATH, {"account": account, "day": day}))
