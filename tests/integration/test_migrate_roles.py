"""`python -m services.<name> migrate`, as a deployment runs it before anything else; `make run` migrates by itself."""

from __future__ import annotations

import asyncio
import os
import sys

from deploy.local.plan import REPOSITORY
from deploy.local.postgres import Postgres
from deploy.local.processes import DATABASES
from shared import version


async def migrated(service: str, dsn: str) -> tuple[int | None, str]:
    """(exit status, output) of the role on an empty database."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"services.{service}", "migrate", cwd=REPOSITORY,
        env={**os.environ, "STELLWERK_DATABASE": dsn}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await child.communicate()
    return child.returncode, said.decode()


async def test_every_service_brings_its_empty_database_to_its_version(postgres: Postgres) -> None:
    names = {service: f"migrate_{service}" for service in DATABASES}
    dsns = {service: postgres.create(name) for service, name in names.items()}
    ended = await asyncio.gather(*(migrated(service, dsn) for service, dsn in dsns.items()))
    assert [x for x in ended if x[0] != 0] == []
    for service, dsn in dsns.items():
        await version.check(dsn, REPOSITORY / "services" / service / "migrations")
    for name in names.values():
        postgres.drop(name)
