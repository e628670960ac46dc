"""Meaningful contact: which interactions show that the customer and we really talked (domain.md §5).

A meeting that was held, a call that connected, or a mail from the customer. Our own mail, a missed meeting, newsletters
and planned things do not count. A mail counts from a stakeholder, suggested ones included; filed without participants
it counts too, because the CRM filed it at the account.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Contact(Protocol):
    """What the rule reads of an interaction."""

    @property
    def kind(self) -> str: ...
    @property
    def direction(self) -> str | None: ...
    @property
    def done(self) -> bool: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def participants(self) -> tuple[UUID, ...]: ...


def is_meaningful(contact: Contact, dismissed: Collection[UUID] = ()) -> bool:
    """`dismissed`: persons whose suggestion as stakeholder somebody refused; a mail from nobody else does not count."""
    if not contact.done or contact.at is None:
        return False
    if contact.kind in ("meeting", "call"):
        return True
    if contact.kind != "mail" or contact.direction != "inbound":
        return False
    return not contact.participants or any(p not in dismissed for p in contact.participants)


def is_two_way(contact: Contact) -> bool:
    """Whether both sides spoke: a held meeting or a connected call."""
    return contact.done and contact.kind in ("meeting", "call")
