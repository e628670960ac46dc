"""Value objects of the growth domain: frozen, comparable, stored inside events.

Days are dates in the account's time zone; KPI values are integers in the goal's `unit`; money is in minor units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Tier = Literal["A", "B", "C", "N"]
PlanStatus = Literal["Draft", "InReview", "Active", "Closed", "Superseded", "Abandoned"]
PlanResult = Literal["achieved", "partly", "missed"]
Duty = Literal["head_of_kam", "owner", "optional"]
GoalStatus = Literal["Open", "OnTrack", "AtRisk", "OffTrack", "Achieved", "Missed", "Withdrawn"]
CheckStatus = Literal["OnTrack", "AtRisk", "OffTrack"]
Direction = Literal["increase", "decrease"]
InitiativeStatus = Literal["Proposed", "Approved", "InProgress", "OnHold", "Completed", "Cancelled"]
Outcome = Literal["achieved", "partly", "not_achieved"]
Origin = Literal["person", "qbr_action", "play"]
MilestoneStatus = Literal["Planned", "InProgress", "Done", "Waived"]
DependencyKind = Literal["FS", "SS", "FF", "SF"]
ClearedBecause = Literal["rescheduled", "completed", "backdated", "waived", "initiative_ended", "plan_ended"]
RunStatus = Literal["Started", "Completed", "Aborted"]
CellState = Literal["Unknown", "Potential", "InUse", "Opportunity", "Competitor", "NotApplicable"]
RefusedBecause = Literal[
    "account_unknown", "account_not_live", "no_stakeholder", "no_opportunity_reason", "goal_unknown", "due_past",
    "no_owner", "title_invalid", "initiative_exists",
]  # fmt: skip

OPEN_PLAN = ("Draft", "InReview", "Active")
OPEN_GOAL = ("Open", "OnTrack", "AtRisk", "OffTrack")
OPEN_INITIATIVE = ("Proposed", "Approved", "InProgress", "OnHold")
OPEN_MILESTONE = ("Planned", "InProgress")
BY_HAND: tuple[CellState, ...] = ("Unknown", "Potential", "Competitor", "NotApplicable")
CELL_STATES: tuple[CellState, ...] = get_args(CellState)
LONGEST_TITLE = 120


class Value(BaseModel):
    """Base: frozen; unknown stored fields are ignored (tolerant reader)."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Checkpoint(Value):
    """What a goal's KPI should have reached on a day."""

    on: date
    value: int


class PlayStep(Value):
    """A step of a running play, and the milestone that it became."""

    step: str
    milestone_id: UUID
    role: str
    owner: str
    due: date


class Recipient(Value):
    """One of our employees (CRM user id; empty: whoever has the role) and why they are told."""

    user_id: str
    role: Literal["blocker_owner", "owner", "plan_owner", "head_of_kam"]


@dataclass(frozen=True, slots=True)
class AccountState:
    """What the accounts service says of an account. `key_since`: since when it is a key account; None: it is none.

    `merged`: it does not live because it went into another one, which takes its plans over.
    """

    account_id: UUID
    live: bool = True
    key_since: datetime | None = None
    tier: Tier | None = None
    zone: str = "Europe/Berlin"
    merged: bool = False

    @property
    def runs(self) -> bool:
        """Whether its plans go on: a merged account's do, at the survivor."""
        return self.live or self.merged
