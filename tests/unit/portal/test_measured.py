"""Requests are counted by the program's own routes, never by what somebody writes into an address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from prometheus_client import REGISTRY
from starlette.responses import Response

from services.portal.measured import Measured


def app() -> FastAPI:
    made = FastAPI()

    @made.get("/measured/{name}")
    async def one(name: str) -> Response:
        if name == "broken":
            raise RuntimeError(name)
        return Response(name, 404 if name == "gone" else 200)

    @made.get("/measured-stream")
    async def stream() -> StreamingResponse:
        async def slow() -> AsyncIterator[bytes]:
            for _ in range(4):
                yield b"x"
                await asyncio.sleep(0.1)

        return StreamingResponse(slow())

    made.add_middleware(Measured)
    return made


def counted(route: str, status: str, method: str = "GET") -> float:
    labels = {"route": route, "method": method, "status": status}
    return REGISTRY.get_sample_value("stellwerk_http_seconds_count", labels) or 0


async def test_requests_are_counted_by_route_method_and_status() -> None:
    transport = httpx.ASGITransport(app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
        before = counted("none", "404"), counted("none", "404", "other")
        for name in ("a", "b", "gone", "broken"):
            await client.get(f"/measured/{name}")
        await client.get("/nowhere/1")
        await client.request("BREW", "/nowhere/2")
        await client.get("/measured-stream")
    assert [counted("/measured/{name}", status) for status in ("200", "404", "500")] == [2, 1, 1]
    assert (counted("none", "404"), counted("none", "404", "other")) == (before[0] + 1, before[1] + 1)
    took = REGISTRY.get_sample_value(
        "stellwerk_http_seconds_sum", {"route": "/measured-stream", "method": "GET", "status": "200"}
    )
    assert took is not None
    assert took < 0.3, "a stream counts until it began, not until it ended"
