"""Runs a command on an aggregate: load, decide, append; again from the start if somebody else was faster."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from inspect import signature
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import orjson
from eventsourcing.domain import CanMutateAggregate, DecoratedFuncCaller, decorated_funcs

from shared.clock import Clock, SystemClock, instant
from shared.errors import Broken, Conflict, NotFound
from shared.eventstore.events import Aggregate, AggregateEvent, Event, Meta, decode_event, encode, event_id
from shared.eventstore.store import Connection, EventStore, load_in

A = TypeVar("A", bound=Aggregate)
_Method = tuple[Callable[..., None], tuple[str, ...], frozenset[str] | None]
_PLAIN = (str, int, bool, str | None, int | None, bool | None)
_methods: dict[tuple[str, int], _Method] = {}


@dataclass(frozen=True, slots=True)
class Result(Generic[A]):
    """The ids of the events that the command led to. `repeated`: it ran before, these are its events of then, and
    nothing was decided now. `aggregate` is None only for a repeated command that had created nothing."""

    event_ids: tuple[str, ...]
    repeated: bool
    aggregate: A | None


class Repository:
    """Aggregates of one service's log."""

    def __init__(self, store: EventStore, clock: Clock | None = None, *, attempts: int = 10) -> None:
        """`attempts`: how often a command is decided anew after a Conflict before the Conflict is raised."""
        self.store, self._clock, self._attempts = store, clock or SystemClock(), attempts

    async def execute(self, cls: type[A], stream_id: UUID, decide: Callable[[A | None], A], meta: Meta) -> Result[A]:
        """`decide` gets the aggregate as it is (None: it does not exist yet), calls its commands and returns it.

        Whatever `decide` raises, Rejected above all, leaves no trace. The same `meta.command_id` again returns the
        first result without deciding. Without `meta.effective_at` they count from now. Raises what `append` raises.
        """
        service = self.store.service
        if not cls.TOPIC.startswith(service + "."):
            raise TypeError(f"{cls.TOPIC} does not belong into the log of {service}")
        if meta.effective_at is None:
            meta = meta.at(self._clock.now())
        for attempt in range(1, self._attempts + 1):
            rows, done = await self.store.loader.load(stream_id, meta.command_id)
            aggregate = fold(cls, rows)
            if done is None:
                aggregate = decide(aggregate)
                if aggregate.id != stream_id:
                    raise ValueError(f"decide returned {cls.__name__} {aggregate.id}, the command is for {stream_id}")
                events = encode(cast("list[Event]", aggregate.collect_events()), meta)
                if not events and meta.command_id is None:
                    return Result((), False, aggregate)
                try:
                    done = await self.store.append(events, meta.command_id)
                except Conflict:
                    if attempt == self._attempts:
                        raise
                    await asyncio.sleep(random.uniform(0, min(0.2, 0.002 * 2**attempt)))
                    continue
            ids = range(done.first_position, done.first_position + done.number)
            return Result(tuple(event_id(service, p) for p in ids), done.repeated, aggregate)
        raise ValueError("a repository needs at least one attempt")

    async def get(self, cls: type[A], stream_id: UUID) -> A:
        """The aggregate as it is now. Raises NotFound."""
        if (aggregate := fold(cls, await self.store.load(stream_id))) is None:
            raise NotFound(f"there is no {cls.__name__} {stream_id}")
        return aggregate


async def aggregates_in(conn: Connection, cls: type[A], ids: Iterable[UUID]) -> dict[UUID, A]:
    """Those of the aggregates that exist, in one query, inside a consumer's transaction."""
    streams = await load_in(conn, ids)
    return {i: found for i, rows in streams.items() if (found := fold(cls, rows)) is not None}


def fold(cls: type[A], rows: Iterable[Sequence[Any]]) -> A | None:
    """The aggregate that the rows of its stream make; None without rows. Raises Broken if they do not fit together.

    Plain values that our own program wrote are not validated again.
    """
    aggregate: A | None = None
    last, at = 0, cast(datetime, None)
    for row in rows:
        _, version, topic, number, at, state = row
        method, names, plain = _methods.get((topic, number)) or _method(row)
        if aggregate is None:
            aggregate = cast(AggregateEvent, decode_event(*row)).mutate(None)
        elif version != last + 1:
            raise Broken(f"stream {aggregate.id} has no version {last + 1}")
        else:
            values = orjson.loads(state) if plain else {}
            if values.keys() != plain:  # it has other types, a default, or a field that is no more
                values = decode_event(*row).__dict__
            method(aggregate, **(values if len(values) == len(names) else {name: values[name] for name in names}))
        last = version
    if aggregate is not None:
        aggregate.version, aggregate.modified_on = last, instant(at)
        if not isinstance(aggregate, cls):
            raise Broken(f"stream {aggregate.id} holds a {type(aggregate).__name__}, not a {cls.__name__}")
    return aggregate


def _method(row: Sequence[Any]) -> _Method:
    """What applies such an event to its aggregate: the method under `@event`, and the fields that it takes; with the
    names of all fields if their JSON, in the version stored, is their value."""
    event = type(decode_event(*row))
    if not issubclass(event, AggregateEvent):
        raise Broken(f"{event.TOPIC} is no event of an aggregate: read its stream with decode_event")
    if event.apply not in (CanMutateAggregate.apply, DecoratedFuncCaller.apply):
        raise Broken(f"{event.TOPIC} has an apply() of its own: change the aggregate in the method under @event")
    method = decorated_funcs.get(event, lambda _: None)
    names, rules = tuple(signature(method).parameters)[1:], event.__pydantic_decorators__
    fields = {n: f for n, f in event.model_fields.items() if n not in Event.model_fields}
    plain = all(f.annotation in _PLAIN and not f.metadata for f in fields.values()) and fields.keys() >= set(names)
    trusted = plain and row[3] == event.class_version and not (rules.field_validators or rules.model_validators)
    return _methods.setdefault((row[2], row[3]), (method, names, frozenset(fields) if trusted else None))
