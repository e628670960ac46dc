"""Events and aggregates: pydantic models with a frozen TOPIC, and their stored form. Knows no database.

An aggregate decides in its plain methods (they may raise Rejected) and changes in the methods under the library's
`@event(EventClass)` (they use nothing but the event and never raise)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple, Self, cast
from uuid import UUID

import orjson
from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate
from eventsourcing.utils import register_topic
from pydantic import BaseModel, ConfigDict

from shared.clock import instant
from shared.contracts.base import Envelope
from shared.errors import Broken
from shared.ids import correlation, new_id

_TOPIC = re.compile(r"[a-z][a-z_]*(\.[A-Z]\w*)+")
_classes: dict[str, type[Event]] = {}


class Event(BaseModel):
    """A fact, in the past tense. Frozen; stored fields that the class no longer has are ignored.

    `originator_id` is the stream, `originator_version` its place there (1, 2, 3 …), `timestamp` when it became true in
    the business (stored as `effective_at`). A subclass names its TOPIC, `<service>.<Aggregate>.<Event>`, which never
    changes once an event is stored; when its fields change, it raises `class_version` and adds a static method
    `upcast_v1_v2(state)` that brings a stored dict one version further, in place.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    TOPIC: ClassVar[str]  # annotation only: an inherited value would become everybody's topic
    class_version: ClassVar[int] = 1

    # Always given. They have a default because stored JSON is validated without them: they are columns of their own.
    originator_id: UUID = cast(UUID, None)
    originator_version: int = cast(int, None)
    timestamp: datetime = cast(datetime, None)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if getattr(cls, "TOPIC", None) is not None:
            alias(cls.TOPIC, cls)

    def subjects(self) -> tuple[UUID, ...]:
        """The persons named in this event, by pseudonym."""
        return ()


class AggregateEvent(Event, CanMutateAggregate[UUID]):
    """An event that changes an aggregate."""


class AggregateCreated(AggregateEvent, CanInitAggregate[UUID]):
    """The first event of an aggregate; `originator_topic` is the aggregate's TOPIC."""

    originator_topic: str


class Aggregate(BaseAggregate[UUID]):
    """Base of all aggregates. A subclass names its TOPIC, `<service>.<Aggregate>`.

    No `Created` event here: the library re-declares a base's event classes on each subclass, and refuses one without
    TOPIC where the aggregate has one."""

    TOPIC: ClassVar[str]

    class Event(AggregateEvent): ...

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not _TOPIC.fullmatch(cls.__dict__.get("TOPIC", "")):
            raise TypeError(f"{cls.__qualname__} needs a TOPIC of its own of the form <service>.<Aggregate>")

    @staticmethod
    def create_id(*_: Any, **__: Any) -> UUID:
        return new_id()


def alias(topic: str, cls: type[Event] | type[Aggregate]) -> None:
    """Let `topic` stand for `cls`: done for each TOPIC, and by hand for the former topic of a renamed class.

    Raises TypeError for a topic that is malformed or taken."""
    if not _TOPIC.fullmatch(topic):
        raise TypeError(f"{topic!r} of {cls.__qualname__} is no topic: write <service>.<Aggregate>.<Event>")
    if issubclass(cls, Aggregate):
        register_topic(topic, cls)  # the library resolves `originator_topic` itself
    elif (taken := _classes.setdefault(topic, cls)) is not cls:
        # The library re-declares event classes on their aggregate: by the same name, derived from the one declared.
        mine, other = (f"{c.__module__}.{c.__qualname__}" for c in (cls, taken))
        if mine != other or not issubclass(cls, taken):
            raise TypeError(f"topic {topic!r} of {mine} is taken by {other}: each event class declares its own TOPIC")
        _classes.update({t: cls for t, c in _classes.items() if c is taken})


def known() -> Mapping[str, type[Event]]:
    """The event class of every topic that was imported, former names included."""
    return _classes


@dataclass(frozen=True, slots=True)
class Meta:
    """Who did it and why. `actor` is `user:<id>`, `system:<service>`, `crm:<system>` or `policy:<name>`.
    `effective_at` None: each event's own timestamp. `policy_refs` are the (policy, version) that a judgement was made
    under; `source` is {system, object, record_id, change_id} of an ingested fact.
    """

    actor: str
    effective_at: datetime | None = None
    command_id: UUID | None = None
    correlation_id: UUID | None = None
    causation_id: str | None = None
    policy_refs: tuple[tuple[str, int], ...] = ()
    source: Mapping[str, Any] | None = None

    @classmethod
    def follow(cls, cause: Envelope | Recorded, actor: str, *, command_id: UUID | None = None, **more: Any) -> Self:
        """What happens because of `cause`: in the correlation that it belongs to or begins, as of the same instant."""
        why = cause.id if isinstance(cause, Envelope) else cause.event_id
        found = {"correlation_id": correlation(why, cause.correlation_id), "causation_id": why}
        return cls(actor, command_id=command_id, **{"effective_at": cause.effective_at, **found, **more})

    def at(self, effective_at: datetime) -> Self:
        """The same, true in the business from `effective_at`."""
        return replace(self, effective_at=effective_at)


