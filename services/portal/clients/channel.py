"""One connection to one service: deadline, retries, errors of our own tree, and the same for every command.

Retries are the channel's (gRPC service config): only UNAVAILABLE, with jitter and within the deadline. Commands may be
repeated too, as a service answers a command_id that it knows with the first result.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

from services.portal.clients.passport import Passports
from services.portal.inputs import Actor, Input, Step
from services.portal.models import CommandResult, View, view
from shared import tracing
from shared.edge.access import Forbidden
from shared.edge.mtls import Mtls
from shared.errors import Broken, Conflict, Invalid, NotFound, OutcomeUnknown, Rejected, StellwerkError, Transient

DEADLINE = 5.0  # seconds a person waits for a page before an honest "not now" is better
ATTEMPTS = 4
CLOSE = 20.0  # seconds that calls may take which were begun with the certificate before

_OPTIONS = [
    ("grpc.enable_retries", 1),
    # gRPC's own default waits up to two minutes before it dials a restarted server again.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.max_receive_message_length", 32 * 1024 * 1024),
]

_ERRORS: Mapping[grpc.StatusCode, type[StellwerkError]] = {
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.PERMISSION_DENIED: Forbidden,
    grpc.StatusCode.ABORTED: Conflict,
    grpc.StatusCode.UNKNOWN: OutcomeUnknown,
}
_DOWN = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.CANCELLED,
)

V = TypeVar("V", bound=View)


class ServiceDown(Transient):
    """A service does not answer, or not in time; `service` names it."""

    def __init__(self, service: str, message: str) -> None:
        self.service = service
        super().__init__(message, slug="service-down")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a service answers (`host:port` or `dns:///host:port`), and with `tls` as whom we call it."""

    address: str
    tls: Mtls | None = None


class Renewed:
    """A channel by TLS that is opened anew when its certificate was renewed; gRPC itself reads one only once.

    It has what generated stubs ask of a channel. Raises OSError if a file cannot be read.
    """

    def __init__(self, address: str, tls: Mtls, options: list[tuple[str, Any]]) -> None:
        self._address, self._tls, self._options = address, tls, options
        self._known = (b"", b"", b"")
        self._channel: Any = None
        self._closing = set[asyncio.Task[None]]()

    def unary_unary(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> Callable[..., Any]:
        """A method of the service."""

        def call(request: Any, **how: Any) -> Any:
            return self._now().unary_unary(method, request_serializer, response_deserializer)(request, **how)

        return call

    def _now(self) -> Any:
        if (found := self._tls.read()) != self._known:
            key, certificate, ca = self._known = found
            if self._channel is not None:
                task = asyncio.ensure_future(self._channel.close(CLOSE))
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)
            credentials = grpc.ssl_channel_credentials(ca, key, certificate)
            self._channel = grpc.aio.secure_channel(self._address, credentials, self._options)
        return self._channel

    async def close(self, grace: float | None) -> None:
        """End it, and what is left of those before."""
        for task in self._closing:
            task.cancel()
        if self._channel is not None:
            await self._channel.close(grace)


class Connection:
    """Base of the clients; `service` is the short name (`qbr`).

    Raises NotFound, Invalid (with the fields at fault), Rejected (a rule says no), Conflict, ServiceDown (not
    reachable, too slow: try again), OutcomeUnknown (repeat with the same command_id), Forbidden (no role of
    whoever acts allows it) or Broken (any other answer).
    """

    service = ""
    passports: Passports | None = None

    def __init__(self, target: Target | str, *, deadline: float = DEADLINE) -> None:
        where = Target(target) if isinstance(target, str) else target
        self.target = where.address
        self.deadline = deadline
        policy = {
            "maxAttempts": ATTEMPTS,
            "initialBackoff": "0.1s",
            "maxBackoff": "1s",
            "backoffMultiplier": 2,
            "retryableStatusCodes": ["UNAVAILABLE"],
        }
        config = {"loadBalancingConfig": [{"round_robin": {}}], "methodConfig": [{"name": [{}], "retryPolicy": policy}]}
        options = [*_OPTIONS, ("grpc.service_config", json.dumps(config))]
        self.channel: Any = (
            Renewed(where.address, where.tls, options)
            if where.tls
            else grpc.aio.insecure_channel(where.address, options=options)
        )

    async def close(self) -> None:
        """Ends the connection; questions still open get ServiceDown."""
        await self.channel.close(None)

    async def ask(
        self, model: type[V], method: Callable[..., Awaitable[Message]], request: Message, deadline: float = 0
    ) -> V:
        """The answer to a request as a model; `deadline` in seconds, without one the connection's."""
        try:
            metadata = tracing.outgoing(await self.passports.metadata() if self.passports else None)
            answer = await method(request, timeout=deadline or self.deadline, metadata=metadata)
        except grpc.aio.AioRpcError as e:
            raise self._error(e) from e
        return view(model, answer)

    def _error(self, e: grpc.aio.AioRpcError) -> StellwerkError:
        """Our error behind a status: the slug and the fields at fault come along (google.rpc.ErrorInfo, BadRequest)."""
        message, (slug, fields) = e.details() or e.code().name, _details(e)
        if e.code() in _DOWN:
            return ServiceDown(self.service, message)
        if e.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.OUT_OF_RANGE):
            return Invalid(message, slug=slug, fields=fields)
        if e.code() == grpc.StatusCode.FAILED_PRECONDITION:
            return Rejected(slug or "rejected", message)
        return _ERRORS.get(e.code(), Broken)(message, slug=slug)


class Deciding(Connection):
    """A connection to a service that takes commands."""

    _commands: Any  # the stub of its command service

    async def send(self, step: Step, data: Input, subject: str, command_id: UUID, actor: Actor) -> CommandResult:
        """A decision; repeating the id gives the first result."""
        return await self.tell(CommandResult, step, data, subject, command_id, actor)

    async def tell(
        self, model: type[V], step: Step, data: Input, subject: str, command_id: UUID, actor: Actor
    ) -> V:  # fmt: skip
        """The same where the service answers with more than a result."""
        request = step.message(data, subject, command_id, actor)
        return await self.ask(model, getattr(self._commands, step.method), request)


def _details(e: grpc.aio.AioRpcError) -> tuple[str, dict[str, str]]:
    """(the slug, field → what is wrong with it)."""
    slug, fields = "", dict[str, str]()
    metadata: Iterable[tuple[str, Any]] = e.trailing_metadata() or ()  # type: ignore[assignment]
    for key, value in metadata:
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                bad, info = error_details_pb2.BadRequest(), error_details_pb2.ErrorInfo()
                if detail.Unpack(bad):
                    fields |= {violation.field: violation.description for violation in bad.field_violations}
                elif detail.Unpack(info):
                    slug = info.reason
    return slug, fields


def text(day: date | None) -> str:
    """A day as the services write it; None is the empty text."""
    return day.isoformat() if day else ""
