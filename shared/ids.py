"""Identifiers that several services must agree on without asking each other.

Ids that we invent are UUIDv7 (random ones double the cost of an insert); ids of foreign things are derived, so that
every service and every replay gives the same thing the same id.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

NAMESPACE = UUID("8f6f2c52-6a0b-5d0e-9a53-6f7f0f1f5a2e")


def new_id() -> UUID:
    """A fresh, time-ordered id (UUIDv7)."""
    return UUID(int=uuid7().int)


@lru_cache(4_096)
def derived(*parts: str) -> UUID:
    """The same id for the same parts, everywhere and always; parts must not contain `/`-ambiguities that matter."""
    return uuid5(NAMESPACE, "/".join(parts))


def correlation(event_id: str, given: UUID | None) -> UUID:
    """The correlation that an event belongs to or, if it was given none, begins."""
    return given or derived("correlation", event_id)


def account_id(system: str, crm_id: str) -> UUID:
    """The account behind a CRM account id: CRM ids are opaque text up to 36 characters, not always UUIDs."""
    return derived("account", system, crm_id)


def subject_id(system: str, kind: str, crm_id: str) -> UUID:
    """The pseudonym of a person (`kind`: contact or user). Names never enter the log; they live in the people vault."""
    return derived("subject", system, kind, crm_id)


def command_id(event_id: str, process: str, step: str) -> UUID:
    """The id of the command that a process manager or consumer issues because of an event: a repeat finds it done."""
    return derived("command", event_id, process, step)
