"""Targets start, 14, size and disk: the whole stack as `make run` starts it. How long until the first account is on the
page, what each process holds at most while the capture streams in, and what that cost.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path

import httpx

from tests.bench.chain import peak
from tests.bench.measure import Target
from tests.bench.sizing import sizes
from tests.e2e.stack import RunningStack

DATA = os.environ.get("BENCH_DATA", "full")
GIVE_UP = 1_800
"""Seconds; on a busy machine a whole stack takes its time."""


async def run() -> list[Target]:
    start = Target("start", f"seconds from `make run DATA={DATA}` to the first account on the page", "", "", 60,
                   at_most=True, unit="seconds")  # fmt: skip
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="stellwerk-") as folder:
        began = time.perf_counter()
        with RunningStack(Path(folder) / "home", data=DATA) as stack:
            start.take(await asyncio.to_thread(_first_account, stack.url, began), 0.0)
            await asyncio.to_thread(stack.wait_ready, GIVE_UP)
            memory = {name: peak(pid) for name, pid in sorted(stack.pids.items())}
            planned = await sizes(stack)
    return [start, *held(memory), *planned]


def held(memory: dict[str, float]) -> list[Target]:
    """The most that each of our processes ever held, in MB."""
    found = []
    for name, most in memory.items():
        if name not in ("postgres", "broker"):
            found.append(Target(f"14 {name}", f"peak memory of {name}, MB", "", "", 150, at_most=True, unit="MB"))
            found[-1].take(most, 0.0)
    return found


def _first_account(url: str, began: float) -> float:
    while time.perf_counter() - began < GIVE_UP:
        try:
            answer = httpx.get(f"{url}/api/v1/portfolio", timeout=5)
            if answer.status_code == 200 and answer.json()["rows"]:
                return time.perf_counter() - began
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise TimeoutError(f"no account is on the page after {GIVE_UP} s")
