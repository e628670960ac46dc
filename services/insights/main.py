"""Composition root of the insights service: `python -m services.insights
migrate|worker|relay|api|rebuild|export|check|dead-letters`."""

from __future__ import annotations

import asyncio
import gc
import logging
from datetime import timedelta
from pathlib import Path

from services.insights import consumers
from services.insights.projections import Marts
from services.insights.publish import SERVICE, relays
from services.insights.reads import checks
from services.insights.settings import Settings
from services.insights.shipped import catalogue
from services.insights.timekeeping.figures import Figures
from shared import deadletters
from shared.clock import SystemClock
from shared.errors import Broken
from shared.group import consume
from shared.kafka import Kafka
from shared.roles import database, probes
from shared.runtime import run

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


async def role_migrate(stop: asyncio.Event) -> None:
    """Bring the database to this program's version."""
    from shared import migrate  # here, so that no long-running role carries the migration library

    await migrate.upgrade(Settings().database, MIGRATIONS)


async def role_worker(stop: asyncio.Event) -> None:
    """Facts → table, BI rows and KPI values, until told to stop."""
    settings, clock = Settings(), SystemClock()
    kafka = Kafka.of(settings)
    gc.freeze()
    gc.set_threshold(25_000, 20, 50)  # a fold makes 10,000s of objects that die together: look for circles rarely
    async with database(settings, MIGRATIONS) as engine:
        facts = consumers.facts_consumer(engine)
        figures = Figures(
            engine, settings.terms, clock, catalogue(), settings.kpi_months, watched=[facts],
            settle=timedelta(seconds=settings.settle_seconds),
        )  # fmt: skip
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(probes(settings, engine, stop), name="health")
            tasks.create_task(consume(kafka, facts, stop), name="facts")
            tasks.create_task(Marts(engine, settings.terms, clock, settings.bi_reader).run(stop), name="project")
            tasks.create_task(figures.run(stop), name="figures")


async def role_relay(stop: asyncio.Event) -> None:
    """KPI values and BI rows → Kafka, until told to stop."""
    settings = Settings()
    async with database(settings, MIGRATIONS) as engine, asyncio.TaskGroup() as tasks:
        tasks.create_task(probes(settings, engine, stop), name="health")
        for relay in relays(settings.database, Kafka.of(settings)):
            tasks.create_task(relay.run(stop), name=relay.name)


async def role_api(stop: asyncio.Event) -> None:
    """gRPC on STELLWERK_GRPC_PORT, until told to stop."""
    from services.insights import api  # here, so that the other roles do not carry gRPC
    from shared.edge.guard import Guard
    from shared.edge.server import Door, serve

    settings, clock = Settings(), SystemClock()
    async with database(settings, MIGRATIONS) as engine:
        worlds = api.Worlds(engine, settings.terms)
        queries = api.Queries(engine, settings, clock, worlds, catalogue())
        commands = api.Commands(engine, settings, clock, worlds)
        door = Door.of(settings.grpc_host, settings)
        server = api.bind(queries, commands, door, Guard.of(settings, None))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(probes(settings, engine, stop), name="health")
            calls = tasks.create_task(serve(server, stop), name="grpc")
            calls.add_done_callback(lambda _: stop.set())


async def role_export(stop: asyncio.Event, *arguments: str) -> None:
    """The BI tables as Parquet files into `[folder]` (build/bi)."""
    from services.insights.reads import export  # here, so that no long-running role carries pyarrow

    settings = Settings()
    folder = Path(arguments[0]) if arguments else Path("build/bi")
    async with database(settings, MIGRATIONS) as engine:
        for name, rows in (await export.export(engine, folder, SystemClock().now())).items():
            log.info("%s: %d rows", folder / f"{name}.parquet", rows)


async def role_check(stop: asyncio.Event) -> None:
    """Are the BI tables fresh, unique and whole? Raises Broken, so that the exit code says so too."""
    settings = Settings()
    async with database(settings, MIGRATIONS) as engine:
        found = await checks.run(engine, SystemClock().now(), timedelta(hours=settings.bi_max_age_hours))
    wrong = [c for c in found if c.wrong]
    for c in wrong:
        log.error("%s, %s: %d %s", c.name, c.table, c.wrong, c.about)
    if wrong:
        raise Broken(f"{len(wrong)} of {len(found)} checks of the BI tables failed")
    log.info("%d checks of the BI tables passed", len(found))


async def role_rebuild(stop: asyncio.Event) -> None:
    """Fold all facts into the BI tables anew, beside those in use, and switch."""
    settings = Settings()
    async with database(settings, MIGRATIONS) as engine:
        accounts = await Marts(engine, settings.terms, SystemClock(), settings.bi_reader).rebuild()
        log.info("rebuilt from the facts of %d accounts", accounts)


async def role_dead_letters(stop: asyncio.Event, *arguments: str) -> None:
    """`list`, or `replay [--id N]`: apply again what could not be applied."""
    settings = Settings()
    async with database(settings, MIGRATIONS) as engine:
        await deadletters.command([consumers.facts_consumer(engine)], arguments)


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
            "export": role_export,
            "check": role_check,
            "dead-letters": role_dead_letters,
        },
    )
