"""Targets page …: the slowest twentieth of page requests under load, against a static file of the same size.

The whole small stack runs as `make run` starts it. Eight readers ask one page again and again, then as many bytes of a
file from the same server (`Range`), in turns: the ratio is what making the page costs beside sending it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

import httpx

from services.portal.render import STATIC
from tests.bench.measure import Target
from tests.e2e.stack import RunningStack

READERS, SECONDS = 8, 2.0
PAGES = {
    "today": "/today",
    "portfolio": "/portfolio",
    "account": "/accounts/{account}",
    "map": "/accounts/{account}/people",
    "KPIs": "/kpis",
    "risks": "/risks",
    "QBRs": "/qbrs",
    "plans": "/plans",
}
LARGEST = max((p for p in STATIC.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
"""A page that is larger is compared with all of it."""


async def run(rotations: int) -> list[Target]:
    with tempfile.TemporaryDirectory(prefix="stellwerk-") as folder, RunningStack(Path(folder) / "home") as stack:
        await asyncio.to_thread(stack.wait_ready)
        limits = httpx.Limits(max_connections=READERS, max_keepalive_connections=READERS)
        async with httpx.AsyncClient(base_url=stack.url, timeout=60, limits=limits) as client:
            client.headers["accept-encoding"] = "identity"
            rows = (await client.get("/api/v1/portfolio")).raise_for_status().json()["rows"]
            key = next(r for r in rows if r["tier"] in ("A", "B"))
            return [await _page(client, n, p.format(account=key["crm_id"]), rotations) for n, p in PAGES.items()]


async def _page(client: httpx.AsyncClient, name: str, path: str, rotations: int) -> Target:
    size = len((await client.get(path)).raise_for_status().content)
    what = f"p95 of {name}, {size / 1000:.0f} kB, {READERS} readers / a file of that size"
    found = Target(f"page {name}", what, "", "", None, at_most=True, unit="ms")
    file, part = f"/static/{LARGEST.relative_to(STATIC)}", {"range": f"bytes=0-{size - 1}"}
    for _ in range(rotations):
        ours = await _slowest(client, path, {})
        found.take(ours, await _slowest(client, file, part))
    return found


async def _slowest(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> float:
    """Milliseconds that 95 of 100 requests stay below."""
    took: list[float] = []
    end = time.perf_counter() + SECONDS

    async def reader() -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            (await client.get(path, headers=headers)).raise_for_status()
            took.append(1_000 * (time.perf_counter() - began))

    await asyncio.gather(*(reader() for _ in range(READERS)))
    return sorted(took)[int(len(took) * 0.95)]
