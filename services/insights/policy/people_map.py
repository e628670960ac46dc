"""The stakeholder map: who decides, who reports to whom, who of us knows whom; what is missing comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.insights.policy.book.people import Person
from services.insights.policy.kpi.base import Period, Rules
from services.insights.policy.kpi.relations import fresh, roles
from services.insights.policy.world import Customer, World

INSTANT = timedelta(microseconds=1)
BLOCKS = -1  # attitude from which a powerful person blocks (domain.md §4)
POWERFUL, HALF = 4, 3


@dataclass(frozen=True, slots=True)
class Gap:
    """A required role that is not filled as it must be."""

    role: str
    why: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: reports_to, influences or conflicts_with."""

    from_: UUID
    to: UUID
    kind: str
    weight: int


def quadrant(person: Person) -> str:
    """Mendelow's grid; empty: not assessed."""
    if person.power is None or person.interest is None:
        return ""
    powerful, interested = person.power >= HALF, person.interest >= HALF
    names = {(True, True): "manage_closely", (True, False): "keep_satisfied", (False, True): "keep_informed"}
    return names.get((powerful, interested), "monitor")


def blocks(person: Person) -> bool:
    """ "Blocker" is no role: against us, and powerful."""
    against = person.attitude is not None and person.attitude <= BLOCKS
    return against and (person.power or 0) >= POWERFUL


def gaps(w: World, c: Customer, before: datetime, rules: Rules) -> list[Gap]:
    """Required roles: nobody holds it, nobody confirmed who does, or nobody talked to them in time."""
    day = w.terms.day(before - INSTANT)
    found = []
    for role, (good, events) in roles(w, Period(day, day), c, rules).items():
        if good:
            continue
        accepted = set(rules["required_roles"][role])
        holders = [q for q in c.people if q.here and set(q.roles) & accepted]
        if not holders:
            why = "vacant"
        elif not any(fresh(w, day, q, rules) for q in holders):
            why = "not_confirmed"
        else:
            why = "not_contacted"
        found.append(Gap(role, why, events))
    return found


def lines(c: Customer) -> list[Line]:
    """Between people who are here."""
    here = {q.subject for q in c.people if q.here}
    found = []
    for q in c.people:
        if q.subject not in here:
            continue
        if q.reports_to in here and q.reports_to is not None:
            found.append(Line(q.subject, q.reports_to, "reports_to", 1))
        found += [Line(q.subject, to, kind, n) for (to, kind), n in q.influences.items() if to in here]
    return found
