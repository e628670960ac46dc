"""The gRPC API: `NotificationsQueries` and `NotificationsCommands`, health, reflection, errors through one table."""

from __future__ import annotations

from services.notifications.api.commands import Commands
from services.notifications.api.queries import Queries
from shared.edge import server
from shared.edge.guard import Guard
from shared.edge.server import Door, Server
from shared.protos import notifications_pb2 as pb
from shared.protos.notifications_pb2_grpc import (
    add_NotificationsCommandsServicer_to_server,
    add_NotificationsQueriesServicer_to_server,
)

__all__ = ["Commands", "Queries", "Server", "bind"]


LARGEST = 256 * 1024  # bytes of a request: the largest is a handful of fields


def bind(queries: Queries, commands: Commands, at: Door | str, guard: Guard | None = None) -> Server:
    """Raises OSError if the address is taken, Invalid if it is one that others reach and there is no `guard`."""
    both = {add_NotificationsQueriesServicer_to_server: queries, add_NotificationsCommandsServicer_to_server: commands}
    return server.bind(pb.DESCRIPTOR, both, at, LARGEST, guard)
