"""Request fields → values, with every fault named before anything happens. Raises Invalid with the fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.clock import Clock
from shared.errors import Invalid
from shared.eventstore.events import Meta

T = TypeVar("T")
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)  # days that make sense
LONGEST = 200  # characters of an id or a scope


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
        except (ValueError, OverflowError, KeyError, OSError):
            self.wrong(field, f"{value[:80]!r} is not {expected}" if value else f"is missing; give {expected}")
            return default

    def uuid(self, field: str, value: str) -> UUID:
        """An id."""
        return self.read(field, value, UUID, "a UUID", UUID(int=0))

    def day(self, field: str, value: str) -> date:
        """A day."""
        found = self.read(field, value, date.fromisoformat, "a day such as 2026-11-15", FIRST)
        if not FIRST <= found <= LAST:
            self.wrong(field, f"{found} lies outside of {FIRST}…{LAST}")
            return FIRST
        return found

    def clock(self, field: str, value: str) -> time:
        """A time of day."""
        return self.read(field, value, _clock, "a local time such as 19:00", time(0))

    def zone(self, field: str, value: str) -> str:
        """An IANA zone."""
        return self.read(field, value, lambda v: ZoneInfo(v).key, "an IANA time zone such as Europe/Berlin", "UTC")

    def instant(self, field: str, value: str) -> datetime:
        """An instant with a zone."""
        default = datetime.min.replace(tzinfo=UTC)
        return self.read(field, value, _aware, "an instant such as 2026-11-15T12:00:00Z", default)

    def instant_or(self, field: str, value: str) -> datetime | None:
        """An instant that may be missing."""
        return self.instant(field, value) if value else None

    def text(self, field: str, value: str) -> str:
        """A short text that is there."""
        if not value.strip():
            self.wrong(field, "is missing")
        if len(value) > LONGEST:
            self.wrong(field, f"has {len(value)} characters; at most {LONGEST} make sense")
        return value.strip()

    def one_of(self, field: str, value: str, known: tuple[str, ...]) -> Any:
        """A code."""
        if value not in known:
            self.wrong(field, f"{value[:80]!r} is none of {', '.join(known)}")
        return value

    def meta(self, meta: Any, clock: Clock) -> Meta:
        """Who asks, with which command id; it counts from now."""
        command_id = self.uuid("meta.command_id", meta.command_id)
        user = self.text("meta.user_id", meta.user_id)
        correlation = self.uuid("meta.correlation_id", meta.correlation_id) if meta.correlation_id else None
        return Meta(f"user:{user}", clock.now(), command_id=command_id, correlation_id=correlation)


def _aware(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at.astimezone(UTC)


def _clock(value: str) -> time:
    found = time.fromisoformat(value)
    if found.tzinfo is not None:
        raise ValueError("a local time has no zone")
    return found.replace(second=0, microsecond=0)
