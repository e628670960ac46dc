"""Request fields → values: what this service asks for beside what all do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.clock import Clock
from shared.edge import fields
from shared.edge.fields import aware

TICK = timedelta(microseconds=1)


class Fields(fields.Fields):
    """Reads fields one by one and remembers what is wrong; `done` says it all at once."""

    def until(self, field: str, value: str, zone: ZoneInfo) -> datetime:
        """An instant, or the end of a day of the company."""
        expected = "a day such as 2026-11-15 or an instant such as 2026-11-15T12:00:00Z"
        return self.read(field, value, lambda v: _moment(v, zone), expected, datetime.max.replace(tzinfo=UTC))

    def amount(self, field: str, value: int) -> int:
        """Money that is not negative."""
        if value < 0:
            self.wrong(field, f"{value} is negative")
        return value


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


def _moment(value: str, zone: ZoneInfo) -> datetime:
    if "T" in value:
        return aware(value)
    return datetime.combine(date.fromisoformat(value) + timedelta(days=1), time(), zone).astimezone(UTC)
