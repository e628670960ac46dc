"""Migrations: the kernel's tables in a first version, many starters at once, a check before other roles start."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from shared.errors import Broken
from shared.migrate import kernel_ddl, upgrade
from shared.version import check

FIRST = '''"""The first version."""
from shared.migrate import kernel_ddl, run_sql
revision, down_revision = "0001", None
def upgrade() -> None:
    run_sql(kernel_ddl())
    run_sql("""CREATE TABLE shelves (id int, share text DEFAULT '50%'); INSERT INTO shelves VALUES (1)""")
'''
SECOND = '''"""The second version."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade() -> None:
    op.add_column("shelves", sa.Column("colour", sa.Text()))
'''


@pytest.fixture
def history(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "0001_first.py").write_text(FIRST)
    return tmp_path


async def fetch(dsn: str, sql: str) -> list[asyncpg.Record]:
    conn = await asyncpg.connect(dsn)
    try:
        return await conn.fetch(sql)
    finally:
        await conn.close()


async def test_many_starters_one_history(dsn: str, history: Path) -> None:
    with pytest.raises(Broken, match="version none, this program needs 0001"):
        await check(dsn, history)
    rival = await asyncpg.connect(dsn)
    await rival.execute("SELECT pg_advisory_lock(7284)")  # another process is at work
    waiting = asyncio.create_task(upgrade(dsn, history))
    locked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(30):
        while not await rival.fetchval(locked):
            assert not waiting.done()
            await asyncio.sleep(0.02)
    assert await rival.fetchval("SELECT to_regclass('shelves')") is None
    await rival.close()
    await waiting
    await asyncio.gather(*(upgrade(dsn, history) for _ in range(3)))
    await check(dsn, history)
    assert [tuple(r) for r in await fetch(dsn, "SELECT * FROM shelves")] == [(1, "50%")]
    (history / "versions" / "0002_second.py").write_text(SECOND)
    with pytest.raises(Broken, match="at version 0001, this program needs 0002"):
        await check(dsn, history)
    await upgrade(dsn, history)
    await upgrade(dsn, history)
    assert [r[0] for r in await fetch(dsn, "SELECT colour FROM shelves")] == [None]
    await check(dsn, history)
    (history / "versions" / "0002_second.py").unlink()
    await check(dsn, history)  # the program of the version before starts while an upgrade rolls


async def test_a_failed_version_leaves_nothing_behind(dsn: str, history: Path) -> None:
    (history / "versions" / "0002_second.py").write_text(SECOND + "    op.execute('SELECT no_such_column')\n")
    with pytest.raises(Exception, match="no_such_column"):
        await upgrade(dsn, history)
    with pytest.raises(Broken, match="at version 0001"):
        await check(dsn, history)
    assert await fetch(dsn, "SELECT 1 FROM information_schema.columns WHERE column_name = 'colour'") == []


async def test_the_kernel_is_whole(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    await conn.execute(kernel_ddl())
    tables = {r[0] for r in await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert {"events", "commands", "positions", "dead_letters", "timers", "people"} <= tables
    assert await conn.fetchval("SELECT append_events('{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}')")
    await conn.close()


async def test_no_database_is_said(postgres: object, history: Path) -> None:
    with pytest.raises(Exception, match="refused"):
        await upgrade(f"postgresql://nobody@127.0.0.1:1/{uuid4().hex}", history)