class NewEvent(NamedTuple):
    """One event on its way in. Its fields are the columns of `append_events`, in order: a batch is a `zip(*events)`."""

    stream_id: UUID
    version: int
    topic: str
    state: bytes
    effective_at: datetime
    actor: str
    class_version: int | None = None  # None: 1
    command_id: UUID | None = None
    correlation_id: UUID | None = None
    causation_id: str | None = None
    policy_refs: str | None = None  # JSON
    source: str | None = None  # JSON
    subjects: str | None = None  # an array literal: {uuid,uuid}


def _column(n: int, read: Callable[[Any], Any] | None = None) -> Any:
    return property((lambda self: read(self[n])) if read else itemgetter(n))


class Recorded:
    """One event as the log holds it: a row with the columns of `store.COLUMNS` (`store.LogRow`), each decoded when
    somebody asks for it, as readers need little of most events. Asking for the event, upcast, may raise Broken."""

    position: int = _column(0)
    event_id: str = cast(str, property(lambda self: event_id(self.topic.partition(".")[0], self.position)))
    stream_id: UUID = _column(1)
    version: int = _column(2)
    topic: str = _column(3)
    class_version: int = _column(4)
    effective_at: datetime = _column(5, instant)
    recorded_at: datetime = _column(6, instant)
    actor: str = _column(7)
    command_id: UUID | None = _column(8)
    correlation_id: UUID | None = _column(9)
    causation_id: str | None = _column(10)
    policy_refs: tuple[tuple[str, int], ...] = _column(11, lambda refs: tuple(map(tuple, orjson.loads(refs or "[]"))))
    source: Mapping[str, Any] | None = _column(12, lambda source: orjson.loads(source or "null"))
    subjects: tuple[UUID, ...] = _column(13, lambda named: tuple(named or ()))
    state: bytes = _column(14)
    _event: Event | None = None

    @property
    def event(self) -> Event:
        self._event = self._event or decode_event(*cast(Any, self)[1:6], *cast(Any, self)[14:])
        return self._event


def event_id(service: str, position: int) -> str:
    """The id of an event in all of the system: the same whenever it is sent again, and enough to find it."""
    return f"{service}:{position}"


def encode(events: Iterable[Event], meta: Meta) -> list[NewEvent]:
    """The stored form of events that one command led to. Raises TypeError for a value that JSON cannot hold."""
    who = (meta.command_id, meta.correlation_id, meta.causation_id)
    refs = orjson.dumps(meta.policy_refs).decode() if meta.policy_refs else None
    source = orjson.dumps(meta.source, _plain).decode() if meta.source else None
    new = []
    for e in events:
        state = e.__dict__.copy()
        stream, version, at = state.pop("originator_id"), state.pop("originator_version"), state.pop("timestamp")
        number = e.class_version if e.class_version != 1 else None
        persons = f"{{{','.join(map(str, named))}}}" if (named := e.subjects()) else None
        try:
            data = orjson.dumps(state, _plain)
        except TypeError as error:
            raise TypeError(f"{e.TOPIC} cannot be stored: {error.__cause__ or error}") from error
        at = meta.effective_at or at
        new.append(NewEvent(stream, version, e.TOPIC, data, at, meta.actor, number, *who, refs, source, persons))
    return new


def decode_event(stream: UUID, version: int, topic: str, number: int, at: bytes | datetime, state: bytes) -> Event:
    """The event in a row of a stream (`decode_event(*row)`), upcast from class version `number`. Raises Broken."""
    if (cls := _classes.get(topic)) is None:
        raise Broken(f"no event class has the topic {topic!r}: import the module that declares it first")
    try:
        state = state if number == cls.class_version else _upcast(cls, number, state)
        event: Event = cls.__pydantic_validator__.validate_json(state)
    except (ValueError, LookupError, AttributeError, TypeError) as e:
        raise Broken(f"{topic} v{number}, stream {stream} version {version}, cannot be read: {e}") from e
    values = event.__dict__
    values["originator_id"], values["originator_version"], values["timestamp"] = stream, version, instant(at)
    return event


def _upcast(cls: type[Event], number: int, state: bytes) -> bytes:
    if number > cls.class_version:
        raise ValueError(f"a newer program wrote it, this one knows up to v{cls.class_version}: deploy that one")
    values = orjson.loads(state)
    for n in range(number, cls.class_version):
        getattr(cls, f"upcast_v{n}_v{n + 1}")(values)
    return orjson.dumps(values, _plain)


def _plain(value: Any) -> Any:
    """What orjson does not know: nested models, Decimal, sets, and the UUID class of asyncpg."""
    if isinstance(value, BaseModel):
        return value.__dict__
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form: use JSON types or a pydantic model")
