"""Our errors on gRPC, in one place: an interceptor that answers with the right code.

The slug travels as the reason of a google.rpc.ErrorInfo, the message as the status message. An error that is not ours
is logged with its trace and answered with INTERNAL, without a word about the inside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import structlog
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]
from grpc_status import rpc_status

from shared.errors import Broken, Kind, StellwerkError, Transient
from shared.faults import transient

log = structlog.get_logger(__name__)

CODES = {
    Kind.REJECTED: grpc.StatusCode.FAILED_PRECONDITION,
    Kind.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Kind.CONFLICT: grpc.StatusCode.ABORTED,
    Kind.TRANSIENT: grpc.StatusCode.UNAVAILABLE,
    Kind.UNKNOWN: grpc.StatusCode.UNKNOWN,
    Kind.BROKEN: grpc.StatusCode.INTERNAL,
}


def status(error: StellwerkError) -> Any:
    """The gRPC status of an error, with its slug as the reason."""
    info = any_pb2.Any()
    info.Pack(error_details_pb2.ErrorInfo(reason=error.slug, domain="stellwerk", metadata={"kind": error.kind}))
    code = CODES[error.kind].value[0]
    return rpc_status.to_status(status_pb2.Status(code=code, message=error.message, details=[info]))


class Errors(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Give it to `grpc.aio.server(interceptors=[Errors()])`: methods raise our errors, callers get statuses."""

    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]], details: grpc.HandlerCallDetails
    ) -> Any:
        handler = await continuation(details)
        if handler is None or handler.unary_unary is None:
            return handler
        answer = handler.unary_unary

        async def guarded(request: Any, context: Any) -> Any:
            try:
                return await answer(request, context)
            except (grpc.aio.AbortError, grpc.RpcError):
                raise  # the method has set its status itself
            except StellwerkError as e:
                await context.abort_with_status(status(e))
            except Exception as e:
                if transient(e):
                    await context.abort_with_status(status(Transient("the database cannot be reached now: try again")))
                log.error("method failed", method=details.method, exc_info=e)
                await context.abort_with_status(status(Broken("internal error; the log of the service tells more")))

        return grpc.unary_unary_rpc_method_handler(guarded, handler.request_deserializer, handler.response_serializer)
