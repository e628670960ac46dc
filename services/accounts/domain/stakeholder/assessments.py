"""What the CRM and our people say about a stakeholder. Mixed into `Stakeholder`, which holds the events and the
state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args
from uuid import UUID

from services.accounts.domain.base import need
from services.accounts.domain.values import DepartureCause, DismissReason, Evidence, Line, Role, Suggestion
from services.accounts.policy import stakeholders as rules

Status = Literal["Suggested", "Dismissed", "Mapped", "Confirmed", "Stale", "Departed"]


class StakeholderAssessments:
    """The commands of `Stakeholder`. All instants are explicit; `by` is who says so."""

    account_id: UUID
    subject_id: UUID
    revision: int
    suggestion: Suggestion
    mapped: bool
    dismissed: bool
    departed: bool
    gone_from_crm: bool
    stale: bool
    confirmed: bool
    confirmed_at: datetime | None
    assigned: tuple[Role, ...] | None
    assessed_power: int | None
    interest: int | None
    assessed_attitude: int | None
    evidence: tuple[Evidence, ...]
    successor_id: UUID | None
    manager_id: UUID | None
    lines: dict[tuple[UUID, Line], int]
    relationships: dict[str, int]
    responsibility: tuple[str | None, tuple[str, ...]]

    if TYPE_CHECKING:  # the methods of Stakeholder that record an event
        _attitude_assessed: Any
        _champion_lost: Any
        _confirmed: Any
        _departed: Any
        _dismissed: Any
        _economic_buyer_lost: Any
        _influence_assessed: Any
        _line_drawn: Any
        _line_removed: Any
        _mapped: Any
        _relationship_rated: Any
        _reports_to: Any
        _responsibility_set: Any
        _returned: Any
        _revised: Any
        _roles_assigned: Any
        _succeeded: Any
        _went_stale: Any

    @property
    def status(self) -> Status:
        """Where the person stands on our map."""
        if self.departed:
            return "Departed"
        if not self.mapped:
            return "Dismissed" if self.dismissed else "Suggested"
        return "Stale" if self.stale else "Confirmed" if self.confirmed else "Mapped"

    @property
    def roles(self) -> tuple[Role, ...]:
        """The assigned roles, or the CRM's suggestion while nobody assigned any."""
        return self.suggestion.roles if self.assigned is None else self.assigned

    @property
    def power(self) -> int | None:
        """Assessed, else suggested by the CRM."""
        return self.suggestion.power if self.assessed_power is None else self.assessed_power

    @property
    def attitude(self) -> int | None:
        """Assessed, else suggested by the CRM."""
        return self.suggestion.attitude if self.assessed_attitude is None else self.assessed_attitude

    # -- what the CRM says

    def observe(self, revision: int, suggestion: Suggestion, at: datetime) -> None:
        """The CRM shows a live contact at this account; one that the CRM had let go is back. Whom one of us saw leave
        stays departed: the CRM may not know yet.
        """
        if revision <= self.revision:
            return
        if self.gone_from_crm:
            self._returned(revision, suggestion, at)
        else:
            self._revised(revision, suggestion)

    def depart(self, cause: DepartureCause, revision: int, at: datetime) -> None:
        """The CRM's contact is deleted, or belongs to another account or to none. Told again for a later instant, it
        corrects what was told of that instant before.
        """
        if revision > self.revision:
            self._go(cause, revision, at)

    # -- what people say

    def map(self, by: str, at: datetime) -> None:
        """Takes the suggestion: the person is on the map."""
        self._present()
        if not self.mapped:
            self._mapped(by, at)

    def dismiss(self, reason: str, by: str, at: datetime) -> None:
        """Refuses the suggestion; `reason` is one of the known codes, because words about persons are not kept."""
        need(not self.mapped, "already-mapped", "The person is on the map: mark them as departed instead.")
        codes = get_args(DismissReason)
        need(reason in codes, "unknown-reason", f"Choose one of {', '.join(codes)}.")
        if not self.dismissed:
            self._dismissed(reason, by, at)

    def assign_roles(self, roles: Sequence[str], by: str, at: datetime) -> None:
        """Sets all buying roles. A CHAMPION whose power, attitude and evidence do not hold is stored as COACH."""
        self._on_map()
        unknown = sorted(set(roles) - set(get_args(Role)))
        need(
            not unknown, "unknown-role", f"Unknown roles: {', '.join(unknown)}; known are {', '.join(get_args(Role))}."
        )
        champion = rules.is_champion(self.power, self.attitude, self.evidence, at.date())
        stored = rules.stored_roles(roles, champion)
        if stored != self.assigned:
            self._roles_assigned(stored, by, at)

    def assess_influence(self, power: int, interest: int, evidence: Sequence[Evidence], by: str, at: datetime) -> None:
        """Power and interest 1…5, with evidence."""
        self._on_map()
        fits = 1 <= power <= 5 and 1 <= interest <= 5
        need(fits, "influence-out-of-range", f"Power and interest are 1 to 5, not {power} and {interest}.")
        self._influence_assessed(power, interest, self._proved(evidence), by, at)

    def assess_attitude(self, value: int, evidence: Sequence[Evidence], by: str, at: datetime) -> None:
        """−2 opponent … +2 advocate, with evidence."""
        self._on_map()
        need(-2 <= value <= 2, "attitude-out-of-range", f"An attitude is -2 to +2, not {value}.")
        self._attitude_assessed(value, self._proved(evidence), by, at)

    def set_responsibility(self, org_unit: str | None, product_lines: Sequence[str], by: str, at: datetime) -> None:
        """Which unit and product lines the person answers for."""
        self._on_map()
        if (org_unit, tuple(product_lines)) != self.responsibility:
            self._responsibility_set(org_unit, tuple(product_lines), by, at)

    def confirm(self, by: str, at: datetime) -> None:
        """All that is assessed still holds: the 180 days start again."""
        self._on_map()
        self._confirmed(by, at)

    def go_stale(self, at: datetime) -> None:
        """The timer: does nothing before 180 days without confirmation have passed."""
        since = self.confirmed_at
        if self.mapped and not self.departed and not self.stale and since and at >= rules.goes_stale_at(since):
            self._went_stale(since, at)

    def mark_departed(self, at: datetime) -> None:
        """One of us knows that the person left, before the CRM does."""
        self._present()
        self._go("told", None, at)

    def name_successor(self, successor_id: UUID, by: str, at: datetime) -> None:
        """Who takes the departed person's place."""
        need(self.departed, "not-departed", "Only a departed stakeholder has a successor.")
        need(successor_id != self.subject_id, "successor-same", "Nobody succeeds themself.")
        if successor_id != self.successor_id:
            self._succeeded(successor_id, by, at)

    def set_manager(self, manager_id: UUID | None, managers: Mapping[UUID, UUID | None], by: str, at: datetime) -> None:
        """To whom the person reports. `managers`: the lines of the whole account, to see a circle."""
        self._on_map()
        circle = manager_id is not None and rules.line_makes_circle(managers, self.subject_id, manager_id)
        need(not circle, "reporting-circle", "The person would report to themself through others.")
        if manager_id != self.manager_id:
            self._reports_to(manager_id, by, at)

    def draw_influence(self, to_subject_id: UUID, line: Line, weight: int, by: str, at: datetime) -> None:
        """Draws that the person influences (or is in conflict with) another, weight 1…3."""
        self._on_map()
        need(to_subject_id != self.subject_id, "line-to-self", "An influence line leads to somebody else.")
        need(1 <= weight <= 3, "weight-out-of-range", f"A weight is 1 to 3, not {weight}.")
        if self.lines.get((to_subject_id, line)) != weight:
            self._line_drawn(to_subject_id, line, weight, by, at)

    def remove_influence(self, to_subject_id: UUID, line: Line, by: str, at: datetime) -> None:
        """Takes a line away."""
        need((to_subject_id, line) in self.lines, "no-such-line", "There is no such line on the map.")
        self._line_removed(to_subject_id, line, by, at)

    def rate_relationship(self, member_id: str, value: int, by: str, at: datetime) -> None:
        """How well our team member knows the person, 0…4."""
        self._on_map()
        need(0 <= value <= 4, "relationship-out-of-range", f"A relationship is 0 to 4, not {value}.")
        if self.relationships.get(member_id) != value:
            self._relationship_rated(member_id, value, by, at)

    def _present(self) -> None:
        need(not self.departed, "stakeholder-departed", "The person has left the account.")

    def _on_map(self) -> None:
        self._present()
        need(self.mapped, "stakeholder-not-mapped", "Map the stakeholder first.")

    def _proved(self, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
        need(evidence, "evidence-missing", "An assessment of a person needs at least one evidence.")
        words = not rules.references_only([e.ref for e in evidence])
        need(
            not words,
            "evidence-not-a-reference",
            "Evidence is a reference (event id, record id, address) without blanks.",
        )
        return tuple(evidence)

    def _go(self, cause: DepartureCause, revision: int | None, at: datetime) -> None:
        roles, suggested, known = self.roles, self.assigned is None, self.departed
        self._departed(cause, revision, at)
        if known:
            return
        if "CHAMPION" in roles:
            self._champion_lost(suggested, at)
        if "ECONOMIC_BUYER" in roles:
            self._economic_buyer_lost(suggested, at)
