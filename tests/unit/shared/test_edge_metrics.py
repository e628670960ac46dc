"""Every call is counted and timed with the status that its caller got."""

from __future__ import annotations

from functools import partial
from typing import Any

import grpc
import pytest
from prometheus_client import REGISTRY

from shared.edge.server import bind
from shared.errors import Conflict, NotFound, Rejected
from shared.protos import accounts_pb2 as pb
from shared.protos.accounts_pb2_grpc import (
    AccountQueriesServicer,
    AccountQueriesStub,
    add_AccountQueriesServicer_to_server,
)
from tests.kernel import until


class Answers(AccountQueriesServicer):
    """Fails with what it is given; None answers."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def GetStatus(self, request: Any, context: Any) -> Any:
        if self.error is not None:
            raise self.error
        return pb.GetStatusResponse()


def counted(code: str) -> float:
    labels = {"method": "GetStatus", "code": code}
    return REGISTRY.get_sample_value("stellwerk_grpc_seconds_count", labels) or 0


async def _is(code: str, wanted: float) -> bool:
    return counted(code) == wanted


async def test_calls_are_counted_by_what_was_answered() -> None:
    answers = Answers()
    server = bind(pb.DESCRIPTOR, {add_AccountQueriesServicer_to_server: answers}, "127.0.0.1:0", 1_000)
    await server.start()
    errors = {
        "OK": None,
        "NOT_FOUND": NotFound("no"),
        "ABORTED": Conflict("other"),
        "FAILED_PRECONDITION": Rejected("rule", "no"),
        "INTERNAL": RuntimeError("broken"),
    }
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        stub = AccountQueriesStub(channel)  # type: ignore[no-untyped-call]
        for code, answers.error in errors.items():
            before = counted(code)
            if answers.error is None:
                await stub.GetStatus(pb.GetStatusRequest())
            else:
                with pytest.raises(grpc.aio.AioRpcError) as failed:
                    await stub.GetStatus(pb.GetStatusRequest())
                assert failed.value.code().name == code
            await until(partial(_is, code, before + 1), 5)  # the caller may know before the server has counted
    await server.stop()
    assert REGISTRY.get_sample_value("stellwerk_grpc_open") == 0
