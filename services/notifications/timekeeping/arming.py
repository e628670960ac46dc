"""Our own log → timers of alerts: after each event of an alert its next instant is said anew; the version is that of
its stream, so the newest state wins whatever comes twice or late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain import AlertCase
from services.notifications.domain.events import CaseEvent
from services.notifications.policy import names
from shared import timers
from shared.eventstore.events import Recorded
from shared.eventstore.repository import aggregates_in
from shared.positions import driver
from shared.timers import Timer


class Arming:
    """Follows the log like a projection, but writes timers: it has no tables and is never rebuilt."""

    name = names.ARMING
    tables: Sequence[Table] = ()

    async def apply(self, conn: AsyncConnection, events: Sequence[Recorded], _: Mapping[str, Table]) -> None:
        """Arm and disarm whatever a page of events changed."""
        changed = {r.stream_id for r in events if isinstance(r.event, CaseEvent)}
        cases = await aggregates_in(driver(conn), AlertCase, changed)
        await timers.arm(conn, [_timer(case) for case in cases.values()])


def _timer(case: AlertCase) -> Timer:
    at = case.next_at()
    step = min(case.steps.values(), key=lambda s: (s.due_at, s.key), default=None)
    data = {
        "rule": case.rule, "part": case.part, "account": str(case.account_id), "alert": str(case.id),
        "status": case.status, "level": step.level if step else case.level, "what": _what(case),
        "to": list(step.to) if step else [], "paused_by": case.paused_by,
    }  # fmt: skip
    return Timer(names.ALERT, case.id, case.version, at, data)


def _what(case: AlertCase) -> str:
    """Why the clock is set, as a code."""
    at = case.next_at()
    if at is None:
        return "over"
    if case.paused_by:
        return "paused"
    if at == case.snooze_until:
        return "snooze_ends"
    if at == case.realert_at:
        return "said_again"
    if at == case.expires_at:
        return "expires"
    return "step" if any(s.due_at == at for s in case.steps.values()) else "delivery"
