"""Everything the account page shows."""

from __future__ import annotations

from datetime import date, datetime

from services.portal.models.base import Moment, Tier, View
from services.portal.models.portfolio import AccountRow
from services.portal.models.system import Freshness
from services.portal.models.tiering import Criterion, TierExplanation


class ThemeOwner(View):
    """Who answers for one theme of the account; `user_id` null: vacant."""

    theme: str
    user_id: str | None
    name: str | None
    active: bool
    since: Moment | None
    deputy_id: str | None
    deputy: str | None
    required: bool
    vacant_because: str | None
    event_id: str | None


class Stakeholder(View):
    """A person of the customer, by pseudonym; the name is null after erasure."""

    subject_id: str
    name: str | None
    title: str | None
    status: str
    roles: list[str]
    influence: int | None
    interest: int | None
    attitude: int | None
    champion: bool
    quadrant: str | None
    last_contact_at: datetime | None
    event_id: str | None
    blocker: bool
    department: str | None


class Contract(View):
    """A subscription term."""

    crm_id: str
    name: str | None
    product: str | None
    state: str
    starts_on: date | None
    ends_on: date | None
    arr_minor: int
    currency: str | None
    seats: int
    notice_period_days: int | None
    auto_renew: bool | None
    notice_deadline: date | None
    renewal_window_opens: date | None
    active: bool
    event_id: str | None
    has_renewal_opportunity: bool


class HierarchyNode(View):
    """One account of the group."""

    account_id: str
    crm_id: str
    name: str
    parent_crm_id: str | None
    tier: Tier | None
    arr_minor: int
    currency: str | None
    depth: int


class TimelineEntry(View):
    """Something that happened at or to the account."""

    at: Moment
    kind: str
    what: str
    facts: dict[str, str]
    event_id: str
    meaningful: bool
    recorded_at: datetime | None
    actor: str | None


class ArrPoint(View):
    """Recurring revenue on one day."""

    on: date
    arr_minor: int
    event_ids: list[str]


class UsagePoint(View):
    """One reported week of product usage."""

    product: str
    metric: str
    period_start: date
    value: int
    licensed: int
    event_id: str | None


class Standard(View):
    """A standard of the account's tier, kept or not; `required` and `actual` as they were at `judged_at`."""

    standard: str
    required: str | None
    actual: str | None
    kept: bool
    since: Moment | None
    judged_at: Moment | None
    event_id: str | None


class Account(View):
    """Everything known about one account, for one instant."""

    as_of: datetime
    account: AccountRow
    criteria: list[Criterion]
    tier: TierExplanation
    team: list[ThemeOwner]
    stakeholders: list[Stakeholder]
    contracts: list[Contract]
    hierarchy: list[HierarchyNode]
    timeline: list[TimelineEntry]
    arr_history: list[ArrPoint]
    standards: list[Standard]
    usage: list[UsagePoint]
    freshness: Freshness
    aliases: list[str]
