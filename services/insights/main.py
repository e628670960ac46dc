"""Composition root of the insights service: `python -m services.insights
migrate|worker|relay|api|rebuild|export|check|dead-letters`."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.insights import consumers
from services.insights.projections import Marts
from services.insights.publish import SERVICE, relays
from services.insights.settings import Settings
from services.insights.shipped import catalogue
from services.insights.timekeeping.figures import Figures
from shared import deadletters, health, version
from shared.clock import SystemClock
from shared.group import consume
from shared.kafka import Kafka
from shared.runtime import run

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The service's database, at the version of this program. Raises Broken if it is at another."""
    await version.check(settings.database, MIGRATIONS)
    engine = create_async_engine(settings.sqlalchemy_url, pool_pre_ping=True, pool_size=5, max_overflow=3)
    try:
        yield engine
    finally:
        await engine.dispose()


async def probes(settings: Settings, engine: AsyncEngine, stop: asyncio.Event) -> None:
    """/live, /ready (does the database answer?) and /metrics, until told to stop."""

    async def answers() -> None:
        async with engine.connect() as conn:
            await conn.exec_driver_sql("SELECT 1")

    await health.serve(settings.health_port, {"database": answers}, stop, settings.health_host)


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
    async with database(settings) as engine:
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
    async with database(settings) as engine, asyncio.TaskGroup() as tasks:
        tasks.create_task(probes(settings, engine, stop), name="health")
        for relay in relays(settings.database, Kafka.of(settings)):
            tasks.create_task(relay.run(stop), name=relay.name)


async def role_rebuild(stop: asyncio.Event) -> None:
    """Fold all facts into the BI tables anew, beside those in use, and switch."""
    settings = Settings()
    async with database(settings) as engine:
        accounts = await Marts(engine, settings.terms, SystemClock(), settings.bi_reader).rebuild()
        log.info("rebuilt from the facts of %d accounts", accounts)


async def role_dead_letters(stop: asyncio.Event, *arguments: str) -> None:
    """`list`, or `replay [--id N]`: apply again what could not be applied."""
    settings = Settings()
    async with database(settings) as engine:
        await deadletters.command([consumers.facts_consumer(engine)], arguments)


def main() -> None:
    """The command line."""
    run(
        SERVICE,
        {
            "migrate": role_migrate,
            "worker": role_worker,
            "relay": role_relay,
            "rebuild": role_rebuild,
            "dead-letters": role_dead_letters,
        },
    )
