"""A person of the customer in one account: what the CRM suggests and what our people assessed.

Suggested → Mapped → Confirmed ⇄ Stale; any of these → Departed → Succeeded. Persons appear by pseudonym only;
assessments rest on references, never on words about a person.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, OfAccount
from services.accounts.domain.stakeholder.assessments import StakeholderAssessments
from services.accounts.domain.values import DepartureCause, DismissReason, Evidence, Line, Role, Suggestion
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class PersonEvent(AccountEvent):
    """About one person, by pseudonym."""

    subject_id: UUID

    def subjects(self) -> tuple[UUID, ...]:
        return (self.subject_id,)


class Stakeholder(StakeholderAssessments, OfAccount, Aggregate):
    """Events, state and how the ones change the other; the commands are in `assessments.py`.

    Stream id = `Stakeholder.create_id(account_id, subject_id)`.
    """

    TOPIC = "accounts.Stakeholder"

    class Event(PersonEvent): ...

    class StakeholderSuggested(AggregateCreated, Event):
        """The CRM has a live contact at the account; `suggestion`: its assessments on our scales."""

        TOPIC = "accounts.StakeholderSuggested"
        crm_id: str
        revision: int
        suggestion: Suggestion

    class StakeholderSuggestionRevised(Event):
        """The CRM assesses the contact anew."""

        TOPIC = "accounts.StakeholderSuggestionRevised"
        revision: int
        suggestion: Suggestion

    class StakeholderReturned(Event):
        """A departed contact is live at the account again."""

        TOPIC = "accounts.StakeholderReturned"
        revision: int
        suggestion: Suggestion
        at: datetime

    class StakeholderSuggestionDismissed(Event):
        TOPIC = "accounts.StakeholderSuggestionDismissed"
        reason: DismissReason
        by: str
        at: datetime

    class StakeholderMapped(Event):
        """Somebody put the person on the map."""

        TOPIC = "accounts.StakeholderMapped"
        by: str
        at: datetime

    class StakeholderRolesAssigned(Event):
        """The buying roles, all of them. CHAMPION without its evidence is stored as COACH."""

        TOPIC = "accounts.StakeholderRolesAssigned"
        roles: tuple[Role, ...]
        by: str
        at: datetime

    class StakeholderInfluenceAssessed(Event):
        """`power` and `interest` 1…5."""

        TOPIC = "accounts.StakeholderInfluenceAssessed"
        power: int
        interest: int
        evidence: tuple[Evidence, ...]
        by: str
        at: datetime

    class StakeholderAttitudeAssessed(Event):
        """`value` −2 opponent … +2 advocate."""

        TOPIC = "accounts.StakeholderAttitudeAssessed"
        value: int
        evidence: tuple[Evidence, ...]
        by: str
        at: datetime

    class StakeholderResponsibilitySet(Event):
        """Which unit and product lines the person answers for: codes, no free text."""

        TOPIC = "accounts.StakeholderResponsibilitySet"
        org_unit: str | None
        product_lines: tuple[str, ...]
        by: str
        at: datetime

    class StakeholderConfirmed(Event):
        """Somebody checked that all this still holds."""

        TOPIC = "accounts.StakeholderConfirmed"
        by: str
        at: datetime

    class StakeholderAssessmentWentStale(Event):
        """Nobody confirmed it for 180 days; `since`: the last confirmation."""

        TOPIC = "accounts.StakeholderAssessmentWentStale"
        since: datetime
        at: datetime

    class StakeholderDeparted(Event):
        """The person left the account. `revision` None: told by one of us, not by the CRM."""

        TOPIC = "accounts.StakeholderDeparted"
        cause: DepartureCause
        revision: int | None
        at: datetime

    class StakeholderSucceeded(Event):
        TOPIC = "accounts.StakeholderSucceeded"
        successor_id: UUID
        by: str
        at: datetime

        def subjects(self) -> tuple[UUID, ...]:
            return (self.subject_id, self.successor_id)

    class ChampionLost(Event):
        """A champion departed and no successor is named. `suggested`: champion by the CRM's word only."""

        TOPIC = "accounts.ChampionLost"
        suggested: bool
        at: datetime

    class EconomicBuyerLost(Event):
        """An economic buyer departed and no successor is named."""

        TOPIC = "accounts.EconomicBuyerLost"
        suggested: bool
        at: datetime

    class ReportingLineSet(Event):
        """`manager_id` None: reports to nobody we know."""

        TOPIC = "accounts.ReportingLineSet"
        manager_id: UUID | None
        by: str
        at: datetime

        def subjects(self) -> tuple[UUID, ...]:
            return (self.subject_id, self.manager_id) if self.manager_id else (self.subject_id,)

    class InfluenceLineDrawn(Event):
        """`weight` 1…3."""

        TOPIC = "accounts.InfluenceLineDrawn"
        to_subject_id: UUID
        line: Line
        weight: int
        by: str
        at: datetime

        def subjects(self) -> tuple[UUID, ...]:
            return (self.subject_id, self.to_subject_id)

    class InfluenceLineRemoved(Event):
        TOPIC = "accounts.InfluenceLineRemoved"
        to_subject_id: UUID
        line: Line
        by: str
        at: datetime

        def subjects(self) -> tuple[UUID, ...]:
            return (self.subject_id, self.to_subject_id)

    class RelationshipRated(Event):
        """How well our `member_id` (CRM user id) knows the person: 0 unknown, 1 known, 2 regular, 3 trusted, 4
        advocate.
        """

        TOPIC = "accounts.RelationshipRated"
        member_id: str
        value: int
        by: str
        at: datetime

    @event(StakeholderSuggested)
    def __init__(self, account_id: UUID, subject_id: UUID, crm_id: str, revision: int, suggestion: Suggestion) -> None:
        self.account_id, self.subject_id, self.crm_id = account_id, subject_id, crm_id
        self.revision, self.suggestion = revision, suggestion
        self.mapped = self.dismissed = self.departed = self.gone_from_crm = self.stale = self.confirmed = False
        self.confirmed_at = None
        self.assigned = None
        self.assessed_power = self.interest = self.assessed_attitude = None
        self.evidence = ()
        self.successor_id = self.manager_id = None
        self.lines = {}
        self.relationships = {}
        self.responsibility = (None, ())

    @staticmethod
    def create_id(account_id: UUID, subject_id: UUID) -> UUID:
        """The stream of one person in one account."""
        return ids.derived("stakeholder", str(account_id), str(subject_id))

    @classmethod
    def suggest(
        cls, account_id: UUID, subject_id: UUID, crm_id: str, revision: int, suggestion: Suggestion
    ) -> Stakeholder:
        """The CRM shows a contact at the account whom we do not know there yet."""
        return cls(account_id, subject_id, crm_id, revision, suggestion)

    def trigger_event(self, event_class: Any, **kwargs: Any) -> None:
        """As the library's, with the person (and the account) added."""
        super().trigger_event(event_class, **{"subject_id": self.subject_id, **kwargs})

    @event(StakeholderSuggestionRevised)
    def _revised(self, revision: int, suggestion: Suggestion) -> None:
        self.revision, self.suggestion = revision, suggestion

    @event(StakeholderReturned)
    def _returned(self, revision: int, suggestion: Suggestion, at: datetime) -> None:
        self.revision, self.suggestion, self.successor_id = revision, suggestion, None
        self.departed = self.gone_from_crm = False

    @event(StakeholderSuggestionDismissed)
    def _dismissed(self, reason: DismissReason, by: str, at: datetime) -> None:
        self.dismissed = True

    @event(StakeholderMapped)
    def _mapped(self, by: str, at: datetime) -> None:
        self.mapped, self.dismissed, self.confirmed_at = True, False, at

    @event(StakeholderRolesAssigned)
    def _roles_assigned(self, roles: tuple[Role, ...], by: str, at: datetime) -> None:
        self.assigned = roles

    @event(StakeholderInfluenceAssessed)
    def _influence_assessed(
        self, power: int, interest: int, evidence: tuple[Evidence, ...], by: str, at: datetime
    ) -> None:
        self.assessed_power, self.interest = power, interest
        self.evidence = (*self.evidence, *evidence)

    @event(StakeholderAttitudeAssessed)
    def _attitude_assessed(self, value: int, evidence: tuple[Evidence, ...], by: str, at: datetime) -> None:
        self.assessed_attitude = value
        self.evidence = (*self.evidence, *evidence)

    @event(StakeholderResponsibilitySet)
    def _responsibility_set(self, org_unit: str | None, product_lines: tuple[str, ...], by: str, at: datetime) -> None:
        self.responsibility = (org_unit, product_lines)

    @event(StakeholderConfirmed)
    def _confirmed(self, by: str, at: datetime) -> None:
        self.confirmed, self.confirmed_at, self.stale = True, at, False

    @event(StakeholderAssessmentWentStale)
    def _went_stale(self, since: datetime, at: datetime) -> None:
        self.stale = True

    @event(StakeholderDeparted)
    def _departed(self, cause: DepartureCause, revision: int | None, at: datetime) -> None:
        self.departed = True
        if revision is not None:
            self.revision, self.gone_from_crm = revision, True

    @event(StakeholderSucceeded)
    def _succeeded(self, successor_id: UUID, by: str, at: datetime) -> None:
        self.successor_id = successor_id

    @event(ReportingLineSet)
    def _reports_to(self, manager_id: UUID | None, by: str, at: datetime) -> None:
        self.manager_id = manager_id

    @event(InfluenceLineDrawn)
    def _line_drawn(self, to_subject_id: UUID, line: Line, weight: int, by: str, at: datetime) -> None:
        self.lines[to_subject_id, line] = weight

    @event(InfluenceLineRemoved)
    def _line_removed(self, to_subject_id: UUID, line: Line, by: str, at: datetime) -> None:
        self.lines.pop((to_subject_id, line), None)

    @event(RelationshipRated)
    def _relationship_rated(self, member_id: str, value: int, by: str, at: datetime) -> None:
        self.relationships[member_id] = value

    @event(ChampionLost)
    def _champion_lost(self, suggested: bool, at: datetime) -> None:
        """Changes nothing here: others react."""

    @event(EconomicBuyerLost)
    def _economic_buyer_lost(self, suggested: bool, at: datetime) -> None:
        """Changes nothing here: others react."""
