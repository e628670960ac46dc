"""Accounts as of any day and as known at any other, as the insights service folds them."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from services.portal.models.base import Moment, View


class InsightArr(View):
    """Recurring revenue on a day."""

    on: date
    arr_minor: int


class AccountInsight(View):
    """Where an account stood."""

    account_id: str
    crm_id: str | None
    name: str | None
    life: str | None
    key_status: str | None
    tier: str | None
    tier_basis: str | None
    tier_event: str | None
    colour: str | None
    colour_why: str | None
    colour_since: datetime | None
    colour_event: str | None
    arr_minor: int
    arr_events: list[str]
    arr_history: list[InsightArr] = Field(description="Eight quarter ends and the day asked for")
    next_notice_deadline: date | None
    owners: dict[str, str] = Field(description="Theme -> CRM user id")
    last_contact_at: datetime | None
    last_contact_event: str | None
    next_qbr_due: Moment | None
    last_qbr_at: Moment | None
    plan_state: str | None
    plan_progress_bp: int
    open_actions: int
    overdue_milestones: int
    open_risks: int
    escalation: str | None
    broken_standards: list[str]
    people: int
    facts: int
    as_of: Moment
    known_at: Moment | None
    absorbed: list[str] = Field(description="Duplicates that were merged into it")
    parent_id: str | None
    first_at: datetime | None = Field(description="The oldest fact: before it nothing is known")


class Insights(View):
    """Every customer, alike."""

    as_of: Moment
    known_at: Moment | None
    accounts: list[AccountInsight]
    currency: str | None
    arr_minor: int
    by_tier: dict[str, int]
    by_colour: dict[str, int]
    first_at: datetime | None


class InsightEntry(View):
    """A fact on the timeline."""

    event_id: str
    type: str
    at: datetime
    recorded_at: datetime
    actor: str | None
    count: int = Field(description="How many edits it stands for")
    data_json: str | None


class InsightGroup(View):
    """What follows from one cause, or the edits of one person within ten minutes."""

    at: datetime
    until: datetime
    actor: str | None
    cause: str | None
    entries: list[InsightEntry]
    folded: int


class InsightTimeline(View):
    """What happened, the newest first, over all services."""

    groups: list[InsightGroup]
    next_before: str | None = Field(description="Ask with this as `before` for older ones; null: there are none")
    by_service: dict[str, int] = Field(description="Facts of the whole timeline, before any filter")
    by_type: dict[str, int] = Field(description="Facts of the services asked for")
    first_at: datetime | None


class RoleGap(View):
    """A required role that nobody fills, or not as they must."""

    role: str
    why: str | None
    event_ids: list[str]


class MapPerson(View):
    """A person of the customer, by pseudonym."""

    subject_id: str
    status: str | None
    roles: list[str]
    power: int | None
    interest: int | None
    attitude: int | None
    quadrant: str | None
    blocker: bool
    confirmed_at: datetime | None
    fresh: bool
    last_contact_at: datetime | None
    reports_to: str | None
    successor: str | None
    relations: dict[str, int] = Field(description="Own employee -> strength")
    event_ids: list[str]
    org_unit: str | None


class MapLine(View):
    """A line between two persons; `from` in JSON."""

    from_: str = Field(alias="from")
    to: str
    kind: str = Field(description="reports_to, influences or conflicts_with")
    weight: int


class StakeholderMap(View):
    """The customer's people: gaps first, then who is who and who knows whom."""

    account_id: str
    as_of: Moment
    gaps: list[RoleGap]
    people: list[MapPerson]
    lines: list[MapLine]
    members: list[str] = Field(description="Own employees that know somebody here")
