"""What happens by itself, as pure functions: who is judged again, which timers an event arms, what follows from a
finding (domain.md §12: PM5 to PM9, PM11, PM14).

A fact only wakes its account; the account is judged when nothing is left to read, over the whole history up to that
instant. So it is never judged on half of it, and the order in which facts came does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.risk.domain import Escalation, RiskItem, RiskModels
from services.risk.domain.account_risk import OverrideEvent
from services.risk.policy.book import Book
from services.risk.policy.responses import NO_PLAN
from services.risk.policy.rules import DIGEST, UPDATE
from shared import ids
from shared.eventstore.events import Recorded

_DECISIONS = (OverrideEvent, RiskItem.Event, Escalation.Event)
_ALL = (RiskModels.RiskModelActivated, RiskModels.RiskModelShadowed)


class Due(NamedTuple):
    """A timer that an event arms, as `shared.timers` takes it; `at` None: it will not fire."""

    rule: str
    subject: UUID
    version: int
    at: datetime | None
    data: Mapping[str, int] = {}


def woken(events: Iterable[Recorded]) -> set[UUID]:
    """The accounts that are judged again because of our own events."""
    return {r.event.account_id for r in events if isinstance(r.event, _DECISIONS)}


def wakes_all(events: Iterable[Recorded]) -> bool:
    """PM11: a model decides or is tried from now on, so every account is judged again."""
    return any(isinstance(r.event, _ALL) for r in events)


def timers_of(events: Iterable[Recorded]) -> list[Due]:
    """R16: the next word about an escalation. PM11: one digest when all accounts are judged by the new model."""
    timers = []
    for r in events:
        due = getattr(r.event, "update_due_at", None)
        if isinstance(r.event, Escalation.Event) and due is not None:
            timers.append(Due(UPDATE, r.event.escalation_id, r.position, due))
        elif isinstance(r.event, Escalation.EscalationClosed):
            timers.append(Due(UPDATE, r.event.escalation_id, r.position, None))
        elif isinstance(r.event, RiskModels.RiskModelActivated) and r.event.signed_off:
            e = r.event
            subject = ids.derived("recolour", str(e.model_version))
            timers.append(Due(DIGEST, subject, r.position, e.effective_from, {"version": e.model_version}))
    return timers


class SettleMeasure(NamedTuple):
    """A command: a countermeasure is what became of the work that it is linked with."""

    risk_id: UUID
    countermeasure_id: UUID
    status: str
    at: datetime


def settled(book: Book) -> list[SettleMeasure]:
    """PM6: the work of a countermeasure is a milestone or an action; when that is done or given up, so is the measure.

    Both orders count: work that was over before somebody linked it settles the measure at once.
    """
    return [
        SettleMeasure(UUID(item.id), UUID(measure), book.settled[link][0], max(planned_at, book.settled[link][1]))
        for item in book.items.values()
        for measure, (link, planned_at) in item.links.items()
        if item.measures[measure] == "planned" and link in book.settled
    ]


class OpenEscalation(NamedTuple):
    """A command: an escalation that nobody but a rule asked for."""

    escalation_id: UUID
    account_id: UUID
    cause: str
    title: str


def on_plan_missed(account_id: UUID, escalation_id: UUID) -> OpenEscalation:
    """PM6: red, and no countermeasure in time."""
    return OpenEscalation(escalation_id, account_id, NO_PLAN, "Red without a countermeasure")
