"""When time acts on a series, a QBR, an action: pure functions of their state and an instant.

Days are dates in the account's time zone: something falls due at its local midnight. Of a ladder of reminders only the
last step that has come is told, and none after the day it warns of: late news of an earlier step would help nobody.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.qbr.domain import ActionItem, Qbr, Series
from services.qbr.domain import commands as c
from services.qbr.domain.commands import Command
from services.qbr.policy.business import business_days_after
from services.qbr.policy.cadence import midnight, over
from services.qbr.policy.cycle import Cycle

SERIES, QBR, ACTION = "qbr_series", "qbr_cycle", "qbr_action"
"""The timer rules; the subject is the account, the QBR, the action."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now, because of the instant `at`."""

    at: datetime
    command: Command


@dataclass(frozen=True, slots=True)
class Agenda:
    """`now`: what is due, oldest first. `next`: when to look again; None: not before something changes."""

    now: tuple[Due, ...] = ()
    next: datetime | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The account's zone, the company's holidays, and the figures of the cycle."""

    zone: ZoneInfo
    off: Container[date]
    cycle: Cycle

    def summary_due(self, held_on: date) -> date:
        """Day by which the summary of a QBR is sent."""
        return business_days_after(held_on, self.cycle.summary_business_days, self.off)

    def close_due(self, held_on: date) -> date:
        """Day by which a QBR is closed."""
        return business_days_after(held_on, self.cycle.close_business_days, self.off)


def of_series(series: Series, has_open: bool, known: Calendar, now: datetime) -> Agenda:
    """The next QBR is planned when its window opens; a pause ends on its day."""
    if series.state == "Paused" and series.paused_until is not None:
        return _agenda([(midnight(series.paused_until, known.zone), c.ResumeSeries(account_id=series.account_id))], now)
    if series.state != "Active" or has_open:
        return Agenda()
    opens = midnight(series.due_by - timedelta(days=known.cycle.window_days), known.zone)
    return _agenda([(opens, c.PlanQBR(account_id=series.account_id))], now)


def of_qbr(qbr: Qbr, paused: bool, known: Calendar, now: datetime) -> Agenda:
    """Reminders before the due day and the date, missed after the grace, summary and close after it was held."""
    zone, cycle = known.zone, known.cycle
    if qbr.state in ("Held", "FollowUp") and qbr.held_on is not None and qbr.proposal is None:
        return _after(qbr, known, now)
    if not qbr.open or paused:
        return Agenda()
    parts: list[Agenda] = []
    if qbr.state in ("Planned", "Postponed"):
        parts.append(_ladder(qbr, cycle.before_due_days, qbr.due_by, qbr.due_version, zone, now))
    if qbr.at is not None and qbr.state in ("Scheduled", "Preparing", "Ready"):
        day = qbr.at.astimezone(zone).date()
        acceptances = {k: n for k, n in cycle.before_date_days.items() if k.startswith("accept")}
        work = {k: n for k, n in cycle.before_date_days.items() if k not in acceptances}
        if set(qbr.invitees) - set(qbr.accepted):
            parts.append(_ladder(qbr, acceptances, day, qbr.date_version, zone, now))
        if not qbr.published:
            left = {k: n for k, n in work.items() if k != "freeze" or qbr.pack_hash is None}
            parts.append(_ladder(qbr, left, day, qbr.date_version, zone, now))
    if qbr.state != "Missed" and ("missed", qbr.due_version) not in qbr.told:
        at = over(qbr.due_by + timedelta(days=qbr.grace), zone)
        parts.append(_agenda([(at, c.MissQBR(qbr_id=qbr.id, late_by_s=_late(at, qbr.modified_on, now)))], now))
    return _joined(parts)


def _after(qbr: Qbr, known: Calendar, now: datetime) -> Agenda:
    assert qbr.held_on is not None
    summary, close = known.summary_due(qbr.held_on), known.close_due(qbr.held_on)
    steps: list[tuple[datetime, Command]] = []
    if not qbr.summary_sent and ("summary", 0) not in qbr.told:
        at = over(summary, known.zone)
        steps.append((at, c.TellSummaryOverdue(qbr_id=qbr.id, due_on=summary, late_by_s=_late(at, at, now))))
    if ("close", 0) not in qbr.told:
        at = over(close, known.zone)
        steps.append((at, c.TellCloseOverdue(qbr_id=qbr.id, due_on=close, late_by_s=_late(at, at, now))))
    return _agenda(steps, now)


def of_action(action: ActionItem, known: Calendar, now: datetime) -> Agenda:
    """A promise is due soon, then overdue; each told once for each due day."""
    if not action.open:
        return Agenda()
    soon = business_days_after(action.due, -known.cycle.action_due_soon_business_days, known.off)
    at, end = midnight(soon, known.zone), over(action.due, known.zone)
    steps: list[tuple[datetime, Command]] = []
    if action.soon_version < action.due_version and now < end:
        steps.append((at, c.TellActionDueSoon(action_id=action.id, late_by_s=_late(at, action.modified_on, now))))
    if action.overdue_version < action.due_version:
        steps.append((end, c.TellActionOverdue(action_id=action.id, late_by_s=_late(end, action.modified_on, now))))
    return _agenda(steps, now)


def _ladder(qbr: Qbr, steps: Mapping[str, int], anchor: date, version: int, zone: ZoneInfo, now: datetime) -> Agenda:
    """`steps`: step → days before the anchor."""
    if now >= over(anchor, zone):
        return Agenda()
    ordered = sorted(((midnight(anchor - timedelta(days=n), zone), name) for name, n in steps.items()))
    come = [(at, name) for at, name in ordered if at <= now]
    later = next((at for at, _ in ordered if at > now), None)
    if not come or (come[-1][1], version) in qbr.told:
        return Agenda((), later)
    at, name = come[-1]
    left = (anchor - now.astimezone(zone).date()).days
    command = c.Remind(qbr_id=qbr.id, step=name, days_left=left, late_by_s=_late(at, qbr.modified_on, now))  # type: ignore[arg-type]
    return Agenda((Due(max(at, qbr.modified_on), command),), later)


def _agenda(steps: Iterable[tuple[datetime, Command]], now: datetime) -> Agenda:
    ordered = sorted(steps, key=lambda s: s[0])
    due = tuple(Due(at, command) for at, command in ordered if at <= now)
    return Agenda(due, next((at for at, _ in ordered if at > now), None))


def _joined(parts: Iterable[Agenda]) -> Agenda:
    found = list(parts)
    later = [p.next for p in found if p.next is not None]
    return Agenda(tuple(sorted((d for p in found for d in p.now), key=lambda d: d.at)), min(later, default=None))


def _late(at: datetime, known_since: datetime, now: datetime) -> int:
    """Seconds since it could have been told."""
    return max(int((now - max(at, known_since)).total_seconds()), 0)
