"""A colour that a person set over the model's."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.risk.base import Colour, RiskFact


class OverrideFact(RiskFact):
    """Something about an override."""

    override_id: UUID = Field(description="The override")
    to: Colour = Field(description="The colour that the person set")


class RiskColourOverridden(OverrideFact):
    """A person set a colour until `until`. While `needs_second` nothing changes until another person confirms."""

    TYPE: ClassVar[str] = "RiskColourOverridden"
    from_: Colour = Field(alias="from", description="Colour before")
    reason: str = Field(description="Reason code")
    reason_ref: UUID = Field(description="Names the reason's text inside the service")
    until: datetime
    by: str
    needs_second: bool = Field(description="Whether a second person has to confirm")


class RiskOverrideConfirmed(OverrideFact):
    """A second person confirmed it; it counts from now on."""

    TYPE: ClassVar[str] = "RiskOverrideConfirmed"
    by: str


class RiskOverrideExpired(OverrideFact):
    """Its time is over."""

    TYPE: ClassVar[str] = "RiskOverrideExpired"
    until: datetime
    late_by_s: int = 0


class RiskOverrideLifted(OverrideFact):
    """A person took it back."""

    TYPE: ClassVar[str] = "RiskOverrideLifted"
    by: str
