"""What only time brings. Each is told once for each `due_version`; after downtime `late_by_s` says how late."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.qbr.base import ActionFact, ReviewFact, Side


class QBRDueSoon(ReviewFact):
    """A step of the cycle is due: find a date (`plan`, `invite`: before the due day), acceptances (`accept_30`,
    `accept_14`), the pack (`freeze`) and the agenda (`agenda`): before the date."""

    TYPE: ClassVar[str] = "QBRDueSoon"
    step: Literal["plan", "invite", "accept_30", "accept_14", "freeze", "agenda"] = Field(description="Which step")
    due_by: date = Field(description="Day by which the QBR is due")
    days_left: int = Field(description="Days until the due day or the date")
    due_version: int = Field(description="Number of the due day or date that the reminder belongs to")
    late_by_s: int


class QBRMissed(ReviewFact):
    """Neither held nor waived when the grace was over."""

    TYPE: ClassVar[str] = "QBRMissed"
    due_by: date = Field(description="Day by which it was due")
    grace_days: int = Field(description="Days after the due day until it counts as missed")
    due_version: int = Field(description="Number of the due day that the reminder belongs to")
    late_by_s: int


class QBRSummaryOverdue(ReviewFact):
    """One business day after the QBR the customer has no summary."""

    TYPE: ClassVar[str] = "QBRSummaryOverdue"
    due_on: date = Field(description="Day by which it was due")
    late_by_s: int


class QBRCloseOverdue(ReviewFact):
    """Five business days after the QBR it is not closed."""

    TYPE: ClassVar[str] = "QBRCloseOverdue"
    due_on: date = Field(description="Day by which it was due")
    late_by_s: int


class ActionReminder(ActionFact):
    """About an action that is still open."""

    side: Side = Field(description="Whose promise it is")
    owner: str = Field(description="Who keeps it: CRM user id (ours) or pseudonym (customer)")
    due: date = Field(description="Day by which it is done, in the account's time zone")
    due_version: int = Field(description="Number of the due day; each reminder is given once for each")
    late_by_s: int


class ActionItemDueSoon(ActionReminder):
    """Three business days are left."""

    TYPE: ClassVar[str] = "ActionItemDueSoon"


class ActionItemOverdue(ActionReminder):
    """The due day is over in the account's time zone."""

    TYPE: ClassVar[str] = "ActionItemOverdue"
    times_rescheduled: int = Field(description="How often the due day was moved")
    blocked: bool = Field(description="Whether it waits for something else")
