"""What every public event of the risk service has."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, PublicEvent

CHANNEL = "kam.risk.v1"
Colour = Literal["GREY", "GREEN", "AMBER", "RED"]
Tier = Literal["A", "B", "C", "N"]
Factor = Literal["relationship", "engagement", "service", "usage", "commercial", "delivery"]
Severity = Literal["critical", "high", "medium", "low"]
TriggerKind = Literal[
    "first_classification", "sustained", "severe", "hard_trigger", "recovered", "no_data", "override", "model_change",
    "ended",
]  # fmt: skip


class RiskFact(PublicEvent):
    """Something about the risk of one account."""

    CHANNEL: ClassVar[str] = CHANNEL
    account_id: UUID


class ModelFact(PublicEvent):
    """Something about a risk model, which holds for the whole company; Kafka key = stream id."""

    CHANNEL: ClassVar[str] = CHANNEL
    model_version: int = Field(description="Version of the risk model")


class Evidence(Contract):
    """What a value rests on: a fact (`event`), or time that has passed (`clock`, `since`)."""

    event: str | None = Field(default=None, description="Event id of the fact, in the log of the service that told it")
    clock: str | None = Field(default=None, description="Name of the clock that runs (`sla_age`, `contact_age` …)")
    since: datetime | None = Field(default=None, description="Since when that clock runs (instant, UTC)")
    code: str = Field(description="Signal or floor, for translations")
    why: str = Field(description="The same in words, with its figures")


class Contribution(Contract):
    """The part of one factor in the score. The points of all factors sum to the score."""

    factor: Factor = Field(description="Which factor")
    weight: int = Field(description="Weight by the model, basis points")
    value: int | None = Field(default=None, description="Value, 0 good to 10000 bad; null: not available")
    points: int = Field(description="Its part of the score; the weight of what is not available is spread")
    delta_14d: int | None = Field(default=None, description="Change of the value in 14 days; null: not known then")
    evidence: tuple[Evidence, ...] = Field(default=(), description="What the value rests on")


class Floor(Contract):
    """A condition that forces a colour at once, whatever the score."""

    code: str = Field(description="Name of the floor in the model")
    colour: Literal["AMBER", "RED"] = Field(description="The colour that it forces")
    factor: str = Field(description="Which factor it belongs to; `manual` for what a person set")
    evidence: tuple[Evidence, ...] = Field(default=(), description="What it rests on")


class Trigger(Contract):
    """Why the colour changed at that instant."""

    kind: TriggerKind = Field(description="Which rule")
    ref: str | None = Field(default=None, description="Event id of the fact that decided; null: a clock did")
    code: str | None = Field(default=None, description="Floor that decided")
    over_line_since: datetime | None = Field(default=None, description="Since when the line is crossed (instant, UTC)")


class Change(Contract):
    """One of the changes of a counterfactual: what would have to be different."""

    code: str = Field(description="Kind of change (`close_case`, `hold_contact` …)")
    subject: str = Field(default="", description="Record or part that it is about")
    change: str = Field(description="The same in words")


class Counterfactual(Contract):
    """The smallest set of changes after which the account turns better, found by evaluating the model."""

    change: str = Field(description="The changes in words")
    changes: tuple[Change, ...] = Field(description="The changes, one by one")
    score: int = Field(description="Score with these changes")
    colour_after: str = Field(description="Colour then, and after how long (`AMBER after 7 d`)")


class Money(Contract):
    """An amount."""

    amount: int = Field(description="Minor units")
    currency: str
