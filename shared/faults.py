"""Which errors of the database and the network pass by themselves: one answer for store, consumers and edges."""

from __future__ import annotations

import asyncpg

from shared.errors import Transient

LOST: tuple[type[BaseException], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg raises when the server ended the connection while it was idle
    asyncpg.OperatorInterventionError,  # the server is stopping, starting or was told to end this connection
    OSError,  # includes refused connections and timeouts
)
"""The connection is gone: whether the last statement committed is unknown."""

_CLASSES = ("08", "40", "53", "57")  # connection, rollback (deadlock, serialisation), no resources, operator


def transient(error: BaseException) -> bool:
    """Whether the same work may succeed later. Understands asyncpg's errors, also wrapped by SQLAlchemy."""
    original = getattr(error, "orig", None) or error
    both, passing = (original, original.__cause__), (*LOST, Transient)
    return any(isinstance(e, passing) or str(getattr(e, "sqlstate", None) or "").startswith(_CLASSES) for e in both)
