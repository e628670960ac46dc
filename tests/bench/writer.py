"""`python -m tests.bench.writer DSN RATE SECONDS`: single appends at a steady rate, as many commands are."""

from __future__ import annotations

import asyncio
import sys
import time

import uvloop

from shared.eventstore.store import EventStore
from shared.ids import new_id
from tests.bench.model import ready


async def write(dsn: str, rate: int, seconds: float) -> None:
    sent = 0
    async with EventStore(dsn, "bench") as store, asyncio.TaskGroup() as tasks:
        started = time.perf_counter()
        while (elapsed := time.perf_counter() - started) < seconds:
            due = int(elapsed * rate)
            for _ in range(sent, due):
                tasks.create_task(store.append([ready(new_id())]))
            sent = max(sent, due)
            await asyncio.sleep(0.002)


if __name__ == "__main__":
    uvloop.run(write(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
