"""The timeline of an account over all services: what follows from one cause is one group, and so are edits of one
person within ten minutes. It is for reading; no figure is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.insights.policy.facts import Fact

FOLD = timedelta(minutes=10)
SILENT = frozenset(("UsageReported", "UsageCorrected", "CrmContactSeen", "CrmUserSeen", "AlertDelivered"))
"""Too many, and each says little: pages show them as figures."""


@dataclass(slots=True)
class Group:
    """Facts that belong together, newest first. `cause`: the correlation, or the person who edited."""

    actor: str
    cause: str
    facts: list[Fact] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        """When the newest of them became true."""
        return self.facts[0].effective_at

    @property
    def since(self) -> datetime:
        """When the oldest of them became true."""
        return self.facts[-1].effective_at


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the newest of `count` facts of one type about one thing."""

    fact: Fact
    count: int


def groups(facts: Iterable[Fact]) -> list[Group]:
    """Newest first. A fact joins the group of its correlation, else that of the same person ten minutes before."""
    shown = sorted((f for f in facts if f.type not in SILENT), key=lambda f: (f.effective_at, f.topic, f.position))
    by_cause: dict[str, Group] = {}
    by_person: dict[str, Group] = {}
    found: list[Group] = []
    for f in shown:
        person = f.actor if f.actor.startswith("user:") else ""
        group = by_cause.get(str(f.correlation)) if f.correlation else None
        near = by_person.get(person) if person else None
        if group is None and near is not None and f.effective_at - near.facts[-1].effective_at <= FOLD:
            group = near
        if group is None:
            group = Group(f.actor, str(f.correlation or f.cause or f.actor))
            found.append(group)
        group.facts.append(f)
        if f.correlation:
            by_cause[str(f.correlation)] = group
        if person:
            by_person[person] = group
    for group in found:
        group.facts.reverse()
    return sorted(found, key=lambda g: (g.at, g.facts[0].event_id), reverse=True)


def entries(group: Group) -> Sequence[Entry]:
    """Lines of a group, newest first: edits of one thing of one type are one line."""
    lines: dict[tuple[str, str], list[Fact]] = {}
    for f in group.facts:
        lines.setdefault((f.type, str(f.stream)), []).append(f)
    return [Entry(same[0], len(same)) for same in lines.values()]
