"""What every role of a service with a database begins with: the database at the program's version, and the probes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared import health, version
from shared.settings import ServiceSettings


@asynccontextmanager
async def database(settings: ServiceSettings, migrations: Path, connections: int = 5) -> AsyncIterator[AsyncEngine]:
    """The service's database, at the version of this program or a newer one. Raises Broken if it is older."""
    await version.check(settings.database, migrations)
    engine = create_async_engine(settings.sqlalchemy_url, pool_pre_ping=True, pool_size=connections, max_overflow=3)
    try:
        yield engine
    finally:
        await engine.dispose()


async def probes(settings: ServiceSettings, engine: AsyncEngine, stop: asyncio.Event) -> None:
    """/live, /ready (does the database answer?) and /metrics, until told to stop."""

    async def answers() -> None:
        async with engine.connect() as conn:
            await conn.exec_driver_sql("SELECT 1")

    await health.serve(settings.health_port, {"database": answers}, stop, settings.health_host)
