"""In whose name the portal asks: every call to a service carries a passport of whoever acts, signed by the portal.

Which accounts somebody's teams have is asked of the accounts service and remembered for some seconds, so that a page
costs one such question at most. Without a key nothing is signed: the services on this machine then trust every call.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from services.portal.inputs import Actor
from shared.edge import access
from shared.edge.access import Caller
from shared.edge.passport import HEADER, Signer

KNOWN = 15.0  # seconds for which a scope, and the passport that names it, is taken as it is
MOST = 1_000  # people remembered

NOBODY = Actor("portal", ("platform_operator",))
"""Who asks while nobody acts: probes. It sees how far the services have come and nothing else."""
PORTAL = Actor("portal", ("portal",))
"""The portal itself, for what all its readers share; what it learns is shown to nobody who does not reach it."""

_actor: ContextVar[Actor] = ContextVar("actor", default=NOBODY)
Metadata = tuple[tuple[str, str], ...]


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Within it the portal asks in this name; tasks that begin in it too."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def act_as(actor: Actor) -> None:
    """From now on this task asks in this name."""
    _actor.set(actor)


class Passports:
    """`scope` asks which accounts an employee's teams have."""

    def __init__(
        self, signer: Signer, scope: Callable[[str], Awaitable[frozenset[UUID]]], *, works_council: bool = True
    ) -> None:
        self._signer, self._ask, self._council = signer, scope, works_council
        self._scopes: dict[str, tuple[float, frozenset[UUID]]] = {}
        self._signed: dict[tuple[str, ...], tuple[float, Metadata]] = {}
        self._lock = asyncio.Lock()

    async def caller(self, actor: Actor) -> Caller:
        """What the services will know of somebody. Raises what the question for their accounts raises."""
        roles = access.known(actor.roles)
        accounts: frozenset[UUID] | None = None
        if (reach := access.reach(roles)) != "all":
            accounts = await self._scope(actor.user_id) if reach == "team" else frozenset()
        return Caller(actor.user_id, roles, accounts, self._council, name=actor.name)

    async def metadata(self) -> Metadata:
        """The header of a call in the name of whoever acts."""
        actor = _actor.get()
        key = (actor.user_id, *actor.roles)
        until, header = self._signed.get(key, (0.0, ()))
        if until < time.monotonic():
            header = ((HEADER, f"Bearer {self._signer.sign(await self.caller(actor))}"),)
            if len(self._signed) >= MOST:
                self._signed.clear()
            self._signed[key] = time.monotonic() + KNOWN, header
        return header

    async def _scope(self, user_id: str) -> frozenset[UUID]:
        async with self._lock:
            until, found = self._scopes.get(user_id, (0.0, frozenset()))
            if until < time.monotonic():
                with acting_as(PORTAL):
                    found = await self._ask(user_id)
                if len(self._scopes) >= MOST:
                    self._scopes.clear()
                self._scopes[user_id] = time.monotonic() + KNOWN, found
            return found
