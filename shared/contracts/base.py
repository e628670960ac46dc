"""What every public event shares: the model base, the registry of types, and the envelope around the data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Contract(BaseModel):
    """A value that crosses a service border: frozen; readers ignore fields they do not know (producers only add)."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class PublicEvent(Contract):
    """Base of every public event. A subclass names its `TYPE` (past tense), `SCHEMA` version and Kafka `CHANNEL`.

    Raises TypeError for a type and version that another class has already.
    """

    TYPE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    CHANNEL: ClassVar[str]

    registry: ClassVar[dict[tuple[str, int], type[PublicEvent]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if (
            "TYPE" in cls.__dict__
            and (taken := PublicEvent.registry.setdefault((cls.TYPE, cls.SCHEMA), cls)) is not cls
        ):
            mine, other = (f"{c.__module__}.{c.__qualname__}" for c in (cls, taken))
            raise TypeError(f"{cls.TYPE} version {cls.SCHEMA} of {mine} is taken by {other}: rename it or raise SCHEMA")


class PolicyRef(Contract):
    """A policy version that a judgement was made under."""

    policy: str
    version: int


class Envelope(Contract):
    """The Kafka message value of every `kam.*` event topic.

    `id` is `<service>:<position>`: the same whenever the event is sent again, and enough to find the stored event.
    `position` rises strictly within the producer's log; `effective_at` is when it became true in the business,
    `recorded_at` when we learned it.
    """

    id: str
    type: str
    schema_: int = Field(alias="schema", default=1)
    position: int
    stream: UUID
    version: int
    effective_at: datetime
    recorded_at: datetime
    actor: str
    command_id: UUID | None = None
    correlation_id: UUID | None = None
    causation_id: str | None = None
    policy_refs: tuple[PolicyRef, ...] = ()
    data: dict[str, Any]

    def event(self) -> PublicEvent | None:
        """The typed event; None for a type or schema version this reader does not know (producers deploy first)."""
        model = PublicEvent.registry.get((self.type, self.schema_))
        return model.model_validate(self.data) if model else None


def channel(name: str) -> Iterator[type[PublicEvent]]:
    """Every public event type of one Kafka topic."""
    return (model for model in PublicEvent.registry.values() if name == model.CHANNEL)
