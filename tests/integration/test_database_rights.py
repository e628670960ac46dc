"""A running process may add to the log and read it; it may not change it, and may make and drop nothing. Tried with
PostgreSQL: the owner migrates, the service's own roles run as the other one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.k8s.generate import UNSENT
from deploy.local.postgres import Postgres
from deploy.postgres.grants import grant
from services.growth.main import MIGRATIONS
from services.growth.projections import GrowthReads
from shared import migrate
from shared.eventstore.store import EventStore
from shared.projector import Projector
from tests.kernel import tick

REFUSED = [
    "UPDATE events SET actor = 'x'",
    "DELETE FROM events",
    "TRUNCATE events",
    "UPDATE commands SET count = 9",
    "DELETE FROM commands",
    "UPDATE alembic_version SET version_num = '0'",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP TRIGGER append_only ON events",
    "DROP TABLE events",
    "CREATE TABLE mine (a int)",
    "CREATE SCHEMA mine",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET ROLE {owner}",
]


@pytest.fixture
def role(postgres: Postgres, dsn: str) -> Iterator[str]:
    """A second role that owns nothing."""
    name = f"app_{uuid4().hex[:8]}"
    with psycopg.connect(postgres.dsn(), autocommit=True) as admin:
        password = sql.Literal(postgres._password(name))
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), password))
    yield name
    with psycopg.connect(postgres.dsn(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def connect(postgres: Postgres, dsn: str, role: str) -> psycopg.Connection[Any]:
    return psycopg.connect(as_role(postgres, dsn, role), autocommit=True)


def as_role(postgres: Postgres, dsn: str, role: str) -> str:
    return postgres.dsn(str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]), role)


async def test_the_app_role_adds_and_reads_and_changes_nothing(postgres: Postgres, dsn: str, role: str) -> None:
    await migrate.upgrade(dsn, MIGRATIONS)
    grant(dsn, role)
    grant(dsn, role)  # it can be repeated
    app = as_role(postgres, dsn, role)
    async with EventStore(app, "growth") as store:
        await store.append([tick(uuid4(), 1)], command_id=uuid4())
    owner = str(psycopg.conninfo.conninfo_to_dict(dsn)["user"])
    with connect(postgres, dsn, role) as conn:
        assert conn.execute("SELECT count(*) FROM events").fetchone() == (1,)
        for statement in REFUSED:
            with pytest.raises(InsufficientPrivilege):
                conn.execute(statement.format(owner=owner))
        assert conn.execute("SELECT count(*), min(actor) FROM events").fetchone() == (1, "system:ticker")


async def test_the_exporter_sees_how_long_an_event_waits_and_nothing_else(
    postgres: Postgres, dsn: str, role: str
) -> None:
    await migrate.upgrade(dsn, MIGRATIONS)
    grant(dsn, role)
    async with EventStore(dsn, "growth") as store:
        await store.append([tick(uuid4(), 1)], command_id=uuid4())
        await store.append([tick(uuid4(), 1)], command_id=uuid4())
    name = str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])
    sent = "INSERT INTO positions VALUES ('relay kam.growth.v1', 'kam.growth.v1@c', -1, %s) ON CONFLICT DO NOTHING"

    def ask(conn: psycopg.Connection[Any], position: int | None) -> float:
        with conn.transaction(force_rollback=True):
            if position is not None:
                conn.execute(sent, [position])
            conn.execute("SET LOCAL ROLE pg_monitor")
            found = conn.execute(UNSENT).fetchone()
            assert found is not None
            assert found[0] == name
            return float(found[1])

    with psycopg.connect(postgres.dsn(name), autocommit=True) as exporter:
        younger = ask(exporter, 1)
        assert ask(exporter, None) >= younger > 0  # asked later, of the older one
        assert ask(exporter, 2) == 0
        exporter.execute("SET ROLE pg_monitor")
        with pytest.raises(InsufficientPrivilege):
            exporter.execute("SELECT state FROM events")


async def test_the_owner_rebuilds_and_the_app_role_goes_on(postgres: Postgres, dsn: str, role: str) -> None:
    await migrate.upgrade(dsn, MIGRATIONS)
    grant(dsn, role)
    for url, work in ((dsn, "rebuild"), (as_role(postgres, dsn, role), "step")):
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
        await getattr(Projector(GrowthReads(), engine), work)()
        await engine.dispose()


async def test_without_rights_nothing_goes(postgres: Postgres, dsn: str, role: str) -> None:
    await migrate.upgrade(dsn, MIGRATIONS)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(postgres, dsn, role)


async def test_no_role_reaches_the_database_of_another_service(postgres: Postgres, dsn: str, role: str) -> None:
    await migrate.upgrade(dsn, MIGRATIONS)
    grant(dsn, role)
    other = f"other_{uuid4().hex[:8]}"
    postgres.create(other)
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(postgres.dsn(other, role))
    finally:
        postgres.drop(other)


def test_the_command_says_how_it_is_called() -> None:
    done = subprocess.run([sys.executable, "-m", "deploy.postgres.grants"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "<role>" in done.stdout
