"""The life cycle of an alert (domain.md §10): which event leads where."""

from __future__ import annotations

from collections.abc import Mapping

from services.notifications.domain.values import Status

_ALWAYS: Mapping[str, Status] = {
    "AlertRaised": "Raised",
    "AlertEscalated": "Escalated",
    "AlertAcknowledged": "Acknowledged",
    "AlertSnoozed": "Snoozed",
    "AlertSnoozeEnded": "Raised",
    "AlertReopened": "Raised",
    "AlertScheduleExtended": "Raised",
    "AlertDelegated": "Raised",
    "AlertFolded": "Folded",
    "AlertUnfolded": "Raised",
    "AlertSuppressed": "Suppressed",
    "AlertResolved": "Resolved",
    "AlertExpired": "Expired",
    "LadderExhausted": "LadderExhausted",
}
_WAITING = frozenset({"Raised", "Escalated", "Deferred", "Digested"})
_SOMETIMES: Mapping[str, tuple[frozenset[str], Status]] = {
    "AlertDeferred": (frozenset({"Raised", "Escalated", "Digested"}), "Deferred"),
    "AlertDigested": (frozenset({"Raised", "Escalated"}), "Digested"),
    "AlertDelivered": (_WAITING, "Delivered"),
    "AlertSeen": (_WAITING | {"Delivered"}, "Seen"),
}
"""From these states only: what happens to one person does not undo what another did."""


def next_status(event: str, status: Status) -> Status:
    """The status after an event of that name."""
    if event in _ALWAYS:
        return _ALWAYS[event]
    come_from, found = _SOMETIMES.get(event, (frozenset(), status))
    return found if status in come_from else status
