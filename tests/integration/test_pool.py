"""A pooled connection that the server closed is never handed out, and nothing is asked of the server to know it."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from shared import roles, version
from shared.settings import ServiceSettings
from tests.kernel import until


async def test_who_comes_after_a_restart_of_the_database_notices_nothing(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_there(*_: object) -> None:
        pass

    monkeypatch.setattr(version, "check", is_there)
    async with roles.database(ServiceSettings(database=dsn), Path()) as engine:
        async with engine.connect() as conn:
            mine = (await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        admin = await asyncpg.connect(dsn)
        assert await admin.fetchval("SELECT pg_terminate_backend($1)", mine)
        await until(lambda: admin.fetchval("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $1", mine), 30)
        await admin.close()
        async with engine.connect() as conn:
            assert (await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one() != mine
