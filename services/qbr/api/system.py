"""Single events and the state of the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.api.messages import instant, words
from services.qbr.app import SERVICE
from services.qbr.domain.review.states import OPEN
from services.qbr.reads import events, states
from services.qbr.reads.asof import AsOf
from services.qbr.reads.tables import READ_MODEL
from shared.errors import Invalid, NotFound
from shared.protos import qbr_pb2 as pb
from shared.protos.accounts_pb2 import Freshness, GetEventResponse


@dataclass(frozen=True, slots=True)
class Follows:
    """Whose positions tell how fresh an answer is: the consumers, and what reacts to our own events."""

    consumers: Sequence[str]
    reactor: str


async def event(conn: AsyncConnection, event_id: str) -> GetEventResponse:
    """Raises Invalid for what is no event id, NotFound for an event that is not here."""
    service, _, number = event_id.partition(":")
    if not number.isdecimal() or len(number) > 18:
        raise Invalid(slug="fields-invalid", fields={"event_id": f"{event_id[:80]!r} is not like {SERVICE}:42"})
    if service != SERVICE:
        raise NotFound(
            f"{event_id} is in the log of the service {service}, not here; our events name it as their cause",
            slug="event-of-another-service",
        )
    row = await events.event(conn, int(number))
    if row is None:
        raise NotFound(f"there is no event {event_id}", slug="event-unknown")
    return GetEventResponse(
        event_id=event_id, type=row["topic"], stream_id=str(row["stream_id"]), version=row["version"],
        effective_at=instant(row["effective_at"]), recorded_at=instant(row["recorded_at"]), actor=row["actor"],
        command_id=words(row["command_id"]), correlation_id=words(row["correlation_id"]),
        causation_id=words(row["causation_id"]), source_json=words(row["source"]),
        policy_refs_json=words(row["policy_refs"]), data_json=row["state"],
        account_id=orjson.loads(row["state"]).get("account_id", ""),
    )  # fmt: skip


async def status(conn: AsyncConnection, follows: Follows, asof: AsOf) -> pb.GetQbrStatusResponse:
    """How far the service has come."""
    s = await events.status(conn, follows.consumers, READ_MODEL, follows.reactor)
    open_ = sum(q["state"] in OPEN for q in await states.qbrs(conn, asof))
    freshness = Freshness(
        crm_event_at=instant(s.told), received_at=instant(s.received), position=s.read, caught_up=s.caught_up
    )
    return pb.GetQbrStatusResponse(
        events=s.events, series=len(await states.series(conn, asof)), open_qbrs=open_, armed_timers=s.armed,
        dead_letters=s.dead, freshness=freshness,
    )  # fmt: skip
