"""Single events: ours from the log, and those of other services that our colours name, from the facts we keep."""

from __future__ import annotations

from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.api import messages, portfolio
from services.risk.reads import status
from shared.errors import Invalid, NotFound
from shared.protos.accounts_pb2 import GetEventResponse

SERVICE = "risk"


async def event(conn: AsyncConnection, event_id: str) -> GetEventResponse:
    """Raises Invalid for what is no event id, NotFound for what is neither in the log nor among the facts."""
    service, _sep, number = event_id.partition(":")
    if not number.isdecimal() or len(number) > 18:
        raise Invalid(slug="fields-invalid", fields={"event_id": f"{event_id[:80]!r} is not like risk:42"})
    own = service == SERVICE
    row = await (status.event(conn, int(number)) if own else status.fact(conn, service, int(number)))
    if row is None and own:
        raise NotFound(f"there is no event {event_id}", slug="event-unknown")
    if row is None:
        raise NotFound(
            f"{event_id} is no fact that colours are made of; the service {service} keeps its own log",
            slug="event-of-another-service",
        )
    names = await portfolio.crm_ids(conn)
    account = orjson.loads(row["state"]).get("account_id") or ""
    plain = {n: str(row.get(n) or "") for n in ("command_id", "correlation_id", "causation_id", "actor")}
    return GetEventResponse(
        event_id=event_id, type=row["topic"], stream_id=str(row["stream_id"]), version=row["version"],
        effective_at=messages.instant(row["effective_at"]), recorded_at=messages.instant(row["recorded_at"]),
        source_json=row.get("source") or "", policy_refs_json=row.get("policy_refs") or "", data_json=row["state"],
        account_id=account, crm_id=names.get(UUID(account), "") if account else "", **plain,
    )  # fmt: skip
