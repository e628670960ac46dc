"""A risk that somebody named, and what is done about it.

Identified → Assessed → Mitigating → Monitoring → Resolved | Accepted (until a day) | Materialised. The work of a
countermeasure is a milestone in growth or an action item in qbr; here is only the link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from eventsourcing.domain import event

from services.risk.domain.base import OfAccount, RiskEvent, need, titled
from services.risk.policy.model import AMBER_FLOORS, FACTORS, RED_FLOORS
from shared.contracts.risk.base import Money
from shared.eventstore.events import Aggregate, AggregateCreated

CATEGORIES = (*FACTORS, "insolvency", "other")
CAUSES = (*RED_FLOORS, *AMBER_FLOORS, *FACTORS, "other")
OVER = ("Resolved", "Materialised")


@dataclass(slots=True)
class Measure:
    """A countermeasure: planned, completed or failed."""

    owner: str
    due: date
    status: str = "planned"


class MeasureEvent(RiskEvent):
    countermeasure_id: UUID


class RiskItem(OfAccount, Aggregate):
    """Stream id = the item's id."""

    TOPIC = "risk.RiskItem"

    class Event(RiskEvent):
        risk_id: UUID

    class RiskIdentified(AggregateCreated, Event):
        TOPIC = "risk.RiskIdentified"
        category: str
        cause: str
        title: str
        owner: str
        by: str

    class RiskAssessed(Event):
        TOPIC = "risk.RiskAssessed"
        likelihood: int
        impact: int
        arr_exposed: Money
        by: str

    class CountermeasurePlanned(MeasureEvent, Event):
        TOPIC = "risk.CountermeasurePlanned"
        title: str
        owner: str
        due: date
        link: str
        by: str

    class CountermeasureCompleted(MeasureEvent, Event):
        TOPIC = "risk.CountermeasureCompleted"
        by: str

    class CountermeasureFailed(MeasureEvent, Event):
        TOPIC = "risk.CountermeasureFailed"
        reason_ref: UUID
        by: str

    class RiskItemMonitored(Event):
        TOPIC = "risk.RiskItemMonitored"
        by: str

    class RiskAccepted(Event):
        TOPIC = "risk.RiskAccepted"
        until: datetime
        by: str
        reason_ref: UUID

    class RiskResolved(Event):
        TOPIC = "risk.RiskResolved"
        evidence: tuple[str, ...]
        by: str

    class RiskMaterialised(Event):
        TOPIC = "risk.RiskMaterialised"
        loss: Money
        by: str

    @event(RiskIdentified)
    def __init__(
        self, account_id: UUID, risk_id: UUID, category: str, cause: str, title: str, owner: str, by: str
    ) -> None:
        self.account_id, self.risk_id = account_id, risk_id
        self.category, self.cause, self.owner = category, cause, owner
        self.status = "Identified"
        self.until: datetime | None = None
        self.measures: dict[UUID, Measure] = {}

    @classmethod
    def identify(
        cls, risk_id: UUID, account_id: UUID, category: str, cause: str, title: str, owner: str, by: str
    ) -> RiskItem:
        """Names a risk. Raises Rejected."""
        need(category in CATEGORIES, "category-unknown", f"Use one of {', '.join(CATEGORIES)}.")
        need(cause in CAUSES, "cause-unknown", f"Use one of {', '.join(CAUSES)}.")
        need(owner.strip(), "owner-missing", "Somebody has to answer for it.")
        return cls._create(
            cls.RiskIdentified, id=risk_id, account_id=account_id, risk_id=risk_id, category=category, cause=cause,
            title=titled(title), owner=owner, by=by,
        )  # fmt: skip

    def trigger_event(self, event_class: type, **kwargs: object) -> None:
        """With the item's id in each event."""
        kwargs.setdefault("risk_id", self.risk_id)
        super().trigger_event(event_class, **kwargs)

    def assess(self, likelihood: int, impact: int, arr_exposed: Money, by: str, at: datetime) -> None:
        """How likely and how grave, 1 to 5. Raises Rejected."""
        self._open(at)
        need(1 <= likelihood <= 5 and 1 <= impact <= 5, "scale-1-to-5", "Likelihood and impact are 1 to 5.")
        need(arr_exposed.amount >= 0, "arr-negative", "What is exposed is not negative.")
        self._assessed(likelihood, impact, arr_exposed, by)

    def plan(self, measure_id: UUID, title: str, owner: str, due: date, link: str, by: str, at: datetime) -> None:
        """Somebody does something by a day. Raises Rejected."""
        self._open(at)
        need(owner.strip(), "owner-missing", "Somebody has to do it.")
        need(due >= at.date(), "due-in-the-past", f"{due} is past: a countermeasure is due later.")
        need(measure_id not in self.measures, "countermeasure-exists", "It is planned already.")
        linked = link == "" or (link.partition(":")[0] in ("milestone", "action") and bool(link.partition(":")[2]))
        need(linked, "link-unknown", "A link is milestone:<id> or action:<id>.")
        self._planned(measure_id, titled(title), owner, due, link, by)

    def complete(self, measure_id: UUID, by: str) -> None:
        """It is done. When all are, the risk is watched. Raises Rejected."""
        self._planned_one(measure_id)
        self._completed(measure_id, by)
        if all(m.status != "planned" for m in self.measures.values()):
            self._monitored(by)

    def fail(self, measure_id: UUID, reason_ref: UUID, by: str) -> None:
        """It did not help. Raises Rejected."""
        self._planned_one(measure_id)
        self._failed(measure_id, reason_ref, by)

    def accept(self, until: datetime, reason_ref: UUID, by: str, at: datetime) -> None:
        """Nothing is done about it until then. Raises Rejected."""
        self._open(at)
        need(until > at, "until-in-the-past", f"{until} is past.")
        self._accepted(until, by, reason_ref)

    def resolve(self, evidence: Sequence[str], by: str) -> None:
        """It is gone. Raises Rejected."""
        need(self.status not in OVER, "risk-closed", f"It is {self.status}.")
        need(any(e.strip() for e in evidence), "evidence-missing", "Name an event or a record that shows it.")
        self._resolved(tuple(evidence), by)

    def materialise(self, loss: Money, by: str) -> None:
        """It happened. Raises Rejected."""
        need(self.status not in OVER, "risk-closed", f"It is {self.status}.")
        need(loss.amount >= 0, "loss-negative", "A loss is not negative.")
        self._materialised(loss, by)

    def _open(self, at: datetime) -> None:
        accepted = self.status == "Accepted" and self.until is not None and self.until > at
        need(self.status not in OVER and not accepted, "risk-closed", f"It is {self.status}.")

    def _planned_one(self, measure_id: UUID) -> None:
        need(measure_id in self.measures, "countermeasure-unknown", "There is no such countermeasure.")
        status = self.measures[measure_id].status
        need(status == "planned", "countermeasure-over", f"It is {status}.")

    @event(RiskAssessed)
    def _assessed(self, likelihood: int, impact: int, arr_exposed: Money, by: str) -> None:
        self.status = "Assessed" if self.status == "Identified" else self.status

    @event(CountermeasurePlanned)
    def _planned(self, countermeasure_id: UUID, title: str, owner: str, due: date, link: str, by: str) -> None:
        self.measures[countermeasure_id] = Measure(owner, due)
        self.status = "Mitigating"

    @event(CountermeasureCompleted)
    def _completed(self, countermeasure_id: UUID, by: str) -> None:
        self.measures[countermeasure_id].status = "completed"

    @event(CountermeasureFailed)
    def _failed(self, countermeasure_id: UUID, reason_ref: UUID, by: str) -> None:
        self.measures[countermeasure_id].status = "failed"

    @event(RiskItemMonitored)
    def _monitored(self, by: str) -> None:
        self.status = "Monitoring"

    @event(RiskAccepted)
    def _accepted(self, until: datetime, by: str, reason_ref: UUID) -> None:
        self.status, self.until = "Accepted", until

    @event(RiskResolved)
    def _resolved(self, evidence: tuple[str, ...], by: str) -> None:
        self.status = "Resolved"

    @event(RiskMaterialised)
    def _materialised(self, loss: Money, by: str) -> None:
        self.status = "Materialised"
