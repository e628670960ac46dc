"""/live, /ready and /metrics of every long-running role, on a port of their own.

/live says that the event loop answers; it never asks a dependency, or a broken database would restart every process.
/ready asks them all. /metrics is for Prometheus.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

log = structlog.get_logger(__name__)

Check = Callable[[], Awaitable[object]]
"""Raises when a dependency cannot be used; the message is shown."""

TIMEOUT = 2.0  # seconds for one check


class Server(uvicorn.Server):
    """uvicorn in our event loop: signals are the process's own business (shared/runtime.py)."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def app(ready: Mapping[str, Check]) -> Starlette:
    """The three pages; `ready` names what must work before this process may get traffic."""

    async def live(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readiness(_: Request) -> Response:
        checks = (asyncio.wait_for(check(), TIMEOUT) for check in ready.values())
        found = dict(zip(ready, await asyncio.gather(*checks, return_exceptions=True), strict=True))
        errors = {name: f"{type(e).__name__}: {e}" for name, e in found.items() if isinstance(e, BaseException)}
        return JSONResponse(dict.fromkeys(ready, "ok") | errors, 503 if errors else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})

    return Starlette(routes=[Route("/live", live), Route("/ready", readiness), Route("/metrics", metrics)])


async def serve(port: int, ready: Mapping[str, Check], stop: asyncio.Event, host: str = "127.0.0.1") -> None:
    """Answer until `stop`. Port 0: a free one. Raises OSError if it is taken."""
    listening = socket.create_server((host, port))
    log.info("health", port=listening.getsockname()[1])
    server = Server(uvicorn.Config(app(ready), log_config=None, access_log=False, lifespan="off"))
    running, stopping = asyncio.create_task(server.serve([listening]), name="health"), asyncio.create_task(stop.wait())
    await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await running
