"""A small aggregate of the usual shape, and events of the size that the baselines use (about 400 bytes)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import orjson
from eventsourcing.domain import event

from shared.eventstore.events import Aggregate, AggregateCreated, AggregateEvent, Meta, NewEvent
from shared.ids import new_id

STATE = orjson.dumps({"arr": 1234, "product": "GTX Pro", "remark": "r" * 349})  # 397 bytes
NOW = datetime(2026, 11, 15, tzinfo=UTC)


class Deal(Aggregate):
    """Opened once, renewed often."""

    TOPIC = "bench.Deal"

    class Opened(AggregateCreated):
        TOPIC = "bench.Deal.Opened"
        name: str
        owner: str
        notes: str

    class Renewed(AggregateEvent):
        TOPIC = "bench.Deal.Renewed"
        arr: int
        product: str
        remark: str

    @event(Opened)
    def __init__(self, id: UUID, name: str, owner: str, notes: str) -> None:
        self._id = id
        self.name, self.arr = name, 0

    def renew(self, arr: int) -> None:
        if arr != self.arr:
            self._renewed(arr=arr, product="GTX Pro", remark="r" * 349)

    @event(Renewed)
    def _renewed(self, arr: int, product: str, remark: str) -> None:
        self.arr = arr


def opened(stream: UUID | None = None) -> Deal:
    return Deal(id=stream or new_id(), name="a deal", owner="somebody", notes="n" * 340)


def meta(command: UUID | None = None) -> Meta:
    """Everything that a real command carries."""
    return Meta("user:u1", effective_at=NOW, command_id=command, correlation_id=command, causation_id="bench:1")


def ready(stream: UUID, version: int = 1, command: UUID | None = None) -> NewEvent:
    """An event that is encoded already, with all of its metadata."""
    return NewEvent(stream, version, "bench.Deal.Renewed", STATE, NOW, "user:u1", None, command, command, "bench:1")
