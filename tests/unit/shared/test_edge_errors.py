"""Errors on the wire: code, message and slug, and not a word about the inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from shared.edge.errors import CODES, Errors
from shared.errors import Broken, Closed, Conflict, Invalid, NotFound, OutcomeUnknown, Rejected

RAISED: list[Exception] = []


async def answer(request: bytes, context: Any) -> bytes:
    if RAISED:
        raise RAISED.pop()
    if request == b"own":
        await context.abort(grpc.StatusCode.DATA_LOSS, "set by the method")
    return request


@pytest.fixture
async def call() -> AsyncIterator[Any]:
    server = grpc.aio.server(interceptors=[Errors()])
    handlers = {"Answer": grpc.unary_unary_rpc_method_handler(answer)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("garden.Test", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel.unary_unary("/garden.Test/Answer")
    await server.stop(0)


@pytest.mark.parametrize(
    ("error", "code", "message", "reason"),
    [
        (Rejected("too-deep", "at most 8 levels"), grpc.StatusCode.FAILED_PRECONDITION, "at most 8 levels", "too-deep"),
        (Invalid("no date: x"), grpc.StatusCode.INVALID_ARGUMENT, "no date: x", "invalid"),
        (NotFound("no account x"), grpc.StatusCode.NOT_FOUND, "no account x", "not-found"),
        (Conflict("again"), grpc.StatusCode.ABORTED, "again", "conflict"),
        (Closed("bye"), grpc.StatusCode.UNAVAILABLE, "bye", "closed"),
        (OutcomeUnknown("?"), grpc.StatusCode.UNKNOWN, "?", "outcome-unknown"),
        (Broken("hole"), grpc.StatusCode.INTERNAL, "hole", "broken"),
        (asyncpg.AdminShutdownError("pg"), grpc.StatusCode.UNAVAILABLE, "try again", "transient"),
        (KeyError("secret"), grpc.StatusCode.INTERNAL, "internal error", "broken"),
    ],
)
async def test_each_error_has_its_code(
    call: Any, error: Exception, code: grpc.StatusCode, message: str, reason: str
) -> None:
    RAISED.append(error)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call(b"x")
    assert raised.value.code() is code
    assert message in str(raised.value.details())
    assert "secret" not in str(raised.value.details())
    info = error_details_pb2.ErrorInfo()
    status = rpc_status.from_call(raised.value)
    assert status is not None
    assert status.details[0].Unpack(info)
    assert (info.reason, info.domain) == (reason, "stellwerk")


@pytest.mark.parametrize("letter", ["x", "ß", "✓"])
async def test_a_long_one_keeps_its_code_and_its_beginning(call: Any, letter: str) -> None:
    said = letter * 9_000
    for _ in range(20):  # too large a header is refused at random
        RAISED.append(Invalid(said, slug="policy-invalid", fields={f"field_{n}": said for n in range(99)}))
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await call(b"x")
        assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        status = rpc_status.from_call(raised.value)
        assert status is not None
        assert status.message == str(raised.value.details()) == said[: len(status.message)]
        assert len(status.message) == 1_200 // len(letter.encode())
        wrong = error_details_pb2.BadRequest()
        assert status.details[1].Unpack(wrong)
        assert [v.field for v in wrong.field_violations][:2] == ["field_0", "field_1"]


async def test_what_is_no_error_passes(call: Any) -> None:
    assert await call(b"hello") == b"hello"
    with pytest.raises(grpc.aio.AioRpcError, match="set by the method"):
        await call(b"own")


def test_the_table_is_reached_to_its_end() -> None:
    classes = list(CODES)
    assert not any(issubclass(later, cls) for n, cls in enumerate(classes) for later in classes[n + 1 :])
