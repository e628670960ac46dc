"""Names that are kept in the database: of timers, projections and consumers."""

from __future__ import annotations

from datetime import UTC, datetime

WATCH, ALERT, DIGEST = "watch", "alert", "digest"
"""Rules of timers: a rule looks at what it waits for, an alert does what is due, a digest is put together."""
WAKE = datetime(2000, 1, 1, tzinfo=UTC)
"""The due time of a timer that only says: look when everything is read."""
READS, ARMING = "notifications_reads_v1", "notifications_timers_v1"
"""The projection of the read model, and what follows the log to arm timers."""
TELLERS = ("accounts", "crm", "growth", "qbr", "risk")
"""The services that we listen to; the consumer of one is `notifications.<service>`."""
