"""A gRPC server that answers like the accounts service, in process: the test double of the portal's tests.

`python -m tests.unit.portal.fake_accounts 50051` serves it for work on the pages.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import grpc
import grpc.aio

from shared.edge import errors as grpc_errors
from shared.errors import Invalid
from shared.protos import accounts_pb2
from shared.protos import accounts_pb2_grpc as rpc
from tests.unit.portal import demo, demo_confidential, demo_handovers, demo_lab, demo_looking
from tests.unit.portal import demo_parts as parts
from tests.unit.portal.fake_steering import Fake


class FakeAccountCommands(Fake):
    """The commands of the accounts service; keeps what it was told. A draft becomes version 2."""

    service = "accounts"

    def obey(self, name: str, request: Any) -> Any:
        done = super().obey(name, request)
        if name == "DraftTierPolicy":
            done.id = "2"
        return done


class FakeAccounts(rpc.AccountQueriesServicer):
    """Answers from `demo`. `failures`: status codes for the next calls, one each; `calls`: what was asked; `scope`:
    the accounts of everybody's teams; `topics`: what concerns everybody who asks; `receiver`: who takes Kan-code
    over."""

    def __init__(self, accounts: int = 12) -> None:
        self.accounts = accounts
        self.failures: list[grpc.StatusCode] = []
        self.delay = 0.0
        self.calls: list[tuple[str, Any]] = []
        self.commands = FakeAccountCommands()
        self.scope: list[str] = []
        self.topics = demo_confidential.topics()
        self.receiver = demo_handovers.ME

    async def _enter(self, name: str, request: Any, context: Any) -> None:
        self.calls.append((name, request))
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.failures:
            await context.abort(self.failures.pop(0), "made to fail")
        as_of = getattr(request, "as_of", "")
        if as_of and date.fromisoformat(as_of) > demo.TODAY.replace(year=demo.TODAY.year + 5):
            wrong = Invalid(fields={"as_of": f"{as_of} lies outside of what is kept"})
            await context.abort_with_status(grpc_errors.status(wrong))

    async def ListPortfolio(self, request: Any, context: Any) -> Any:
        await self._enter("ListPortfolio", request, context)
        return demo.portfolio(self._instant(request.as_of), self.accounts)

    async def GetAccount(self, request: Any, context: Any) -> Any:
        await self._enter("GetAccount", request, context)
        answer = demo.account(request.crm_id, self._instant(request.as_of))
        if answer is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no account with CRM id {request.crm_id}")
        return answer

    async def GetEvent(self, request: Any, context: Any) -> Any:
        await self._enter("GetEvent", request, context)
        answer = demo.event(request.event_id)
        if answer is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no event {request.event_id}")
        return answer

    async def GetTierPolicy(self, request: Any, context: Any) -> Any:
        await self._enter("GetTierPolicy", request, context)
        answer = demo_lab.tier_policy(request.version)
        if answer is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no tier policy version {request.version}")
        return answer

    async def SearchPeople(self, request: Any, context: Any) -> Any:
        await self._enter("SearchPeople", request, context)
        return demo_looking.persons(request.query)

    async def ListSensitiveTopics(self, request: Any, context: Any) -> Any:
        await self._enter("ListSensitiveTopics", request, context)
        return accounts_pb2.ListSensitiveTopicsResponse(as_of=self._instant(request.as_of), topics=self.topics)

    async def ListEmployees(self, request: Any, context: Any) -> Any:
        await self._enter("ListEmployees", request, context)
        return demo_confidential.employees()

    async def ListScope(self, request: Any, context: Any) -> Any:
        await self._enter("ListScope", request, context)
        return accounts_pb2.ListScopeResponse(account_ids=self.scope)

    async def ListHandovers(self, request: Any, context: Any) -> Any:
        await self._enter("ListHandovers", request, context)
        answer = demo_handovers.handovers(request.crm_id, request.as_of, self.receiver)
        if answer is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no account with CRM id {request.crm_id}")
        return answer

    async def GetStatus(self, request: Any, context: Any) -> Any:
        await self._enter("GetStatus", request, context)
        return demo.status()

    def _instant(self, as_of: str) -> str:
        """The end of the day asked for, or a now that moves on with every question."""
        return f"{as_of}T22:59:59Z" if as_of else parts.iso(demo.NOW + timedelta(seconds=len(self.calls)))


@asynccontextmanager
async def serving(fake: FakeAccounts, port: int = 0, guards: Sequence[Any] = ()) -> AsyncIterator[str]:
    """Serves the fake on 127.0.0.1, behind these interceptors; yields `host:port`."""
    server = grpc.aio.server(interceptors=[grpc_errors.Errors(), *guards])
    rpc.add_AccountQueriesServicer_to_server(fake, server)
    rpc.add_AccountCommandsServicer_to_server(fake.commands, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        await server.stop(None)


async def _main(port: int, accounts: int) -> None:
    async with serving(FakeAccounts(accounts), port) as target:
        print(f"fake accounts service on {target}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 12))
