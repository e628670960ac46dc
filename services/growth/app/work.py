"""One command: the aggregates that it loads and changes, its words, and how all of that is written at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from services.growth.domain import Now
from services.growth.policy.calendar import Calendar
from services.growth.policy.documents import GrowthPolicy
from shared import ids
from shared.clock import Clock
from shared.errors import Conflict, NotFound
from shared.eventstore.events import Aggregate, Event, Meta, encode, event_id
from shared.eventstore.repository import fold
from shared.eventstore.store import EventStore

A = TypeVar("A", bound=Aggregate)
ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Done:
    """The ids of the events that a command led to; `repeated`: it ran before, nothing was decided now."""

    event_ids: tuple[str, ...]
    repeated: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A free text, to be kept outside of the log."""

    text_ref: UUID
    account_id: UUID
    kind: str
    body: str
    author: str


class Work:
    """The aggregates of one attempt. What it got or added is written when the command is decided."""

    def __init__(self, store: EventStore, now: Now, meta: Meta) -> None:
        self.now, self.meta = now, meta
        self.words: list[Words] = []
        self._store = store
        self._found: dict[UUID, Aggregate | None] = {}

    async def find(self, cls: type[A], stream_id: UUID) -> A | None:
        """The aggregate as it is; None: it does not exist."""
        if stream_id not in self._found:
            self._found[stream_id] = fold(cls, await self._store.load(stream_id))
        return self._found[stream_id]  # type: ignore[return-value]

    async def get(self, cls: type[A], stream_id: UUID) -> A:
        """Raises NotFound."""
        found = await self.find(cls, stream_id)
        if found is None:
            raise NotFound(f"There is no {cls.__name__} {stream_id}.", slug=f"{cls.__name__.lower()}-unknown")
        return found

    def add(self, aggregate: A) -> A:
        """A new one."""
        self._found[aggregate.id] = aggregate
        return aggregate

    def say(self, account_id: UUID, kind: str, body: str) -> UUID:
        """Keep words; the reference that the event carries. The same command keeps them under the same reference."""
        ref = ids.derived("text", str(self.meta.command_id or ids.new_id()), kind)
        self.words.append(Words(ref, account_id, kind, body, self.meta.actor))
        return ref

    def events(self) -> list[Event]:
        """All new events, stream by stream."""
        return [e for a in self._found.values() if a is not None for e in a.collect_events()]  # type: ignore[misc]


Decide = Callable[[Work], Awaitable[object]]
Keep = Callable[[list[Words]], Awaitable[None]]


class Commander:
    """Runs commands on several aggregates at once: load, decide, append everything in one step; again from the start if
    somebody else was faster. A repeated command id gives the first result without deciding."""

    def __init__(self, store: EventStore, clock: Clock, calendar: Calendar, policy: GrowthPolicy, keep: Keep) -> None:
        """`keep` writes the words before the events that refer to them; doing it again changes nothing."""
        self._store, self._clock, self._calendar, self._policy, self._keep = store, clock, calendar, policy, keep

    async def run(self, meta: Meta, decide: Decide, roles: frozenset[str] = frozenset()) -> Done:
        """Raises what `decide` raises (above all Rejected), and what the store raises."""
        today = self._clock.now()
        meta = replace(meta, effective_at=meta.effective_at or today)
        assert meta.effective_at is not None
        now = Now(meta.actor, meta.effective_at, today, self._calendar, self._policy, roles)
        for attempt in range(1, ATTEMPTS + 1):
            done = None
            if meta.command_id is not None:
                _, done = await self._store.loader.load(meta.command_id, meta.command_id)
            if done is None:
                work = Work(self._store, now, meta)
                await decide(work)
                new = encode(work.events(), meta)
                if work.words:
                    await self._keep(work.words)
                try:
                    done = await self._store.append(new, meta.command_id) if new or meta.command_id else None
                except Conflict:
                    if attempt == ATTEMPTS:
                        raise
                    await asyncio.sleep(random.uniform(0, min(0.2, 0.002 * 2**attempt)))
                    continue
            if done is None:
                return Done((), False)
            numbers = range(done.first_position, done.first_position + done.number)
            return Done(tuple(event_id(self._store.service, n) for n in numbers), done.repeated)
        raise ValueError("a command needs at least one attempt")

    async def version(self, cls: type[Any], stream_id: UUID) -> int:
        """The version of a stream now; 0: it does not exist."""
        found = fold(cls, await self._store.load(stream_id))
        return 0 if found is None else found.version
