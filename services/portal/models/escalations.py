"""What people do about risks: named risks with countermeasures, escalations, colours set by hand."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from services.portal.models.base import View


class Countermeasure(View):
    """Something that is done about a risk."""

    countermeasure_id: str
    title: str | None
    owner: str | None
    due: date | None
    status: str
    link: str | None
    overdue: bool
    text: str | None = Field(description="Why it failed")


class RiskItem(View):
    """A risk that somebody named."""

    risk_id: str
    category: str | None
    cause: str | None
    title: str | None
    owner: str | None
    status: str
    likelihood: int | None
    impact: int | None
    arr_exposed_minor: int
    currency: str | None
    countermeasures: list[Countermeasure]
    accepted_until: datetime | None
    no_countermeasure: bool
    identified_at: datetime | None
    version: int
    escalated: bool
    accepted_by: str | None
    text: str | None = Field(description="Why it was accepted")


class Escalation(View):
    """An escalation; `last_update` is its newest word."""

    escalation_id: str
    account_id: str
    account: str | None
    title: str | None
    cause: str | None
    severity: str
    status: str
    dri: str | None
    opened_at: datetime | None
    update_due_at: datetime | None
    update_overdue: bool
    last_update_at: datetime | None
    last_update: str | None
    closed_at: datetime | None
    risk_id: str | None
    version: int


class Escalations(View):
    """Escalations, open and gravest first."""

    rows: list[Escalation]


class EscalationStep(View):
    """Something that was said or decided about an escalation; `kind` is the event's name."""

    at: datetime
    kind: str
    by: str | None
    severity: str | None
    was: str | None
    dri: str | None
    text: str | None
    update_due_at: datetime | None
    agreed_by_customer: str | None = Field(description="Pseudonym of the customer's person who agreed to the end")
    event_id: str | None


class EscalationDetail(View):
    """One escalation with everything that happened to it, newest first."""

    as_of: datetime
    row: Escalation
    steps: list[EscalationStep]


class Override(View):
    """A colour that a person set."""

    override_id: str
    to: str
    from_: str | None = Field(alias="from", serialization_alias="from")
    reason: str | None
    text: str | None
    until: datetime | None
    by: str | None
    status: str
    confirmed_by: str | None
    at: datetime | None
