"""The customer's persons, our owners, and contacts between both. Persons are pseudonyms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.qbr.pack.facts import Fact
from shared.ids import derived


@dataclass(slots=True)
class Person:
    """One person of the customer. `assessed`: what a person of ours said stands above what the CRM suggests."""

    subject: str
    since: datetime
    here: bool = True
    roles: tuple[str, ...] = ()
    power: int | None = None
    attitude: int | None = None
    roles_assessed: bool = False
    power_assessed: bool = False
    attitude_assessed: bool = False
    stale: bool = False
    mapped: bool = False
    left_at: datetime | None = None
    successor: str | None = None
    events: dict[str, str] = field(default_factory=dict)
    """Aspect → the fact that says it."""


@dataclass(slots=True)
class Contact:
    """A meeting, call or mail."""

    kind: str
    at: datetime | None
    meaningful: bool
    participants: tuple[str, ...]
    event: str


@dataclass(slots=True)
class People:
    """Who is who at the account."""

    persons: dict[str, Person] = field(default_factory=dict)
    contacts: dict[UUID, Contact] = field(default_factory=dict)
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Theme → (subject of our employee, fact)."""
    moved_away: dict[UUID, datetime] = field(default_factory=dict)

    def gone(self, f: Fact) -> None:
        """The CRM deleted the contact's record, or another account has it."""
        if f.data["object"] == "activity":
            self.moved_away[derived("interaction", f.data["system"], f.data["crm_id"])] = f.effective_at

    def suggested(self, f: Fact) -> None:
        d, p = f.data, self._person(f)
        if f.type == "StakeholderReturned":
            p.here, p.left_at, p.since = True, None, f.effective_at
        p.events["known"] = p.events.get("known", f.event_id) if f.type != "StakeholderReturned" else f.event_id
        if not p.roles_assessed:
            p.roles, p.events["roles"] = tuple(d.get("roles", ())), f.event_id
        if not p.power_assessed:
            p.power, p.events["power"] = d.get("power"), f.event_id
        if not p.attitude_assessed:
            p.attitude, p.events["attitude"] = d.get("attitude_value"), f.event_id

    def dismissed(self, f: Fact) -> None:
        self.persons.pop(f.data["subject_id"], None)

    def mapped(self, f: Fact) -> None:
        p = self._person(f)
        p.mapped, p.events["mapped"] = True, f.event_id

    def roles(self, f: Fact) -> None:
        p = self._person(f)
        p.roles, p.roles_assessed, p.events["roles"] = tuple(f.data.get("roles", ())), True, f.event_id

    def power(self, f: Fact) -> None:
        p = self._person(f)
        p.power, p.power_assessed, p.stale, p.events["power"] = f.data["power"], True, False, f.event_id

    def attitude(self, f: Fact) -> None:
        p = self._person(f)
        p.attitude, p.attitude_assessed, p.stale = f.data["attitude_value"], True, False
        p.events["attitude"] = f.event_id

    def confirmed(self, f: Fact) -> None:
        self._person(f).stale = False

    def went_stale(self, f: Fact) -> None:
        p = self._person(f)
        p.stale, p.events["stale"] = True, f.event_id

    def departed(self, f: Fact) -> None:
        p = self._person(f)
        p.here, p.left_at, p.events["left"] = False, f.effective_at, f.event_id

    def succeeded(self, f: Fact) -> None:
        p = self._person(f)
        p.successor, p.events["successor"] = f.data["successor_id"], f.event_id

    def owner(self, f: Fact) -> None:
        self.owners[f.data["theme"]] = f.data["owner_subject"], f.event_id

    def vacated(self, f: Fact) -> None:
        self.owners.pop(f.data["theme"], None)

    def contact(self, f: Fact) -> None:
        d = f.data
        away = self.moved_away.get(f.stream)
        if f.type == "InteractionRetracted" or (away is not None and f.effective_at < away):
            self.contacts.pop(f.stream, None)
            return
        at = datetime.fromisoformat(d["at"]) if d.get("at") else None
        self.contacts[f.stream] = Contact(d["kind"], at, d["meaningful"], tuple(d.get("participants", ())), f.event_id)

    def here(self) -> list[Person]:
        """The persons at the account now, in a stable order."""
        return sorted((p for p in self.persons.values() if p.here), key=lambda p: p.subject)

    def meaningful(self, since: datetime, until: datetime) -> list[Contact]:
        """The contacts that count, by time."""
        found = [c for c in self.contacts.values() if c.meaningful and c.at is not None and since <= c.at <= until]
        return sorted(found, key=lambda c: (c.at or since, c.event))

    def _person(self, f: Fact) -> Person:
        subject = f.data["subject_id"]
        known = self.persons.get(subject)
        if known is None:
            known = self.persons[subject] = Person(subject, f.effective_at, events={"known": f.event_id})
        return known
