"""/live, /ready and /metrics of every long-running role, on a port of their own.

/live says that the event loop answers; it never asks a dependency, or a broken database would restart every process.
/ready asks them all. /metrics is for Prometheus.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[object]]
"""Raises when the dependency is not usable; the message is shown."""

TIMEOUT = 2.0  # seconds for one check


def app(ready: Mapping[str, Check]) -> Starlette:
    """The three pages; `ready` names what must work before this process may get traffic."""

    async def live(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readiness(_: Request) -> Response:
        answers = await asyncio.gather(
            *(asyncio.wait_for(check(), TIMEOUT) for check in ready.values()), return_exceptions=True
        )
        state = {
            name: f"{type(a).__name__}: {a}"[:300] if isinstance(a, BaseException) else "ok"
            for name, a in zip(ready, answers, strict=True)
        }
        return JSONResponse(state, 200 if all(s == "ok" for s in state.values()) else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), headers={"content-type": CONTENT_TYPE_LATEST})

    return Starlette(routes=[Route("/live", live), Route("/ready", readiness), Route("/metrics", metrics)])


class Server(uvicorn.Server):
    """uvicorn inside our event loop: signals are the process's own business (shared/runtime.py)."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(port: int, ready: Mapping[str, Check], stop: asyncio.Event, host: str = "0.0.0.0") -> None:  # noqa: S104  probes come from outside the pod
    """Answer until `stop`. Port 0 takes a free one and logs it. Raises OSError when the port is taken."""
    server = Server(uvicorn.Config(app(ready), host=host, port=port, log_config=None, lifespan="off", access_log=False))
    running = asyncio.create_task(server.serve(), name="health")
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await running
