"""Request fields → values, with every fault named before anything happens. Raises Invalid with the fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from shared import tracing
from shared.clock import Clock
from shared.errors import Invalid
from shared.eventstore.events import Meta

T = TypeVar("T")
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)  # days that make sense
INSTANT = "an instant such as 2026-11-15T12:00:00Z"


class Fields:
    """Reads fields one by one and remembers what is wrong; `done` says it all at once."""

    longest = 4_000
    """Characters of a text."""

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
        except (ValueError, OverflowError, KeyError, OSError):
            self.wrong(field, f"{value[:80]!r} is not {expected}" if value else f"is missing; give {expected}")
            return default

    def uuid(self, field: str, value: str) -> UUID:
        """An id."""
        return self.read(field, value, UUID, "a UUID", UUID(int=0))

    def uuids(self, field: str, values: Iterable[str]) -> tuple[UUID, ...]:
        """Several ids."""
        return tuple(self.uuid(f"{field}[{n}]", v) for n, v in enumerate(values))

    def day(self, field: str, value: str) -> date:
        """A day."""
        found = self.read(field, value, date.fromisoformat, "a day such as 2026-11-15", FIRST)
        if not FIRST <= found <= LAST:
            self.wrong(field, f"{found} lies outside of {FIRST}…{LAST}")
            return FIRST
        return found

    def day_or_none(self, field: str, value: str) -> date | None:
        """A day that need not be given."""
        return self.day(field, value) if value else None

    def instant(self, field: str, value: str) -> datetime:
        """An instant with a zone, as UTC."""
        return self.read(field, value, aware, INSTANT, datetime.min.replace(tzinfo=UTC))

    def instant_or_none(self, field: str, value: str) -> datetime | None:
        """An instant that need not be given."""
        return self.instant(field, value) if value else None

    def text(self, field: str, value: str) -> str:
        """A text that is there and not a book, without the blanks around it."""
        if not value.strip():
            self.wrong(field, "is missing")
        return self.text_or_empty(field, value)

    def text_or_empty(self, field: str, value: str) -> str:
        """A text that need not be given."""
        if len(value) > self.longest:
            self.wrong(field, f"has {len(value)} characters; at most {self.longest} are kept")
        return value.strip()

    def one_of(self, field: str, value: str, known: Iterable[str]) -> Any:
        """A code."""
        if value not in (codes := tuple(known)):
            self.wrong(field, f"{value[:80]!r} is none of {', '.join(codes)}")
        return value

    def version(self, field: str, value: int) -> int:
        """The number of a version of a policy, a model, a template."""
        if value < 1:
            self.wrong(field, f"{value} is no version; versions begin at 1")
        return value

    def document(self, field: str, value: str) -> dict[str, Any]:
        """A JSON object."""
        found: Any = self.read(field, value, json.loads, "a JSON object", {})
        if not isinstance(found, dict):
            self.wrong(field, "is JSON, but no object")
            return {}
        return found

    def meta(self, meta: Any, clock: Clock) -> Meta:
        """Who asks, with which command id, and from when it counts (empty, or a message without it: now)."""
        command_id = self.uuid("meta.command_id", meta.command_id)
        user, now = self.text("meta.user_id", meta.user_id), clock.now()
        at = self.instant_or_none("meta.effective_at", getattr(meta, "effective_at", "")) or now
        if at > now:
            self.wrong("meta.effective_at", f"{meta.effective_at} lies in the future")
        given = meta.correlation_id
        correlation = self.uuid("meta.correlation_id", given) if given else tracing.correlation()
        return Meta(f"user:{user}", at, command_id=command_id, correlation_id=correlation)


def aware(value: str) -> datetime:
    """An ISO 8601 instant as UTC. Raises ValueError, also for one without a zone."""
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at.astimezone(UTC)
