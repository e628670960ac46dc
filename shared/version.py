"""Is the database at the version that this program needs? Every role but `migrate` asks before it starts.

A newer database will do: while an upgrade rolls, processes of the version before start on it, so migrations only add
(expand), and what nobody uses any more goes a release later (contract).
Apart from `shared/migrate.py`, so that a long-running process does not carry the migration library in its memory.
"""

from __future__ import annotations

from pathlib import Path

import asyncpg

from shared.errors import Broken


async def check(dsn: str, migrations: Path) -> None:
    """Raises Broken if the database is older than the newest version, the last of `versions/<version>_<what>.py`."""
    newest = max(p.name for p in (migrations / "versions").glob("[0-9]*_*.py")).partition("_")[0]
    conn = await asyncpg.connect(dsn)
    try:
        known = await conn.fetchval("SELECT to_regclass('alembic_version')") is not None
        found = await conn.fetchval("SELECT max(version_num) FROM alembic_version") if known else None
    finally:
        await conn.close()
    if found is None or found < newest:
        raise Broken(f"the database is at version {found or 'none'}, this program needs {newest}: run role `migrate`")
