"""One fact about an account, from whatever log, and the order in which facts are folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fact:
    """`at`: when it became true. `number`: revision of a CRM record, version of any other stream."""

    at: datetime
    type: str
    event: str
    stream: UUID
    number: int
    data: Mapping[str, Any]
    account_id: UUID | None = None

    @property
    def order(self) -> tuple[Any, ...]:
        """The same whatever the order in which the facts were read: nothing in it tells when we learned it."""
        return self.at, str(self.stream), self.number, self.type, self.event


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """The facts as they are folded."""
    return sorted(facts, key=lambda f: f.order)


def joined(own: Iterable[Fact], absorbed: Mapping[UUID, tuple[datetime, Iterable[Fact]]]) -> list[Fact]:
    """Facts of an account and of those that were merged into it; theirs count from the merge on."""
    found = list(own)
    for at, facts in absorbed.values():
        found += (f if f.at >= at else replace(f, at=at) for f in facts)
    return in_order(found)
