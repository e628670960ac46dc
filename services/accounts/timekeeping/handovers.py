"""Handovers: one begins by itself where a theme went to somebody without one, and falls overdue when its days are over.

Looks at the state, not at messages: which themes changed hands since it looked last, which handovers are open. So
nothing can be lost, and what happened while the service was down is found when it is back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts import process
from services.accounts.app.handovers import latest
from services.accounts.domain import Account, AccountTeam, Handover
from services.accounts.domain.handover import giver_of, outlived
from services.accounts.domain.values import HandoverCause
from services.accounts.policy.business import handover_due
from services.accounts.reads import handover_items
from services.accounts.reads.states import fetch
from services.accounts.reads.tables import theme_steps
from services.accounts.settings import Settings
from services.accounts.timekeeping.gate import Gate
from shared import timers
from shared.clock import Clock
from shared.eventstore.events import Aggregate, Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.ids import derived
from shared.positions import driver
from shared.timers import Timer

POLICY = "policy:handover"
FURTHEST = timedelta(days=31)  # no ten business days are longer; what is older is not even looked at
_OPEN = text("""
SELECT handover_id FROM handover_steps s WHERE kind = 'started' AND due_on < :today AND NOT EXISTS (
    SELECT FROM handover_steps e WHERE e.handover_id = s.handover_id
        AND e.kind IN ('accepted', 'declined', 'withdrawn', 'overdue')) ORDER BY due_on, handover_id""")


class Following:
    """The action of the rule `handovers`; its subject is the company, its data how far it has come in `theme_steps`."""

    def __init__(self, settings: Settings, clock: Clock, gate: Gate) -> None:
        self._settings, self._clock, self._gate = settings, clock, gate

    async def __call__(self, conn: AsyncConnection, timer: Timer, _: timedelta) -> Sequence[NewEvent]:
        """What is due now; looks again in a while. Themes only while all that the CRM told is read and shown: half of a
        history would hand over to owners of in between, and forget half of the items."""
        now, seen = self._clock.now(), int(timer.data.get("seen", 0))
        events = await self._overdue(conn, now)
        await self._gate()
        if self._gate.horizon is not None:
            seen, begun = await self._follow(conn, seen, now)
            events += begun
        again = Timer(timer.rule, timer.subject, timer.due_version + 1, now + process.HANDOVERS_EVERY, {"seen": seen})
        await timers.arm(conn, [again])
        return events

    async def _overdue(self, conn: AsyncConnection, now: datetime) -> list[NewEvent]:
        """Effective at the first instant after the last day, however late it is looked at."""
        zone = self._settings.zone
        late = list((await conn.execute(_OPEN, {"today": now.astimezone(zone).date()})).scalars())
        events: list[NewEvent] = []
        for handover in (await aggregates_in(driver(conn), Handover, late)).values() if late else ():
            at = process.midnight(handover.due_on + timedelta(days=1), zone)
            handover.fall_overdue(at)
            events += _encoded(handover, at, None)
        return events

    async def _follow(self, conn: AsyncConnection, seen: int, now: datetime) -> tuple[int, list[NewEvent]]:
        """(how far it has come, what follows from the themes that changed hands)."""
        t = theme_steps
        newest = (await conn.execute(select(func.max(t.c.position)))).scalar() or 0
        where = (t.c.position > seen, t.c.kind == "assigned", t.c.effective_at >= now - FURTHEST)
        rows = await fetch(conn, select(t).where(*where).order_by(t.c.position)) if newest > seen else []
        last: dict[tuple[UUID, str], dict[str, Any]] = {(r["account_id"], r["theme"]): r for r in rows}
        events: list[NewEvent] = []
        for (account, theme), row in last.items():
            events += await self._theme(conn, account, theme, str(row["event_id"]), now)
        return max(seen, newest), events

    async def _theme(
        self, conn: AsyncConnection, account: UUID, theme: Any, because: str, now: datetime
    ) -> list[NewEvent]:
        """A theme whose owner is another than before: an open handover may have become pointless, another one begin."""
        stream, zone = AccountTeam.create_id(account), self._settings.zone
        team = (await aggregates_in(driver(conn), AccountTeam, [stream])).get(stream)
        known = (await aggregates_in(driver(conn), Account, [account])).get(account)
        if team is None or known is None or known.lifecycle not in ("Registered", "Active"):
            return []
        at, owner = team.changed_at[theme], team.owner(theme)
        due_on = handover_due(at.astimezone(zone).date(), self._settings.holidays)

        async def find(_: type[Handover], handover: UUID) -> Handover | None:
            return (await aggregates_in(driver(conn), Handover, [handover])).get(handover)

        before, number = await latest(find, account, theme)
        giver, events = giver_of(owner, team.before.get(theme), before), list[NewEvent]()
        if before is not None and outlived(owner, before):
            before.outlive(at)
            events += _encoded(before, max(at, before.started_at), because)
        if giver is None or owner is None or process.midnight(due_on + timedelta(days=1), zone) <= now:
            return events  # history: whoever took it over long ago knows by now, or asks
        staff = await _active(conn, giver)
        items = await handover_items.items(conn, account, now, zone, process.ASSESSMENT)
        cause: HandoverCause = "owner_replaced" if staff else "owner_left"
        made = Handover.start(account, theme, number, team.system, giver, owner, cause, items, at, due_on)
        return [*events, *_encoded(made, at, because)]


async def _active(conn: AsyncConnection, user: str) -> bool:
    """Whether an employee works here still, as far as the CRM told."""
    query = text("SELECT active FROM employees WHERE user_id = :user ORDER BY effective_at DESC, revision DESC LIMIT 1")
    return (await conn.execute(query, {"user": user})).scalar_one_or_none() is not False


def _encoded(aggregate: Aggregate, at: datetime, because: str | None) -> list[NewEvent]:
    events = aggregate.collect_events()
    correlation = derived(process.HANDOVERS, str(aggregate.id), at.isoformat())
    meta = Meta(POLICY, at, correlation_id=correlation, causation_id=because)
    return encode(events, meta) if events else []  # type: ignore[arg-type]
