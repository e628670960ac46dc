"""A database with the kernel's tables, and an open event store on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

import shared.eventstore
from shared.eventstore.store import EventStore

SCHEMA = (Path(shared.eventstore.__file__).parent / "schema.sql").read_text(encoding="utf-8")


@pytest.fixture
async def log(dsn: str) -> str:
    """The URL of a database with an empty log."""
    conn = await asyncpg.connect(dsn)
    await conn.execute(SCHEMA)
    await conn.close()
    return dsn


@pytest.fixture
async def store(log: str) -> AsyncIterator[EventStore]:
    """The store of a service called garden; `store.pool` is for looks past it."""
    async with EventStore(log, "garden") as opened, asyncpg.create_pool(log, min_size=0, max_size=4) as pool:
        opened.pool = pool
        yield opened
