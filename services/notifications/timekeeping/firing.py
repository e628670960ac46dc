"""What a timer does: a watch raises its alert, an alert does what is due, a digest is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.notifications import process
from services.notifications.app import outbox
from services.notifications.app.workspace import Workspace
from services.notifications.domain import AlertCase, Digest
from services.notifications.policy import names
from services.notifications.policy.documents import RuleBook, shipped
from services.notifications.process import Collect, Effect, Queue, Situation, Spend
from services.notifications.reads import people, watches
from services.notifications.settings import Settings
from services.notifications.timekeeping.gate import Gate
from services.notifications.timekeeping.raising import Raising
from shared import timers
from shared.clock import Clock
from shared.consumer import Consumer
from shared.errors import Broken
from shared.eventstore.events import Meta, NewEvent
from shared.ids import derived
from shared.timers import Timer, Timers

SYSTEM = "system:notifications"
_COLLECT = text("""
INSERT INTO digest_items VALUES (:person, :alert, :digest, :at)
ON CONFLICT (person, alert_id) DO UPDATE SET digest_id = excluded.digest_id, at = excluded.at""")
_TAKE = text("DELETE FROM digest_items WHERE person = :person AND at <= :at RETURNING alert_id")


class Firing:
    """The action of all rules."""

    def __init__(self, settings: Settings, clock: Clock, book: RuleBook | None = None) -> None:
        self._settings, self._clock, self._book = settings, clock, book or shipped()
        self._calendar = settings.calendar

    async def __call__(self, conn: AsyncConnection, timer: Timer, late_by: timedelta) -> Sequence[NewEvent]:
        """The events that follow, effective now."""
        now, work = self._clock.now(), Workspace(conn)
        if (live := await watches.live_since(conn)) is None:
            raise Broken("a timer fired before the service went live: open the gate first")
        match timer.rule:
            case names.WATCH:
                raising = Raising(work, self._settings, self._book, self._calendar, now, live)
                await raising.look(timer)
            case names.ALERT:
                if (case := await work.case(timer.subject)) is not None:
                    await self._alert(work, case, now)
            case names.DIGEST:
                await self._digest(work, str(timer.data["person"]), timer.due_at or now, now)
        correlation = derived(timer.rule, str(timer.subject), str(timer.due_version))
        work.keep(Meta(SYSTEM, now, correlation_id=correlation, policy_refs=(("alert_rules", self._book.version),)))
        return work.events

    async def _alert(self, work: Workspace, case: AlertCase, now: datetime) -> None:
        """Whatever is due for an alert, and for each of its people."""
        conn = work.conn
        subject = case.key.split("|")[2].rpartition(":")[2]
        team = await people.team(conn, case.account_id, subject, now, self._settings)
        urgent = process.advance(case, now, team, self._book, self._calendar)
        waiting = process.waiting(case, now)
        wishes = await people.wishes(conn, {*waiting, *case.recipients}, self._settings)
        account = await people.account(conn, case.account_id)
        permitted = frozenset(p for p in case.recipients if p not in team.inactive)
        spent = await people.spent(conn, wishes, now)
        flapping = bool(account and account["flapping"])
        situation = Situation(wishes, spent, permitted, flapping)
        effects = process.tell(case, now, urgent, situation, self._book, self._calendar)
        for effect in effects:
            await self._act(work, case, effect, wishes, now)
        if case.ended:
            await watches.finished(work, case)

    async def _act(
        self, work: Workspace, case: AlertCase, effect: Effect, wishes: Mapping[str, Any], now: datetime
    ) -> None:
        match effect:
            case Queue(person, channel, delivery_id):
                await outbox.queue(work.conn, delivery_id, case.account_id, person, channel, now, alert_id=case.id)
            case Spend(person):
                await people.spend(work.conn, person, wishes[person], now)
            case Collect(person, digest_id, at):
                row = {"person": person, "alert": case.id, "digest": digest_id, "at": at}
                await work.conn.execute(_COLLECT, row)
                await timers.arm(work.conn, [digest_timer(person, at)])

    async def _digest(self, work: Workspace, person: str, due: datetime, now: datetime) -> None:
        """One message of all that waits for a person. What is over by now, or silent, is left out."""
        found = list((await work.conn.execute(_TAKE, {"person": person, "at": now})).scalars())
        await work.load(found)
        cases = [c for i in sorted(found, key=str) if (c := await work.case(i)) is not None]
        cases = [c for c in cases if not c.ended and c.under is None]
        if not cases:
            return
        digest = Digest(person, due, tuple(c.id for c in cases))
        work.add(digest)
        for case in cases:
            delivery = derived("delivery", str(digest.id), str(case.id))
            case.delivered(person, "in_app", delivery, 1, digest.id)
        w = (await people.wishes(work.conn, [person], self._settings))[person]
        for channel in w.channels:
            if channel != "in_app":
                delivery = derived("delivery", str(digest.id), channel)
                await outbox.queue(
                    work.conn, delivery, cases[0].account_id, person, channel, now, digest_id=digest.id
                )  # fmt: skip


def digest_timer(person: str, at: datetime) -> Timer:
    """A later digest takes the place of an earlier one that did not come yet."""
    data = {"person": person, "what": "digest"}
    return Timer(names.DIGEST, digest_subject(person), int(at.astimezone(UTC).timestamp()), at, data)


def digest_subject(person: str) -> UUID:
    """What the timer of a person's digest is about."""
    return derived("digest-of", person)


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
