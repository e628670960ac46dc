"""An escalation: one person directs it, it is told on at the pace of its severity, both sides agree on its end.

Opened → Owned → InProgress → ResolutionProposed → Closed; raised or lowered at any time; reopened within 30 days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID

from eventsourcing.domain import event

from services.risk.domain.base import OfAccount, RiskEvent, need, titled
from services.risk.policy.business import WEEKDAYS, BusinessDays
from shared.contracts.risk.base import Severity
from shared.eventstore.events import Aggregate, AggregateCreated

SEVERITIES: tuple[str, ...] = get_args(Severity)
ORDER = {s: i for i, s in enumerate(SEVERITIES)}  # critical first


@dataclass(frozen=True, slots=True)
class Pace:
    """How often each severity is told on (`1 d`, `2 bd`), and for how long a closed one can be reopened."""

    update: Mapping[str, str]
    reopen_days: int
    business: BusinessDays = WEEKDAYS

    def due(self, severity: str, at: datetime) -> datetime:
        """When the next word is due."""
        number, _, unit = self.update[severity].partition(" ")
        return self.business.add(at, int(number)) if unit == "bd" else at + timedelta(days=int(number))


class Escalation(OfAccount, Aggregate):
    """Stream id = the escalation's id."""

    TOPIC = "risk.Escalation"

    class Event(RiskEvent):
        escalation_id: UUID
        severity: Severity

    class EscalationOpened(AggregateCreated, Event):
        TOPIC = "risk.EscalationOpened"
        title: str
        cause: str
        risk_id: UUID | None
        by: str
        update_due_at: datetime

    class EscalationDriAssigned(Event):
        TOPIC = "risk.EscalationDriAssigned"
        dri: str
        by: str

    class EscalationRaised(Event):
        TOPIC = "risk.EscalationRaised"
        was: Severity
        by: str
        update_due_at: datetime

    class EscalationLowered(Event):
        TOPIC = "risk.EscalationLowered"
        was: Severity
        by: str
        update_due_at: datetime

    class EscalationUpdated(Event):
        TOPIC = "risk.EscalationUpdated"
        text_ref: UUID
        by: str
        update_due_at: datetime

    class EscalationUpdateOverdue(Event):
        TOPIC = "risk.EscalationUpdateOverdue"
        due_at: datetime
        dri: str | None
        late_by_s: int

    class EscalationResolutionProposed(Event):
        TOPIC = "risk.EscalationResolutionProposed"
        text_ref: UUID
        by: str

    class EscalationClosed(Event):
        TOPIC = "risk.EscalationClosed"
        agreed_by_customer: UUID
        by: str
        at: datetime

        def subjects(self) -> tuple[UUID, ...]:
            return (self.agreed_by_customer,)

    class EscalationReopened(Event):
        TOPIC = "risk.EscalationReopened"
        reason_ref: UUID
        by: str
        update_due_at: datetime

    @event(EscalationOpened)
    def __init__(
        self, account_id: UUID, escalation_id: UUID, severity: Severity, title: str, cause: str, risk_id: UUID | None,
        by: str, update_due_at: datetime,
    ) -> None:  # fmt: skip
        self.account_id, self.escalation_id, self.severity = account_id, escalation_id, severity
        self.status = "Opened"
        self.dri: str | None = None
        self.due: datetime | None = update_due_at
        self.overdue: datetime | None = None  # the due instant that was told as overdue
        self.closed_at: datetime | None = None

    @classmethod
    def open(
        cls, escalation_id: UUID, account_id: UUID, severity: str, title: str, cause: str, risk_id: UUID | None,
        by: str, at: datetime, pace: Pace,
    ) -> Escalation:  # fmt: skip
        """Begins. Raises Rejected."""
        need(severity in SEVERITIES, "severity-unknown", f"Use one of {', '.join(SEVERITIES)}.")
        return cls._create(
            cls.EscalationOpened, id=escalation_id, account_id=account_id, escalation_id=escalation_id,
            severity=severity, title=titled(title), cause=cause, risk_id=risk_id, by=by,
            update_due_at=pace.due(severity, at),
        )  # fmt: skip

    def trigger_event(self, event_class: type, **kwargs: object) -> None:
        """With the escalation's id and severity in each event."""
        kwargs.setdefault("escalation_id", self.escalation_id)
        kwargs.setdefault("severity", self.severity)
        super().trigger_event(event_class, **kwargs)

    def assign(self, dri: str, by: str) -> None:
        """One person directs it. Raises Rejected."""
        self._live()
        need(dri.strip(), "dri-missing", "Name one person.")
        need(dri != self.dri, "dri-unchanged", f"{dri} directs it already.")
        self._assigned(dri, by)

    def change_severity(self, severity: str, by: str, at: datetime, pace: Pace) -> None:
        """Graver or lighter. Raises Rejected."""
        self._live()
        need(severity in SEVERITIES, "severity-unknown", f"Use one of {', '.join(SEVERITIES)}.")
        need(severity != self.severity, "severity-unchanged", f"It is {severity} already.")
        kind = self.EscalationRaised if ORDER[severity] < ORDER[self.severity] else self.EscalationLowered
        due = pace.due(severity, at)
        self.trigger_event(kind, severity=severity, was=self.severity, by=by, update_due_at=due)

    def update(self, text_ref: UUID, by: str, at: datetime, pace: Pace) -> None:
        """Word about where it stands. Raises Rejected."""
        self._live()
        need(self.dri, "dri-missing", "First name one person who directs it.")
        self._updated(text_ref, by, pace.due(self.severity, at))

    def propose(self, text_ref: UUID, by: str) -> None:
        """We think it is solved. Raises Rejected."""
        self._live()
        need(self.dri, "dri-missing", "First name one person who directs it.")
        self._proposed(text_ref, by)

    def close(self, agreed_by_customer: UUID | None, by: str, at: datetime) -> None:
        """Both sides agree. Raises Rejected."""
        self._live()
        need(self.status == "ResolutionProposed", "no-resolution", "First propose a resolution.")
        need(agreed_by_customer, "customer-not-agreed", "Name the customer's person who agreed: both sides close it.")
        assert agreed_by_customer is not None
        self._closed(agreed_by_customer, by, at)

    def reopen(self, reason_ref: UUID, by: str, at: datetime, pace: Pace) -> None:
        """Not solved after all. Raises Rejected."""
        need(self.status == "Closed", "not-closed", f"It is {self.status}.")
        latest = (self.closed_at or at) + timedelta(days=pace.reopen_days)
        need(at <= latest, "reopen-too-late", f"It was closed more than {pace.reopen_days} days ago: open a new one.")
        self._reopened(reason_ref, by, pace.due(self.severity, at))

    def becomes_overdue(self, at: datetime, late_by_s: int) -> None:
        """No word in time: told once for each due instant."""
        if self.status != "Closed" and self.due and self.due <= at and self.overdue != self.due:
            self._overdue(self.due, self.dri, late_by_s)

    def _live(self) -> None:
        need(self.status != "Closed", "escalation-closed", "It is closed: reopen it first.")

    @event(EscalationDriAssigned)
    def _assigned(self, dri: str, by: str) -> None:
        self.dri = dri
        self.status = "Owned" if self.status == "Opened" else self.status

    @event(EscalationRaised)
    def _raised(self, severity: Severity, update_due_at: datetime) -> None:
        self.severity, self.due = severity, update_due_at

    @event(EscalationLowered)
    def _lowered(self, severity: Severity, update_due_at: datetime) -> None:
        self.severity, self.due = severity, update_due_at

    @event(EscalationUpdated)
    def _updated(self, text_ref: UUID, by: str, update_due_at: datetime) -> None:
        self.status, self.due = "InProgress", update_due_at

    @event(EscalationUpdateOverdue)
    def _overdue(self, due_at: datetime, dri: str | None, late_by_s: int) -> None:
        self.overdue = due_at

    @event(EscalationResolutionProposed)
    def _proposed(self, text_ref: UUID, by: str) -> None:
        self.status = "ResolutionProposed"

    @event(EscalationClosed)
    def _closed(self, agreed_by_customer: UUID, by: str, at: datetime) -> None:
        self.status, self.closed_at, self.due = "Closed", at, None

    @event(EscalationReopened)
    def _reopened(self, reason_ref: UUID, by: str, update_due_at: datetime) -> None:
        self.status, self.closed_at, self.due = "InProgress", None, update_due_at
