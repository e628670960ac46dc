"""Use cases of web hooks: who hears what, where, and what is told again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Collection
from urllib.parse import urlsplit
from uuid import UUID

from services.notifications.domain import WebHook
from services.notifications.policy.webhooks import OVERLAP
from shared.clock import Clock
from shared.errors import NotFound
from shared.eventstore.events import Meta
from shared.eventstore.repository import Repository, Result

Roles = Collection[str]


class WebHooks:
    """`Rejected` names the rule that says no; `NotFound`: no such hook."""

    def __init__(self, repository: Repository, clock: Clock) -> None:
        self._repository, self._clock = repository, clock

    async def subscribe(
        self, id: UUID, name: str, url: str, types: Collection[str], accounts: Collection[UUID], after: int,
        roles: Roles, meta: Meta,
    ) -> Result[WebHook]:  # fmt: skip
        """A program wants to hear what comes after a position."""

        def decide(found: WebHook | None) -> WebHook:
            return found or WebHook.subscribe(id, name, url, types, accounts, after, roles)

        return await self._repository.execute(WebHook, id, decide, meta)

    async def change(
        self, id: UUID, name: str, url: str, types: Collection[str], accounts: Collection[UUID], roles: Roles,
        meta: Meta,
    ) -> Result[WebHook]:  # fmt: skip
        """It hears something else, or elsewhere."""
        return await self._do(id, lambda h: h.change(name, url, types, accounts, roles), meta)

    async def rotate(self, id: UUID, roles: Roles, meta: Meta) -> Result[WebHook]:
        """Another secret; the one before signs too for a day."""
        until = self._clock.now() + OVERLAP
        return await self._do(id, lambda h: h.rotate(until, roles), meta)

    async def pause(self, id: UUID, roles: Roles, meta: Meta) -> Result[WebHook]:
        """Wait."""
        return await self._do(id, lambda h: h.pause(roles), meta)

    async def resume(self, id: UUID, roles: Roles, meta: Meta) -> Result[WebHook]:
        """Go on."""
        return await self._do(id, lambda h: h.resume(roles), meta)

    async def replay(self, id: UUID, after: int, roles: Roles, meta: Meta) -> Result[WebHook]:
        """Tell again what came after a position."""
        return await self._do(id, lambda h: h.replay(after, roles), meta)

    async def unsubscribe(self, id: UUID, roles: Roles, meta: Meta) -> Result[WebHook]:
        """The end."""
        return await self._do(id, lambda h: h.unsubscribe(roles), meta)

    async def get(self, id: UUID) -> WebHook:
        """The hook as it is now."""
        return await self._repository.get(WebHook, id)

    async def _do(self, id: UUID, do: Callable[[WebHook], object], meta: Meta) -> Result[WebHook]:
        def decide(found: WebHook | None) -> WebHook:
            if found is None:
                raise NotFound(f"There is no web hook {id}.", slug="webhook-unknown")
            do(found)
            return found

        return await self._repository.execute(WebHook, id, decide, meta)


async def resolved(url: str) -> list[str]:
    """The IP addresses behind the name in an address. Raises OSError."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(a[4][0]) for a in found))
