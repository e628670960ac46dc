"""A QBR that took place."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract
from shared.contracts.qbr.base import ReviewFact
from shared.contracts.qbr.reviews import TemplateRef


class CustomerAttendee(Contract):
    """A person of the customer who was there."""

    subject: UUID = Field(description="Pseudonym of the person; the name is on `kam.people.v1`")
    roles: tuple[str, ...] = ()


class Attendees(Contract):
    """Who was there, at least one of each side."""

    customer: tuple[CustomerAttendee, ...] = Field(description="Persons of the customer")
    own: tuple[str, ...] = Field(description="Our employees, CRM user ids")


class QbrRating(Contract):
    """How the participants rate the QBR."""

    criteria_version: int = Field(description="Version of the criteria")
    values: tuple[int, ...] = Field(description="One value for each criterion, 1 to 5")


class HeldFact(ReviewFact):
    """A QBR that took place; `effective_at` is when."""

    series_id: UUID = Field(description="Series, one for each account")
    due_by: date = Field(description="Day by which it was due")
    days_vs_due: int = Field(description="Days after the due day; negative: before it")
    mode: Literal["onsite", "remote"] = Field(description="How they met")
    minutes: int = Field(description="How long it took, minutes")
    template: TemplateRef = Field(description="Template it was held by")
    pack_hash: str | None = Field(default=None, description="Pack it was held with; null: without one")
    attendees: Attendees = Field(description="Who was there")
    economic_buyer_present: bool = Field(description="Whether an economic buyer was there")
    rating: QbrRating | None = Field(default=None, description="How it was rated; null: not")
    next_qbr: date | None = Field(default=None, description="Day of the next one, if agreed")


class QBRHeld(HeldFact):
    """The QBR took place."""

    TYPE: ClassVar[str] = "QBRHeld"


class QBRHeldCorrected(HeldFact):
    """What was recorded of it was wrong; this is how it was. Coverage and cadence follow."""

    TYPE: ClassVar[str] = "QBRHeldCorrected"
    corrects_version: int = Field(description="Version of the event in this stream that it takes the place of")
    held_at: datetime = Field(description="When it took place (instant, UTC)")


class QBRHeldRetracted(ReviewFact):
    """It did not take place. Coverage and cadence follow."""

    TYPE: ClassVar[str] = "QBRHeldRetracted"
    corrects_version: int = Field(description="Version of the event in this stream that it takes the place of")
    reason: str


class QBRRated(ReviewFact):
    """The rating of a QBR."""

    TYPE: ClassVar[str] = "QBRRated"
    rating: QbrRating = Field(description="How it was rated")


class QBRResultsRecorded(ReviewFact):
    """The result fields of the template, filled in."""

    TYPE: ClassVar[str] = "QBRResultsRecorded"
    results: dict[str, UUID] = Field(description="Result field, and the name of its text inside the service")
