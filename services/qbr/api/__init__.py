"""The gRPC API: `QbrQueries` and `QbrCommands`, health, reflection, errors through one table."""

from __future__ import annotations

from services.qbr.api.commands import Commands
from services.qbr.api.packs import Packs
from services.qbr.api.queries import Queries
from services.qbr.api.system import Follows
from shared.edge import server
from shared.edge.guard import Guard
from shared.edge.server import Door, Server
from shared.protos import qbr_pb2 as pb
from shared.protos.qbr_pb2_grpc import add_QbrCommandsServicer_to_server, add_QbrQueriesServicer_to_server

__all__ = ["Commands", "Follows", "Packs", "Queries", "Server", "bind"]


LARGEST = 32 * 1024 * 1024  # bytes of a request or an answer: a company's .pptx, a deck


def bind(queries: Queries, commands: Commands, at: Door | str, guard: Guard | None = None) -> Server:
    """Raises OSError if the address is taken, Invalid if it is one that others reach and there is no `guard`."""
    both = {add_QbrQueriesServicer_to_server: queries, add_QbrCommandsServicer_to_server: commands}
    return server.bind(pb.DESCRIPTOR, both, at, LARGEST, guard)
