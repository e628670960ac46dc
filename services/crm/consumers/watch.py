"""Reports what no message can tell: tables of the CRM that the mapping does not know, and messages that could not be
read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from aiokafka.errors import KafkaError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.crm import domain, reads
from services.crm.consumers.telling import Health
from services.crm.mapping.edition import Edition
from shared import positions
from shared.consumer import Consumer
from shared.eventstore.store import append_in
from shared.faults import transient

log = logging.getLogger(__name__)

NAME = "crm.watch"
EVERY = 15.0
"""Seconds between two looks."""
PACE_EVERY = 0.5
_LETTERS = ("dead_letters", 0)


class Watch:
    """Looks from time to time. `topics` lists what the brokers have; `consumer` is whose dead letters count."""

    def __init__(
        self, engine: AsyncEngine, edition: Edition, consumer: str, topics: Callable[[], Awaitable[Iterable[str]]]
    ) -> None:
        self._engine, self._edition, self._consumer, self._topics = engine, edition, consumer, topics

    async def run(self, stop: asyncio.Event, every: float = EVERY) -> None:
        """Until `stop`; a database or broker that is away is asked again later."""
        while not await positions.wait(stop, every):
            try:
                await self.look()
            except Exception as e:
                if not (transient(e) or isinstance(e, KafkaError)):
                    raise
                log.warning("%s tries again later: %r", NAME, e)

    async def look(self) -> int:
        """One look; returns how many events it led to."""
        prefix = self._edition.rows_prefix
        tables = {t.removeprefix(prefix) for t in await self._topics() if t.startswith(prefix)}
        strange = {(table, "", "unknown table") for table in tables - self._edition.tables.keys()}
        async with self._engine.begin() as conn:
            raw = await reads.lock(conn)
            new = await reads.drifts(raw, strange)
            seen = (await positions.places(raw, NAME)).get(_LETTERS, 0)
            letters = await reads.rejected(raw, self._consumer, seen)
            if not new and not letters:
                return 0
            health = await Health.read(raw, self._edition.system)
            now = await positions.watermark(raw, self._consumer)
            for table, _, what in new:
                health.tell(domain.SchemaDriftDetected, now, table=table, column=None, what=what)
            for _, topic, partition, offset, reason in letters:
                health.tell(domain.FactRejected, now, topic=topic, partition=partition, offset=offset, reason=reason)
            if letters:
                await positions.save(raw, NAME, {_LETTERS: letters[-1][0]})
            await append_in(raw, health.events)
        return len(health.events)


async def keep_pace(engine: AsyncEngine, edition: Edition, consumer: Consumer, stop: asyncio.Event) -> None:
    """Says that everything is told, each time the consumer has caught up after it had said that it is behind."""
    said = False
    while not await positions.wait(stop, PACE_EVERY):
        if not consumer.caught_up.is_set():
            said = False
        elif not said:
            try:
                said = await _caught_up(engine, edition, consumer)
            except Exception as e:
                if not transient(e):
                    raise
                log.warning("%s tries again later: %r", NAME, e)


async def _caught_up(engine: AsyncEngine, edition: Edition, consumer: Consumer) -> bool:
    """Whether the last word about it is that we have caught up. False: a batch came in between, ask again."""
    async with engine.begin() as conn:
        raw = await reads.lock(conn)
        health = await Health.read(raw, edition.system)
        if health.behind and consumer.caught_up.is_set():
            health.tell(domain.LagCleared, await positions.watermark(raw, consumer.name))
            await append_in(raw, health.events)
        return not health.behind
