"""Commands of templates and series, and what the CRM's meetings lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.qbr.domain.commands.base import Command, OfSeries
from services.qbr.domain.values import RetimeCause, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineTemplate(Command):
    template_id: str
    document: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishTemplate(Command):
    template_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSeries(OfSeries):
    """`anchor` None: today."""

    tier: Tier
    anchor: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimeSeries(OfSeries):
    """`on`: the day from which the tier holds; None: today."""

    tier: Tier
    on: date | None = None
    cause: RetimeCause = "tier_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSeries(OfSeries):
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSeries(OfSeries):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSeries(OfSeries):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHeld(OfSeries):
    """`held_on` None: it does not count any more."""

    qbr_id: UUID
    held_on: date | None
    cause: RetimeCause


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWaived(OfSeries):
    qbr_id: UUID
    was_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanQBR(OfSeries):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePullForward(OfSeries):
    """`on`: the day on which we learned that the account is red; `risk_event`: what told it."""

    on: date
    risk_event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePullForward(OfSeries):
    """The account is not red any more."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullForwardQBR(OfSeries):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissPullForward(OfSeries):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeMeeting(OfSeries):
    """A held meeting of the CRM that looks like a QBR."""

    system: str
    meeting_crm_id: str
    revision: int
    at: datetime
    participants: tuple[UUID, ...]
    owner_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseMeeting(OfSeries):
    """The CRM no longer has it as held, or not of this account."""

    system: str
    meeting_crm_id: str
    revision: int
