"""Request fields → values, with every fault named before anything happens. Raises Invalid with the fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.clock import Clock
from shared.errors import Invalid
from shared.eventstore.events import Meta

T = TypeVar("T")
LONGEST = 4_000  # characters of a free text
TICK = timedelta(microseconds=1)


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

    def day(self, field: str, value: str) -> date:
        """A day."""
        return self.read(field, value, date.fromisoformat, "a day such as 2026-11-15", date.min)

    def until(self, field: str, value: str, zone: ZoneInfo) -> datetime:
        """An instant, or the end of a day of the company."""
        expected = "a day such as 2026-11-15 or an instant such as 2026-11-15T12:00:00Z"
        return self.read(field, value, lambda v: _moment(v, zone), expected, datetime.max.replace(tzinfo=UTC))

    def text(self, field: str, value: str) -> str:
        """A text that is there and not a book."""
        if not value.strip():
            self.wrong(field, "is missing")
        elif len(value) > LONGEST:
            self.wrong(field, f"has {len(value)} characters; at most {LONGEST} are kept")
        return value

    def amount(self, field: str, value: int) -> int:
        """Money that is not negative."""
        if value < 0:
            self.wrong(field, f"{value} is negative")
        return value

    def version(self, field: str, value: int) -> int:
        """The number of a model version."""
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
        """Who asks, with which command id, and from when it counts (empty: now)."""
        command_id = self.uuid("meta.command_id", meta.command_id)
        user = self.text("meta.user_id", meta.user_id)
        at = clock.now()
        if meta.effective_at:
            at = self.read(
                "meta.effective_at", meta.effective_at, _aware, "an instant such as 2026-11-15T12:00:00Z", at
            )
        if at > clock.now():
            self.wrong("meta.effective_at", f"{meta.effective_at} lies in the future")
        correlation = self.uuid("meta.correlation_id", meta.correlation_id) if meta.correlation_id else None
        return Meta(f"user:{user}", at, command_id=command_id, correlation_id=correlation)


def before(as_of: str, zone: ZoneInfo, clock: Clock) -> tuple[datetime, bool]:
    """(what is true before this instant counts, whether that is now). Raises Invalid."""
    if not as_of:
        return clock.now() + TICK, True
    fields = Fields()
    found = fields.until("as_of", as_of, zone)
    if found.year > 2200:
        fields.wrong("as_of", f"{as_of[:40]!r} is no day or instant that is kept")
    fields.done()
    return (found + TICK if "T" in as_of else found), found > clock.now()


def _aware(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at.astimezone(UTC)


def _moment(value: str, zone: ZoneInfo) -> datetime:
    if "T" in value:
        return _aware(value)
    return datetime.combine(date.fromisoformat(value) + timedelta(days=1), time(), zone).astimezone(UTC)
