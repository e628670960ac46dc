"""One event by its id: a fact of another service as it was told, or a value of our own."""

from __future__ import annotations

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.insights import publish
from services.insights.api.messages import instant
from services.insights.reads import status
from shared.errors import Invalid, NotFound
from shared.positions import driver
from shared.protos.accounts_pb2 import GetEventResponse


async def shown(conn: AsyncConnection, event_id: str) -> GetEventResponse:
    """Raises Invalid for what is no id of an event, NotFound for one that is not kept here."""
    service, _, number = event_id.partition(":")
    if not service or not number.isdecimal() or len(number) > 18:
        raise Invalid(slug="fields-invalid", fields={"event_id": f"{event_id[:80]!r} is not like accounts:42"})
    found = await (_value(conn, int(number)) if service == publish.SERVICE else _fact(conn, event_id))
    if found is None:
        raise NotFound(f"there is no event {event_id} here: not public, or said by another one", slug="event-unknown")
    found.event_id = event_id
    return found


async def _fact(conn: AsyncConnection, event_id: str) -> GetEventResponse | None:
    """What another service told."""
    e = await status.event(conn, event_id)
    if e is None:
        return None
    return GetEventResponse(
        type=e["type"], stream_id=str(e["stream_id"]), version=e["version"], effective_at=instant(e["effective_at"]),
        recorded_at=instant(e["recorded_at"]), actor=e["actor"], correlation_id=str(e["correlation"] or ""),
        causation_id=e["cause"] or "", data_json=e["data"], account_id=str(e["account_id"] or ""),
    )  # fmt: skip


async def _value(conn: AsyncConnection, position: int) -> GetEventResponse | None:
    """A value of a KPI, as `kam.kpi.v1` tells it."""
    row = await publish.value(driver(conn), position)
    if row is None:
        return None
    envelope, event = publish.told(row), publish.event(row)
    return GetEventResponse(
        type=type(event).__name__, stream_id=str(envelope.stream_id), version=envelope.version,
        effective_at=instant(envelope.effective_at), recorded_at=instant(envelope.recorded_at), actor=envelope.actor,
        causation_id=envelope.causation_id or "", policy_refs_json=orjson.dumps(envelope.policy_refs).decode(),
        data_json=event.model_dump_json(),
    )  # fmt: skip
