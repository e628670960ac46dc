"""The gRPC clients of the portal: deadlines, retries, and errors of our own tree instead of status codes.

Retries are the channel's (gRPC service config): only queries, only UNAVAILABLE, with jitter and within the deadline.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import Any, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

from services.portal.models import Account, Portfolio, Status, StoredEvent, TierPolicy, View, view
from shared.errors import Broken, Invalid, NotFound, StellwerkError, Transient
from shared.protos import accounts_pb2 as pb
from shared.protos.accounts_pb2_grpc import AccountQueriesStub

DEADLINE = 5.0  # seconds a person waits for a page before an honest "not now" is better
ATTEMPTS = 4

_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [{"service": "stellwerk.accounts.v1.AccountQueries"}],
            "retryPolicy": {
                "maxAttempts": ATTEMPTS,
                "initialBackoff": "0.1s",
                "maxBackoff": "1s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}
_OPTIONS = [
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    ("grpc.enable_retries", 1),
    # gRPC's own default waits up to two minutes before it dials a restarted server again.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.max_receive_message_length", 32 * 1024 * 1024),
]

_ERRORS: dict[grpc.StatusCode, type[StellwerkError]] = {
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.INVALID_ARGUMENT: Invalid,
    grpc.StatusCode.OUT_OF_RANGE: Invalid,
    grpc.StatusCode.UNAVAILABLE: Transient,
    grpc.StatusCode.DEADLINE_EXCEEDED: Transient,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Transient,
    grpc.StatusCode.ABORTED: Transient,
    grpc.StatusCode.CANCELLED: Transient,
}

V = TypeVar("V", bound=View)


class AccountsClient:
    """The queries of the accounts service as typed models.

    Raises NotFound, Invalid, Transient (not reachable, too slow: try again) or Broken (any other answer).
    """

    def __init__(self, target: str, *, deadline: float = DEADLINE) -> None:
        self.target = target
        self.deadline = deadline
        self._channel = grpc.aio.insecure_channel(target, options=_OPTIONS)
        self._stub = AccountQueriesStub(self._channel)  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Ends the connection; questions still open get Transient."""
        await self._channel.close(None)

    async def portfolio(self, as_of: date | None = None) -> Portfolio:
        """Every live customer account; `as_of` means the end of that day, None means now."""
        return await self._ask(Portfolio, self._stub.ListPortfolio, pb.ListPortfolioRequest(as_of=_text(as_of)))

    async def account(self, crm_id: str, as_of: date | None = None) -> Account:
        """One account by its CRM id, or by the id of a duplicate that was merged into it."""
        return await self._ask(Account, self._stub.GetAccount, pb.GetAccountRequest(crm_id=crm_id, as_of=_text(as_of)))

    async def event(self, event_id: str) -> StoredEvent:
        """One stored event, as it was recorded."""
        return await self._ask(StoredEvent, self._stub.GetEvent, pb.GetEventRequest(event_id=event_id))

    async def tier_policy(self, version: int = 0) -> TierPolicy:
        """A version of the tier policy with the standards; 0 is the active one."""
        return await self._ask(TierPolicy, self._stub.GetTierPolicy, pb.GetTierPolicyRequest(version=version))

    async def status(self) -> Status:
        """How far the accounts service has read."""
        return await self._ask(Status, self._stub.GetStatus, pb.GetStatusRequest())

    async def _ask(self, model: type[V], method: Callable[..., Awaitable[Message]], request: Message) -> V:
        try:
            answer = await method(request, timeout=self.deadline)
        except grpc.aio.AioRpcError as e:
            raise _error(e) from e
        return view(model, answer)


def _error(e: grpc.aio.AioRpcError) -> StellwerkError:
    """Our error behind a status; the fields at fault come along (google.rpc.BadRequest)."""
    cls, message = _ERRORS.get(e.code(), Broken), e.details() or e.code().name
    if cls is not Invalid:
        return cls(message)
    fields: dict[str, str] = {}
    metadata: Iterable[tuple[str, Any]] = e.trailing_metadata() or ()  # type: ignore[assignment]
    for key, value in metadata:
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                bad = error_details_pb2.BadRequest()
                if detail.Unpack(bad):
                    fields |= {violation.field: violation.description for violation in bad.field_violations}
    return Invalid(message, fields=fields)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
