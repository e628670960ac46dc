"""Live parts of open pages: what changed since they were made, for all browsers from one look at the services.

While somebody listens, one task asks the services how far they have come and, only when that moved, what changed. So
the services answer the same few questions, however many pages are open. A page works without all this.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import dataclass, field

from services.portal.clients import PORTAL, Clients, acting_as
from services.portal.inputs import Actor
from services.portal.measured import shown
from shared import tracing
from shared.edge.access import Verb
from shared.errors import StellwerkError

log = logging.getLogger(__name__)
EVERY = 2.0  # seconds between two looks
BEAT = 15.0  # seconds of silence after which a heartbeat keeps proxies from hanging up
MOST = 200  # listeners of one process; each costs a connection
EACH = 8  # listeners of one person: a tab each
LIGHTS = 150  # accounts a page may ask to be told of: as many as fit into an address
KNOWN = 3.0  # seconds for which a count of unread alerts is taken as it is
BREAK = 15.0  # seconds in which a service that failed is not asked for the frame's sake


@dataclass(frozen=True, slots=True)
class News:
    """What a page is told. `lights`: account id → colour code; `unread`: alerts in the inbox, None: not told."""

    lights: Mapping[str, str] = field(default_factory=dict)
    unread: int | None = None


class TooMany(StellwerkError):
    """No more listeners are taken; the page works without."""


@dataclass(eq=False, slots=True)
class _Listener:
    actor: Actor
    accounts: frozenset[str]
    news: asyncio.Queue[News | None] = field(default_factory=lambda: asyncio.Queue(64))

    def tell(self, news: News | None) -> None:
        """Somebody who does not read is hung up on: the browser comes back and is told everything anew."""
        try:
            self.news.put_nowait(news)
        except asyncio.QueueFull:
            while not self.news.empty():
                self.news.get_nowait()
            self.news.put_nowait(None)


class Live:
    """The listeners of one process and the task that looks for them."""

    def __init__(self, clients: Clients, *, every: float = EVERY, beat: float = BEAT, most: int = MOST) -> None:
        self._clients, self._every, self._beat, self._most = clients, every, beat, most
        self._listeners: set[_Listener] = set()
        self._colours: dict[str, str] = {}
        self._unread: dict[tuple[str, ...], int] = {}
        self._seen: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._counts: dict[tuple[str, ...], tuple[float, int]] = {}
        self._broken_until = 0.0
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many pages listen."""
        return len(self._listeners)

    async def unread(self, actor: Actor) -> int | None:
        """Alerts in the inbox that were not seen, for the frame; None: not known now. Asks rarely, never waits long."""
        loop, key = asyncio.get_running_loop(), _key(actor)
        if not self._clients.may(actor, Verb.INBOX):
            return None
        at, count = self._counts.get(key, (-KNOWN, 0))
        if loop.time() - at < KNOWN:
            return count
        if loop.time() < self._broken_until:
            return None
        try:
            async with asyncio.timeout(1.0):
                count = (await self._clients.notifications.inbox(actor.user_id, actor.roles)).unread
        except (StellwerkError, TimeoutError) as e:
            log.warning("the number of unread alerts is not known: %s", e)
            self._broken_until = loop.time() + BREAK
            return None
        self._counts[key] = loop.time(), count
        if len(self._counts) > 1_000:
            self._counts = {k: v for k, v in self._counts.items() if loop.time() - v[0] < KNOWN}
        return count

    def forget(self, actor: Actor) -> None:
        """The person did something with an alert: the next page asks anew."""
        self._counts.pop(_key(actor), None)

    async def listen(self, actor: Actor, accounts: Collection[str]) -> AsyncGenerator[News | None]:
        """First how things stand, then what changes; None is a heartbeat. It ends when the process stops.

        Raises TooMany before anything is told.
        """
        mine = sum(1 for x in self._listeners if x.actor.user_id == actor.user_id)
        if self._closed or len(self._listeners) >= self._most or mine >= EACH:
            raise TooMany("too many pages listen already", slug="too-many-listeners")
        who = await self._clients.reach(actor)
        listener = _Listener(actor, frozenset(a for a in list(accounts)[:LIGHTS] if who.reaches(a)))
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._seen.clear()
            self._task = asyncio.create_task(self._look(), name="live")
        elif self._colours or _key(actor) in self._unread:
            listener.tell(self._standing(listener))
        told = self._told(listener)
        await anext(told)  # from now on whoever drops it, even before reading, is no longer counted
        return told

    async def _told(self, listener: _Listener) -> AsyncGenerator[News | None]:
        try:
            yield None
            while True:
                try:
                    async with asyncio.timeout(self._beat):
                        news = await listener.news.get()
                except TimeoutError:
                    yield None
                    continue
                if news is None:
                    return
                yield news
        finally:
            self._listeners.discard(listener)

    async def close(self) -> None:
        """Ends all listeners: a process that stops does not wait for open pages."""
        self._closed = True
        for listener in tuple(self._listeners):
            listener.tell(None)
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _look(self) -> None:
        while self._listeners:
            for part in (self._look_at_colours, self._look_at_inboxes):
                try:
                    with acting_as(PORTAL):
                        await part()
                except StellwerkError as e:
                    log.warning("a look at what changed failed: %s", e)
            await asyncio.sleep(self._every)

    async def _look_at_colours(self) -> None:
        if not any(x.accounts for x in self._listeners):
            return
        events = (await self._clients.risk.status()).events
        if self._seen.get("risk") == events:
            return
        rows = (await self._clients.risk.board()).rows
        found = {r.account_id: r.colour for r in rows}
        first = "risk" not in self._seen
        changed = {a: c for a, c in found.items() if first or self._colours.get(a) != c}
        self._colours, self._seen["risk"] = found, events
        for listener in self._listeners:
            lights = {a: c for a, c in changed.items() if a in listener.accounts}
            if lights:
                listener.tell(News(lights=lights))
        if tracing.on() and not first:
            watched = frozenset[str]().union(*(x.accounts for x in self._listeners)) & changed.keys()
            for r in rows:
                if r.account_id in watched and r.event_id:
                    shown("light on an open page", await self._clients.risk.event(r.event_id))

    async def _look_at_inboxes(self) -> None:
        events = (await self._clients.notifications.status()).events
        people = {_key(x.actor): x.actor for x in self._listeners}
        moved = self._seen.get("notifications") != events
        for key, actor in people.items():
            if (not moved and key in self._unread) or not self._clients.may(actor, Verb.INBOX):
                continue
            with acting_as(actor):
                unread = (await self._clients.notifications.inbox(actor.user_id, actor.roles)).unread
            if self._unread.get(key) != unread or moved:
                self._counts[key] = asyncio.get_running_loop().time(), unread
            if self._unread.get(key) == unread and "notifications" in self._seen:
                continue
            self._unread[key] = unread
            for listener in self._listeners:
                if _key(listener.actor) == key:
                    listener.tell(News(unread=unread))
        self._unread = {k: n for k, n in self._unread.items() if k in people}
        self._seen["notifications"] = events

    def _standing(self, listener: _Listener) -> News:
        lights = {a: c for a, c in self._colours.items() if a in listener.accounts}
        return News(lights, self._unread.get(_key(listener.actor)))


def _key(actor: Actor) -> tuple[str, ...]:
    return (actor.user_id, *actor.roles)
