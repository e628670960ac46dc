"""Request fields → values, with every fault named before anything happens. Raises Invalid with the fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.growth.domain.values import Checkpoint
from shared import ids
from shared.clock import Clock
from shared.errors import Invalid
from shared.eventstore.events import Meta

T = TypeVar("T")
LONGEST = 4_000  # characters of a free text
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)  # days that make sense


class Fields:
    """Reads fields one by one and remembers what is wrong; `done` says it all at once."""

    def __init__(self) -> None:
        self._wrong: dict[str, str] = {}

    def done(self) -> None:
        """Raises Invalid if a field was wrong."""
        if self._wrong:
            raise Invalid(slug="fields-invalid", fields=self._wrong)

    def wrong(self, field: str, why: str) -> None:
        """Remembers a fault."""
        self._wrong[field] = why

    def read(self, field: str, value: str, parse: Callable[[str], T], expected: str, default: T) -> T:
        """A required field; `default` stands in for a wrong one until `done`."""
        try:
            return parse(value)
        except (ValueError, OverflowError):
            self.wrong(field, f"{value[:80]!r} is not {expected}" if value else f"is missing; give {expected}")
            return default

    def uuid(self, field: str, value: str) -> UUID:
        """An id."""
        return self.read(field, value, UUID, "a UUID", UUID(int=0))

    def uuids(self, field: str, values: Iterable[str]) -> tuple[UUID, ...]:
        """Several ids."""
        return tuple(self.uuid(field, v) for v in values)

    def new_id(self, field: str, value: str, kind: str, meta: Any) -> UUID:
        """The id of a new thing; without one it follows from the command id, so that a repeat means the same."""
        return self.uuid(field, value) if value else ids.derived(kind, str(meta.command_id))

    def day(self, field: str, value: str) -> date:
        """A day."""
        found = self.read(field, value, date.fromisoformat, "a day such as 2026-11-15", FIRST)
        if not FIRST <= found <= LAST:
            self.wrong(field, f"{found} lies outside of {FIRST}…{LAST}")
            return FIRST
        return found

    def day_or(self, field: str, value: str) -> date | None:
        """A day that may be missing."""
        return self.day(field, value) if value else None

    def instant(self, field: str, value: str) -> datetime:
        """An instant with a zone."""
        return self.read(
            field, value, _aware, "an instant such as 2026-11-15T12:00:00Z", datetime.min.replace(tzinfo=UTC)
        )

    def text(self, field: str, value: str) -> str:
        """A text that is there and not a book."""
        if not value.strip():
            self.wrong(field, "is missing")
        return self.text_or(field, value)

    def text_or(self, field: str, value: str) -> str:
        """A text that may be missing."""
        if len(value) > LONGEST:
            self.wrong(field, f"has {len(value)} characters; at most {LONGEST} are kept")
        return value.strip()

    def one_of(self, field: str, value: str, known: tuple[str, ...]) -> Any:
        """A code."""
        if value not in known:
            self.wrong(field, f"{value[:80]!r} is none of {', '.join(known)}")
        return value

    def document(self, field: str, value: str) -> dict[str, Any]:
        """A JSON object."""
        found: Any = self.read(field, value, json.loads, "a JSON object", {})
        if not isinstance(found, dict):
            self.wrong(field, "is JSON, but no object")
            return {}
        return found

    def checkpoints(self, field: str, values: Iterable[Any]) -> tuple[Checkpoint, ...]:
        """What a goal should have reached on days between."""
        return tuple(Checkpoint(on=self.day(field, v.on), value=v.value) for v in values)

    def meta(self, meta: Any, clock: Clock) -> Meta:
        """Who asks, with which command id, and from when it counts (empty: now)."""
        command_id = self.uuid("meta.command_id", meta.command_id)
        user = self.text("meta.user_id", meta.user_id)
        at = self.instant("meta.effective_at", meta.effective_at) if meta.effective_at else clock.now()
        if at > clock.now():
            self.wrong("meta.effective_at", f"{meta.effective_at} lies in the future")
        correlation = self.uuid("meta.correlation_id", meta.correlation_id) if meta.correlation_id else None
        return Meta(f"user:{user}", at, command_id=command_id, correlation_id=correlation)


def _aware(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at.astimezone(UTC)
