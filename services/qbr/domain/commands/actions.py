"""Commands of action items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.qbr.domain.commands.base import OfAction, OfQbr
from services.qbr.domain.values import PlannedAction, Promotion


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeAction(OfQbr):
    action: PlannedAction
    decision_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertToInitiative(OfAction):
    promotion: Promotion


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAction(OfAction):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAction(OfAction):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnblockAction(OfAction):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleAction(OfAction):
    to: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignAction(OfAction):
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteAction(OfAction):
    evidence_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAction(OfAction):
    reason: str
    by_us: tuple[str, ...]
    by_customer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenAction(OfAction):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellActionDueSoon(OfAction):
    late_by_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellActionOverdue(OfAction):
    late_by_s: int
