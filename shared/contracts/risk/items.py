"""Risks that people name, and what is done about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.risk.base import Money, RiskFact


class ItemFact(RiskFact):
    """Something about one risk item."""

    risk_id: UUID = Field(description="The risk item")


class RiskIdentified(ItemFact):
    """A risk has a name and a cause."""

    TYPE: ClassVar[str] = "RiskIdentified"
    category: str = Field(description="Factor, or `insolvency`, `other`")
    cause: str = Field(description="Floor of the model that it explains, or `other`")
    title: str = Field(description="What it is, at most 120 characters, no names of persons")
    owner: str = Field(description="CRM user id of who answers for it")
    by: str


class RiskAssessed(ItemFact):
    """How likely and how grave it is, and what is exposed."""

    TYPE: ClassVar[str] = "RiskAssessed"
    likelihood: int = Field(description="1 (hardly) to 5 (almost certain)")
    impact: int = Field(description="1 (small) to 5 (the account)")
    arr_exposed: Money = Field(description="Annual recurring revenue at stake")
    by: str


class CountermeasureFact(ItemFact):
    """Something about a countermeasure."""

    countermeasure_id: UUID = Field(description="The countermeasure")


class CountermeasurePlanned(CountermeasureFact):
    """Somebody does something by a day. The work itself is a milestone in growth or an action item in qbr."""

    TYPE: ClassVar[str] = "CountermeasurePlanned"
    title: str = Field(description="What is done, at most 120 characters, no names of persons")
    owner: str = Field(description="CRM user id of who does it")
    due: date = Field(description="Day by which it is done")
    link: str = Field(default="", description="`milestone:<id>` or `action:<id>`; empty: nowhere else")
    by: str


class CountermeasureCompleted(CountermeasureFact):
    """Done."""

    TYPE: ClassVar[str] = "CountermeasureCompleted"
    by: str


class CountermeasureFailed(CountermeasureFact):
    """It did not help, or was not done: another one is needed."""

    TYPE: ClassVar[str] = "CountermeasureFailed"
    reason_ref: UUID = Field(description="Names the reason's text inside the service")
    by: str


class RiskItemMonitored(ItemFact):
    """The countermeasures are done; it is watched."""

    TYPE: ClassVar[str] = "RiskItemMonitored"
    by: str


class RiskAccepted(ItemFact):
    """Nothing is done about it until a day; then it is open again."""

    TYPE: ClassVar[str] = "RiskAccepted"
    until: datetime
    by: str
    reason_ref: UUID = Field(description="Names the reason's text inside the service")


class RiskResolved(ItemFact):
    """It is gone."""

    TYPE: ClassVar[str] = "RiskResolved"
    evidence: tuple[str, ...] = Field(description="Event ids or records that show it")
    by: str


class RiskMaterialised(ItemFact):
    """It happened."""

    TYPE: ClassVar[str] = "RiskMaterialised"
    loss: Money = Field(description="What it cost")
    by: str


class RiskPlanMissed(RiskFact):
    """The account is red, and no countermeasure was planned in time."""

    TYPE: ClassVar[str] = "RiskPlanMissed"
    epoch: int = Field(description="Number of the colour, from 1: alerts of one epoch belong together")
    due_at: datetime
    causes: tuple[str, ...] = Field(description="Floors or factors without a countermeasure")
    escalation_id: UUID = Field(description="The escalation that was opened for it")
    late_by_s: int = 0
