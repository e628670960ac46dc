"""The customer's people: pseudonyms with roles, power, attitude, and when somebody said so last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.insights.policy.book.profile import moment, patch
from services.insights.policy.facts import Fact
from services.insights.policy.intervals import Patch

STATUS = {
    "StakeholderSuggested": "suggested", "StakeholderReturned": "suggested",
    "StakeholderSuggestionDismissed": "dismissed", "StakeholderMapped": "mapped", "StakeholderConfirmed": "confirmed",
    "StakeholderAssessmentWentStale": "stale", "StakeholderDeparted": "departed",
}  # fmt: skip
LINES = ("ReportingLineSet", "InfluenceLineDrawn", "InfluenceLineRemoved", "RelationshipRated")
PEOPLE = (
    *STATUS, "StakeholderSuggestionRevised", "StakeholderRolesAssigned", "StakeholderInfluenceAssessed",
    "StakeholderAttitudeAssessed", "StakeholderResponsibilitySet", "StakeholderSucceeded", *LINES,
)  # fmt: skip
UNKNOWN: Mapping[str, Any] = {"status": None, "roles": None, "power": None, "interest": None}
SAID = frozenset(
    (
        "StakeholderMapped", "StakeholderConfirmed", "StakeholderRolesAssigned", "StakeholderInfluenceAssessed",
        "StakeholderAttitudeAssessed", "StakeholderResponsibilitySet",
    )
)  # fmt: skip
"""What a person of ours said about somebody counts as confirming them."""


@dataclass(slots=True)
class Person:
    """One person of the customer in one account. `attitude`: −2 to 2. `said_at`: when one of us said anything of them;
    `attitude_at`: when the attitude was assessed, by us or in the CRM."""

    subject: UUID
    status: str = "suggested"
    roles: tuple[str, ...] = ()
    power: int | None = None
    interest: int | None = None
    attitude: int | None = None
    said_at: datetime | None = None
    attitude_at: datetime | None = None
    by_us: bool = False
    org_unit: str | None = None
    reports_to: UUID | None = None
    successor: UUID | None = None
    influences: dict[tuple[UUID, str], int] = field(default_factory=dict)
    relations: dict[str, int] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)

    @property
    def here(self) -> bool:
        """Whether the person counts: not departed, not refused."""
        return self.status not in ("departed", "dismissed")


def patches(facts: Iterable[Fact]) -> dict[UUID, list[Patch]]:
    """person → what was said about status, roles, power and interest."""
    found: dict[UUID, list[Patch]] = defaultdict(list)
    for f in facts:
        d, values = f.data, dict[str, Any]()
        if f.type in STATUS:
            values["status"] = STATUS[f.type]
        if f.type in ("StakeholderSuggested", "StakeholderSuggestionRevised", "StakeholderReturned"):
            values |= {"roles": tuple(d.get("roles") or ()) or None, "power": d.get("power")}
        elif f.type == "StakeholderRolesAssigned":
            values["roles"] = tuple(d["roles"])
        elif f.type == "StakeholderInfluenceAssessed":
            values |= {"power": d["power"], "interest": d["interest"]}
        if values:
            found[UUID(d["subject_id"])].append(patch(f, moment(f, "at"), **values))
    return dict(found)


def fold(facts: Iterable[Fact]) -> dict[UUID, Person]:
    """person → as they are known last. What one of us assessed wins over the CRM's suggestion."""
    people: dict[UUID, Person] = {}
    own: dict[UUID, set[str]] = defaultdict(set)
    for f in facts:
        subject, d, at = UUID(f.data["subject_id"]), f.data, moment(f, "at")
        p = people.setdefault(subject, Person(subject))
        p.events.append(f.event_id)
        p.status = STATUS.get(f.type, p.status)
        if f.type in SAID:
            p.said_at, p.by_us = max(p.said_at or at, at), True
        match f.type:
            case "StakeholderSuggested" | "StakeholderSuggestionRevised" | "StakeholderReturned":
                if "roles" not in own[subject]:
                    p.roles = tuple(d.get("roles") or ())
                if "power" not in own[subject] and d.get("power") is not None:
                    p.power = d["power"]
                if "attitude" not in own[subject] and d.get("attitude_value") is not None:
                    p.attitude, p.attitude_at = d["attitude_value"], at
            case "StakeholderRolesAssigned":
                p.roles = tuple(d["roles"])
                own[subject].add("roles")
            case "StakeholderInfluenceAssessed":
                p.power, p.interest = d["power"], d["interest"]
                own[subject].add("power")
            case "StakeholderAttitudeAssessed":
                p.attitude, p.attitude_at = d["attitude_value"], at
                own[subject].add("attitude")
            case "StakeholderResponsibilitySet":
                p.org_unit = d.get("org_unit")
            case "StakeholderConfirmed":
                p.attitude_at = max(p.attitude_at or at, at) if p.attitude is not None else None
            case "StakeholderSucceeded":
                p.successor = UUID(d["successor_id"])
            case "ReportingLineSet":
                p.reports_to = UUID(d["manager_id"]) if d.get("manager_id") else None
            case "InfluenceLineDrawn":
                p.influences[UUID(d["to_subject_id"]), d["line"]] = d["weight"]
            case "InfluenceLineRemoved":
                p.influences.pop((UUID(d["to_subject_id"]), d["line"]), None)
            case "RelationshipRated":
                p.relations[d["member_id"]] = d["strength"]
    return people
