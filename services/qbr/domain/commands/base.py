"""Of what a command is asked: an account's series, a QBR, an action, or a template."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Asked of an account's series (`account_id`), a QBR (`qbr_id`), an action (`action_id`) or a template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSeries(Command):
    account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OfQbr(Command):
    qbr_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OfAction(Command):
    action_id: UUID
