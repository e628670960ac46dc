"""Composition root of the qbr service: `python -m services.qbr migrate|worker|relay|api|rebuild|dead-letters`."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from services.qbr import consumers
from services.qbr.app import SERVICE, Company, Reviews
from services.qbr.projections import QbrReads
from services.qbr.publish import publish
from services.qbr.reads.accounts import KnownAccounts
from services.qbr.settings import Settings
from services.qbr.timekeeping.clockwork import Clockwork
from services.qbr.timekeeping.reactor import NAME as REACTOR
from services.qbr.timekeeping.reactor import Reactor
from shared import deadletters
from shared.clock import Clock, SystemClock
from shared.consumer import Consumer
from shared.contracts.qbr import CHANNEL
from shared.group import consume
from shared.kafka import Kafka
from shared.projector import Projector
from shared.relay import Relay, public_events
from shared.roles import database, probes
from shared.runtime import run

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
FOLLOWED = (consumers.ACCOUNTS, consumers.CRM, consumers.GROWTH, consumers.RISK)


def company(settings: Settings) -> Company:
    """What is the same for all accounts."""
    return Company(settings.crm_system, settings.holidays)


def every_consumer(engine: AsyncEngine, settings: Settings, clock: Clock) -> dict[str, Consumer]:
    """By what they read."""
    known, ours = KnownAccounts(settings.zone), company(settings)
    return {
        "accounts": consumers.accounts_consumer(engine, known, ours, clock),
        "crm": consumers.crm_consumer(engine, known, ours, clock),
        "growth": consumers.growth_consumer(engine),
        "risk": consumers.risk_consumer(engine, known, ours, clock),
        "people": consumers.people_consumer(engine),
    }


async def role_migrate(stop: asyncio.Event) -> None:
    """Bring the database to this program's version."""
    from shared import migrate  # here, so that no long-running role carries the migration library

    await migrate.upgrade(Settings().database, MIGRATIONS)


async def role_worker(stop: asyncio.Event) -> None:
    """Facts → events, events → what follows and the read model, time → events, until told to stop."""
    settings, clock = Settings(), SystemClock()
    kafka = Kafka.of(settings)
    async with database(settings, MIGRATIONS, 8) as engine:
        known, ours = KnownAccounts(settings.zone), company(settings)
        await Reviews(engine, known, ours, clock).adopt_shipped_template()
        reading = every_consumer(engine, settings, clock)
        watched = [reading[name] for name in ("accounts", "crm", "growth")]  # no timer depends on what risk says
        time = Clockwork(engine, known, ours, clock, watched, timedelta(seconds=settings.settle_seconds))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(probes(settings, engine, stop), name="health")
            for name, consumer in reading.items():
                tasks.create_task(consume(kafka, consumer, stop), name=name)
            tasks.create_task(Projector(QbrReads(), engine).run(stop), name="project")
            tasks.create_task(Reactor(engine, known, ours, clock).run(stop), name="react")
            tasks.create_task(time.run(stop), name="time")


async def role_relay(stop: asyncio.Event) -> None:
    """Public events → Kafka, until told to stop."""
    settings = Settings()
    relay = Relay(settings.database, Kafka.of(settings), CHANNEL, public_events(SERVICE, publish))
    async with database(settings, MIGRATIONS, 8) as engine, asyncio.TaskGroup() as tasks:
        tasks.create_task(probes(settings, engine, stop), name="health")
        tasks.create_task(relay.run(stop), name="relay")


async def role_api(stop: asyncio.Event) -> None:
    """gRPC on STELLWERK_GRPC_PORT, until told to stop."""
    from services.qbr import api  # here, so that the other roles do not carry gRPC and the document libraries
    from shared.edge.guard import Guard
    from shared.edge.server import Door, serve

    settings, clock = Settings(), SystemClock()
    async with database(settings, MIGRATIONS, 8) as engine:
        packs, ours = api.Packs(clock), company(settings)
        queries = api.Queries(engine, settings, clock, ours, packs, api.Follows(FOLLOWED, REACTOR))
        commands = api.Commands(Reviews(engine, KnownAccounts(settings.zone), ours, clock), packs, clock)
        door = Door.of(settings.grpc_host, settings)
        server = api.bind(queries, commands, door, Guard.of(settings, engine))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(probes(settings, engine, stop), name="health")
            calls = tasks.create_task(serve(server, stop), name="grpc")
            calls.add_done_callback(lambda _: stop.set())


async def role_rebuild(stop: asyncio.Event) -> None:
    """Fold the log into the read model anew, beside the one in use, and switch."""
    settings = Settings()
    async with database(settings, MIGRATIONS, 8) as engine:
        log.info("rebuilt up to position %d", await Projector(QbrReads(), engine).rebuild())


async def role_dead_letters(stop: asyncio.Event, *arguments: str) -> None:
    """`list`, or `replay [--id N]`: apply again what could not be applied."""
    settings = Settings()
    async with database(settings, MIGRATIONS, 8) as engine:
        await deadletters.command(list(every_consumer(engine, settings, SystemClock()).values()), arguments)


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
