"""Metrics of whoever answers calls: how many, how they ended, how long they took. `shared/telemetry.py` has those of
every process."""

from __future__ import annotations

import time
from typing import Any

import grpc
from prometheus_client import Gauge, Histogram

from shared import tracing
from shared.edge.around import Around, Method
from shared.telemetry import FAST

_CALLS = "Calls of a gRPC method by its name and the status answered; seconds from asked to answered."
CALLS = Histogram("stellwerk_grpc_seconds", _CALLS, ["method", "code"], buckets=FAST)
CALLS_OPEN = Gauge("stellwerk_grpc_open", "gRPC calls that are being answered.")
_PAGES = "Requests by route (as the program has it, without ids), method and status; seconds until the answer began."
PAGES = Histogram("stellwerk_http_seconds", _PAGES, ["route", "method", "status"], buckets=FAST)


class Measured(Around):
    """Counts and times every call, whatever becomes of it. The first of the interceptors, so that it sees refusals."""

    async def around(self, name: str, method: Method, request: Any, context: Any) -> Any:
        began = time.perf_counter()
        with CALLS_OPEN.track_inprogress(), tracing.call(name, context):
            try:
                return await method(request, context)
            finally:
                CALLS.labels(name.rpartition("/")[2], _code(context.code())).observe(time.perf_counter() - began)


def _code(found: Any) -> str:
    """gRPC tells a number, a status, or nothing when all went well."""
    if isinstance(found, grpc.StatusCode):
        return found.name
    return next((code.name for code in grpc.StatusCode if code.value[0] == found), "OK")
