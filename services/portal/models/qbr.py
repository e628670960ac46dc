"""QBRs, the rhythm of an account, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.portal.models.base import Absent, Moment, Tier, View


class QbrRow(View):
    """One QBR as the calendar and the list show it."""

    qbr_id: str
    account_id: str
    account_crm_id: str | None
    account: str | None
    tier: Tier | None
    state: str = Field(description="Proposed, Planned, Scheduled, Preparing, Ready, Postponed, Missed, Held, …")
    due_by: date | None
    grace_days: int
    at: datetime | None = Field(description="The date, or when it was held")
    on: date | None = Field(description="The day it stands under in a calendar, in the account's time zone")
    overdue: bool
    moves: int
    owner_id: str | None
    owner: str | None
    open_actions: int
    event_id: str | None
    time_zone: str | None
    actions: int


class SeriesRow(View):
    """The rhythm of one account."""

    account_id: str
    account_crm_id: str | None
    account: str | None
    state: str | None = Field(description="Active, Paused, Ended")
    tier: Tier | None
    interval_days: int
    grace_days: int
    due_by: date | None
    last_held_on: date | None
    open_qbr_id: str | None
    paused_until: date | None
    event_id: str | None
    owner_id: str | None
    owner: str | None
    pull_forward_to: date | None = Field(description="The account is red: proposed day of the next QBR")


class Qbrs(View):
    """Every QBR and every series, for one instant."""

    as_of: datetime
    rows: list[QbrRow]
    series: list[SeriesRow]


class AgendaSection(View):
    """A section of the agenda with its minutes."""

    key: str
    title_de: str | None
    title_en: str | None
    minutes: int


class ResultField(View):
    """A result that a held QBR records."""

    key: str
    title_de: str | None
    title_en: str | None
    required: bool


class Template(View):
    """A version of the agenda."""

    template_id: str | None
    version: int
    state: str | None
    agenda: list[AgendaSection]
    result_fields: list[ResultField]
    pack_sections: list[str]
    event_id: str | None


class Invitee(View):
    """A person of the customer who is invited."""

    subject_id: str
    name: str | None
    accepted: bool


class Note(View):
    """A note on a section."""

    section: str
    text: str | None
    author: str | None
    written_at: datetime | None
    event_id: str | None
    customer: bool = Field(description="Whether the customer's documents show it, too")


class PackVersion(View):
    """A frozen pack."""

    pack_hash: str
    frozen_at: datetime | None
    template_id: str | None
    template_version: int
    locale: str | None
    watermark: dict[str, int]
    event_id: str | None
    published_to: list[str]
    shared_sections: list[str] = Field(description="Internal sections that the customer's documents show")


class Attendee(View):
    """Who was there; of our side `subject_id` is the user id."""

    subject_id: str
    name: str | None
    roles: list[str]


class Held(View):
    """That it was held."""

    at: datetime | None
    mode: str | None
    minutes: int
    days_vs_due: int
    pack_hash: str | None
    customer: list[Attendee]
    own: list[Attendee]
    economic_buyer_present: bool
    rating_criteria_version: int
    ratings: list[int]
    next_qbr: date | None
    event_id: str | None
    corrected: bool
    results: dict[str, str]


class Decision(View):
    """What was decided."""

    decision_id: str
    text: str | None
    agreed_by: list[str]
    at: datetime | None
    event_id: str | None


class Action(View):
    """A promise: whose, by when, and what became of it."""

    action_id: str
    qbr_id: str
    account_id: str | None
    state: str
    side: str | None
    owner: str | None
    owner_name: str | None
    due: date | None
    first_due: date | None
    moved: int
    overdue: bool
    blocked: bool
    blocked_reason: str | None
    title: str | None
    decision_id: str | None
    initiative_id: str | None
    done_at: Moment | None
    evidence_ref: str | None
    reason: str | None
    event_id: str | None


class Closing(View):
    """How far minutes, summary and closing are."""

    minutes_approved_at: datetime | None
    minutes: str | None
    summary_sent_at: datetime | None
    summary_due: date | None
    closed_at: datetime | None
    no_action_reason: str | None
    next_qbr_id: str | None


class HistoryEntry(View):
    """Something that happened to the QBR."""

    at: Moment | None
    recorded_at: datetime | None
    what: str
    actor: str | None
    event_id: str | None
    facts: dict[str, str]


class Qbr(View):
    """One QBR with everything that belongs to it."""

    as_of: datetime
    qbr: QbrRow
    template: Annotated[Template | None, Absent]
    invitees: list[Invitee]
    notes: list[Note]
    packs: list[PackVersion]
    annotations: list[Note]
    held: Annotated[Held | None, Absent]
    decisions: list[Decision]
    actions: list[Action]
    closing: Annotated[Closing | None, Absent]
    history: list[HistoryEntry]
    allowed: list[str] = Field(description="Commands that its state allows")
    missing_to_close: list[str]
    preparation_minutes: int | None = Field(description="Active minutes; null: for its owner alone")
    preparation_running: bool
    series: Annotated[SeriesRow | None, Absent]
    proposed_meeting_crm_id: str | None


class PreparationTime(View):
    """How long a team needs to prepare a QBR; never of one person."""

    team: str | None = Field(description="User id of whom the team reports to; null: the company")
    team_name: str | None
    n: int = Field(description="Preparations published")
    median_minutes: int | None = Field(description="Active minutes; null: fewer than five, or all of one owner")


class PreparationTimes(View):
    """Preparation times against their target."""

    target_minutes: int
    rows: list[PreparationTime]
