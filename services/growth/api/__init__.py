"""The gRPC API: `GrowthQueries` and `GrowthCommands`, health, reflection, errors through one table."""

from __future__ import annotations

from services.growth.api import more_commands
from services.growth.api.commands import Commands as _Commands
from services.growth.api.commands import with_methods
from services.growth.api.queries import Queries
from shared.edge import server
from shared.edge.guard import Guard
from shared.edge.server import Door, Server
from shared.protos import growth_pb2 as pb
from shared.protos.growth_pb2_grpc import add_GrowthCommandsServicer_to_server, add_GrowthQueriesServicer_to_server

__all__ = ["Commands", "Queries", "Server", "bind", "more_commands"]

Commands = with_methods(_Commands)

LARGEST = 4 * 1024 * 1024  # bytes of a request: a play book is far smaller


def bind(queries: Queries, commands: _Commands, at: Door | str, guard: Guard | None = None) -> Server:
    """Raises OSError if the address is taken, Invalid if it is one that others reach and there is no `guard`."""
    both = {add_GrowthQueriesServicer_to_server: queries, add_GrowthCommandsServicer_to_server: commands}
    return server.bind(pb.DESCRIPTOR, both, at, LARGEST, guard)
