"""The account team: one owner per theme at any instant, deputies, absences.

Vacant → Owned → Vacant. The commercial theme follows the CRM's account owner until a person assigns somebody else; an
owner who is no longer active leaves the theme vacant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, OfAccount, need
from services.accounts.domain.values import Theme, VacancyCause
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated

Source = Literal["crm", "person"]


@dataclass(frozen=True, slots=True)
class Owned:
    """Who owns a theme since when, and whether the CRM or a person said so."""

    owner_id: str
    since: datetime
    source: Source


class OwnerEvent(AccountEvent):
    """Names one employee by CRM user id and by pseudonym."""

    owner_id: str
    owner_subject: UUID

    def subjects(self) -> tuple[UUID, ...]:
        return (self.owner_subject,)


class AccountTeam(OfAccount, Aggregate):
    """Stream id = `AccountTeam.create_id(account_id)`. Owners are CRM user ids; `system` names the CRM they belong to.

    Instants of one theme never run backwards, so its owners are disjoint intervals: exactly one or none at any time.
    """

    TOPIC = "accounts.AccountTeam"

    class Event(AccountEvent): ...

    class AccountTeamFormed(AggregateCreated, Event):
        TOPIC = "accounts.AccountTeamFormed"
        system: str

    class ThemeOwnerAssigned(OwnerEvent, Event):
        """A vacant theme has an owner from `at`."""

        TOPIC = "accounts.ThemeOwnerAssigned"
        theme: Theme
        at: datetime
        assigned_from: Source

    class ThemeOwnerReplaced(OwnerEvent, Event):
        """`owner_id` follows `was_owner_id` at `at`."""

        TOPIC = "accounts.ThemeOwnerReplaced"
        theme: Theme
        at: datetime
        assigned_from: Source
        was_owner_id: str

    class ThemeVacated(OwnerEvent, Event):
        """Nobody owns the theme from `at`; `owner_id` did until then."""

        TOPIC = "accounts.ThemeVacated"
        theme: Theme
        at: datetime
        cause: VacancyCause

    class DeputyAppointed(OwnerEvent, Event):
        """`owner_id` stands in for the theme's owner while that one is absent."""

        TOPIC = "accounts.DeputyAppointed"
        theme: Theme
        at: datetime

    class AbsenceRecorded(OwnerEvent, Event):
        """`owner_id` is away from `first` to `last`, both days included."""

        TOPIC = "accounts.AbsenceRecorded"
        first: date
        last: date

    @event(AccountTeamFormed)
    def __init__(self, account_id: UUID, system: str) -> None:
        self.account_id, self.system = account_id, system
        self.owners: dict[Theme, Owned] = {}
        self.changed_at: dict[Theme, datetime] = {}
        self.deputies: dict[Theme, str] = {}
        self.absences: dict[str, list[tuple[date, date]]] = {}
        self.before: dict[Theme, str] = {}
        """Who owned a theme before whoever owns it now, or before it fell vacant."""

    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        """The stream of the account's team."""
        return ids.derived("team", str(account_id))

    @classmethod
    def form(cls, account_id: UUID, system: str) -> AccountTeam:
        """A team without owners. `system`: the CRM whose users its members are."""
        return cls(account_id, system)

    def owner(self, theme: Theme) -> str | None:
        """Who owns the theme now; None: vacant."""
        owned = self.owners.get(theme)
        return owned.owner_id if owned else None

    def in_charge(self, theme: Theme, on: date) -> str | None:
        """Who answers for the theme on a day: the deputy while the owner is away."""
        owner = self.owner(theme)
        away = owner and any(first <= on <= last for first, last in self.absences.get(owner, ()))
        return self.deputies.get(theme, owner) if away else owner

    def follow_crm_owner(self, owner_id: str | None, active: bool, at: datetime) -> None:
        """The CRM's account owner owns the commercial theme, unless a person decided otherwise. Call again whenever the
        account's owner or that user's activity changes; the same again does nothing."""
        owned = self.owners.get("COMMERCIAL")
        if owned and owned.source == "person":
            return
        at = max(at, self.changed_at.get("COMMERCIAL", at))
        if owner_id and active:
            if not owned or owned.owner_id != owner_id:
                self._give("COMMERCIAL", owner_id, at, "crm")
        elif owned:
            cause: VacancyCause = "owner_inactive" if owner_id else "no_owner_in_crm"
            self._vacate("COMMERCIAL", owned.owner_id, at, cause)

    def assign(self, theme: Theme, owner_id: str, at: datetime) -> None:
        """A person gives the theme to an employee from `at` on."""
        need(owner_id.strip(), "owner-missing", "Name the employee (CRM user id) who shall own the theme.")
        self._not_before(theme, at)
        owned = self.owners.get(theme)
        if not owned or owned.owner_id != owner_id or owned.source != "person":
            self._give(theme, owner_id, at, "person")

    def remove(self, theme: Theme, at: datetime) -> None:
        """A person takes the theme from its owner."""
        owned = self.owners.get(theme)
        need(owned, "theme-vacant", f"Nobody owns {theme} of this account.")
        self._not_before(theme, at)
        if owned:
            self._vacate(theme, owned.owner_id, at, "removed")

    def deactivate(self, user_id: str, at: datetime) -> None:
        """An employee left or lost access: every theme they own falls vacant."""
        for theme, owned in list(self.owners.items()):
            if owned.owner_id == user_id:
                later = max(at, self.changed_at[theme])
                self._vacate(theme, user_id, later, "owner_inactive" if owned.source == "crm" else "user_deactivated")

    def appoint_deputy(self, theme: Theme, deputy_id: str, at: datetime) -> None:
        """Names who stands in for the theme's owner."""
        need(self.owner(theme), "theme-vacant", f"Assign an owner of {theme} before a deputy.")
        need(deputy_id.strip(), "deputy-missing", "Name the employee (CRM user id) who shall stand in.")
        need(deputy_id != self.owner(theme), "deputy-is-owner", "The owner cannot be their own deputy.")
        if self.deputies.get(theme) != deputy_id:
            self._deputy_appointed(deputy_id, self._subject(deputy_id), theme, at)

    def record_absence(self, user_id: str, first: date, last: date) -> None:
        """Somebody of the team is away; both days are included."""
        need(first <= last, "absence-backwards", f"The absence ends ({last}) before it begins ({first}).")
        need(user_id in {*map(self.owner, self.owners), *self.deputies.values()}, "not-in-team", "No theme is theirs.")
        if (first, last) not in self.absences.get(user_id, ()):
            self._absence_recorded(user_id, self._subject(user_id), first, last)

    def _not_before(self, theme: Theme, at: datetime) -> None:
        last = self.changed_at.get(theme)
        need(not last or at >= last, "theme-changed-later", f"{theme} changed hands at {last}; choose a later instant.")

    def _give(self, theme: Theme, owner_id: str, at: datetime, source: Source) -> None:
        owned = self.owners.get(theme)
        if owned:
            self._replaced(owner_id, self._subject(owner_id), theme, at, source, owned.owner_id)
        else:
            self._assigned(owner_id, self._subject(owner_id), theme, at, source)

    def _vacate(self, theme: Theme, owner_id: str, at: datetime, cause: VacancyCause) -> None:
        self._vacated(owner_id, self._subject(owner_id), theme, at, cause)

    def _subject(self, user_id: str) -> UUID:
        return ids.subject_id(self.system, "user", user_id)

    @event(ThemeOwnerAssigned)
    def _assigned(self, owner_id: str, owner_subject: UUID, theme: Theme, at: datetime, assigned_from: Source) -> None:
        self.owners[theme], self.changed_at[theme] = Owned(owner_id, at, assigned_from), at

    @event(ThemeOwnerReplaced)
    def _replaced(
        self, owner_id: str, owner_subject: UUID, theme: Theme, at: datetime, assigned_from: Source, was_owner_id: str
    ) -> None:
        self.owners[theme], self.changed_at[theme] = Owned(owner_id, at, assigned_from), at
        if was_owner_id != owner_id:  # else only who says so changed
            self.before[theme] = was_owner_id
        if self.deputies.get(theme) == owner_id:
            del self.deputies[theme]

    @event(ThemeVacated)
    def _vacated(self, owner_id: str, owner_subject: UUID, theme: Theme, at: datetime, cause: VacancyCause) -> None:
        self.owners.pop(theme, None)
        self.changed_at[theme], self.before[theme] = at, owner_id

    @event(DeputyAppointed)
    def _deputy_appointed(self, owner_id: str, owner_subject: UUID, theme: Theme, at: datetime) -> None:
        self.deputies[theme] = owner_id

    @event(AbsenceRecorded)
    def _absence_recorded(self, owner_id: str, owner_subject: UUID, first: date, last: date) -> None:
        self.absences.setdefault(owner_id, []).append((first, last))
