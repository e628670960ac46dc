"""A member of the counting group as a process, to be killed: python -m tests.integration.member DSN SERVERS"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy.ext.asyncio import create_async_engine

from shared.group import consume
from shared.kafka import Kafka
from shared.runtime import run
from tests.kernel import ticks_counter


async def member(stop: asyncio.Event, dsn: str, servers: str) -> None:
    engine = create_async_engine(dsn.replace("postgresql:", "postgresql+asyncpg:"), pool_pre_ping=True)
    await consume(Kafka(servers, idempotent=False), ticks_counter(engine), stop)
    await engine.dispose()


if __name__ == "__main__":
    run("counter", {"member": member}, ["member", *sys.argv[1:]])
