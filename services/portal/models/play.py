"""Playbooks, whitespace, the account's deals, and the state of the growth service."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from services.portal.models.base import Moment, View


class StepDependency(View):
    """A step waits for another."""

    step: str
    kind: str
    lag_days: int


class PlaybookStep(View):
    """A step with its day, in business days from the start or the anchor."""

    step: str
    title: dict[str, str]
    role: str | None
    from_: str | None = Field(alias="from", serialization_alias="from", description="start or anchor")
    business_days: int
    duration_days: int
    after: list[StepDependency]


class Playbook(View):
    """A version of a playbook; texts by language."""

    playbook: str
    version: int
    title: dict[str, str]
    purpose: dict[str, str]
    anchor: str | None
    anchor_required: bool
    steps: list[PlaybookStep]
    published: bool
    event_id: str | None


class Playbooks(View):
    """The gallery."""

    playbooks: list[Playbook]


class WhitespaceCell(View):
    """One unit and one product."""

    org_unit: str
    product: str
    state: str
    potential_minor: int | None
    currency: str | None
    evidence: list[str]
    reason: str | None
    by_facts: bool
    event_id: str | None
    since: Moment | None


class Whitespace(View):
    """Which unit of the account uses, could use or will not use which product."""

    as_of: datetime
    org_units: list[str]
    products: list[str]
    cells: list[WhitespaceCell]


class Opportunity(View):
    """A deal of the CRM."""

    opportunity_id: str
    name: str | None
    stage: str | None
    probability: int | None
    amount_minor: int | None
    currency: str | None
    closes_on: date | None
    motion: str | None
    owner: str | None
    open: bool
    primary_initiative_id: str | None
    initiative_ids: list[str]
    event_id: str | None
    product: str | None


class Opportunities(View):
    """The deals of an account."""

    as_of: datetime
    opportunities: list[Opportunity]


class GrowthStatus(View):
    """The state of the growth service."""

    events: int
    shown: int
    followed: int
    read: int
    armed_timers: int
    dead_letters: int
    told_at: datetime | None
    caught_up: bool
