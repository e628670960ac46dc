"""Time is injected: whoever needs to know what time it is takes a Clock. Nobody else asks the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Answers what time it is; always aware, always UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


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


@lru_cache(4_096)
def instant(at: bytes | datetime) -> datetime:
    """What PostgreSQL sends as timestamptz (`timestamptz_send`): microseconds since 2000. To the driver one costs as
    much as all other columns of an event together, and events often share theirs."""
    return _EPOCH + timedelta(microseconds=int.from_bytes(at, signed=True)) if isinstance(at, bytes) else at
