"""What is to happen at a time, unless something changes before: rows, re-armed by facts, each fired once.

A timer belongs to a rule and a subject, and its due version only grows: arming with a newer version replaces the older
one, whether that fired or not; arming with the same or an older version does nothing, so a repeat is harmless.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import telemetry
from shared.clock import Clock
from shared.deadletters import readable
from shared.errors import Broken, Conflict
from shared.eventstore.events import NewEvent
from shared.eventstore.store import append_in
from shared.faults import transient
from shared.positions import driver, repeat

log = logging.getLogger(__name__)

_ARM = text("""
INSERT INTO timers AS t (rule, subject, due_version, due_at, data)
SELECT r, s, v, d, CAST(j AS jsonb) FROM unnest(CAST(:rules AS text[]), CAST(:subjects AS uuid[]),
    CAST(:versions AS bigint[]), CAST(:dues AS timestamptz[]), CAST(:data AS text[])) AS u(r, s, v, d, j)
ON CONFLICT (rule, subject) DO UPDATE SET due_version = excluded.due_version, due_at = excluded.due_at,
    data = excluded.data, fired_at = NULL, failures = 0, retry_at = NULL, error = NULL
WHERE t.due_version < excluded.due_version + CASE WHEN excluded.due_at IS NULL THEN 1 ELSE 0 END""")
_DUE = text("""
SELECT rule, subject, due_version, due_at, CAST(data AS text) AS data FROM timers
WHERE fired_at IS NULL AND due_at <= :until AND (retry_at IS NULL OR retry_at <= :now)
    AND (CAST(:rules AS text[]) IS NULL OR rule = ANY(CAST(:rules AS text[])))
ORDER BY due_at, rule, subject LIMIT :page FOR UPDATE SKIP LOCKED""")
_ANY = """SELECT EXISTS (SELECT FROM timers WHERE fired_at IS NULL AND due_at <= $1
AND (retry_at IS NULL OR retry_at <= $2) AND ($3::text[] IS NULL OR rule = ANY($3)))"""
_FIRED = text("UPDATE timers SET fired_at = :now WHERE (rule, subject, due_version) = (:rule, :subject, :version)")
_FAILED = text("""
UPDATE timers SET failures = failures + 1, error = :error,
    retry_at = CAST(:now AS timestamptz) + least(interval '1 minute' * 2 ^ failures, interval '1 hour')
WHERE (rule, subject, due_version) = (:rule, :subject, :version) AND fired_at IS NULL""")


class Timer(NamedTuple):
    """One row. `due_at` None: disarmed; the row stays, so that a late, older arming is still refused."""

    rule: str
    subject: UUID
    due_version: int
    due_at: datetime | None
    data: Mapping[str, Any] = {}


Fire = Callable[[AsyncConnection, Timer, timedelta], Awaitable[Sequence[NewEvent]]]
"""(connection, timer, late by) → events, appended in the transaction that marks the timer as fired."""

Ready = Callable[[], Awaitable[datetime | None]]
"""Up to which due time timers may fire now; None: none of them (the service is still catching up)."""


async def arm(conn: AsyncConnection, timers: Iterable[Timer | tuple[Any, ...]]) -> None:
    """Arm, re-arm or (without `due_at`) disarm, in the caller's transaction. Of several for one rule and subject the
    newest version counts."""
    newest: dict[tuple[str, UUID], Timer] = {}
    for timer in (Timer(*t) for t in timers):
        newest[timer[:2]] = max(newest.get(timer[:2], timer), timer, key=attrgetter("due_version"))
    ordered = sorted(newest.values(), key=lambda t: (t.rule, t.subject.int))  # two that arm the same cannot deadlock
    if ordered:
        rows = [(*t[:4], orjson.dumps(t.data, default=str).decode()) for t in ordered]
        columns = zip(("rules", "subjects", "versions", "dues", "data"), zip(*rows, strict=True), strict=True)
        await conn.execute(_ARM, dict(columns))


class Timers:
    """Fires what is due, in order of due time; any number of processes may run it. Looks every `every` seconds; up to
    `page` timers share a transaction. `rules`: only these; None: all."""

    def __init__(
        self, engine: AsyncEngine, clock: Clock, fire: Fire, *, ready: Ready | None = None, page: int = 100,
        every: float = 0.25, rules: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        self.rules = None if rules is None else list(rules)
        self.engine, self.clock, self.fire, self.ready, self.page, self.every = engine, clock, fire, ready, page, every

    async def run(self, stop: asyncio.Event) -> None:
        """Fire until `stop`. A timer whose action fails is tried again later and does not hold up the others."""
        await repeat("timers", self.step, stop, idle=self.every)

    async def step(self) -> int:
        """Fire what is due now, at most one of each subject; returns how many fired or failed."""
        now = self.clock.now()
        if (ready := now if self.ready is None else await self.ready()) is None:
            return 0
        until = min(now, ready)
        async with self.engine.connect() as conn:  # one round trip; to fire is a transaction
            if not await driver(conn).fetchval(_ANY, until, now, self.rules):
                return 0
        try:
            return await self._fire(now, until, self.page)
        except Exception as e:
            if transient(e) or isinstance(e, Broken):
                raise
            log.warning("timers: %r; now one by one", e)
        return await self._fire(now, until, 1)

    async def _fire(self, now: datetime, until: datetime, page: int) -> int:
        timers, events = dict[UUID, Timer](), list[NewEvent]()
        try:
            async with self.engine.begin() as conn:
                for r in await conn.execute(_DUE, {"until": until, "now": now, "page": page, "rules": self.rules}):
                    # the next one of a subject must see what this one did: another transaction
                    timers.setdefault(r.subject, Timer._make((*r[:4], orjson.loads(r.data))))
                for timer in timers.values():
                    events += await self.fire(conn, timer, now - (timer.due_at or now))
                if fired := [{"now": now, **_key(timer)} for timer in timers.values()]:
                    await conn.execute(_FIRED, fired)
                await append_in(driver(conn), events)
        except Exception as e:
            if page > 1 or not timers or transient(e) or isinstance(e, (Broken, Conflict)):
                raise
            timer = next(iter(timers.values()))
            log.error("timer %s of %s failed and is tried again later: %r", timer.rule, timer.subject, e)
            telemetry.TIMERS_FAILED.labels(timer.rule).inc()
            async with self.engine.begin() as conn:
                await conn.execute(_FAILED, {"now": now, "error": readable(repr(e)), **_key(timer)})
        else:
            for timer in timers.values():
                telemetry.TIMERS_FIRED.labels(timer.rule).inc()
                telemetry.TIMER_LATE.labels(timer.rule).observe((now - (timer.due_at or now)).total_seconds())
        return len(timers)


def _key(timer: Timer) -> dict[str, Any]:
    return {"rule": timer.rule, "subject": timer.subject, "version": timer.due_version}
