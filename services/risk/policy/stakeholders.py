"""The customer's people in the book: roles, influence, attitude, and who is missing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.risk.policy.facts import Fact
from services.risk.policy.records import Loss, Person
from shared import ids

if TYPE_CHECKING:
    from services.risk.policy.book import Book

BUYER = frozenset(("economic_buyer", "decision_maker"))
GROUPS = {"champion": frozenset(("champion",)), "buyer": BUYER}
WORDS = {"decider": "decision_maker"}
"""Roles of the accounts service in the CRM's words, where they differ."""
TYPES = frozenset(
    (
        "StakeholderRolesAssigned", "StakeholderInfluenceAssessed", "StakeholderAttitudeAssessed",
        "StakeholderConfirmed", "StakeholderDeparted", "StakeholderReturned", "StakeholderSucceeded",
    )
)  # fmt: skip


def seen(book: Book, fact: Fact) -> None:
    """The CRM shows a person of this account."""
    d = fact.data
    person = _person(book, str(d["subject_id"]))
    live = str(d["account_id"]) in book.own if d["account_id"] else False
    if live and not person.live:
        person.told_gone = False
    person.live, person.event = live, fact.event
    roles = {d["buying_role"]} if d["buying_role"] else set()
    person.roles = frozenset(roles | ({"champion"} if d["champion"] else set()))
    person.influence, person.attitude = d["influence"], d["attitude"]


def left(book: Book, system: str, crm_id: str, fact: Fact) -> None:
    """The CRM has the person no longer, or elsewhere."""
    person = book.people.get(str(ids.subject_id(system, "contact", crm_id)))
    if person is not None:
        person.live, person.event = False, fact.event


def apply(book: Book, fact: Fact) -> None:
    """What one of us assessed or said."""
    d, person = fact.data, _person(book, str(fact.data["subject_id"]))
    if fact.type == "StakeholderDeparted":
        if d["cause"] == "told":
            person.told_gone, person.event = True, fact.event
        return
    if fact.type == "StakeholderReturned":
        person.told_gone = False
        return
    if fact.type == "StakeholderSucceeded":
        for group in GROUPS:
            book.lost[group] = None
        return
    if fact.type == "StakeholderRolesAssigned":
        person.own_roles = frozenset(WORDS.get(r.lower(), r.lower()) for r in d["roles"])
    elif fact.type == "StakeholderInfluenceAssessed":
        person.own_influence = d["power"]
    elif fact.type == "StakeholderAttitudeAssessed":
        person.own_attitude = d["attitude_value"]
    if person.own_roles is not None or person.own_influence is not None or person.own_attitude is not None:
        person.assessed_at, person.assessed_event = fact.at, fact.event


def settle(book: Book, at: datetime) -> None:
    """Notes since when nobody holds the role of champion, or of buyer, who held it before."""
    for group, roles in GROUPS.items():
        holders = [p for p in book.people.values() if (p.own_roles or p.roles) & roles]
        if any(p.live and not p.told_gone for p in holders):
            book.had.add(group)
            book.lost[group] = None
        elif group in book.had:
            book.had.discard(group)
            gone: Any = max(holders, key=lambda p: p.event, default=None)
            book.lost[group] = Loss(at, gone.event if gone else "", bool(gone and gone.told_gone))


def _person(book: Book, subject: str) -> Person:
    return book.people.setdefault(subject, Person(subject))
