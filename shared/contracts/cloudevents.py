"""A public event as a Kafka message: CloudEvents 1.0 in binary mode, attributes as headers, the envelope as value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import orjson

from shared.contracts.base import PublicEvent

Header = tuple[str, bytes]
_VERSION, _JSON = ("ce_specversion", b"1.0"), ("content-type", b"application/json")


class Stored(Protocol):
    """What the envelope needs to know of a stored event."""

    @property
    def event_id(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def stream_id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def effective_at(self) -> datetime: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def command_id(self) -> UUID | None: ...
    @property
    def correlation_id(self) -> UUID | None: ...
    @property
    def causation_id(self) -> str | None: ...
    @property
    def policy_refs(self) -> Sequence[tuple[str, int]]: ...


def headers(service: str, key: str, stored: Stored, event: PublicEvent) -> tuple[Header, ...]:
    """The attributes. `position` and `prev` are the relay's to add: they depend on what was sent before."""
    return (
        _VERSION,
        ("ce_id", stored.event_id.encode()),
        ("ce_type", event.TYPE.encode()),
        ("ce_source", service.encode()),
        ("ce_subject", key.encode()),
        ("ce_time", stored.effective_at.isoformat().encode()),
        _JSON,
    )


def value(stored: Stored, event: PublicEvent) -> bytes:
    """The message value: an `Envelope`, written without building one (it is read more than it is written).

    UUIDs are written as text: asyncpg has a class of its own, which orjson knows only by the slow way of a default.
    """
    command, correlation = stored.command_id, stored.correlation_id
    envelope = {
        "id": stored.event_id,
        "type": event.TYPE,
        "schema": event.SCHEMA,
        "position": stored.position,
        "stream": str(stored.stream_id),
        "version": stored.version,
        "effective_at": stored.effective_at,
        "recorded_at": stored.recorded_at,
        "actor": stored.actor,
        "command_id": command and str(command),
        "correlation_id": correlation and str(correlation),
        "causation_id": stored.causation_id,
        "policy_refs": [{"policy": p, "version": v} for p, v in stored.policy_refs],
        "data": orjson.Fragment(event.__pydantic_serializer__.to_json(event, by_alias=True)),
    }
    return orjson.dumps(envelope)
