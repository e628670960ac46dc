"""Values of the qbr domain."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Tier = Literal["A", "B", "C", "N"]
Side = Literal["ours", "customer"]
Mode = Literal["onsite", "remote"]
Audience = Literal["internal", "customer"]
Locale = Literal["de", "en"]
SeriesState = Literal["New", "Active", "Paused", "Ended"]
ActionState = Literal["Agreed", "InProgress", "Done", "Dropped"]
RetimeCause = Literal[
    "tier_changed", "held", "held_corrected", "held_retracted", "waived", "standards_changed", "pulled_forward",
]  # fmt: skip
Step = Literal["plan", "invite", "accept_30", "accept_14", "freeze", "agenda"]
State = Literal[
    "Proposed", "Dismissed", "Planned", "Scheduled", "Preparing", "Ready", "Postponed", "Missed", "Cancelled", "Waived",
    "Held", "FollowUp", "Closed", "Retracted",
]  # fmt: skip

RATING_CRITERIA_VERSION = 1
RATING_CRITERIA = ("right people", "goals discussed", "value shown", "next steps clear")


class Value(BaseModel):
    """Frozen; equal if all fields are."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class TemplateRef(Value):
    """A version of a template."""

    id: str
    version: int


class CustomerAttendee(Value):
    """A person of the customer who was there, by pseudonym."""

    subject: UUID
    roles: tuple[str, ...] = ()


class Attendees(Value):
    """Who was there: the customer's persons, our employees (CRM user ids)."""

    customer: tuple[CustomerAttendee, ...]
    own: tuple[str, ...]


class Rating(Value):
    """One value, 1…5, for each criterion of that version."""

    criteria_version: int
    values: tuple[int, ...]


class Meeting(Value):
    """What is told of a QBR that took place. `results`: result field → text_ref."""

    at: datetime
    mode: Mode
    minutes: int
    attendees: Attendees
    rating: Rating | None = None
    next_qbr: date | None = None
    results: dict[str, UUID] = {}


class Pack(Value):
    """A frozen data pack: what it was made of, and the hash of what came out."""

    watermark: dict[str, int]
    pack_at: datetime
    template: TemplateRef
    locale: Locale
    pack_hash: str


class PlannedAction(Value):
    """A promise as it is agreed. `owner`: CRM user id (ours) or pseudonym (customer)."""

    side: Side
    owner: str
    due: date
    title: str
    promote: bool = False


class Promotion(Value):
    """What an initiative needs besides the action: its goals, persons, and its deal or why there is none."""

    goal_ids: tuple[UUID, ...] = ()
    stakeholders: tuple[UUID, ...] = ()
    opportunity_id: str | None = None
    no_opportunity_reason: str | None = None
