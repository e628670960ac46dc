"""Works through the outbox: claim, send, say what became of it; each channel on its own, at its own pace."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.notifications.app import outbox
from services.notifications.app.outbox import Claimed
from services.notifications.app.workspace import Workspace
from services.notifications.channels import metrics, webhooks
from services.notifications.channels.compose import Composer
from services.notifications.channels.longtail import LongTail
from services.notifications.channels.mail import Mail
from services.notifications.channels.message import Answer, Channel, Message
from services.notifications.domain import AlertCase, Preferences
from services.notifications.policy.delivery import ChannelKind
from services.notifications.settings import Settings
from shared import tracing
from shared.clock import Clock
from shared.errors import Conflict
from shared.eventstore.events import Meta, NewEvent, encode, event_id
from shared.eventstore.repository import aggregates_in
from shared.eventstore.store import append_in
from shared.faults import transient
from shared.positions import driver, wait

log = logging.getLogger(__name__)

SYSTEM = "system:notifications"
FIRST, LONGEST = 30.0, 3_600.0  # seconds before the second attempt, and before any
CONFLICTS = 10
_RAISED = text("SELECT position, correlation_id FROM events WHERE stream_id = ANY(:alerts) AND version = 1")
COUNT_EVERY = 10.0  # seconds between two counts of what waits


def channels(settings: Settings, clock: Clock) -> dict[ChannelKind, Channel]:
    """Those that are configured."""
    seconds = settings.channel_timeout_seconds
    secrets = {k: getattr(settings, f"{k}_url").get_secret_value() for k in ("slack", "teams", "webhook")}
    key = settings.webhook_secret.get_secret_value()
    made: dict[ChannelKind, Channel] = {
        "email": Mail(settings, clock),
        "slack": webhooks.WebHook(secrets["slack"], webhooks.slack, clock, seconds),
        "teams": webhooks.WebHook(secrets["teams"], webhooks.teams, clock, seconds),
        "webhook": webhooks.WebHook(secrets["webhook"], webhooks.generic, clock, seconds, key),
        "apprise": LongTail(settings.apprise_urls.get_secret_value(), seconds),
    }
    return {kind: channel for kind, channel in made.items() if kind in settings.configured}


class Sender:
    """Any number of processes may run it."""

    def __init__(
        self, engine: AsyncEngine, settings: Settings, clock: Clock, made: Mapping[ChannelKind, Channel] | None = None
    ) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._channels = channels(settings, clock) if made is None else dict(made)
        self._composer = Composer(settings)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; what is being sent is finished."""
        async with asyncio.TaskGroup() as tasks:
            for kind in self._channels:
                tasks.create_task(self._work(kind, stop), name=f"send {kind}")

    async def _work(self, kind: ChannelKind, stop: asyncio.Event) -> None:
        pace = 60 / self._settings.channel_per_minute
        counted = -math.inf
        while not stop.is_set():
            try:
                done = await self.step(kind, 1)
                if time.monotonic() - counted >= COUNT_EVERY:
                    counted = time.monotonic()
                    async with self._engine.connect() as conn:
                        metrics.WAITING.labels(kind).set(await outbox.waiting(conn, kind))
            except Exception as e:
                if not transient(e):
                    raise
                log.warning("sending %s: %r", kind, e)
                done = 0
            await wait(stop, pace if done else 0.5)

    async def step(self, kind: ChannelKind, n: int = 100) -> int:
        """Send what is due on one channel, at most `n`; returns how many were taken in hand."""
        lease = timedelta(seconds=3 * self._settings.channel_timeout_seconds + 30)
        async with self._engine.begin() as conn:
            claimed = await outbox.claim(conn, kind, self._clock.now(), lease, n)
        for c in claimed:
            if c.abandoned:
                await self._tell(c, "unconfirmed", "the process ended before the channel answered")
            if c.attempt > self._settings.channel_attempts:
                # only deaths were so many: what kills us is not tried for ever
                await self.record(c, Answer("refused", "given up: the process ended during each attempt"))
                continue
            answer = None
            if (message := await self._message(c)) is not None:
                with metrics.SECONDS.labels(kind).time():
                    began, answer = self._clock.now(), await self._channels[kind].send(message)
                if tracing.on():
                    await self._trace(c, answer, began)
            await self.record(c, answer)
        return len(claimed)

    async def _trace(self, c: Claimed, answer: Answer, began: datetime) -> None:
        """In the trace of each alert that the message tells of."""
        async with self._engine.connect() as conn:
            alerts = await self._composer.alerts(conn, c)
            for r in await conn.execute(_RAISED, {"alerts": list(alerts)}):
                more = {"channel": str(c.channel), "outcome": answer.outcome}
                tracing.about("send", event_id("notifications", r.position), r.correlation_id, began, **more)

    async def record(self, c: Claimed, answer: Answer | None) -> None:
        """Write down what the channel answered; None: nothing was to be sent any more."""
        for attempt in range(CONFLICTS):
            try:
                async with self._engine.begin() as conn:
                    outcome = await self._record(conn, c, answer)
                break
            except Conflict:
                if attempt == CONFLICTS - 1:
                    raise
                await asyncio.sleep(random.uniform(0, 0.05))
        if outcome is not None:
            metrics.ATTEMPTS.labels(c.channel, outcome).inc()
        if outcome == "sent":
            metrics.LATE.labels(c.channel).observe((self._clock.now() - c.created_at).total_seconds())

    async def _message(self, c: Claimed) -> Message | None:
        """The message; None if the alert is over, or its reader may not see it any more."""
        async with self._engine.begin() as conn:
            return await self._composer.compose(conn, c)

    async def _record(self, conn: AsyncConnection, c: Claimed, answer: Answer | None) -> str | None:
        """The outcome by the name of its metric; None: somebody else has the message by now."""
        now, last = self._clock.now(), c.attempt >= self._settings.channel_attempts
        events: list[NewEvent] = []
        if answer is None:
            mine = await outbox.over(conn, c, "cancelled", "the alert is over, or its reader may not see it")
            return "cancelled" if mine else None
        if answer.outcome == "sent":
            mine, what = await outbox.sent(conn, c, now), "delivered"
        elif answer.outcome == "refused" or last:
            unknown = answer.outcome == "unknown"
            mine, what = await outbox.over(conn, c, "dead", answer.why, unknown), "dead_letter"
        else:
            unknown = answer.outcome == "unknown"
            pause = answer.after or min(FIRST * 2 ** (c.attempt - 1), LONGEST)
            again = now + timedelta(seconds=pause)
            mine = await outbox.again(conn, c, "unknown" if unknown else "queued", again, answer.why)
            what = "unconfirmed" if unknown else "delivery_failed"
        if mine:
            events += await self._case_events(conn, c, what, answer.why)
            if answer.outcome == "refused" and answer.recipient:
                events += await self._revoke(conn, c, answer.why)
        if events:
            await append_in(driver(conn), events)
        outcome = "dead" if what == "dead_letter" else answer.outcome
        return outcome if mine else None

    async def _tell(self, c: Claimed, what: str, why: str) -> None:
        for attempt in range(CONFLICTS):
            try:
                async with self._engine.begin() as conn:
                    await conn.execute(text("SELECT 1"))  # opens the transaction
                    if events := await self._case_events(conn, c, what, why):
                        await append_in(driver(conn), events)
                return
            except Conflict:
                if attempt == CONFLICTS - 1:
                    raise
                await asyncio.sleep(random.uniform(0, 0.05))

    async def _case_events(self, conn: AsyncConnection, c: Claimed, what: str, why: str) -> list[NewEvent]:
        """The answer in the alert, or in each alert of a digest."""
        work = Workspace(conn)
        for alert_id in await self._composer.alerts(conn, c):
            if (case := await work.case(alert_id)) is not None:
                self._say(case, c, what, why)
        work.keep(Meta(SYSTEM, self._clock.now()))
        return work.events

    def _say(self, case: AlertCase, c: Claimed, what: str, why: str) -> None:
        who: tuple[str, ChannelKind, UUID, int] = (c.person, c.channel, c.delivery_id, c.attempt)  # type: ignore[assignment]
        if what == "delivered":
            case.delivered(*who, c.digest_id)
        elif what == "dead_letter":
            case.dead_letter(*who, why)
        elif what == "unconfirmed":
            case.unconfirmed(*who, why)
        else:
            case.delivery_failed(*who, why)

    async def _revoke(self, conn: AsyncConnection, c: Claimed, why: str) -> list[NewEvent]:
        """The channel never reaches this person: the inbox does."""
        stream = Preferences.create_id(c.person)
        found = (await aggregates_in(driver(conn), Preferences, [stream])).get(stream) or Preferences.open(c.person)
        found.revoke(c.channel, why)  # type: ignore[arg-type]
        return encode(found.collect_events(), Meta(SYSTEM, self._clock.now()))  # type: ignore[arg-type]
