"""Composition root of the accounts service: `python -m services.accounts
migrate|worker|relay|api|rebuild|dead-letters`.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from datetime import timedelta
from pathlib import Path

from services.accounts import consumers, vault
from services.accounts.app import Accounts
from services.accounts.projections import AccountsReads
from services.accounts.publish import publish
from services.accounts.settings import Settings
from services.accounts.timekeeping.wiring import Timekeeping, arm_daily
from shared import deadletters
from shared.clock import SystemClock
from shared.contracts.accounts import CHANNEL
from shared.eventstore.events import Meta
from shared.eventstore.repository import Repository
from shared.eventstore.store import EventStore
from shared.group import consume
from shared.kafka import Kafka
from shared.projector import Projector
from shared.relay import Relay, public_events
from shared.roles import database, probes
from shared.runtime import run

log = logging.getLogger(__name__)

SERVICE = "accounts"
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BOOTSTRAP = Meta("system:accounts")


async def role_migrate(stop: asyncio.Event) -> None:
    """Bring the database to this program's version."""
    from shared import migrate  # here, so that no long-running role carries the migration library

    await migrate.upgrade(Settings().database, MIGRATIONS)


async def role_worker(stop: asyncio.Event) -> None:
    """Facts → events, events → read model, time → events, until told to stop."""
    settings, clock = Settings(), SystemClock()
    kafka = Kafka.of(settings)
    gc.freeze()
    gc.set_threshold(25_000, 20, 50)  # a batch makes 10,000s of objects that die together: look for circles rarely
    async with database(settings, MIGRATIONS) as engine:
        async with EventStore(settings.database, SERVICE) as store:
            await Accounts(Repository(store, clock), clock).adopt_shipped_policies(BOOTSTRAP)
        await arm_daily(engine)
        facts = consumers.crm_consumer(engine, settings)
        time = Timekeeping(
            engine, settings, clock, consumers.CRM_CONSUMER, AccountsReads.name, watched=[facts],
            settle=timedelta(seconds=settings.settle_seconds),
        )  # fmt: skip
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(probes(settings, engine, stop), name="health")
            tasks.create_task(consume(kafka, facts, stop), name="facts")
            tasks.create_task(consume(kafka, consumers.people_consumer(engine), stop), name="people")
            tasks.create_task(consume(kafka, consumers.matters_consumer(engine, settings), stop), name="matters")
            tasks.create_task(Projector(AccountsReads(), engine).run(stop), name="project")
            tasks.create_task(time.run(stop), name="time")
            tasks.create_task(vault.sweeping(engine, stop), name="vault")


async def role_relay(stop: asyncio.Event) -> None:
    """Public events → Kafka, until told to stop."""
    settings = Settings()
    relay = Relay(settings.database, Kafka.of(settings), CHANNEL, public_events(SERVICE, publish))
    async with database(settings, MIGRATIONS) as engine, asyncio.TaskGroup() as tasks:
        tasks.create_task(probes(settings, engine, stop), name="health")
        tasks.create_task(relay.run(stop), name="relay")


async def role_api(stop: asyncio.Event) -> None:
    """gRPC on STELLWERK_GRPC_PORT, until told to stop."""
    from services.accounts import api  # here, so that the other roles do not carry gRPC
    from shared.edge.guard import Guard
    from shared.edge.server import Door, serve

    settings, clock = Settings(), SystemClock()
    async with database(settings, MIGRATIONS) as engine, EventStore(settings.database, SERVICE) as store:
        repository = Repository(store, clock)
        queries = api.Queries(engine, settings, clock, consumers.CRM_CONSUMER, AccountsReads.name)
        commands = api.Commands(Accounts(repository, clock), repository, engine, settings, clock)
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
        log.info("rebuilt up to position %d", await Projector(AccountsReads(), engine).rebuild())


async def role_dead_letters(stop: asyncio.Event, *arguments: str) -> None:
    """`list`, or `replay [--id N]`: apply again what could not be applied."""
    settings = Settings()
    async with database(settings, MIGRATIONS) as engine:
        crm, matters = consumers.crm_consumer(engine, settings), consumers.matters_consumer(engine, settings)
        await deadletters.command([crm, consumers.people_consumer(engine), matters], arguments)


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
