"""Which rule does what, and the runner of their timers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.risk.domain import Escalation, RiskModels
from services.risk.policy.rules import ASSESS, CLOCK, DIGEST, RULES, UPDATE
from services.risk.settings import Settings
from services.risk.shipped import handling
from services.risk.timekeeping.assess import Assess
from services.risk.timekeeping.gate import Gate
from shared.clock import Clock
from shared.consumer import Consumer
from shared.contracts.risk.models import Recoloured
from shared.eventstore.events import Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.positions import driver
from shared.timers import Timer, Timers, arm

AT_ONCE = 5
"""Accounts in a transaction: all their facts are in memory at once, a thousand and more of a large one."""
_UNJUDGED = text("""
SELECT account_id FROM cursors WHERE model_version = 0 AND (at IS NULL OR at < :at) ORDER BY account_id LIMIT :page""")
_CHANGES = text("""
SELECT account_id, state->'recoloured'->>1 AS was, state->'recoloured'->>2 AS now FROM cursors
WHERE model_version = 0 AND state->'recoloured'->>0 = :version ORDER BY account_id""")
_ACCOUNTS = text("SELECT count(*) FROM cursors WHERE model_version = 0 AND state->>'shown' <> 'GREY'")


class Timekeeping:
    """All rules of the service, behind one gate."""

    def __init__(
        self, engine: AsyncEngine, settings: Settings, clock: Clock, consumer: str, projection: str, *,
        watched: Sequence[Consumer] = (), settle: timedelta = timedelta(0),
    ) -> None:  # fmt: skip
        self._clock, self._handling = clock, handling(settings.business)
        self.gate = Gate(engine, clock, consumer, projection, self._handling.dead_after, watched=watched, settle=settle)
        self._assess = Assess(settings.zone, settings.company_currency, self._handling, clock, self.gate)
        self._timers = Timers(engine, clock, self._fire, ready=self.gate, page=AT_ONCE, rules=list(RULES))
        self.step = self._timers.step

    async def run(self, stop: asyncio.Event) -> None:
        """Fire until `stop`."""
        await self._timers.run(stop)

    async def _fire(self, conn: AsyncConnection, timer: Timer, late_by: timedelta) -> Sequence[NewEvent]:
        until = self.gate.until
        assert until is not None  # or nothing would fire
        if timer.rule in (ASSESS, CLOCK):
            return await self._assess.fire(conn, timer, until)
        if timer.rule == UPDATE:
            return await self._overdue(conn, timer, late_by)
        assert timer.rule == DIGEST
        return await self._digest(conn, timer, until)

    async def _overdue(self, conn: AsyncConnection, timer: Timer, late_by: timedelta) -> list[NewEvent]:
        """R16: nobody said a word about an escalation in time."""
        found = (await aggregates_in(driver(conn), Escalation, [timer.subject])).get(timer.subject)
        if found is None or timer.due_at is None:
            return []
        found.becomes_overdue(timer.due_at, max(0, int(late_by.total_seconds())))
        return _encoded(found, timer.due_at)

    async def _digest(self, conn: AsyncConnection, timer: Timer, until: datetime) -> list[NewEvent]:
        """PM11: when every account is judged by the new model, one event names all that it recoloured. What is not
        judged yet is judged here, some at a time; the timer comes again for the rest."""
        events: list[NewEvent] = []
        assert timer.due_at is not None
        left = (await conn.execute(_UNJUDGED, {"at": timer.due_at, "page": AT_ONCE})).scalars().all()
        for account in left:
            events += await self._assess.judge(conn, account, until)
        if left:
            await arm(conn, [timer._replace(due_version=timer.due_version + 1)])
            return events
        version, stream = int(timer.data["version"]), RiskModels.create_id()
        models = (await aggregates_in(driver(conn), RiskModels, [stream]))[stream]
        rows = await conn.execute(_CHANGES, {"version": str(version)})
        changes = tuple(Recoloured(account_id=r.account_id, from_=r.was, to=r.now) for r in rows)
        models.digest_of(version, int((await conn.execute(_ACCOUNTS)).scalar_one()), changes)
        return events + _encoded(models, timer.due_at)


def _encoded(aggregate: Escalation | RiskModels, at: datetime) -> list[NewEvent]:
    events = aggregate.collect_events()
    return encode(events, Meta("policy:risk", at)) if events else []  # type: ignore[arg-type]
