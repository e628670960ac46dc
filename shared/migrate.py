"""Schema migrations: one alembic history for each service, in `services/<name>/migrations/versions`.

A version file is plain alembic; the first one of a service begins with the tables of the kernel:

    def upgrade() -> None:
        run_sql(kernel_ddl())

Migrations only go forward (expand, later contract). Any number of processes may start `upgrade` at once: an advisory
lock lets one work and the others find it done.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

_one = Lock()  # alembic's `op` is one for the whole process


async def upgrade(dsn: str, migrations: Path) -> None:
    """Bring the database to the newest version in `migrations` (the directory that holds `versions`)."""
    await asyncio.to_thread(_upgrade, dsn, migrations)


def kernel_ddl() -> str:
    """The tables and functions of the kernel, for a service's first migration: every .sql file of `shared`, by path."""
    return "\n".join(p.read_text(encoding="utf-8") for p in sorted(Path(__file__).parent.rglob("*.sql")))


def run_sql(script: str) -> None:
    """Run a whole SQL script in the migration at hand, as it stands: no parameters, no escaping."""
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(script)


def _upgrade(dsn: str, migrations: Path) -> None:
    script = ScriptDirectory(str(migrations), version_locations=[str(migrations / "versions")])
    engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)

    def steps(revision: Any, _: MigrationContext) -> Any:
        return script._upgrade_revs("head", revision)

    with _one, engine.connect() as conn, EnvironmentContext(Config(), script, fn=steps) as context:
        conn.exec_driver_sql("SELECT pg_advisory_lock(7284)")  # beside the log's 7283; ends with the connection
        conn.commit()
        context.configure(connection=conn, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
