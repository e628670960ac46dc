"""For the tests of every service: given-when-then on an aggregate, golden stored events, a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import asyncpg

from shared.eventstore.events import (
    Aggregate,
    AggregateCreated,
    Event,
    Meta,
    NewEvent,
    Recorded,
    decode_event,
    encode,
    known,
)
from shared.eventstore.repository import fold
from shared.eventstore.store import EventStore

A = TypeVar("A", bound=Aggregate)
_ID = UUID(int=1)
_THEN = datetime(2026, 1, 1, tzinfo=UTC)


class ManualClock:
    """Stands still until it is moved: for tests and replays. Raises ValueError for a time without a zone."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware datetime, for example datetime(2026, 1, 1, tzinfo=UTC)")
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> datetime:
        self.set(self._at + by)
        return self._at


class Spec(Generic[A]):
    """Given these events, when this is done, then those events follow. No database, no clock.

        Spec(Tree, (Tree.Planted, {"species": "oak"})).when(lambda t: t.grow(3)).then(Tree.Grown, cm=3)

    What `when` calls gets the aggregate, None if nothing is given, and may return one that it made. The new events go
    through their stored form, and the aggregate they make must equal the one at hand: a method under `@event` that uses
    anything but the event shows up here.
    """

    def __init__(self, cls: type[A], *given: tuple[type[Event], dict[str, Any]], id: UUID = _ID) -> None:
        self._cls, self._rows = cls, [_row(e) for e in encode(_history(cls, id, given), Meta("test"))]
        self.aggregate: A | None = fold(cls, self._rows)
        self.events: list[Event] = []
        self._error: Exception | None = None

    def when(self, do: Callable[[Any], object]) -> Spec[A]:
        try:
            done = do(self.aggregate)
        except Exception as e:
            self._error = e
        else:
            self.aggregate = done if isinstance(done, self._cls) else self.aggregate
        if self.aggregate is not None:
            self.events = list(self.aggregate.collect_events())  # type: ignore[arg-type]
            again = fold(self._cls, [*self._rows, *(_row(e) for e in encode(self.events, Meta("test")))])
            assert again == self.aggregate, f"stored and read back it is another one:\n{again!r}\n{self.aggregate!r}"
        return self

    def then(self, cls: type[Event], **fields: Any) -> None:
        """Exactly one event followed; of its fields those named have these values."""
        self.then_each((cls, fields))

    def then_each(self, *expected: tuple[type[Event], dict[str, Any]]) -> None:
        """Exactly these events followed, in this order."""
        if self._error is not None:
            raise self._error
        assert [type(e).__name__ for e in self.events] == [cls.__name__ for cls, _ in expected]
        for event, (cls, fields) in zip(self.events, expected, strict=True):
            assert isinstance(event, cls)
            assert {name: getattr(event, name) for name in fields} == fields

    def then_nothing(self) -> None:
        """It was accepted, and nothing had to change."""
        self.then_each()

    def then_raises(self, error: type[Exception], slug: str | None = None) -> None:
        """It was refused, and left no trace."""
        assert isinstance(self._error, error), f"{error.__name__} expected, got {self._error!r} and {self.events}"
        assert slug is None or getattr(self._error, "slug", None) == slug
        assert self.events == []


async def head(store: EventStore) -> int:
    """The position of the newest event; 0 if there is none."""
    conn = await asyncpg.connect(store.dsn)
    try:
        return cast(int, await conn.fetchval("SELECT coalesce(max(position), 0) FROM events"))
    finally:
        await conn.close()


def golden(directory: Path, service: str, examples: Iterable[Event]) -> list[str]:
    """What is wrong with the golden stored events of a service; empty if all is well.

    `directory` holds one file for each topic and class version that was ever written, `<topic>.v<version>.json`, never
    edited. All must still be readable; each event class needs an example, whose stored form must be that of its file. A
    missing file is written, for you to look at and commit.
    """
    wrong: list[str] = []
    shown: set[str] = set()
    for event in examples:
        new = encode([event], Meta("test"))[0]
        shown.add(new.topic)
        path = directory / f"{new.topic}.v{new.class_version or 1}.json"
        if not path.exists():
            directory.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new.state + b"\n")
            wrong.append(f"{path.name} was missing; it is written now: look at it and commit it")
        elif path.read_bytes().strip() != new.state:
            wrong.append(f"{new.topic} is stored differently now: raise its class_version and add an upcaster")
    ours = {topic for topic, cls in known().items() if topic == cls.TOPIC and topic.startswith(service + ".")}
    wrong += [f"{topic} has no example" for topic in sorted(ours - shown)]
    for path in sorted(directory.glob("*.json")):
        topic, _, version = path.stem.rpartition(".v")
        try:
            decode_event(_ID, 1, topic, int(version), _THEN, path.read_bytes())
        except Exception as e:
            wrong.append(f"{path.name}: {e}")
    return wrong


class Logged(Recorded, tuple[Any, ...]):
    """What a row of a log would be, from a tuple."""


def recorded(event: Event, position: int = 1, at: datetime = _THEN, meta: Meta | None = None) -> Recorded:
    """The event as a log would hold it: at that position, learned `at`; `meta` says who did it and why (user:u7)."""
    new = encode([event], meta or Meta("user:u7"))[0]
    where = position, new.stream_id, new.version, new.topic, new.class_version or 1, new.effective_at, at
    who = new.actor, new.command_id, new.correlation_id, new.causation_id
    return Logged((*where, *who, new.policy_refs, new.source, event.subjects(), new.state))


def _history(cls: type[Aggregate], id: UUID, given: Iterable[tuple[type[Event], dict[str, Any]]]) -> Iterable[Event]:
    for version, (kind, fields) in enumerate(given, 1):
        own = {"originator_id": id, "originator_version": version, "timestamp": _THEN}
        if issubclass(kind, AggregateCreated):
            own["originator_topic"] = cls.TOPIC
        yield kind(**{**own, **fields})


def _row(e: NewEvent) -> tuple[Any, ...]:
    """As `decode_event` wants it."""
    return e.stream_id, e.version, e.topic, e.class_version or 1, e.effective_at, e.state
