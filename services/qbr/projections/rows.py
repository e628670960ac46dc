"""The state of an aggregate as a row of the read model."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.qbr.domain import ActionItem, Qbr, QbrTemplate, Series
from shared.eventstore.events import Event

Values = dict[str, Any]


def _day(day: date) -> date | None:
    """None for a day that was never set."""
    return None if day == date.min else day


def series(s: Series) -> Values:
    """A row of `series_states`."""
    return {
        "account_id": s.account_id, "series_id": s.id, "state": s.state, "tier": s.tier, "interval_days": s.interval,
        "grace_days": s.grace, "anchor": _day(s.anchor), "due_by": _day(s.due_by), "last_held_on": s.last_held,
        "newest_qbr": s.current, "paused_until": s.paused_until, "pull_forward_to": s.proposed_to,
    }  # fmt: skip


def qbr(q: Qbr) -> Values:
    """A row of `qbr_states`."""
    return {
        "qbr_id": q.id, "account_id": q.account_id, "state": q.state, "due_by": _day(q.due_by), "grace_days": q.grace,
        "at": q.at, "held_on": q.held_on, "moves": q.moves, "invitees": list(q.invitees), "accepted": list(q.accepted),
        "template_id": q.template.id, "template_version": q.template.version, "pack_hash": q.pack_hash,
        "actions": len(q.actions), "summary_sent": q.summary_sent,
        "meeting_crm_id": q.proposal[1] if q.proposal else None,
    }  # fmt: skip


def action(a: ActionItem) -> Values:
    """A row of `action_states`."""
    return {
        "action_id": a.id, "qbr_id": a.qbr_id, "account_id": a.account_id, "state": a.state, "side": a.side,
        "owner": a.owner, "due": a.due, "first_due": a.first_due, "moves": a.moves, "overdue": a.overdue,
        "blocked": a.blocked, "title": a.title, "decision_id": a.decision_id, "initiative_id": a.initiative_id,
        "done_on": a.done_on,
    }  # fmt: skip


def template(e: Event) -> Values | None:
    """A row of `template_states`; None: the event says nothing about a version."""
    match e:
        case QbrTemplate.QbrTemplateDrafted():
            return {
                "template_id": e.template_id, "template_version": e.template_version, "state": "Draft",
                "document": e.document,
            }  # fmt: skip
        case QbrTemplate.QbrTemplatePublished():
            parts = {"agenda": e.agenda, "result_fields": e.result_fields}
            document = {name: [p.model_dump(mode="json") for p in found] for name, found in parts.items()}
            return {
                "template_id": e.template_id, "template_version": e.template_version, "state": "Published",
                "document": document | {"pack_sections": list(e.pack_sections)},
            }  # fmt: skip
    return None
