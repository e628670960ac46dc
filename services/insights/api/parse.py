"""What requests say: fields that are checked together, so that one answer names everything that is wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.insights.policy.kpi import scopes
from services.insights.policy.world import Terms
from services.insights.reads.loading import When
from shared.clock import Clock
from shared.edge import fields

TICK = timedelta(microseconds=1)


class Fields(fields.Fields):
    """The fields of every service, and those of a question about a day."""

    longest = 60

    def before(self, field: str, value: str, terms: Terms, clock: Clock) -> datetime:
        """The first instant that does not count: after a day of the company or after an instant; empty: after now."""
        if not value:
            return clock.now() + TICK
        if "T" in value:
            return self.instant(field, value) + TICK
        return terms.end(self.day(field, value))

    def scope(self, value: str) -> str:
        """A scope of KPIs; empty: the company."""
        if value and value not in scopes() and not value.startswith("account:"):
            self.wrong("scope", f"{value[:40]!r} is none of {', '.join(scopes())} and account:<id>")
        return value or "company"


def when(as_of: str, known_at: str, terms: Terms, clock: Clock) -> When:
    """What counts for a question. A day that is not over counts so far. Raises Invalid."""
    asked = Fields()
    effective = asked.before("as_of", as_of, terms, clock) if as_of else None
    known = asked.before("known_at", known_at, terms, clock) if known_at else None
    asked.done()
    if effective is not None and effective > clock.now() and known is None:
        effective = None
    return When(effective, known)
