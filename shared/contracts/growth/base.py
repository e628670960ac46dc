"""What every public event of the growth service has."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, PublicEvent

CHANNEL = "kam.growth.v1"
Tier = Literal["A", "B", "C", "N"]
PlanResult = Literal["achieved", "partly", "missed"]
Duty = Literal["head_of_kam", "owner", "optional"]
CheckStatus = Literal["OnTrack", "AtRisk", "OffTrack"]
Direction = Literal["increase", "decrease"]
Outcome = Literal["achieved", "partly", "not_achieved"]
Origin = Literal["person", "qbr_action", "play"]
DependencyKind = Literal["FS", "SS", "FF", "SF"]
ClearedBecause = Literal["rescheduled", "completed", "backdated", "waived", "initiative_ended", "plan_ended"]
CellState = Literal["Unknown", "Potential", "InUse", "Opportunity", "Competitor", "NotApplicable"]
RefusedBecause = Literal[
    "account_unknown", "account_not_live", "no_stakeholder", "no_opportunity_reason", "goal_unknown", "due_past",
    "no_owner", "title_invalid", "initiative_exists",
]  # fmt: skip


class AccountFact(PublicEvent):
    """Something about one account. Employees appear by CRM user id, persons of the customer by pseudonym; a `…_ref`
    names words that stay in the growth service's own database."""

    CHANNEL: ClassVar[str] = CHANNEL
    account_id: UUID


class PlanFact(AccountFact):
    """Something about one growth plan."""

    plan_id: UUID = Field(description="The plan; the same as the envelope's stream")


class RunFact(AccountFact):
    """Something about one run of a play."""

    run_id: UUID = Field(description="The run; the same as the envelope's stream")


class CompanyFact(PublicEvent):
    """A rule of the whole company; Kafka key = stream id."""

    CHANNEL: ClassVar[str] = CHANNEL


class Checkpoint(Contract):
    """What a goal's KPI should have reached on a day."""

    on: date = Field(description="Day")
    value: int = Field(description="Value in the goal's unit")


class PlayStep(Contract):
    """A step of a running play, and the milestone that it became."""

    step: str = Field(description="Step of the play book")
    milestone_id: UUID = Field(description="The milestone that it became")
    role: str = Field(description="Role that the play book names for it")
    owner: str = Field(description="Who owns it: CRM user id")
    due: date = Field(description="Due day in the account's time zone")


class Recipient(Contract):
    """One of our employees (CRM user id; empty: whoever has the role) and why they are told."""

    user_id: str = Field(description="CRM user id; empty: whoever has the role")
    role: Literal["blocker_owner", "owner", "plan_owner", "head_of_kam"] = Field(description="Why they are told")
