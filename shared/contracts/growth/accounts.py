"""What holds for an account as a whole: its plan duty, refused proposals, its whitespace."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.growth.base import (
    AccountFact,
    CellState,
    Duty,
    RefusedBecause,
    Tier,
)


class GrowthPlanRequired(AccountFact):
    """The tier asks for a plan (`optional`: it may have one). Without an active one by `due_on` the duty is
    missed."""

    TYPE: ClassVar[str] = "GrowthPlanRequired"
    tier: Tier = Field(description="Tier of the account at that time; null: none")
    duty: Duty = Field(description="Whose approval a plan of this tier needs; optional: none is owed")
    check_every_days: int = Field(description="Days between two checks of a plan of this tier")
    since: datetime = Field(description="From when it holds (instant, UTC)")
    due_on: date | None = Field(description="Day on which it is due")
    duty_version: int = Field(description="Number of the duty; only grows")
    policy_version: int = Field(description="Version of the growth policy")


class GrowthPlanDutyLifted(AccountFact):
    """No plan is owed any more."""

    TYPE: ClassVar[str] = "GrowthPlanDutyLifted"
    why: Literal["declassified", "account_ended", "no_tier"] = Field(description="Why no plan is owed any more")
    duty_version: int = Field(description="Number of the duty; only grows")


class GrowthPlanDutyMissed(AccountFact):
    """A plan is owed, and none was active in time."""

    TYPE: ClassVar[str] = "GrowthPlanDutyMissed"
    tier: Tier = Field(description="Tier of the account at that time; null: none")
    due_on: date = Field(description="Day on which it is due")
    duty_version: int = Field(description="Number of the duty; only grows")
    late_by_s: int = Field(description="Seconds between falling due and being told, after a pause of the service")


class InitiativeProposalRefused(AccountFact):
    """A QBR's action could not become an initiative."""

    TYPE: ClassVar[str] = "InitiativeProposalRefused"
    action_id: UUID = Field(description="The QBR's action")
    initiative_id: UUID = Field(description="Id that the initiative would have had")
    reason: RefusedBecause = Field(description="Code of the reason")


class WhitespaceCellAssessed(AccountFact):
    """The cell's state now. `potential`: a year's value in minor units of `currency`; `evidence`: CRM ids of
    contracts or deals, or references; `by_facts`: contracts and deals say so, no person."""

    TYPE: ClassVar[str] = "WhitespaceCellAssessed"
    org_unit: str = Field(description="Unit of the account; `account`: the account as a whole")
    product: str = Field(description="Name of the product")
    state: CellState = Field(description="State of the cell")
    potential: int | None = Field(description="A year's value in minor units of `currency`; null: not known")
    currency: str | None = Field(description="ISO 4217 code; null: no value")
    evidence: tuple[str, ...] = Field(description="CRM ids of contracts or deals, or references")
    reason_ref: UUID | None = Field(description="Reference to the reason in words, kept by the growth service")
    by_facts: bool = Field(description="Contracts and deals of the CRM say so; no person")
    assessed_by: str = Field(description="Who said so (actor)")
