"""Our errors on gRPC, in one place: an interceptor that answers with the right code.

The slug travels as the reason of a google.rpc.ErrorInfo, the message as the status message. An error that is not ours
is logged with its trace and answered with INTERNAL, without a word about the inside.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import grpc.aio
import structlog
from google.protobuf.any import pack
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]
from grpc_status import rpc_status

from shared import errors
from shared.edge.access import Forbidden, NotSignedIn
from shared.edge.around import Around, Method
from shared.faults import transient

log = structlog.get_logger(__name__)
MESSAGE, WORDS, MOST = 1_200, 150, 12
"""Bytes of a message, bytes about a field, and fields. An error travels in headers, its message twice: gRPC takes
8 kB for certain, and refuses more than that at random, with another code."""

CODES: dict[type[errors.StellwerkError], grpc.StatusCode] = {  # the first that fits
    Forbidden: grpc.StatusCode.PERMISSION_DENIED,
    NotSignedIn: grpc.StatusCode.UNAUTHENTICATED,
    errors.Rejected: grpc.StatusCode.FAILED_PRECONDITION,
    errors.Invalid: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.Conflict: grpc.StatusCode.ABORTED,
    errors.Transient: grpc.StatusCode.UNAVAILABLE,
    errors.OutcomeUnknown: grpc.StatusCode.UNKNOWN,
    errors.StellwerkError: grpc.StatusCode.INTERNAL,
}


def status(error: errors.StellwerkError) -> Any:
    """The gRPC status of an error, with its slug as the reason, and the fields that are wrong; long texts are cut."""
    details = [pack(error_details_pb2.ErrorInfo(reason=error.slug, domain="stellwerk"))]
    if isinstance(error, errors.Invalid) and error.fields:
        some, violation = list(error.fields.items())[:MOST], error_details_pb2.BadRequest.FieldViolation
        wrong = [violation(field=f, description=w.encode()[:WORDS].decode(errors="ignore")) for f, w in some]
        details.append(pack(error_details_pb2.BadRequest(field_violations=wrong)))
    message = error.message.encode()[:MESSAGE].decode(errors="ignore")
    code = next(code for cls, code in CODES.items() if isinstance(error, cls))
    return rpc_status.to_status(status_pb2.Status(code=code.value[0], message=message, details=details))


class Errors(Around):
    """Give it to `grpc.aio.server(interceptors=[Errors()])`: methods raise our errors, callers get statuses."""

    async def around(self, name: str, method: Method, request: Any, context: Any) -> Any:
        try:
            return await method(request, context)
        except Exception as e:
            await context.abort_with_status(status(told(e, name)))

    @staticmethod
    def stream(answers: Callable[[Any, Any], AsyncIterator[Any]], method: str) -> Callable[[Any, Any], Any]:
        """The same for a method that answers with many messages."""

        async def guarded(request: Any, context: Any) -> AsyncIterator[Any]:
            try:
                async for answer in answers(request, context):
                    yield answer
            except Exception as e:
                await context.abort_with_status(status(told(e, method)))

        return guarded


def told(error: Exception, method: str) -> errors.StellwerkError:
    """What a caller is told of an error: one of ours as it is, any other without a word about the inside. Raises it
    again if the method has set its status itself."""
    if isinstance(error, (grpc.aio.AbortError, grpc.RpcError)):
        raise error
    if isinstance(error, errors.StellwerkError):
        return error
    if transient(error):
        return errors.Transient("the database cannot be reached now: try again")
    log.error("method failed", method=method, exc_info=error)
    return errors.Broken("internal error; the log of the service tells more")
