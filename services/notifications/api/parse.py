"""Request fields → values: what this service asks for beside what all do."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from shared.clock import Clock
from shared.edge import fields
from shared.eventstore.events import Meta


class Fields(fields.Fields):
    """Reads fields one by one and remembers what is wrong; `done` says it all at once."""

    longest = 200  # an id or a scope

    def clock(self, field: str, value: str) -> time:
        """A time of day."""
        return self.read(field, value, _clock, "a local time such as 19:00", time(0))

    def zone(self, field: str, value: str) -> str:
        """An IANA zone."""
        return self.read(field, value, lambda v: ZoneInfo(v).key, "an IANA time zone such as Europe/Berlin", "UTC")

    def meta(self, meta: Any, clock: Clock) -> Meta:
        """Who asks, with which command id; a reaction to an alert counts from now, whatever is asked."""
        return replace(super().meta(meta, clock), effective_at=clock.now())


def _clock(value: str) -> time:
    found = time.fromisoformat(value)
    if found.tzinfo is not None:
        raise ValueError("a local time has no zone")
    return found.replace(second=0, microsecond=0)
