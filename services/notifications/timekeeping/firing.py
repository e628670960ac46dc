"""What a timer does: a watch raises its alert, an alert does what is due, a digest is put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.notifications import process
from services.notifications.app import outbox
from services.notifications.app.workspace import Workspace
from services.notifications.domain import AlertCase
from services.notifications.policy import names, recipients
from services.notifications.policy.delivery import Wishes
from services.notifications.policy.documents import RuleBook
from services.notifications.process import Collect, Effect, Queue, Situation, Spend
from services.notifications.reads import people, sources, watches
from services.notifications.settings import Settings
from services.notifications.timekeeping import digests
from services.notifications.timekeeping.digests import Digests
from services.notifications.timekeeping.gate import Gate
from services.notifications.timekeeping.raising import Raising
from shared.clock import Clock
from shared.consumer import Consumer
from shared.errors import Broken
from shared.eventstore.events import Meta, NewEvent
from shared.ids import derived
from shared.timers import Timer, Timers

SYSTEM = "system:notifications"
_DUE = text("""
SELECT rule, subject FROM timers WHERE rule IN (:watch, :alert) AND fired_at IS NULL AND due_at <= :now
    AND (retry_at IS NULL OR retry_at <= :now) ORDER BY due_at, subject LIMIT 100""")


class Firing:
    """The action of all rules."""

    def __init__(self, settings: Settings, clock: Clock, book: RuleBook | None = None) -> None:
        self._settings, self._clock, self._book = settings, clock, book or settings.book
        self._calendar = settings.calendar
        self._live: datetime | None = None
        self._work: Workspace | None = None

    async def __call__(self, conn: AsyncConnection, timer: Timer, late_by: timedelta) -> Sequence[NewEvent]:
        """The events that follow, effective now."""
        now, work = self._clock.now(), await self._workspace(conn)
        if (live := self._live or await watches.live_since(conn)) is None:
            raise Broken("a timer fired before the service went live: open the gate first")
        self._live = live  # once said it never changes
        newest: Mapping[str, Any] = {}
        match timer.rule:
            case names.WATCH:
                found = await Raising(work, self._settings, self._book, self._calendar, now, live).look(timer)
                newest = found.anchors[-1] if found else {}
            case names.ALERT:
                if (case := await work.case(timer.subject)) is not None:
                    await self._alert(work, case, now)
            case names.DIGEST:
                await Digests(work, self._settings, self._book, now).send(timer)
        given = newest.get("correlation")
        correlation = UUID(given) if given else derived(timer.rule, str(timer.subject), str(timer.due_version))
        refs = (("alert_rules", self._book.version),)
        work.keep(Meta(SYSTEM, now, correlation_id=correlation, causation_id=newest.get("token"), policy_refs=refs))
        return work.take()

    async def _workspace(self, conn: AsyncConnection) -> Workspace:
        """One for all timers of a transaction, with what may be due in it: many cost little more."""
        if self._work is None or self._work.conn is not conn:
            work = self._work = Workspace(conn)
            due = (
                await conn.execute(_DUE, {"watch": names.WATCH, "alert": names.ALERT, "now": self._clock.now()})
            ).all()
            cases = await work.load(r.subject for r in due if r.rule == names.ALERT)
            found = await watches.by_ids(conn, [r.subject for r in due if r.rule == names.WATCH])
            for w in found:
                work.know(("watch", w.watch_id), w)
            known = await people.accounts(conn, {w.account_id for w in found} | {c.account_id for c in cases})
            for account, row in known.items():
                work.know(account, row)
        return self._work

    async def _alert(self, work: Workspace, case: AlertCase, now: datetime) -> None:
        """Whatever is due for an alert, and for each of its people."""
        conn = work.conn
        subject = case.key.split("|")[2].rpartition(":")[2]
        company = await work.once("staff", lambda: people.staff(conn, now, self._settings))
        team = await people.team(conn, case.account_id, subject, now, self._settings, company)
        if self._book.rule(case.rule).waits_for_sources:
            await self._wait_for_sources(work, case, now)
        process.advance(case, now, team, self._book, self._calendar)
        waiting = process.waiting(case, now)
        wishes = await self._wishes(work, {*waiting, *case.recipients})
        account = await work.once(case.account_id, lambda: people.account(conn, case.account_id))
        permitted = frozenset(p for p in case.recipients if p not in team.inactive)
        spent = await people.spent(conn, wishes, now)
        flapping = bool(account and account["flapping"])
        situation = Situation(wishes, spent, permitted, flapping)
        for effect in process.tell(case, now, situation, self._book, self._calendar):
            await self._act(work, case, effect, wishes, now)
        await digests.arm_weekly(conn, {p: wishes[p] for p in waiting}, now, self._calendar)
        if case.status == "LadderExhausted":
            heads = [p for p, _ in recipients.resolve("head_of_kam", team, case.theme, {}, ())]
            found = await self._wishes(work, heads)
            await digests.report_exhausted(conn, case.id, found, now, self._calendar)
        if case.ended:
            await watches.finished(work, case)

    async def _wait_for_sources(self, work: Workspace, case: AlertCase, now: datetime) -> None:
        """Nobody is told of what did not happen while we may not have heard of it."""
        grace = timedelta(minutes=self._book.limits.resume_minutes)
        known = await work.once("sources", lambda: sources.known(work.conn))
        gap = next((s for s in known if s.silent(now, grace)), None)
        if gap is not None and not case.silent:
            case.pause(gap.system, gap.back_at + grace if gap.back_at is not None else None)
            await watches.pause_case(work.conn, case.key)

    async def _wishes(self, work: Workspace, persons: Iterable[str]) -> dict[str, Wishes]:
        async def read(person: str) -> Wishes:
            return (await people.wishes(work.conn, [person], self._settings))[person]

        return {p: await work.once(("wishes", p), partial(read, p)) for p in persons}

    async def _act(
        self, work: Workspace, case: AlertCase, effect: Effect, wishes: Mapping[str, Any], now: datetime
    ) -> None:
        match effect:
            case Queue(person, channel, delivery_id):
                await outbox.queue(work.conn, delivery_id, case.account_id, person, channel, now, alert_id=case.id)
            case Spend(person):
                await people.spend(work.conn, person, wishes[person], now)
            case Collect(person, digest_id, at, kind):
                await digests.collect(work.conn, person, case.id, digest_id, at, kind)


def timekeeping(
    engine: AsyncEngine,
    settings: Settings,
    clock: Clock,
    watched: Sequence[Consumer] = (),
    book: RuleBook | None = None,
) -> Timers:
    """The runner."""
    gate, firing = Gate(engine, settings, clock, watched), Firing(settings, clock, book)
    return Timers(engine, clock, firing, ready=gate, rules=[names.WATCH, names.ALERT, names.DIGEST])
