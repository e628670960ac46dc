"""Target 13: how long a change in the CRM takes to the page."""

from __future__ import annotations

import asyncio
import time

import httpx

from deploy.local.capture import Line, capture_file, read_capture
from deploy.local.feeder import feed, send
from deploy.local.postgres import Postgres
from shared.contracts.topics import TOPICS
from shared.kafka import Kafka
from tests.bench.chain import broker, chain
from tests.bench.measure import Target

RATE, SECONDS = 500, 10
LOOK = 0.03
"""Seconds between two requests for the page: without a pause they would take a core from the rest."""
ACCOUNT_ROWS = "sugar.suitecrm.accounts"
READY = 60


async def run(pg: Postgres, rotations: int) -> list[Target]:
    lines = list(read_capture(capture_file("full")))
    page = Target("13", f"ms from CRM event to page at {RATE} events/s, p99", "", "", 250, at_most=True, unit="ms")
    half = Target("13b", f"ms from CRM event to page at {RATE} events/s, p50", "", "", 250, at_most=True, unit="ms")
    for _ in range(rotations):
        with broker() as (kafka, folder):
            await kafka.ensure_topics(TOPICS.values())
            await feed(lines, kafka)
            async with chain(pg, kafka, folder) as ours:
                await ours.run(len(lines))
                ours.start("accounts-api", "portal-api")
                before = ours.cpu()
                late = sorted(await visible(kafka, ours.plan.url, lines))
                used = ", ".join(f"{name} {s - before[name]:.1f}" for name, s in ours.cpu().items() if name in before)
                print(f"      13: CPU seconds in about {SECONDS + 3}: {used}", flush=True)
            for found, share in ((half, 0.5), (page, 0.99)):
                found.take(late[int(len(late) * share)], 0.0)
    return [half, page]


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

    async with httpx.AsyncClient(timeout=10) as client, asyncio.timeout(READY):
        while True:
            try:
                if (await client.get(f"{url}/api/v1/accounts/{watched}")).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
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
