"""Composition root of the growth service: `python -m services.growth
migrate|worker|relay|api|rebuild|dead-letters`.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from services.growth.app import Commander, Growth
from services.growth.consumers import NAMES, consumers
from services.growth.policy.documents import shipped
from services.growth.projections import GrowthReads
from services.growth.publish import publish
from services.growth.reads import words
from services.growth.settings import Settings
from services.growth.timekeeping.arming import Arming
from services.growth.timekeeping.firing import timekeeping
from shared import deadletters
from shared.clock import Clock, SystemClock
from shared.contracts.growth import CHANNEL
from shared.eventstore.events import Meta
from shared.eventstore.store import EventStore
from shared.group import consume
from shared.kafka import Kafka
from shared.projector import Projector
from shared.relay import Relay, public_events
from shared.roles import database, probes
from shared.runtime import run

log = logging.getLogger(__name__)

SERVICE = "growth"
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BOOTSTRAP = Meta("system:growth")


def application(engine: AsyncEngine, store: EventStore, settings: Settings, clock: Clock) -> Growth:
    """All use cases on one database."""
    commander = Commander(store, clock, settings.calendar, shipped(), words.keeper(engine, clock))
    return Growth(commander, words.lookup(engine))


async def role_migrate(stop: asyncio.Event) -> None:
    """Bring the database to this program's version."""
    from shared import migrate  # here, so that no long-running role carries the migration library

    await migrate.upgrade(Settings().database, MIGRATIONS)


async def role_worker(stop: asyncio.Event) -> None:
    """Facts → events, events → read model and timers, time → events, until told to stop."""
    settings, clock = Settings(), SystemClock()
    kafka = Kafka.of(settings)
    async with database(settings, MIGRATIONS) as engine:
        async with EventStore(settings.database, SERVICE) as store:
            await application(engine, store, settings, clock).adopt_shipped_playbooks(BOOTSTRAP)
        listening = consumers(engine, settings, clock, running=True)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(probes(settings, engine, stop), name="health")
            for consumer in listening:
                tasks.create_task(consume(kafka, consumer, stop), name=consumer.name)
            tasks.create_task(Projector(GrowthReads(), engine).run(stop), name="project")
            tasks.create_task(Projector(Arming(settings, clock), engine).run(stop), name="arm")
            tasks.create_task(timekeeping(engine, settings, clock, listening).run(stop), name="time")


async def role_relay(stop: asyncio.Event) -> None:
    """Public events → Kafka, until told to stop."""
    settings = Settings()
    relay = Relay(settings.database, Kafka.of(settings), CHANNEL, public_events(SERVICE, publish))
    async with database(settings, MIGRATIONS) as engine, asyncio.TaskGroup() as tasks:
        tasks.create_task(probes(settings, engine, stop), name="health")
        tasks.create_task(relay.run(stop), name="relay")


async def role_api(stop: asyncio.Event) -> None:
    """gRPC on STELLWERK_GRPC_PORT, until told to stop."""
    from services.growth import api  # here, so that the other roles do not carry gRPC
    from shared.edge.guard import Guard
    from shared.edge.server import Door, serve

    settings, clock = Settings(), SystemClock()
    async with database(settings, MIGRATIONS) as engine, EventStore(settings.database, SERVICE) as store:
        queries = api.Queries(engine, settings, clock, NAMES, GrowthReads.name, Arming.name)
        commands = api.Commands(application(engine, store, settings, clock), clock)
        door = Door.of(settings.grpc_host, settings)
        server = api.bind(queries, commands, door, Guard.of(settings, engine))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(probes(settings, engine, stop), name="health")
            calls = tasks.create_task(serve(server, stop), name="grpc")
            calls.add_done_callback(lambda _: stop.set())


async def role_rebuild(stop: asyncio.Event) -> None:
    """Fold the log into the read model anew, beside the one in use, and switch."""
    settings = Settings()
    async with database(settings, MIGRATIONS) as engine:
        log.info("rebuilt up to position %d", await Projector(GrowthReads(), engine).rebuild())


async def role_dead_letters(stop: asyncio.Event, *arguments: str) -> None:
    """`list`, or `replay <number>`: messages that could not be read."""
    settings = Settings()
    async with database(settings, MIGRATIONS) as engine:
        await deadletters.command(consumers(engine, settings, SystemClock()), arguments)


def main() -> None:
    """The command line."""
    run(
        SERVICE,
        {
            "migrate": role_migrate,
            "worker": role_worker,
            "relay": role_relay,
            "api": role_api,
            "rebuild": role_rebuild,
            "dead-letters": role_dead_letters,
        },
    )
