"""Risk models: drafted, tried beside the active one, signed off, active, retired."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract
from shared.contracts.risk.base import Colour, ModelFact


class RiskModelDrafted(ModelFact):
    """A new version exists. It changes nothing."""

    TYPE: ClassVar[str] = "RiskModelDrafted"
    digest: str = Field(description="SHA-256 of the document's canonical JSON")
    by: str


class RiskModelShadowed(ModelFact):
    """It is evaluated beside the active one and publishes nothing."""

    TYPE: ClassVar[str] = "RiskModelShadowed"
    by: str


class RiskModelSignedOff(ModelFact):
    """Somebody other than its author answers for it."""

    TYPE: ClassVar[str] = "RiskModelSignedOff"
    signer: str


class RiskModelActivated(ModelFact):
    """It decides the colours from `effective_from` on."""

    TYPE: ClassVar[str] = "RiskModelActivated"
    effective_from: datetime
    by: str
    signed_off: bool


class RiskModelRetired(ModelFact):
    """Another version took its place, or it was given up."""

    TYPE: ClassVar[str] = "RiskModelRetired"
    by_version: int | None = Field(default=None, description="Version that took its place; null: given up")
    by: str


class Recoloured(Contract):
    """An account whose colour the new model changed."""

    account_id: UUID
    from_: Colour = Field(alias="from", description="Colour by the old model")
    to: Colour = Field(description="Colour by the new model")


class RiskPortfolioRecoloured(ModelFact):
    """One digest of all accounts that the new model sees in another colour, after every account was evaluated."""

    TYPE: ClassVar[str] = "RiskPortfolioRecoloured"
    accounts: int = Field(description="How many accounts were evaluated")
    changes: tuple[Recoloured, ...] = Field(description="Those that changed their colour")
