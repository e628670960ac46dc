"""The chain crm → accounts as its processes run it: databases, a broker in memory, children that can be measured."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local.broker import Tansu
from deploy.local.plan import REPOSITORY, Plan
from deploy.local.postgres import Postgres
from deploy.local.processes import commands, environment
from services.accounts.consumers import CRM_CONSUMER
from services.crm.main import CONSUMER
from shared.kafka import Kafka
from tests.e2e.stack import free_ports

GIVE_UP = 400
"""Seconds after which messages that are not through yet are lost, not late."""
JOIN = 15
"""Seconds that the later processes get to join their groups before the first one starts."""
TICKS = os.sysconf("SC_CLK_TCK")
TAKEN = "SELECT coalesce(sum(position), 0)::bigint FROM positions WHERE consumer = $1"
HEAD = "SELECT coalesce(max(position), 0) FROM events"
SENT = """
SELECT partition, max(position) FROM positions WHERE consumer = 'relay kam.crm.v1' GROUP BY 1 ORDER BY 1"""
READ = "SELECT partition, position FROM positions WHERE consumer = $1 ORDER BY 1"
SHOWN = "SELECT coalesce(max(position), 0) FROM positions WHERE source = 'store'"


class Chain:
    """crm worker → crm relay → accounts worker, on databases of their own."""

    def __init__(self, pg: Postgres, kafka: Kafka, folder: Path, more: Mapping[str, str]) -> None:
        self.plan = Plan(folder, free_ports(), "full", "none", kafka.servers)
        self.dsns = {name: pg.create(name) for name in ("crm", "accounts")}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self._wanted = {name: (words, env | more) for name, words, env in commands(self.plan, self.dsns, kafka)}
        for name in self.dsns:
            subprocess.run(
                [sys.executable, "-m", f"services.{name}", "migrate"], check=True, cwd=REPOSITORY,
                env={**environment(self.plan, name, self.dsns, kafka), "STELLWERK_LOG_LEVEL": "ERROR"},
            )  # fmt: skip

    def start(self, *names: str) -> None:
        """Start processes of the stack by name."""
        for name in names:
            words, env = self._wanted[name]
            self.children[name] = subprocess.Popen(
                words, cwd=REPOSITORY, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )

    async def run(self, messages: int) -> float:
        """Messages per second from the first batch to the last row of the accounts service's read model."""
        self.start("crm-relay", "accounts-worker")  # the first of the chain last: the others wait for it
        await asyncio.sleep(JOIN)
        self.start("crm-worker")
        crm: Any = await asyncpg.connect(self.dsns["crm"])
        accounts: Any = await asyncpg.connect(self.dsns["accounts"])
        while not (first := await crm.fetchval(TAKEN, CONSUMER)):  # noqa: ASYNC110  another process writes
            await asyncio.sleep(0.01)
        started = time.perf_counter()
        while await crm.fetchval(TAKEN, CONSUMER) < messages or not await through(crm, accounts):
            if time.perf_counter() - started > GIVE_UP:
                raise TimeoutError(f"{messages} messages are not through after {GIVE_UP} s")
            await asyncio.sleep(0.1)  # looking costs the machine too
        rate = (messages - first) / (time.perf_counter() - started)
        await crm.close()
        await accounts.close()
        return float(rate)

    def stop(self) -> None:
        """End the processes."""
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            child.wait(30)

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each process so far."""
        return {name: seconds(child.pid) for name, child in self.children.items()}


async def through(crm: Any, accounts: Any) -> bool:
    """All facts are sent, read and shown; what time itself has to do does not count."""
    sent: dict[int, int] = dict(await crm.fetch(SENT))
    if sent.pop(-1, 0) != await crm.fetchval(HEAD):
        return False
    read: dict[int, int] = dict(await accounts.fetch(READ, CRM_CONSUMER))
    if any(read.get(partition, 0) < position for partition, position in sent.items()):
        return False
    return bool(await accounts.fetchval(HEAD) == await accounts.fetchval(SHOWN))


@asynccontextmanager
async def chain(pg: Postgres, kafka: Kafka, folder: Path, **more: str) -> AsyncIterator[Chain]:
    """A chain with further variables in its processes' environment; gone afterwards."""
    made = Chain(pg, kafka, folder, more)
    try:
        yield made
    finally:
        made.stop()
        for name in made.dsns:
            pg.drop(name)


@contextmanager
def broker() -> Iterator[tuple[Kafka, Path]]:
    """An empty broker, and a folder."""
    with tempfile.TemporaryDirectory() as folder:
        server = Tansu(Path(folder) / "broker.log")
        server.start()
        try:
            yield Kafka(server.servers, server.idempotent, server.replication), Path(folder)
        finally:
            server.stop()


def peak(pid: int) -> float:
    """The most memory that a process ever held, in MB."""
    (line,) = [s for s in Path(f"/proc/{pid}/status").read_text().splitlines() if s.startswith("VmHWM")]
    return int(line.split()[1]) / 1_000


def seconds(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
