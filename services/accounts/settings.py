"""Settings of the accounts service: the only place that reads its environment."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from pydantic import Field

from services.accounts.policy.business import public_holidays
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has, where the API listens, how long the CRM must be quiet before time is judged, and public
    holidays."""

    grpc_host: str = Field(
        default="127.0.0.1", description="Address that the gRPC API listens on; 0.0.0.0 for every interface"
    )
    settle_seconds: float = Field(
        default=2.0,
        ge=0,
        description="Seconds without a new CRM fact before due assessments are made: a replay is not judged half-way",
    )
    holiday_country: str = Field(
        default="DE", pattern="^[A-Z]{2}$", description="ISO 3166 country whose public holidays are no business days"
    )
    holiday_region: str = Field(
        default="",
        description="Its region, for example the Bundesland BY; empty: only holidays of the whole country",
    )

    @property
    def holidays(self) -> Container[date]:
        """The company's public holidays. Raises ValueError for a place without a calendar."""
        return public_holidays(self.holiday_country, self.holiday_region)
