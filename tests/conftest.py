"""What tests share: one PostgreSQL per process with a fresh database per test, and a Kafka-protocol broker per test.

def test_x(dsn): ...                # empty database, its owner's URL
def test_x(postgres): postgres.create("a")   # the server: .create .kill .start .stop; leave it running
def test_x(broker): broker.servers  # Tansu in memory: .kill() .start() gives an empty log, another cluster id
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deploy.local.broker import Tansu
from deploy.local.kafka import KafkaCluster
from deploy.local.postgres import Postgres
from shared.migrate import kernel_ddl
from shared.positions import driver
from tests.scratch import scratch

# A busy machine is no fault of the code, and whoever runs the tests twice gets the same answer twice.
settings.register_profile("repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")

_numbers = count(1)

STACKS = ("faults/test_crash", "e2e/test_run")
"""Files that start the whole of `make run`: two dozen processes, which are enough for one machine at a time."""
SLOWEST = (
    "features/test_crm_convergence",
    "integration/test_lost_log",
    "integration/test_accounts_chain",
    "integration/test_told_late",
    "integration/test_risk_chain",
    "features/test_qbr_on_the_demo",
    "features/test_scripted_quarter",
    "integration/test_crm_oracle",
    "integration/test_accounts_api",
    "integration/test_crm_worker",
    "integration/test_graceful_stop",
    "faults/test_fuzz",
    "e2e/test_pages",
    "e2e/test_pages_steering",
    "unit/portal/test_pages",
)
"""What takes longest begins first, so that no worker is left alone with it at the end."""
HERE = Path(__file__).parent


def first(workers: int) -> list[str]:
    """The files to begin with, in order. xdist gives each worker a file, and one more to whoever has no three tests to
    do: so the second stack waits behind the crash test, which is a single one.
    """
    return [STACKS[0], *SLOWEST[: workers - 1], STACKS[1], *SLOWEST[workers - 1 :]]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """The slowest files first; the tests on Apache Kafka in two groups: each of the clusters is started once."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    rank = {name: n for n, name in enumerate(first(workers))}
    items.sort(key=lambda i: rank.get(i.path.relative_to(HERE).with_suffix("").as_posix(), len(rank)))
    for item in items:
        if item.get_closest_marker("kafka"):
            item.add_marker(pytest.mark.xdist_group("kafka3" if "kafka3" in item.fixturenames else "kafka"))
    # three brokers and a stack: at the end, when the crash test on one broker is through or nearly so
    items.sort(key=lambda i: i.path.stem == "test_on_kafka" and "kafka3" in i.fixturenames)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this process's tests. A test that kills it must start it again."""
    with scratch() as home:
        server = Postgres(home / "postgres")
        server.start()
        yield server
        server.remove()


@pytest.fixture
def dsn(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty database, as its owner (no superuser)."""
    name = f"test_{next(_numbers)}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Tansu]:
    """A Tansu broker of this test's own."""
    server = Tansu(tmp_path / "tansu.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """A real Apache Kafka, one broker, for this test run; use topics of your own. Needs the marker `kafka`."""
    yield from _cluster(tmp_path_factory.mktemp("kafka"), 1)


@pytest.fixture(scope="session")
def kafka3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """A real Apache Kafka of three brokers; a test that kills one must start it again. Needs the marker `kafka`."""
    yield from _cluster(tmp_path_factory.mktemp("kafka3"), 3)


def _cluster(home: Path, brokers: int) -> Iterator[KafkaCluster]:
    cluster = KafkaCluster(home, brokers)
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
async def engine(dsn: str) -> AsyncIterator[AsyncEngine]:
    """SQLAlchemy on a database that has the kernel's tables and an empty log."""
    made = create_async_engine(dsn.replace("postgresql:", "postgresql+asyncpg:"), pool_pre_ping=True)
    async with made.begin() as conn:
        await conn.execute(text("SELECT 1"))  # opens the transaction
        await driver(conn).execute(kernel_ddl())
    yield made
    await made.dispose()
