"""The gRPC API: `RiskQueries` and `RiskCommands`, health, reflection, errors through one table."""

from __future__ import annotations

from services.risk.api.commands import Commands
from services.risk.api.queries import Queries
from shared.edge import server
from shared.edge.guard import Guard
from shared.edge.server import Door, Server
from shared.protos import risk_pb2 as pb
from shared.protos.risk_pb2_grpc import add_RiskCommandsServicer_to_server, add_RiskQueriesServicer_to_server

__all__ = ["Commands", "Queries", "Server", "bind"]


LARGEST = 4 * 1024 * 1024  # bytes of a request: a model document is far smaller


def bind(queries: Queries, commands: Commands, at: Door | str, guard: Guard | None = None) -> Server:
    """Raises OSError if the address is taken, Invalid if it is one that others reach and there is no `guard`."""
    both = {add_RiskQueriesServicer_to_server: queries, add_RiskCommandsServicer_to_server: commands}
    return server.bind(pb.DESCRIPTOR, both, at, LARGEST, guard)
