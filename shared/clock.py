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


@lru_cache(4_096)
def instant(at: bytes | datetime) -> datetime:
    """What PostgreSQL sends as timestamptz (`timestamptz_send`): microseconds since 2000. To the driver one costs as
    much as all other columns of an event together, and events often share theirs."""
    return _EPOCH + timedelta(microseconds=int.from_bytes(at, signed=True)) if isinstance(at, bytes) else at
