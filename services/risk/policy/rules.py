"""Names of the timers' rules."""

from __future__ import annotations

from datetime import UTC, datetime

ASSESS = "assess"
"""An account is to be judged again, because a fact is new."""
CLOCK = "clock"
"""An account is to be judged again, because time has come."""
UPDATE = "escalation_update"
DIGEST = "recolour_digest"
RULES = (ASSESS, CLOCK, UPDATE, DIGEST)
WAKE = datetime(2000, 1, 1, tzinfo=UTC)
"""The due time of a timer that only says: look when everything is read."""
