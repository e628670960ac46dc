"""A person of the customer as the page shows them: what was said about them, folded up to some instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.accounts.policy.stakeholders import Quadrant, is_blocker, quadrant


@dataclass(frozen=True, slots=True)
class Person:
    """`roles`, `influence` and `attitude`: what our people assessed, else what the CRM suggests.

    `assessed`: roles, influence and attitude are all known. `own`: who assessed them were we, not the CRM.
    """

    subject_id: UUID
    status: str = "Suggested"
    live: bool = False
    crm_id: str | None = None
    roles: tuple[str, ...] = ()
    influence: int | None = None
    interest: int | None = None
    attitude: int | None = None
    own: frozenset[str] = frozenset()
    confirmed_at: datetime | None = None
    event_id: str = ""
    position: int = 0

    @property
    def champion(self) -> bool:
        """Somebody who sells for us inside."""
        return "CHAMPION" in self.roles

    @property
    def blocker(self) -> bool:
        """Against us and able to stop us."""
        return is_blocker(self.attitude, self.influence)

    @property
    def quadrant(self) -> Quadrant | None:
        """Place in the power-interest grid."""
        return quadrant(self.influence, self.interest)

    @property
    def assessed(self) -> bool:
        """Role, influence and attitude are known."""
        return bool(self.roles) and self.influence is not None and self.attitude is not None

    @property
    def key_player(self) -> bool:
        """One without whom nothing is decided: economic buyer, decider or champion, or influence ≥ 4."""
        return bool({"ECONOMIC_BUYER", "DECIDER", "CHAMPION"} & set(self.roles)) or (self.influence or 0) >= 4


def fold_person(rows: Iterable[Mapping[str, Any]]) -> Person:
    """Rows of `stakeholder_steps` about one person at one account, oldest first."""
    p: Person | None = None
    for r in rows:
        p = _said(p or Person(r["subject_id"]), r)
    assert p is not None
    return p


def _said(p: Person, r: Mapping[str, Any]) -> Person:
    p = replace(p, event_id=r["event_id"], position=r["position"])
    if r["live"] is not None:
        p = replace(p, live=r["live"], crm_id=r["crm_id"] or p.crm_id)
    match r["kind"]:
        case "suggested" | "revised" | "returned":
            suggested = {"roles": tuple(r["roles"]), "influence": r["influence"], "attitude": r["attitude"]}
            p = replace(p, **{k: v for k, v in suggested.items() if k not in p.own})
            return replace(p, status=_back(p)) if r["kind"] == "returned" else p
        case "roles":
            return replace(p, roles=tuple(r["roles"]), own=p.own | {"roles"})
        case "influence":
            return replace(p, influence=r["influence"], interest=r["interest"], own=p.own | {"influence"})
        case "attitude":
            return replace(p, attitude=r["attitude"], own=p.own | {"attitude"})
        case "mapped":
            return replace(p, status="Mapped", confirmed_at=r["effective_at"])
        case "confirmed":
            return replace(p, status="Confirmed", confirmed_at=r["effective_at"])
        case "dismissed":
            return replace(p, status="Dismissed")
        case "stale":
            return replace(p, status="Stale")
        case "departed":
            return replace(p, status="Departed")
    return p


def _back(p: Person) -> str:
    return "Confirmed" if p.confirmed_at else "Suggested"
