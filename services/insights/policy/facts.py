"""Facts of all services, as the folds read them, and when we knew them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class Fact(NamedTuple):
    """One public event. `account`: whose it is; None: the company's. `known_at`: when we knew it (`known`)."""

    topic: str
    position: int
    event_id: str
    account: UUID | None
    type: str
    stream: UUID
    version: int
    actor: str
    cause: str | None
    correlation: UUID | None
    effective_at: datetime
    recorded_at: datetime
    known_at: datetime
    data: dict[str, Any]


TERMS = frozenset(
    (
        "ContractRecorded", "ContractAmended", "ContractReassigned", "ContractWithdrawn", "ContractRestored",
        "ContractRenewed", "ContractRenewedLate", "AccountsMerged", "AccountMergeReverted",
    )
)  # fmt: skip
"""Facts about things that carry days of their own (terms), or that regroup all of history (merges): which of them
counts is decided by when they were known, not by when the record was changed."""


def known(effective_at: datetime, recorded_at: datetime, actor: str, loaded_at: datetime | None) -> datetime:
    """When we knew a fact. Normally when it was recorded. What came in with the CRM's history (true before `loaded_at`,
    the end of the first load; None: it runs still), or was judged from it, counts as known when it was true: the CRM
    knew it. What a person says counts from when they said it, always."""
    history = loaded_at is None or effective_at < loaded_at
    return effective_at if history and not actor.startswith("user:") else recorded_at


def cut(facts: Iterable[Fact], effective: datetime, known_by: datetime) -> list[Fact]:
    """The facts that count for what was true before `effective`, with what was known before `known_by`."""
    return [f for f in facts if f.known_at < known_by and (f.effective_at < effective or f.type in TERMS)]


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """As each service told them; between services there is no order, and no fold may need one."""
    return sorted(facts, key=lambda f: (f.topic, f.position))
