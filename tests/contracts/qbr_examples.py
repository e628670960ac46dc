"""One event of each private type of the qbr service, with every field filled in: golden files and examples use them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from services.qbr.domain import ActionItem, Qbr, QbrTemplate, Series
from services.qbr.domain.values import Attendees, CustomerAttendee, PlannedAction, Rating, TemplateRef
from services.qbr.policies import shipped
from services.qbr.policy.templates import document
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated, Event

AT = datetime(2026, 4, 14, 8, 30, tzinfo=UTC)
LATER = datetime(2026, 4, 21, 8, 30, tzinfo=UTC)
DUE, NEXT, WAS = date(2026, 4, 16), date(2026, 7, 14), date(2026, 6, 9)
ACCOUNT = ids.account_id("sugar", "acme")
SERIES = Series.create_id(ACCOUNT)
QBR = ids.derived("qbr", str(SERIES), "2")
ACTION, DECISION = ids.derived("qbr-action", "1"), ids.derived("qbr-decision", "1")
BUYER, SECOND = ids.subject_id("sugar", "contact", "c1"), ids.subject_id("sugar", "contact", "c2")
USER = ids.subject_id("sugar", "user", "u7")
TEXT = ids.derived("qbr-text", "1")
HASH = "sha256:" + "5d" * 32
STANDARD = shipped("qbr_template.v1")
PARTS = document(STANDARD)
TEMPLATE = TemplateRef(id="std", version=1)
RATING = Rating(criteria_version=1, values=(4, 3, 5, 4))
PLANNED = PlannedAction(side="ours", owner="u7", due=date(2026, 5, 15), title="Offer for the extension", promote=True)

_rhythm: dict[str, Any] = {"tier": "A", "interval_days": 91, "grace_days": 14, "due_by": DUE}
_late: dict[str, Any] = {"late_by_s": 0}
_held: dict[str, Any] = {
    "series_id": SERIES, "due_by": DUE, "days_vs_due": -2, "held_at": AT, "held_on": AT.date(), "mode": "onsite",
    "minutes": 75, "template": TEMPLATE, "pack_hash": HASH,
    "attendees": Attendees(
        customer=(CustomerAttendee(subject=BUYER, roles=("ECONOMIC_BUYER",)),), own=("u7", "u8")
    ),
    "economic_buyer_present": True, "rating": RATING, "next_qbr": NEXT, "held_version": 9,
}  # fmt: skip
_promise: dict[str, Any] = {"side": "ours", "owner": "u7", "due": PLANNED.due, "due_version": 1}

_FIELDS: dict[type[Event], dict[str, Any]] = {
    QbrTemplate.QbrTemplateOpened: {"template_id": "std"},
    QbrTemplate.QbrTemplateDrafted: {
        "template_id": "std", "template_version": 1, "document": STANDARD, "by": "system:qbr",
    },
    QbrTemplate.QbrTemplatePublished: {
        "template_id": "std", "template_version": 1, "agenda": PARTS.agenda, "result_fields": PARTS.result_fields,
        "pack_sections": PARTS.pack_sections, "by": "system:qbr",
    },
    Series.QBRSeriesOpened: {},
    Series.QBRSeriesStarted: {**_rhythm, "anchor": date(2026, 1, 15)},
    Series.QBRSeriesRetimed: {
        **_rhythm, "cause": "tier_changed", "was_due_by": WAS, "tier_changed_on": date(2026, 3, 10),
    },
    Series.QBRSeriesHeldNoted: {"qbr_id": QBR, "held_on": AT.date()},
    Series.QBRSeriesWaiverNoted: {"qbr_id": QBR, "was_due": DUE},
    Series.QBRSeriesBooked: {"qbr_id": QBR},
    Series.QBRSeriesPaused: {"reason": "merger of the customer", "until": NEXT},
    Series.QBRSeriesResumed: {"due_by": NEXT},
    Series.QBRSeriesEnded: {"reason": "no key account any more"},
    Series.QBRPullForwardProposed: {"to": WAS, "due_by": NEXT, "risk_event": "risk:12"},
    Series.QBRPullForwardDismissed: {"reason": "the account is not red any more"},
    Qbr.QBROpened: {"series_id": SERIES, "qbr_id": QBR},
    Qbr.QBRProposedFromCrm: {
        "system": "sugar", "meeting_crm_id": "meetings/m-17", "revision": 3, "at": AT, "participants": (BUYER,),
        "owner_id": "u7",
    },
    Qbr.QBRProposalDismissed: {"reason": "was a workshop", "by_crm": False, "revision": 3},
    Qbr.QBRPlanned: {
        "series_id": SERIES, "due_by": DUE, "grace_days": 14, "window_opens": date(2026, 1, 16), "due_version": 1,
    },
    Qbr.QBRDueMoved: {
        "due_by": DUE, "was_due_by": WAS, "grace_days": 14, "cause": "tier_changed", "due_version": 2,
    },
    Qbr.QBRScheduled: {"at": AT, "invitees": (BUYER, SECOND), "accepted": (BUYER,), "due_version": 1},
    Qbr.QBRAcceptanceRecorded: {"subject_id": SECOND},
    Qbr.QBRRescheduled: {
        "from_at": AT, "to_at": LATER, "reason": "board meeting", "count": 3, "alert_head": True, "due_version": 4,
    },
    Qbr.QBRPreparationStarted: {},
    Qbr.QBRDataPackFrozen: {
        "watermark": {"kam.accounts.v1": 812, "kam.crm.v1": 4711, "kam.qbr.v1": 44}, "pack_at": AT,
        "template": TEMPLATE, "locale": "de", "pack_hash": HASH,
    },
    Qbr.QBRPackAnnotated: {"section": "usage", "text_ref": TEXT, "customer": True},
    Qbr.QBRPackPublished: {
        "audience": "customer", "pack_hash": HASH, "active_minutes": 38, "shared_sections": ("risk",),
    },
    Qbr.QBRAgendaNoted: {"section": "goals", "text_ref": TEXT},
    Qbr.QBRHeld: _held,
    Qbr.QBRHeldCorrected: {**_held, "corrects_version": 9},
    Qbr.QBRHeldRetracted: {"corrects_version": 9, "reason": "it was another account"},
    Qbr.QBRRated: {"rating": RATING},
    Qbr.QBRResultsRecorded: {"results": {"our_ask": TEXT}},
    Qbr.QBRDecisionRecorded: {
        "decision_id": DECISION, "text_ref": TEXT, "agreed_by": ("u7", str(BUYER)), "action": PLANNED,
    },
    Qbr.QBRActionNoted: {"action_id": ACTION},
    Qbr.QBRMinutesApproved: {"text_ref": TEXT},
    Qbr.QBRSummarySent: {"due_on": date(2026, 4, 15), "late": False},
    Qbr.QBRClosed: {"actions": 1, "no_action_reason": None, "next_qbr_id": ids.derived("qbr", str(SERIES), "5")},
    Qbr.QBRPostponed: {"reason": "budget freeze", "until": NEXT},
    Qbr.QBRCancelled: {"reason": "the series ended: no key account any more"},
    Qbr.QBRWaived: {"reason": "merger of the customer", "approver": "u1"},
    Qbr.QBRDueSoon: {"step": "invite", "due_by": DUE, "days_left": 60, "due_version": 1, **_late},
    Qbr.QBRMissed: {"due_by": DUE, "grace_days": 14, "due_version": 1, **_late},
    Qbr.QBRSummaryOverdue: {"due_on": date(2026, 4, 15), **_late},
    Qbr.QBRCloseOverdue: {"due_on": date(2026, 4, 21), **_late},
    ActionItem.ActionItemAgreed: {
        **_promise, "owner_subject": USER, "title": PLANNED.title, "decision_id": DECISION, "promote": True,
        "action_id": ACTION,
    },
    ActionItem.ActionItemStarted: {},
    ActionItem.ActionItemBlocked: {"reason": "waits for the price list"},
    ActionItem.ActionItemUnblocked: {},
    ActionItem.ActionItemRescheduled: {
        "from_due": PLANNED.due, "to_due": date(2026, 5, 29), "reason": "holidays", "count": 1, "due_version": 2,
    },
    ActionItem.ActionItemReassigned: {"owner": "u7", "owner_subject": USER, "was_owner": "u8"},
    ActionItem.ActionItemDone: {"evidence_ref": "crm:4711", "done_on": date(2026, 5, 12), "on_time": True},
    ActionItem.ActionItemDropped: {"reason": "no longer needed", "agreed_by": ("u7", str(BUYER))},
    ActionItem.ActionItemReopened: {"reason": "the offer was withdrawn"},
    ActionItem.ActionItemPromoted: {
        "initiative_id": ids.derived("initiative", "qbr-action", str(ACTION)), "title": PLANNED.title, "owner": "u7",
        "due": PLANNED.due, "goal_ids": (ids.derived("goal", "1"),), "stakeholders": (BUYER,),
        "opportunity_id": "opp-9", "no_opportunity_reason": None, "decision_id": DECISION,
    },
    ActionItem.ActionItemDueSoon: {**_promise, **_late},
    ActionItem.ActionItemOverdue: {**_promise, **_late, "times_rescheduled": 1, "blocked": True},
}  # fmt: skip

_OWNERS: tuple[tuple[type[Aggregate], UUID, dict[str, Any]], ...] = (
    (QbrTemplate, QbrTemplate.create_id("std"), {}),
    (Series, SERIES, {"account_id": ACCOUNT}),
    (Qbr, QBR, {"account_id": ACCOUNT}),
    (ActionItem, ACTION, {"account_id": ACCOUNT, "qbr_id": QBR}),
)


def examples() -> list[Event]:
    """Every type once, in the order of its aggregate's life."""
    found: list[Event] = []
    for cls, stream, shared in _OWNERS:
        versions = count(1)
        for kind, fields in _FIELDS.items():
            if issubclass(kind, cls.Event) or (kind.__qualname__.startswith(cls.__qualname__ + ".")):
                own = {"originator_id": stream, "originator_version": next(versions), "timestamp": AT}
                if issubclass(kind, AggregateCreated):
                    own["originator_topic"] = cls.TOPIC
                found.append(kind(**{**shared, **own, **fields}))
    return found
