"""Escalations: one person directs each, it is told on at the pace of its severity, and both sides agree on its end."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.risk.base import RiskFact, Severity


class EscalationFact(RiskFact):
    """Something about one escalation."""

    escalation_id: UUID = Field(description="The escalation")
    severity: Severity = Field(description="Severity from then on")


class EscalationOpened(EscalationFact):
    """It begins. `update_due_at`: when the next word about it is due."""

    TYPE: ClassVar[str] = "EscalationOpened"
    title: str = Field(description="What it is about, at most 120 characters, no names of persons")
    cause: str = Field(description="Why: a floor, a factor, `no_plan` or `other`")
    risk_id: UUID | None = Field(default=None, description="Risk item that it belongs to")
    by: str
    update_due_at: datetime = Field(description="When the next update is due (instant, UTC)")


class EscalationDriAssigned(EscalationFact):
    """One person directs it."""

    TYPE: ClassVar[str] = "EscalationDriAssigned"
    dri: str = Field(description="CRM user id of the directly responsible individual")
    by: str


class EscalationRaised(EscalationFact):
    """A graver severity."""

    TYPE: ClassVar[str] = "EscalationRaised"
    was: Severity = Field(description="Severity before")
    by: str
    update_due_at: datetime = Field(description="When the next update is due (instant, UTC)")


class EscalationLowered(EscalationFact):
    """A lighter severity."""

    TYPE: ClassVar[str] = "EscalationLowered"
    was: Severity = Field(description="Severity before")
    by: str
    update_due_at: datetime = Field(description="When the next update is due (instant, UTC)")


class EscalationUpdated(EscalationFact):
    """Word about where it stands."""

    TYPE: ClassVar[str] = "EscalationUpdated"
    text_ref: UUID = Field(description="Names the text inside the service")
    by: str
    update_due_at: datetime = Field(description="When the next update is due (instant, UTC)")


class EscalationUpdateOverdue(EscalationFact):
    """No word came in time."""

    TYPE: ClassVar[str] = "EscalationUpdateOverdue"
    due_at: datetime
    dri: str | None = Field(default=None, description="CRM user id of the directly responsible individual")
    late_by_s: int = 0


class EscalationResolutionProposed(EscalationFact):
    """We think it is solved; the customer is asked."""

    TYPE: ClassVar[str] = "EscalationResolutionProposed"
    text_ref: UUID = Field(description="Names the text inside the service")
    by: str


class EscalationClosed(EscalationFact):
    """Both sides agree that it is solved."""

    TYPE: ClassVar[str] = "EscalationClosed"
    agreed_by_customer: UUID = Field(description="Pseudonym of the customer's person who agreed")
    by: str


class EscalationReopened(EscalationFact):
    """Not solved after all, within 30 days."""

    TYPE: ClassVar[str] = "EscalationReopened"
    reason_ref: UUID = Field(description="Names the reason's text inside the service")
    by: str
    update_due_at: datetime = Field(description="When the next update is due (instant, UTC)")
