"""How every command runs: parse, refuse what is wrong, do it once, answer with the events it led to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import grpc.aio
from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.api.parse import Fields
from services.qbr.app import Reviews
from services.qbr.domain import Series
from services.qbr.domain.commands import Command
from shared.clock import Clock
from shared.protos.accounts_pb2 import CommandResult

Context = grpc.aio.ServicerContext[Any, Any]
Make = Command | Callable[[AsyncConnection], Awaitable[Command]]


class Runs:
    """Base of the command servicers."""

    def __init__(self, app: Reviews, clock: Clock) -> None:
        self._app, self._clock = app, clock

    async def _run(self, r: Any, f: Fields, stream: UUID, make: Callable[[], Make]) -> CommandResult:
        """`stream`: of what the command is about, for `expected_version`. `make` is called when no field is wrong."""
        meta = f.meta(r.meta, self._clock)
        f.done()
        expected = (stream, r.meta.expected_version) if r.meta.HasField("expected_version") else None
        done = await self._app.run(make(), meta, expected=expected)
        return CommandResult(event_ids=list(done.event_ids), repeated=done.repeated, id=str(done.id or stream))

    async def _of_qbr(self, r: Any, make: Callable[[UUID, Fields], Make]) -> CommandResult:
        """A command to one QBR. `make` reads the other fields."""
        f = Fields()
        qbr = f.uuid("qbr_id", r.qbr_id)
        return await self._made(r, f, qbr, make)

    async def _of_action(self, r: Any, make: Callable[[UUID, Fields], Make]) -> CommandResult:
        """A command to one action."""
        f = Fields()
        action = f.uuid("action_id", r.action_id)
        return await self._made(r, f, action, make)

    async def _of_account(self, r: Any, make: Callable[[UUID, Fields], Make]) -> CommandResult:
        """A command to the series of an account."""
        f = Fields()
        account = f.uuid("account_id", r.account_id)
        command = make(account, f)
        return await self._run(r, f, Series.create_id(account), lambda: command)

    async def _made(self, r: Any, f: Fields, stream: UUID, make: Callable[[UUID, Fields], Make]) -> CommandResult:
        command = make(stream, f)
        return await self._run(r, f, stream, lambda: command)
