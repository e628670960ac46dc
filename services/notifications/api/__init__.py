"""The gRPC API: `NotificationsQueries` and `NotificationsCommands`, health, reflection, errors through one table."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from services.notifications.api.commands import Commands
from services.notifications.api.queries import Queries
from shared.grpc_errors import Errors
from shared.protos import notifications_pb2 as pb
from shared.protos.notifications_pb2_grpc import (
    add_NotificationsCommandsServicer_to_server,
    add_NotificationsQueriesServicer_to_server,
)

__all__ = ["Commands", "Queries", "Server", "bind", "serve"]

log = structlog.get_logger(__name__)

DRAIN = 10.0  # seconds that calls in flight may take after the stop
LARGEST = 256 * 1024  # bytes of a request: the largest is a handful of fields


@dataclass(frozen=True, slots=True)
class Server:
    """A gRPC server that is bound to `port`, and what it tells load balancers."""

    grpc: grpc.aio.Server
    health: Any
    port: int

    async def start(self) -> None:
        """Take calls."""
        await self.grpc.start()
        for name in ("", *(s.full_name for s in pb.DESCRIPTOR.services_by_name.values())):
            await self.health.set(name, health_pb2.HealthCheckResponse.SERVING)

    async def stop(self) -> None:
        """Tell load balancers, refuse new calls, finish those in flight."""
        await self.health.enter_graceful_shutdown()
        await self.grpc.stop(DRAIN)


def bind(queries: Queries, commands: Commands, address: str) -> Server:
    """Raises OSError if the address is taken."""
    made = grpc.aio.server(
        interceptors=[Errors()],
        options=[("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", LARGEST)],
        maximum_concurrent_rpcs=256,
    )
    add_NotificationsQueriesServicer_to_server(queries, made)  # type: ignore[no-untyped-call]
    add_NotificationsCommandsServicer_to_server(commands, made)  # type: ignore[no-untyped-call]
    checks = health.aio.HealthServicer()  # type: ignore[attr-defined]  # grpc_health has no types
    health_pb2_grpc.add_HealthServicer_to_server(checks, made)
    names = [s.full_name for s in pb.DESCRIPTOR.services_by_name.values()]
    reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], made)
    try:
        port = made.add_insecure_port(address)
    except RuntimeError as e:
        raise OSError(f"{address} cannot be bound, probably another process has it: {e}") from e
    return Server(made, checks, port)


async def serve(queries: Queries, commands: Commands, address: str, stop: asyncio.Event) -> None:
    """Answer until `stop`."""
    server = bind(queries, commands, address)
    await server.start()
    log.info("grpc api", port=server.port)
    await stop.wait()
    await server.stop()
