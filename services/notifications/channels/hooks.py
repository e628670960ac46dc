"""Tells subscribed programs what happened: one request after the other, in the order of the feed, each signed.

A receiver that fails is asked again later, and nothing behind is sent before: order counts. Only what it refuses for
good (4xx, after all attempts) is set aside, and written in the log; a replay sends it again. One that fails for days,
or says that it is gone (410), is disabled until somebody resumes it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.notifications.app.webhooks import resolved
from services.notifications.channels import metrics
from services.notifications.channels.message import Answer
from services.notifications.channels.webhooks import post
from services.notifications.domain.webhook import WebHook
from services.notifications.policy import webhooks as rules
from services.notifications.reads import webhooks as reads
from services.notifications.reads.webhooks import Claimed, Entry
from services.notifications.settings import Settings
from shared.clock import Clock
from shared.errors import Conflict
from shared.eventstore.events import Meta, encode
from shared.eventstore.repository import aggregates_in
from shared.eventstore.store import append_in
from shared.faults import transient
from shared.positions import driver, wait

log = logging.getLogger(__name__)

SYSTEM = "system:notifications"
BATCH = 50  # entries of one turn; then the others have theirs
_OPEN = text("SELECT 1")
IDLE = 1.0  # seconds between two looks when there is nothing to say
FORGET_EVERY = 3_600.0  # seconds between two looks at the age of the log


class Hooks:
    """Any number of processes may run it: a hook is one process's for the length of a lease."""

    def __init__(self, engine: AsyncEngine, settings: Settings, clock: Clock) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._key = settings.webhook_key.get_secret_value()
        self._pruned = 0.0

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is open: the driver's own statements do not open one."""
        async with self._engine.begin() as conn:
            await conn.execute(_OPEN)
            yield conn

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; what is being sent is finished. Without the company's key nothing leaves."""
        if not self._key:
            await stop.wait()
            return
        while not stop.is_set():
            try:
                done = await self.step()
            except Exception as e:
                if not transient(e):
                    raise
                log.warning("web hooks: %r", e)
                done = 0
            await wait(stop, 0.0 if done else IDLE)

    async def step(self) -> int:
        """A turn for each hook that is due; returns how many requests were made."""
        async with self._begun() as conn:
            found = await reads.hooks(conn)
            if time.monotonic() - self._pruned > FORGET_EVERY:
                self._pruned = time.monotonic()
                await reads.prune(conn, self._clock.now() - timedelta(days=self._settings.webhook_log_days))
        metrics.HOOKS.labels("disabled").set(sum(h.state == "disabled" for h in found))
        metrics.HOOKS.labels("active").set(sum(h.state == "active" for h in found))
        turns = await asyncio.gather(*(self._turn(h) for h in found if h.state == "active"))
        return sum(turns)

    async def _turn(self, hook: WebHook) -> int:
        lease = timedelta(seconds=(BATCH + 1) * self._settings.channel_timeout_seconds + 60)
        async with self._begun() as conn:
            c = await reads.claim(conn, hook, self._clock.now(), lease)
            if c is None:
                return 0
            newest = await reads.last(conn)
            entries = await reads.entries(conn, c.position, hook.types, hook.accounts, BATCH)
        made = 0
        for e in entries:
            made += 1
            c, going = await self._one(c, e)
            if not going:
                return made
        if len(entries) < BATCH:
            c = c._replace(position=max(c.position, newest))
        async with self._begun() as conn:
            await reads.keep(conn, c, self._clock.now(), self._clock.now(), "", sent=False, release=True)
        return made

    async def _one(self, c: Claimed, e: Entry) -> tuple[Claimed, bool]:
        """(where the hook stands after an attempt, whether its turn goes on)."""
        begun, at = time.monotonic(), self._clock.now()
        c = c._replace(attempts=c.attempts + 1)
        answer = await self._send(c.hook, e, at)
        millis = round(1_000 * (time.monotonic() - begun))
        refused = answer.outcome == "refused" and c.attempts >= self._settings.webhook_attempts
        outcome = "sent" if answer.outcome == "sent" else "refused" if refused else "failed"
        metrics.HOOK_ATTEMPTS.labels(outcome).inc()
        now = self._clock.now()
        over = answer.outcome == "sent" or refused
        after = c._replace(
            position=e.seq if over else c.position, attempts=0 if over else c.attempts,
            failing_since=None if answer.outcome == "sent" else c.failing_since or at,
        )  # fmt: skip
        pause = timedelta(0) if over else self._pause(answer, c.attempts)
        async with self._begun() as conn:
            mine = await reads.keep(
                conn, after, now, now + pause, answer.why, sent=answer.outcome == "sent", release=not over
            )
            if mine:
                await reads.note(conn, c, e, at, outcome, answer.why, millis)
        if mine and after.failing_since and self._hopeless(answer, after.failing_since, now):
            await self._disable(c.hook, answer.why, after.failing_since)
            return after, False
        return after, mine and over

    def _hopeless(self, answer: Answer, since: datetime, now: datetime) -> bool:
        return answer.why == "HTTP 410" or rules.given_up(since, now, self._settings.webhook_disable_hours)

    @staticmethod
    def _pause(answer: Answer, attempt: int) -> timedelta:
        own = rules.pause(attempt, random.random())
        return max(own, timedelta(seconds=min(answer.after or 0, rules.LONGEST.total_seconds())))

    async def _send(self, hook: WebHook, e: Entry, at: datetime) -> Answer:
        private = self._settings.webhook_private
        if fault := rules.address_fault(hook.url, private):
            return Answer("refused", fault)
        try:
            address = await resolved(hook.url)
        except OSError:
            return Answer("again", "its host is not known")
        if fault := rules.inner(address, private):
            return Answer("refused", fault)
        generations = [hook.generation] + [hook.generation - 1] * (hook.generation > 1 and at < hook.overlap_until)
        secrets = [rules.secret(self._key, hook.id, g) for g in generations]
        content, stamp = e.body.encode(), int(at.timestamp())
        headers = {
            "Content-Type": "application/json", "User-Agent": "Stellwerk-Web-Hooks/1", "webhook-id": e.event_id,
            "webhook-timestamp": str(stamp), "webhook-signature": rules.signature(secrets, e.event_id, stamp, content),
        }  # fmt: skip
        seconds = self._settings.channel_timeout_seconds
        return await post(hook.url, content, headers, seconds, self._clock.now, address[0])

    async def _disable(self, hook: WebHook, why: str, since: datetime) -> None:
        """Said in the log of events, as a metric that operators are warned by, and on the page."""
        log.error("web hook %s is disabled: %s since %s", hook.id, why, since.isoformat())
        try:
            async with self._begun() as conn:
                found = (await aggregates_in(driver(conn), WebHook, [hook.id]))[hook.id]
                found.disable(why, since)
                events = encode(found.collect_events(), Meta(SYSTEM, self._clock.now()))  # type: ignore[arg-type]
                if events:
                    await reads.begin_anew(conn, hook.id)
                    await append_in(driver(conn), events)
        except Conflict:
            log.info("web hook %s was changed meanwhile: it is asked once more", hook.id)
