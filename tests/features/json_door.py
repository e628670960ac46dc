"""The portal's JSON API as the door for programs: the same commands as by gRPC, sent as its description says.

A request of the script is taken apart into path, header and body; who asks is the person of a portal of its own,
because there is no sign-in yet.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
from google.protobuf.json_format import MessageToDict

from services.portal.clients import Clients
from services.portal.inputs import PLAN_STEPS, QBR_STEPS, SERIES_STEPS, Step
from services.portal.settings import PortalSettings
from services.portal.web import create_app
from shared.protos.accounts_pb2 import CommandResult
from shared.testing import ManualClock
from tests.integration.qbr_chain import ACCOUNT
from tests.unit.portal import demo
from tests.unit.portal.fake_accounts import FakeAccounts, serving

PATHS = {"qbrs/{qbr_id}": QBR_STEPS, "accounts/a1/qbrs": SERIES_STEPS, "accounts/a1/plan": PLAN_STEPS}
STEPS: dict[str, tuple[str, Step]] = {
    step.method: (path, step) for path, steps in PATHS.items() for step in steps.values()
}
"""Command of a service → the path of its steps, and its step."""
NOWHERE = "127.0.0.1:1"
"""The services that this door does not need."""


class OneAccount(FakeAccounts):
    """Knows the account of the script by its CRM id."""

    async def GetAccount(self, request: Any, context: Any) -> Any:
        answer = demo.account("A-1001", "") or demo.account(demo.portfolio("", 1).rows[0].crm_id, "")
        assert answer is not None
        answer.account.account_id, answer.account.crm_id = str(ACCOUNT), "a1"
        return answer


class JsonDoor:
    """Sends what a gRPC request says to the portal's path for it."""

    def __init__(self, targets: dict[str, str], clock: ManualClock, stack: AsyncExitStack) -> None:
        self._targets, self._clock, self._stack = targets, clock, stack
        self._portals: dict[tuple[str, str], httpx.AsyncClient] = {}

    async def __call__(self, rpc: str, request: Any) -> CommandResult:
        """The result, in the shape of the gRPC API."""
        path, step = STEPS[rpc]
        meta = request.meta
        said = MessageToDict(request, preserving_proto_field_name=True)
        said.pop("meta")
        subject = said.pop("qbr_id", "-")
        said |= said.pop("action", {}) if rpc == "AgreeAction" else {}
        if meta.effective_at:
            said["effective_at"] = meta.effective_at
        web = await self._portal(meta.user_id, ",".join(meta.roles))
        response = await web.post(
            f"/api/v1/{path.format(qbr_id=subject)}/{step.name}", json=said if step.asked else None,
            headers={"Idempotency-Key": meta.command_id},
        )  # fmt: skip
        assert response.status_code == 200, (rpc, response.text)
        answer = response.json()
        return CommandResult(event_ids=answer["event_ids"], repeated=answer["repeated"], id=answer["id"] or "")

    async def _portal(self, user: str, roles: str) -> httpx.AsyncClient:
        if (user, roles) not in self._portals:
            clients = Clients.of(**self._targets)
            self._stack.push_async_callback(clients.close)
            app = create_app(clients, PortalSettings(demo_user=user, demo_roles=roles), self._clock)
            web = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal")
            self._portals[user, roles] = await self._stack.enter_async_context(web)
        return self._portals[user, roles]


@asynccontextmanager
async def json_door(qbr: str, growth: str, clock: ManualClock) -> AsyncIterator[JsonDoor]:
    """The portal in front of both services (host:port of each)."""
    async with AsyncExitStack() as stack:
        accounts = await stack.enter_async_context(serving(OneAccount()))
        nowhere = dict.fromkeys(("risk", "notifications", "insights"), NOWHERE)
        targets = {"accounts": accounts, "qbr": qbr, "growth": growth, **nowhere}
        yield JsonDoor(targets, clock, stack)
