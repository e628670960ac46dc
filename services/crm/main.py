"""Composition root of the crm service: `python -m services.crm migrate|worker|relay|dead-letters|rebuild`."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from services.crm import vault
from services.crm.consumers import Ingest, Watch, keep_pace
from services.crm.consumers import rebuild as rebuild_facts
from services.crm.publish import publish
from services.crm.settings import Settings
from shared import deadletters
from shared.consumer import Consumer
from shared.group import consume
from shared.kafka import Kafka
from shared.relay import Relay, public_events
from shared.roles import database, probes
from shared.runtime import run

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
CONSUMER = "crm.changes"
"""The worker's consumer: its Kafka group, its positions, its dead letters."""
BATCH = 1_200
"""Messages that the worker applies at once: with 4,000 it needs 45 MB more and is not faster."""


def consumer(engine: AsyncEngine, settings: Settings) -> Consumer:
    """Reads the CRM's topics; foreign, so by Kafka's offsets, and idempotent record by record."""
    ingest = Ingest(settings.edition, lambda: not found.caught_up.is_set())
    found = Consumer(
        CONSUMER, settings.edition.topics(), engine, ingest.decode, ingest.handle, chained=False, max_records=BATCH
    )
    return found


async def role_migrate(stop: asyncio.Event) -> None:
    """Bring the database to this program's version."""
    from shared import migrate  # here, so that no long-running role carries the migration library

    await migrate.upgrade(Settings().database, MIGRATIONS)


async def role_worker(stop: asyncio.Event) -> None:
    """Change events → mirror and facts, until told to stop."""
    settings = Settings()
    kafka = Kafka.of(settings)

    async def topics() -> Iterable[str]:
        async with kafka.admin() as admin:
            return list(await admin.list_topics())

    gc.freeze()
    gc.set_threshold(100_000, 20, 100)  # a batch makes 100,000s of objects that die together: look for circles rarely
    async with database(settings, MIGRATIONS, 4) as engine, asyncio.TaskGroup() as tasks:
        tasks.create_task(probes(settings, engine, stop), name="health")
        tasks.create_task(Watch(engine, settings.edition, CONSUMER, topics).run(stop), name="watch")
        changes = consumer(engine, settings)
        tasks.create_task(consume(kafka, changes, stop), name="consume")
        tasks.create_task(keep_pace(engine, settings.edition, changes, stop), name="pace")


async def role_relay(stop: asyncio.Event) -> None:
    """Facts and persons → Kafka, until told to stop."""
    settings = Settings()
    kafka = Kafka.of(settings)
    facts = Relay(settings.database, kafka, "kam.crm.v1", public_events("crm", publish))
    async with database(settings, MIGRATIONS, 4) as engine, asyncio.TaskGroup() as tasks:
        tasks.create_task(probes(settings, engine, stop), name="health")
        tasks.create_task(facts.run(stop), name="facts")
        tasks.create_task(vault.relay(settings.database, kafka).run(stop), name="people")


async def role_dead_letters(stop: asyncio.Event, *arguments: str) -> None:
    """`list`, or `replay [--id N]`: decode and apply again what could not be read."""
    settings = Settings()
    async with database(settings, MIGRATIONS, 4) as engine:
        await deadletters.command([consumer(engine, settings)], arguments)


async def role_rebuild(stop: asyncio.Event) -> None:
    """Derive all facts anew from the mirror, after the mapping changed; tells only what differs."""
    settings = Settings()
    async with database(settings, MIGRATIONS, 4) as engine:
        log.info("rebuilt: %d facts were missing", await rebuild_facts(engine, settings.edition))


def main() -> None:
    """The command line."""
    run(
        "crm",
        {
            "migrate": role_migrate,
            "worker": role_worker,
            "relay": role_relay,
            "dead-letters": role_dead_letters,
            "rebuild": role_rebuild,
        },
    )
