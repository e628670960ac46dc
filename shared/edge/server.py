"""A gRPC server as every service has it: errors through one table, health, reflection, a graceful stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
import structlog
from google.protobuf.descriptor import FileDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from shared.edge.access import loopback
from shared.edge.errors import Errors
from shared.edge.guard import Guard
from shared.edge.metrics import Measured
from shared.edge.mtls import Callers, Mtls
from shared.errors import Invalid
from shared.settings import ServiceSettings

log = structlog.get_logger(__name__)

DRAIN = 10.0  # seconds that calls in flight may take after the stop
PASSPORT = 64 * 1024  # bytes of a call's metadata: a passport that names a thousand accounts fits
CALLS = 256  # at the same time; more are refused at once, so that a flood does not become a queue

Adder = Callable[[Any, grpc.aio.Server], None]
"""A generated `add_<Name>Servicer_to_server`."""


@dataclass(frozen=True, slots=True)
class Server:
    """A gRPC server that is bound to `port`, and what it tells load balancers."""

    grpc: grpc.aio.Server
    health: Any
    port: int
    names: tuple[str, ...]

    async def start(self) -> None:
        """Take calls."""
        await self.grpc.start()
        for name in ("", *self.names):
            await self.health.set(name, health_pb2.HealthCheckResponse.SERVING)

    async def stop(self) -> None:
        """Tell load balancers, refuse new calls, finish those in flight."""
        await self.health.enter_graceful_shutdown()
        await self.grpc.stop(DRAIN)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a server listens, and with `tls` which services may call it."""

    address: str
    tls: Mtls | None = None
    callers: str = ""

    @classmethod
    def of(cls, host: str, settings: ServiceSettings) -> Door:
        """As the settings say. Raises Invalid for a CA without a certificate."""
        return cls(f"{host}:{settings.grpc_port}", Mtls.of(settings), settings.grpc_callers)


def bind(
    file: FileDescriptor, servicers: dict[Adder, object], at: Door | str, largest: int, guard: Guard | None = None
) -> Server:
    """The services of one .proto file; `largest`: bytes of a request. A text is an address without TLS; without `guard`
    callers need no passport.

    Raises OSError if the address is taken or a certificate cannot be read, Invalid if others reach the address and
    callers would need no passport.
    """
    door, guard = Door(at) if isinstance(at, str) else at, guard or Guard(None)
    if guard.keys is None and not loopback(door.address.rpartition(":")[0]):
        raise Invalid(
            f"whoever reaches {door.address} could read and decide everything: set STELLWERK_IDENTITY_KEYS to the file "
            "of the portal's public keys, or bind to 127.0.0.1",
            slug="identity-keys-missing",
        )
    options = [
        ("grpc.so_reuseport", 0),
        ("grpc.max_receive_message_length", largest),
        ("grpc.max_metadata_size", PASSPORT),
    ]
    asked = [Callers(door.callers)] if door.tls else []
    interceptors = [Measured(), *asked, Errors(), guard]
    made = grpc.aio.server(interceptors=interceptors, options=options, maximum_concurrent_rpcs=CALLS)
    for add, servicer in servicers.items():
        add(servicer, made)
    checks = health.aio.HealthServicer()  # type: ignore[attr-defined]  # grpc_health has no types
    health_pb2_grpc.add_HealthServicer_to_server(checks, made)
    names = tuple(s.full_name for s in file.services_by_name.values())
    reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], made)
    try:
        port = (
            made.add_secure_port(door.address, door.tls.server()) if door.tls else made.add_insecure_port(door.address)
        )
    except RuntimeError as e:
        raise OSError(f"{door.address} cannot be bound, probably another process has it: {e}") from e
    return Server(made, checks, port, names)


async def serve(server: Server, stop: asyncio.Event) -> None:
    """Answer until `stop`."""
    await server.start()
    log.info("grpc api", port=server.port)
    await stop.wait()
    await server.stop()
