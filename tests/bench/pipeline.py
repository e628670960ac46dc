"""Targets 12 and 13: CRM change event on Kafka → fact → published → read model of another service → page."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson
from aiokafka import AIOKafkaConsumer

from deploy.local.broker import Tansu
from deploy.local.capture import Line, capture_file, read_capture
from deploy.local.feeder import feed, send
from deploy.local.plan import REPOSITORY, Plan
from deploy.local.postgres import Postgres
from deploy.local.processes import commands, environment
from deploy.local.progress import Stores
from services.crm.main import CONSUMER
from shared.contracts.topics import TOPICS
from shared.kafka import Kafka
from tests.bench.measure import Target
from tests.e2e.stack import free_ports

RATE, SECONDS, MORE = 500, 10, 20_000
LOOK = 0.03
"""Seconds between two requests for the page: without a pause they would take a core from the rest."""
GIVE_UP = 400
"""Seconds after which messages that are not through yet are lost, not late."""
TAKEN = "SELECT sum(position)::bigint FROM positions WHERE consumer = $1"
ACCOUNT_ROWS = "sugar.suitecrm.accounts"


async def run(pg: Postgres, rotations: int) -> list[Target]:
    lines = list(read_capture(capture_file("full")))
    accounts = alive(lines)
    few = [line for line in lines if line.topic in (ACCOUNT_ROWS, "sugar")]
    few += [rename(accounts[n % len(accounts)], n, "sugar-bin.000098") for n in range(MORE)]
    whole = Target("12", "full capture to another service's read model / bare consume, decode, COPY", "", "", 0.3)
    what = f"account rows and {MORE} changes of them to the read model / bare loop over them"
    part = Target("12b", what, "", "", 0.65)
    page = Target("13", f"ms from CRM event to page at {RATE} events/s, p99", "", "", 250, at_most=True, unit="ms")
    half = Target("13b", f"ms from CRM event to page at {RATE} events/s, p50", "", "", 250, at_most=True, unit="ms")
    memory: dict[str, float] = {}
    for n in range(rotations):
        last = n == rotations - 1
        for target, sent in ((part, few), (whole, lines)):
            with tempfile.TemporaryDirectory() as folder, tansu(Path(folder)) as broker:
                kafka = Kafka(broker.servers, broker.idempotent, broker.replication)
                await kafka.ensure_topics(TOPICS.values())
                await feed(sent, kafka)
                bare = await bare_loop(pg, kafka, sent)
                ours, late = await chain(pg, kafka, sent, Path(folder), memory, pages=last and sent is lines)
                target.take(ours, bare)
                for found, share in ((half, 0.5), (page, 0.99)):
                    if late:
                        found.take(sorted(late)[int(len(late) * share)], 0.0)
    held = [
        Target(f"14 {name}", f"peak memory of {name} on the full capture, MB", "", "", 150, at_most=True, unit="MB")
        for name in memory
    ]
    for target, most in zip(held, memory.values(), strict=True):
        target.take(most, 0.0)
    return [whole, part, half, page, *held]


@contextmanager
def tansu(folder: Path) -> Iterator[Tansu]:
    broker = Tansu(folder / "broker.log")
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


async def bare_loop(pg: Postgres, kafka: Kafka, lines: list[Line]) -> float:
    """Messages per second of the least that could be done: fetch, decode with orjson, COPY into one table."""
    dsn = pg.create("bench_bare")
    conn: Any = await asyncpg.connect(dsn)
    await conn.execute("CREATE TABLE rows (id text, op text, row bytea)")
    topics = {line.topic for line in lines}
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=kafka.servers, auto_offset_reset="earliest", max_partition_fetch_bytes=4_000_000
    )
    await consumer.start()
    got, started = 0, 0.0
    while got < len(lines):
        records = [r for rs in (await consumer.getmany(timeout_ms=100, max_records=4_000)).values() for r in rs]
        started = started or (time.perf_counter() if records else 0.0)
        got += len(records)
        rows = []
        for r in records:
            d = orjson.loads(r.value) if r.value else None
            if d and d.get("op"):
                rows.append(((r.key or b"").decode(), d["op"], orjson.dumps(d["after"])))
        if rows:
            await conn.copy_records_to_table("rows", records=rows)
    seconds = time.perf_counter() - started
    await consumer.stop()
    await conn.close()
    pg.drop("bench_bare")
    return got / seconds


async def chain(
    pg: Postgres, kafka: Kafka, lines: list[Line], folder: Path, memory: dict[str, float], *, pages: bool
) -> tuple[float, list[float]]:
    """Messages per second from the first batch to the last row of the accounts service's read model; and, with `pages`,
    milliseconds until a change is on the page. `memory` gets the peak of each process, in MB."""
    plan = Plan(folder, free_ports(), "full", "none", kafka.servers)
    dsns = {name: pg.create(name) for name in ("crm", "accounts")}
    for name in dsns:
        subprocess.run(  # noqa: ASYNC221  nothing else runs yet
            [sys.executable, "-m", f"services.{name}", "migrate"], check=True, cwd=REPOSITORY,
            env={**environment(plan, name, dsns, kafka), "STELLWERK_LOG_LEVEL": "ERROR"},
        )  # fmt: skip
    children: dict[str, subprocess.Popen[bytes]] = {}
    wanted = {name: (arguments, env) for name, arguments, env in commands(plan, dsns, kafka)}

    def start(name: str) -> None:
        arguments, env = wanted[name]
        children[name] = subprocess.Popen(
            [sys.executable, *arguments], cwd=REPOSITORY, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    stores = Stores(dsns)
    try:
        for name in ("crm-relay", "accounts-worker"):  # the first of the chain last: the others wait for it
            start(name)
        await asyncio.sleep(12)
        start("crm-worker")
        crm: Any = await asyncpg.connect(dsns["crm"])
        while not (first := await crm.fetchval(TAKEN, CONSUMER) or 0):  # noqa: ASYNC110  another process writes
            await asyncio.sleep(0.01)
        started = time.perf_counter()
        while (await crm.fetchval(TAKEN, CONSUMER)) < len(lines) or not await through(stores):
            if time.perf_counter() - started > GIVE_UP:
                raise TimeoutError(f"{len(lines)} messages are not through yet: {await stores.lag()}")
            await asyncio.sleep(0.05)
        rate = (len(lines) - first) / (time.perf_counter() - started)
        await crm.close()
        memory.update({name: peak(child.pid) for name, child in children.items()})
        late: list[float] = []
        if pages:
            for name in ("accounts-api", "portal-api"):
                start(name)
            late = await visible(kafka, plan.url, lines)
        return rate, late
    finally:
        for child in children.values():
            child.terminate()
        for child in children.values():
            child.wait(30)
        for name in dsns:
            pg.drop(name)


def peak(pid: int) -> float:
    """The most memory that a process ever held, in MB."""
    (line,) = [s for s in Path(f"/proc/{pid}/status").read_text().splitlines() if s.startswith("VmHWM")]
    return int(line.split()[1]) / 1_000


async def through(stores: Stores) -> bool:
    """All facts are sent, read and shown; what time itself has to do does not count."""
    return replace(await stores.lag(), due=0).steps == 0


def alive(lines: list[Line]) -> list[Line]:
    """The newest row of each account that is not deleted."""
    last: dict[str, Line] = {}
    for line in lines:
        if line.topic == ACCOUNT_ROWS and line.value and line.value.get("after") and not line.value["after"]["deleted"]:
            last[line.key["id"]] = line
    return list(last.values())


def rename(row: Line, n: int, file: str = "sugar-bin.000099") -> Line:
    """The n-th change in that binlog file: the account is now called n<n>."""
    source = {**row.value["source"], "file": file, "pos": n + 1}
    return Line(
        row.topic, row.key, {**row.value, "op": "u", "source": source, "after": {**row.value["after"], "name": f"n{n}"}}
    )


async def visible(kafka: Kafka, url: str, lines: list[Line]) -> list[float]:
    """Rename accounts at RATE events a second; ask for one of them again and again, and see how old its name is."""
    rows = alive(lines)
    watched = rows[0].key["id"]
    sent_at: dict[int, float] = {}
    seen: dict[int, float] = {}
    stop = asyncio.Event()

    async def look() -> None:
        async with httpx.AsyncClient(timeout=10) as client:
            while not stop.is_set():
                answer = await client.get(f"{url}/api/v1/accounts/{watched}")
                if answer.status_code == 200 and answer.json()["name"].startswith("n"):
                    seen.setdefault(int(answer.json()["name"][1:]), time.perf_counter())
                await asyncio.sleep(LOOK)

    async with httpx.AsyncClient(timeout=10) as client:
        while True:
            try:
                if (await client.get(f"{url}/api/v1/accounts/{watched}")).status_code == 200:
                    break
            except httpx.HTTPError:
                await asyncio.sleep(0.2)
    looking = asyncio.create_task(look())
    producer = kafka.producer()
    await producer.start()
    started, n = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - started) < SECONDS:
        due = int(elapsed * RATE)
        chunk = []
        for i in range(n, due):
            row = rows[0] if i % 50 == 0 else rows[1 + i % (len(rows) - 1)]
            chunk.append(rename(row, i))
            if i % 50 == 0:
                sent_at[i] = time.perf_counter()
        n = max(n, due)
        if chunk:
            await send(producer, chunk)
        await asyncio.sleep(0.005)
    await asyncio.sleep(3)
    stop.set()
    await looking
    await producer.stop()
    late = []
    for i, at in sent_at.items():  # a later name on the page says that the earlier one was taken in too
        shown = [t for k, t in seen.items() if k >= i]
        late.append(1_000 * (min(shown) - at) if shown else float("inf"))
    return late[len(late) // 10 :]
