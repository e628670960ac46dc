"""Composition root of the notifications service: `python -m services.notifications
migrate|worker|relay|api|rebuild|dead-letters|rules`.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifications.app import Notifications, outbox
from services.notifications.channels.hooks import Hooks
from services.notifications.channels.sender import Sender
from services.notifications.consumers import consumers, people_consumer
from services.notifications.consumers.feed import FEED, feed_consumer
from services.notifications.policy.documents import rule_book, written
from services.notifications.projections import NotificationsReads
from services.notifications.publish import publish
from services.notifications.settings import Settings
from services.notifications.timekeeping.arming import Arming
from services.notifications.timekeeping.firing import timekeeping
from shared import deadletters
from shared.clock import Clock, SystemClock
from shared.contracts.notifications import CHANNEL
from shared.errors import Invalid
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

SERVICE = "notifications"
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BOOTSTRAP = Meta("system:notifications")


def application(store: EventStore, settings: Settings, clock: Clock) -> Notifications:
    """All use cases on one database."""
    return Notifications(Repository(store, clock), clock, settings.calendar, settings.book)


async def role_migrate(stop: asyncio.Event) -> None:
    """Bring the database to this program's version."""
    from shared import migrate  # here, so that no long-running role carries the migration library

    await migrate.upgrade(Settings().database, MIGRATIONS)


async def role_worker(stop: asyncio.Event) -> None:
    """Facts → what rules wait for, time → alerts, alerts → messages, events → read model, until told to stop."""
    settings, clock = Settings(), SystemClock()
    kafka = Kafka.of(settings)
    async with database(settings, MIGRATIONS, 8) as engine:
        async with EventStore(settings.database, SERVICE) as store:
            await application(store, settings, clock).adopt_shipped_rules(BOOTSTRAP)
        listening = consumers(engine, clock, settings.book)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(probes(settings, engine, stop), name="health")
            for consumer in (*listening, people_consumer(engine)):
                tasks.create_task(consume(kafka, consumer, stop), name=consumer.name)
            tasks.create_task(Projector(NotificationsReads(), engine).run(stop), name="project")
            tasks.create_task(Projector(Arming(), engine).run(stop), name="arm")
            tasks.create_task(timekeeping(engine, settings, clock, listening).run(stop), name="time")
            tasks.create_task(Sender(engine, settings, clock).run(stop), name="send")
            if settings.webhook_key.get_secret_value():
                tasks.create_task(consume(kafka, feed_consumer(engine), stop), name=FEED)
                tasks.create_task(Hooks(engine, settings, clock).run(stop), name="web hooks")


async def role_relay(stop: asyncio.Event) -> None:
    """Public events → Kafka, until told to stop."""
    settings = Settings()
    relay = Relay(settings.database, Kafka.of(settings), CHANNEL, public_events(SERVICE, publish))
    async with database(settings, MIGRATIONS, 8) as engine, asyncio.TaskGroup() as tasks:
        tasks.create_task(probes(settings, engine, stop), name="health")
        tasks.create_task(relay.run(stop), name="relay")


async def role_api(stop: asyncio.Event) -> None:
    """gRPC on STELLWERK_GRPC_PORT, until told to stop."""
    from services.notifications import api  # here, so that the other roles do not carry gRPC
    from shared.edge.guard import Guard
    from shared.edge.server import Door, serve

    settings, clock = Settings(), SystemClock()
    async with database(settings, MIGRATIONS, 8) as engine, EventStore(settings.database, SERVICE) as store:
        queries = api.Queries(engine, settings, clock)
        commands = api.Commands(application(store, settings, clock), clock, engine, settings)
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
        log.info("rebuilt up to position %d", await Projector(NotificationsReads(), engine).rebuild())


async def role_dead_letters(stop: asyncio.Event, *arguments: str) -> None:
    """`list`, or `replay [--id N]`: facts that could not be read. `messages`, or `messages replay [delivery id]`: what
    a channel would not take."""
    settings = Settings()
    async with database(settings, MIGRATIONS, 8) as engine:
        if arguments[:1] == ("messages",):
            await _messages(engine, arguments[1:])
            return
        both = [*consumers(engine, SystemClock(), settings.book), people_consumer(engine), feed_consumer(engine)]
        await deadletters.command(both, arguments)


async def role_rules(stop: asyncio.Event, *arguments: str) -> None:
    """Print the rule book in force as a file to begin one's own with; `check FILE`: say what is wrong with another."""
    if arguments[:1] == ("check",) and len(arguments) == 2:
        book = rule_book(arguments[1])
        print(f"{arguments[1]}: version {book.version} with {len(book.rules)} rules can be used, {book.digest}")
    elif arguments:
        raise Invalid("usage: python -m services.notifications rules [check FILE]")
    else:
        print(written(Settings().book), end="")


async def _messages(engine: AsyncEngine, arguments: tuple[str, ...]) -> None:
    async with engine.begin() as conn:
        if arguments[:1] == ("replay",):
            try:
                wanted = UUID(arguments[1]) if len(arguments) > 1 else None
            except ValueError as e:
                raise Invalid(f"{arguments[1]!r} is no delivery id: take one from `messages`") from e
            again = await outbox.replay(conn, wanted, SystemClock().now())
            print(f"{len(again)} messages are sent again")
            return
        for row in await outbox.dead(conn):
            print(f"{row['delivery_id']} {row['channel']} {row['person']} {row['attempts']}x {row['error']}")


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
            "rules": role_rules,
        },
    )
