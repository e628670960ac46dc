"""The account team and the customer's people."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.accounts.base import AccountFact, PersonFact
from shared.contracts.base import Contract

Line = Literal["influences", "conflicts_with"]


class ThemeOwnerAssigned(AccountFact):
    """A vacant theme has an owner."""

    TYPE: ClassVar[str] = "ThemeOwnerAssigned"
    theme: str
    owner_id: str
    owner_subject: UUID
    at: datetime
    assigned_from: Literal["crm", "person"]


class ThemeOwnerReplaced(AccountFact):
    """Another employee owns the theme."""

    TYPE: ClassVar[str] = "ThemeOwnerReplaced"
    theme: str
    owner_id: str
    owner_subject: UUID
    was_owner_id: str
    at: datetime
    assigned_from: Literal["crm", "person"]


class ThemeVacated(AccountFact):
    """Nobody owns the theme; `owner_id` did until then."""

    TYPE: ClassVar[str] = "ThemeVacated"
    theme: str
    owner_id: str
    owner_subject: UUID
    at: datetime
    cause: Literal["owner_inactive", "no_owner_in_crm", "removed", "user_deactivated"]


class DeputyAppointed(AccountFact):
    """`owner_id` stands in for the theme's owner."""

    TYPE: ClassVar[str] = "DeputyAppointed"
    theme: str
    owner_id: str
    owner_subject: UUID
    at: datetime


class AbsenceRecorded(AccountFact):
    """`owner_id` is away."""

    TYPE: ClassVar[str] = "AbsenceRecorded"
    owner_id: str
    owner_subject: UUID
    first: date
    last: date


class Evidence(Contract):
    """What an assessment rests on."""

    kind: Literal["power", "sells_internally", "own_interest", "other"]
    ref: str
    on: date


class StakeholderSuggested(PersonFact):
    """The CRM has a live contact at the account; roles, power and attitude as it sees them."""

    TYPE: ClassVar[str] = "StakeholderSuggested"
    crm_id: str
    roles: tuple[str, ...] = ()
    power: int | None = None
    attitude_value: int | None = None


class StakeholderSuggestionRevised(PersonFact):
    """The CRM assesses the contact anew."""

    TYPE: ClassVar[str] = "StakeholderSuggestionRevised"
    roles: tuple[str, ...] = ()
    power: int | None = None
    attitude_value: int | None = None


class StakeholderReturned(PersonFact):
    """A departed contact is back at the account."""

    TYPE: ClassVar[str] = "StakeholderReturned"
    roles: tuple[str, ...] = ()
    power: int | None = None
    attitude_value: int | None = None
    at: datetime


class StakeholderSuggestionDismissed(PersonFact):
    """The suggestion is refused."""

    TYPE: ClassVar[str] = "StakeholderSuggestionDismissed"
    reason: Literal["not_relevant", "left_company", "duplicate", "other"]
    by: str
    at: datetime


class StakeholderMapped(PersonFact):
    """The person is on the map."""

    TYPE: ClassVar[str] = "StakeholderMapped"
    by: str
    at: datetime


class StakeholderRolesAssigned(PersonFact):
    """All buying roles of the person."""

    TYPE: ClassVar[str] = "StakeholderRolesAssigned"
    roles: tuple[str, ...]
    by: str
    at: datetime


class StakeholderInfluenceAssessed(PersonFact):
    """Power and interest."""

    TYPE: ClassVar[str] = "StakeholderInfluenceAssessed"
    power: int
    interest: int
    evidence: tuple[Evidence, ...] = Field(description="What the assessment rests on")
    by: str
    at: datetime


class StakeholderAttitudeAssessed(PersonFact):
    """Attitude towards us."""

    TYPE: ClassVar[str] = "StakeholderAttitudeAssessed"
    attitude_value: int
    evidence: tuple[Evidence, ...] = Field(description="What the assessment rests on")
    by: str
    at: datetime


class StakeholderResponsibilitySet(PersonFact):
    """Which unit and product lines the person answers for."""

    TYPE: ClassVar[str] = "StakeholderResponsibilitySet"
    org_unit: str | None
    product_lines: tuple[str, ...]
    by: str
    at: datetime


class StakeholderConfirmed(PersonFact):
    """All that is assessed still holds."""

    TYPE: ClassVar[str] = "StakeholderConfirmed"
    by: str
    at: datetime


class StakeholderAssessmentWentStale(PersonFact):
    """Nobody confirmed it for 180 days."""

    TYPE: ClassVar[str] = "StakeholderAssessmentWentStale"
    since: datetime
    at: datetime


class StakeholderDeparted(PersonFact):
    """The person left the account."""

    TYPE: ClassVar[str] = "StakeholderDeparted"
    cause: Literal["moved", "deleted", "unlinked", "told"]
    at: datetime


class StakeholderSucceeded(PersonFact):
    """Somebody takes the departed person's place."""

    TYPE: ClassVar[str] = "StakeholderSucceeded"
    successor_id: UUID
    by: str
    at: datetime


class ChampionLost(PersonFact):
    """A champion departed and no successor is named."""

    TYPE: ClassVar[str] = "ChampionLost"
    suggested: bool
    at: datetime


class EconomicBuyerLost(PersonFact):
    """An economic buyer departed and no successor is named."""

    TYPE: ClassVar[str] = "EconomicBuyerLost"
    suggested: bool
    at: datetime


class ReportingLineSet(PersonFact):
    """To whom the person reports."""

    TYPE: ClassVar[str] = "ReportingLineSet"
    manager_id: UUID | None
    by: str
    at: datetime


class InfluenceLineDrawn(PersonFact):
    """The person influences another, or is in conflict with them."""

    TYPE: ClassVar[str] = "InfluenceLineDrawn"
    to_subject_id: UUID
    line: Line
    weight: int
    by: str
    at: datetime


class InfluenceLineRemoved(PersonFact):
    """Such a line is gone."""

    TYPE: ClassVar[str] = "InfluenceLineRemoved"
    to_subject_id: UUID
    line: Line
    by: str
    at: datetime


class RelationshipRated(PersonFact):
    """How well one of us knows the person."""

    TYPE: ClassVar[str] = "RelationshipRated"
    member_id: str
    strength: int
    by: str
    at: datetime
