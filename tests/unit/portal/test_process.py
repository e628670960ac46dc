"""The process as it is deployed: serves, answers probes, says when it is not ready, stops when told."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx

from deploy.local.server import free_port
from tests.unit.portal.fake_accounts import FakeAccounts, serving

ROOT = Path(__file__).parents[3]


async def start(accounts: str, http: int, health: int) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "STELLWERK_ACCOUNTS": accounts,
        "STELLWERK_HTTP_PORT": str(http),
        "STELLWERK_HEALTH_PORT": str(health),
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.portal", "api", cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
    )


async def get(url: str, patience: float = 60.0) -> httpx.Response:
    """Asks until the port answers; importing takes long where others work beside."""
    async with httpx.AsyncClient() as client, asyncio.timeout(patience):
        while True:
            try:
                return await client.get(url)
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def test_serves_until_told_to_stop() -> None:
    http, health = free_port(), free_port()
    async with serving(FakeAccounts()) as target:
        process = await start(target, http, health)
        try:
            assert (await get(f"http://127.0.0.1:{http}/portfolio")).status_code == 200
            assert (await get(f"http://127.0.0.1:{http}/ready")).status_code == 200
            assert (await get(f"http://127.0.0.1:{health}/ready")).json() == {"accounts": "ok"}
            assert (await get(f"http://127.0.0.1:{health}/live")).text == "ok"
        finally:
            process.send_signal(signal.SIGTERM)
            status = await asyncio.wait_for(process.wait(), 20)
    assert status == 0


async def test_without_the_accounts_service_it_lives_but_is_not_ready() -> None:
    http, health = free_port(), free_port()
    process = await start("127.0.0.1:1", http, health)
    try:
        assert (await get(f"http://127.0.0.1:{health}/live")).status_code == 200
        assert (await get(f"http://127.0.0.1:{health}/ready")).status_code == 503
        assert (await get(f"http://127.0.0.1:{http}/portfolio")).status_code == 503
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 20)


async def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await start("127.0.0.1:1", port, free_port())
        _, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert f"port {port}: Address already in use; set STELLWERK_HTTP_PORT".encode() in err
    assert b"Traceback" not in err
