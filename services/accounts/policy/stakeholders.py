"""Rules about stakeholders: scales, quadrants, blockers, champions, staleness, reporting lines (domain.md §4).

The CRM speaks in words, we in scales. Our reading of its words, until somebody assesses the person:

    buying role   economic_buyer ECONOMIC_BUYER · champion CHAMPION · technical_buyer TECHNICAL_BUYER
                  legal_procurement BUYER · user USER · influencer INFLUENCER · decision_maker DECIDER
    influence     high 4 · medium 3 · low 2      (1 and 5 are for people who looked closely)
    attitude      supporter +1 · neutral 0 · sceptic −1 · opponent −2      (+2, an advocate, takes evidence)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

Quadrant = Literal["manage_closely", "keep_satisfied", "keep_informed", "monitor"]

CRM_ROLES: Mapping[str, str] = {
    "economic_buyer": "ECONOMIC_BUYER",
    "champion": "CHAMPION",
    "technical_buyer": "TECHNICAL_BUYER",
    "legal_procurement": "BUYER",
    "user": "USER",
    "influencer": "INFLUENCER",
    "decision_maker": "DECIDER",
}
CRM_INFLUENCE: Mapping[str, int] = {"high": 4, "medium": 3, "low": 2}
CRM_ATTITUDE: Mapping[str, int] = {"supporter": 1, "neutral": 0, "sceptic": -1, "opponent": -2}

STALE_AFTER = timedelta(days=180)
EVIDENCE_HOLDS = timedelta(days=180)
CHAMPION_EVIDENCE = frozenset({"power", "sells_internally", "own_interest"})


class Proof(Protocol):
    """What the champion rule reads of an evidence."""

    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...


def suggested_roles(buying_role: str | None, champion: bool | None) -> tuple[str, ...]:
    """The CRM's buying role on our scale; a word we do not know suggests nothing."""
    roles = [CRM_ROLES[buying_role]] if buying_role and buying_role in CRM_ROLES else []
    if champion and "CHAMPION" not in roles:
        roles.append("CHAMPION")
    return tuple(roles)


def suggested_power(influence: str | None) -> int | None:
    """The CRM's influence as power 1…5; None: the CRM does not say."""
    return CRM_INFLUENCE.get(influence or "")


def suggested_attitude(attitude: str | None) -> int | None:
    """The CRM's attitude as −2…+2; None: the CRM does not say."""
    return CRM_ATTITUDE.get(attitude or "")


def quadrant(power: int | None, interest: int | None) -> Quadrant | None:
    """Power and interest, each high from 3 on; None while one of them is not known."""
    if power is None or interest is None:
        return None
    if power >= 3:
        return "manage_closely" if interest >= 3 else "keep_satisfied"
    return "keep_informed" if interest >= 3 else "monitor"


def is_blocker(attitude: int | None, power: int | None, *, veto: bool = False) -> bool:
    """Against us (≤ −1) and able to stop us (power ≥ 4, or a veto)."""
    return attitude is not None and attitude <= -1 and (veto or (power is not None and power >= 4))


def is_champion(power: int | None, attitude: int | None, evidence: Iterable[Proof], on: date) -> bool:
    """Power ≥ 3, attitude ≥ +1, and an evidence of each kind (power, sells internally, own interest) ≤ 180 days old."""
    fresh = {e.kind for e in evidence if timedelta(0) <= on - e.on <= EVIDENCE_HOLDS}
    return (power or 0) >= 3 and (attitude or 0) >= 1 and fresh >= CHAMPION_EVIDENCE


def stored_roles(roles: Iterable[str], champion: bool) -> tuple[str, ...]:
    """The roles as they are stored: CHAMPION becomes COACH while the champion rule does not hold. No role twice."""
    return tuple(dict.fromkeys("COACH" if r == "CHAMPION" and not champion else r for r in roles))


def goes_stale_at(confirmed_at: datetime) -> datetime:
    """When assessments need a look again: 180 days after the last confirmation."""
    return confirmed_at + STALE_AFTER


def line_makes_circle(managers: Mapping[UUID, UUID | None], person: UUID, manager: UUID) -> bool:
    """Whether `person` would report to themself through `manager`. `managers`: who reports to whom in the account."""
    seen: set[UUID] = set()
    above: UUID | None = manager
    while above is not None and above not in seen:
        if above == person:
            return True
        seen.add(above)
        above = managers.get(above)
    return False


def coverage_bp(assessed: int, live: int) -> int | None:
    """The share of live stakeholders with role, influence and attitude; None: there is nobody."""
    return None if live == 0 else (2 * 10000 * assessed + live) // (2 * live)


def references_only(evidence: Collection[str]) -> bool:
    """Evidence is a reference (event id, record id, address), never words: no blanks, at most 200 characters."""
    return all(e and len(e) <= 200 and not any(c.isspace() for c in e) for e in evidence)
