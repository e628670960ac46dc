"""Histories of QBRs, series and actions for specs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.qbr.domain import ActionItem, Qbr, Series
from services.qbr.domain.values import Attendees, CustomerAttendee, Meeting, PlannedAction, Rating, TemplateRef
from services.qbr.policies import shipped_cycle
from services.qbr.policy.cadence import Rhythm
from shared import ids
from shared.eventstore.events import Event
from shared.testing import Spec

NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
HELD_AT = datetime(2026, 4, 14, 8, 30, tzinfo=UTC)
AFTER = datetime(2026, 4, 14, 12, tzinfo=UTC)
DUE, ZONE, CYCLE = date(2026, 4, 16), ZoneInfo("Europe/Berlin"), shipped_cycle()
ACCOUNT = ids.account_id("sugar", "a1")
SERIES = Series.create_id(ACCOUNT)
BUYER, SECOND = ids.subject_id("sugar", "contact", "p1"), ids.subject_id("sugar", "contact", "p2")
TEXT, DECISION, ACTION = (ids.derived("test", n) for n in ("text", "decision", "action"))
HASH = "sha256:" + "ab" * 32
TEMPLATE = TemplateRef(id="std", version=1)
RHYTHMS = {"A": Rhythm(91, 14), "B": Rhythm(182, 21), "C": Rhythm(365, 30)}
RATING = Rating(criteria_version=1, values=(4, 3, 5, 4))
ID = UUID(int=1)

Given = tuple[type[Event], dict[str, Any]]


def _of(fields: dict[str, Any]) -> dict[str, Any]:
    return {"account_id": ACCOUNT, **fields}


OPENED: Given = (Qbr.QBROpened, _of({"series_id": SERIES, "qbr_id": ID}))
PLANNED: Given = (Qbr.QBRPlanned, _of({
    "series_id": SERIES, "due_by": DUE, "grace_days": 14, "window_opens": date(2026, 1, 16), "due_version": 1,
}))  # fmt: skip
SCHEDULED: Given = (
    Qbr.QBRScheduled,
    _of({"at": HELD_AT, "invitees": (BUYER, SECOND), "accepted": (BUYER,), "due_version": 1}),
)
PREPARING: Given = (Qbr.QBRPreparationStarted, _of({}))
FROZEN: Given = (Qbr.QBRDataPackFrozen, _of({
    "watermark": {"kam.crm.v1": 7}, "pack_at": NOW, "template": TEMPLATE, "locale": "de", "pack_hash": HASH,
}))  # fmt: skip
PUBLISHED: Given = (Qbr.QBRPackPublished, _of({"audience": "internal", "pack_hash": HASH, "active_minutes": 38}))
HELD: Given = (Qbr.QBRHeld, _of({
    "series_id": SERIES, "due_by": DUE, "days_vs_due": -2, "held_at": HELD_AT, "held_on": HELD_AT.date(),
    "mode": "onsite", "minutes": 75, "template": TEMPLATE, "pack_hash": HASH,
    "attendees": Attendees(customer=(CustomerAttendee(subject=BUYER, roles=("ECONOMIC_BUYER",)),), own=("u1",)),
    "economic_buyer_present": True, "rating": None, "next_qbr": None, "held_version": 7,
}))  # fmt: skip
MINUTES: Given = (Qbr.QBRMinutesApproved, _of({"text_ref": None}))
NOTED: Given = (Qbr.QBRActionNoted, _of({"action_id": ACTION}))
CLOSED: Given = (Qbr.QBRClosed, _of({"actions": 1, "no_action_reason": None, "next_qbr_id": ACTION}))
MISSED: Given = (Qbr.QBRMissed, _of({"due_by": DUE, "grace_days": 14, "due_version": 1, "late_by_s": 0}))
POSTPONED: Given = (Qbr.QBRPostponed, _of({"reason": "merger", "until": None}))
PROPOSED: Given = (Qbr.QBRProposedFromCrm, _of({
    "system": "sugar", "meeting_crm_id": "m1", "revision": 3, "at": HELD_AT, "participants": (BUYER,), "owner_id": "u1",
}))  # fmt: skip
DISMISSED: Given = (
    Qbr.QBRProposalDismissed, _of({"reason": "gone", "by_crm": True, "revision": 4})
)  # fmt: skip

LIVES: dict[str, tuple[Given, ...]] = {
    "Proposed": (OPENED, PROPOSED),
    "Dismissed": (OPENED, PROPOSED, DISMISSED),
    "Planned": (OPENED, PLANNED),
    "Scheduled": (OPENED, PLANNED, SCHEDULED),
    "Preparing": (OPENED, PLANNED, SCHEDULED, PREPARING, FROZEN),
    "Ready": (OPENED, PLANNED, SCHEDULED, PREPARING, FROZEN, PUBLISHED),
    "Postponed": (OPENED, PLANNED, POSTPONED),
    "Missed": (OPENED, PLANNED, MISSED),
    "Cancelled": (OPENED, PLANNED, (Qbr.QBRCancelled, _of({"reason": "x"}))),
    "Waived": (OPENED, PLANNED, (Qbr.QBRWaived, _of({"reason": "x", "approver": "head"}))),
    "Held": (OPENED, PLANNED, SCHEDULED, PREPARING, FROZEN, PUBLISHED, HELD),
    "FollowUp": (OPENED, PLANNED, SCHEDULED, PREPARING, FROZEN, PUBLISHED, HELD, NOTED, MINUTES),
    "Closed": (OPENED, PLANNED, SCHEDULED, PREPARING, FROZEN, PUBLISHED, HELD, NOTED, MINUTES, CLOSED),
    "Retracted": (
        OPENED, PLANNED, SCHEDULED, PREPARING, FROZEN, PUBLISHED, HELD,
        (Qbr.QBRHeldRetracted, _of({"corrects_version": 7, "reason": "x"})),
    ),
}  # fmt: skip
"""State → how a QBR comes there."""


def qbr(state: str, *more: Given) -> Spec[Qbr]:
    """A QBR in a state."""
    return Spec(Qbr, *LIVES[state], *more)


def series(*more: Given, tier: str = "A", anchor: date = date(2026, 1, 15)) -> Spec[Series]:
    """A running series."""
    rhythm = RHYTHMS[tier]
    due = date.fromordinal(anchor.toordinal() + rhythm.interval)
    return Spec(
        Series, (Series.QBRSeriesOpened, _of({})),
        (Series.QBRSeriesStarted, _of({
            "tier": tier, "interval_days": rhythm.interval, "grace_days": rhythm.grace, "anchor": anchor, "due_by": due,
        })),
        *more,
    )  # fmt: skip


def happened(kind: type[Event], **fields: Any) -> Given:
    """An event of the account."""
    return kind, _of(fields)


def action(*more: Given, side: str = "ours", promote: bool = False) -> Spec[ActionItem]:
    """An agreed action."""
    owner = "u1" if side == "ours" else str(BUYER)
    return Spec(ActionItem, (ActionItem.ActionItemAgreed, _of({
        "qbr_id": DECISION, "side": side, "owner": owner, "owner_subject": BUYER, "due": date(2026, 5, 15),
        "title": "Offer", "decision_id": None, "promote": promote, "due_version": 1, "action_id": ID,
    })), *[(kind, _of({"qbr_id": DECISION, **fields})) for kind, fields in more])  # fmt: skip


def meeting(**changed: Any) -> Meeting:
    """What is told of a QBR held."""
    known: dict[str, Any] = {
        "at": HELD_AT, "mode": "onsite", "minutes": 75,
        "attendees": Attendees(customer=(CustomerAttendee(subject=BUYER, roles=("ECONOMIC_BUYER",)),), own=("u1",)),
    }  # fmt: skip
    return Meeting(**known | changed)


def promise(**changed: Any) -> PlannedAction:
    """A promise as it is agreed."""
    known: dict[str, Any] = {"side": "ours", "owner": "u1", "due": date(2026, 5, 15), "title": "Offer"}
    return PlannedAction(**known | changed)
