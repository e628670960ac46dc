"""/live never asks a dependency, /ready asks them all, and stopping is quick."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from deploy.local.server import free_port
from shared import health, telemetry
from tests.kernel import until


async def broken() -> None:
    raise OSError("no route to the database")


async def hanging() -> None:
    await asyncio.sleep(60)


async def fine() -> None:
    return None


async def get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{port}{path}")


async def answers(port: int) -> bool:
    try:
        return (await get(port, "/live")).status_code == 200
    except httpx.TransportError:
        return False


async def test_live_ready_and_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "TIMEOUT", 0.2)
    stop, port = asyncio.Event(), free_port()
    checks = {"database": broken, "broker": fine, "other": hanging}
    serving = asyncio.create_task(health.serve(port, checks, stop, host="127.0.0.1"))
    await until(lambda: answers(port))
    assert (await get(port, "/live")).text == "ok"
    ready = await get(port, "/ready")
    assert ready.status_code == 503
    assert ready.json() == {"database": "OSError: no route to the database", "broker": "ok", "other": "TimeoutError: "}
    checks.pop("database")
    checks.pop("other")
    assert (await get(port, "/ready")).status_code == 200
    telemetry.TIMERS_FIRED.labels("review").inc()
    metrics = await get(port, "/metrics")
    assert 'stellwerk_timers_fired_total{rule="review"}' in metrics.text
    assert metrics.headers["content-type"].startswith("text/plain")
    with pytest.raises(OSError, match="in use"):
        await health.serve(port, checks, stop, host="127.0.0.1")
    stop.set()
    await asyncio.wait_for(serving, 10)
