"""One command that changes several aggregates: all of its events are appended at once, or none."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from shared.clock import Clock
from shared.errors import Conflict, NotFound
from shared.eventstore.events import Aggregate, Event, Meta, encode, event_id
from shared.eventstore.repository import fold
from shared.eventstore.store import EventStore

A = TypeVar("A", bound=Aggregate)
ATTEMPTS = 10


class Work:
    """The aggregates of one attempt; whatever it found or added is written when the command is decided."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._found: dict[UUID, Aggregate | None] = {}

    async def find(self, cls: type[A], stream_id: UUID) -> A | None:
        """The aggregate as it is; None: it does not exist."""
        if stream_id not in self._found:
            self._found[stream_id] = fold(cls, await self._store.load(stream_id))
        return self._found[stream_id]  # type: ignore[return-value]

    async def get(self, cls: type[A], stream_id: UUID) -> A:
        """Raises NotFound."""
        if (found := await self.find(cls, stream_id)) is None:
            raise NotFound(f"There is no such {cls.__name__.lower()}.", slug=f"{cls.__name__.lower()}-unknown")
        return found

    def add(self, aggregate: A) -> A:
        """A new one."""
        self._found[aggregate.id] = aggregate
        return aggregate

    def events(self) -> list[Event]:
        """All new events, stream by stream."""
        return [e for a in self._found.values() if a is not None for e in a.collect_events()]  # type: ignore[misc]


async def together(
    store: EventStore, clock: Clock, meta: Meta, decide: Callable[[Work], Awaitable[object]]
) -> tuple[tuple[str, ...], bool]:
    """(the ids of the events, whether the command ran before and nothing was decided now). Decides again from the start
    if somebody else was faster. Raises what `decide` raises, and what the store raises."""
    meta = replace(meta, effective_at=meta.effective_at or clock.now())
    for attempt in range(1, ATTEMPTS + 1):
        done = None
        if meta.command_id is not None:
            _, done = await store.loader.load(meta.command_id, meta.command_id)
        if done is None:
            work = Work(store)
            await decide(work)
            new = encode(work.events(), meta)
            if not new and meta.command_id is None:
                return (), False
            try:
                done = await store.append(new, meta.command_id)
            except Conflict:
                if attempt == ATTEMPTS:
                    raise
                await asyncio.sleep(random.uniform(0, min(0.2, 0.002 * 2**attempt)))
                continue
        numbers = range(done.first_position, done.first_position + done.number)
        return tuple(event_id(store.service, n) for n in numbers), done.repeated
    raise ValueError("a command needs at least one attempt")
