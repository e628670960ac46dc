"""The people vault's contract, on the compacted topic `kam.people.v1`; key = subject id, value null = erased.

This is state, not history: a reader keeps the entry with the highest `change` for a subject and forgets the rest.
The only place in which names travel between services.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from shared.contracts.base import Contract

CHANNEL = "kam.people.v1"


class Person(Contract):
    """Words about one person: never stored in an event log."""

    subject_id: UUID
    kind: Literal["contact", "user"]
    change: int
    crm_id: str
    name: str
    title: str | None = None
    department: str | None = None
    mail: str | None = None
