"""What every role of a service with a database begins with: the database at the program's version, and the probes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared import health, telemetry, version
from shared.settings import ServiceSettings


@asynccontextmanager
async def database(settings: ServiceSettings, migrations: Path, connections: int = 5) -> AsyncIterator[AsyncEngine]:
    """The service's database, at the version of this program or a newer one. Raises Broken if it is older."""
    await version.check(settings.database, migrations)
    engine = create_async_engine(settings.sqlalchemy_url, pool_size=connections, max_overflow=3)
    event.listen(engine.sync_engine, "checkout", _alive)
    pool: Any = engine.pool
    for state, n in (("in_use", pool.checkedout), ("idle", pool.checkedin), ("limit", lambda: connections + 3)):
        telemetry.POOL.labels(state).set_function(n)
    try:
        yield engine
    finally:
        await engine.dispose()


def _alive(_: Any, record: Any, *__: Any) -> None:
    """Replaces a connection that the server closed before anybody uses it. The driver knows; a ping (SQLAlchemy's
    `pool_pre_ping`) would be three round trips before each transaction, a third of all that an idle service sent."""
    if record.driver_connection.is_closed():
        raise DisconnectionError("the server closed the connection")


async def probes(settings: ServiceSettings, engine: AsyncEngine, stop: asyncio.Event) -> None:
    """/live, /ready (does the database answer?) and /metrics, until told to stop."""

    async def answers() -> None:
        async with engine.connect() as conn:
            await conn.exec_driver_sql("SELECT 1")

    await health.serve(settings.health_port, {"database": answers}, stop, settings.health_host)
