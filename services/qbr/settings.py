"""Settings of the qbr service: the only place that reads its environment."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from pydantic import Field

from services.qbr.policy.business import calendar
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has, where the API listens, public holidays, and how quiet it must be before time acts."""

    grpc_host: str = Field(
        default="127.0.0.1", description="Address that the gRPC API listens on; 0.0.0.0 for every interface"
    )
    holiday_country: str = Field(
        default="DE", pattern="^[A-Z]{2}$", description="ISO 3166 country whose public holidays are no business days"
    )
    holiday_region: str = Field(
        default="",
        description="Its region, for example the Bundesland BY; empty: only holidays of the whole country",
    )
    settle_seconds: float = Field(
        default=2.0,
        ge=0,
        description="Seconds without anything new to read before time acts: a replay is not judged half-way",
    )

    @property
    def holidays(self) -> Container[date]:
        """The company's public holidays. Raises ValueError for a place without a calendar."""
        return calendar("-".join(filter(None, (self.holiday_country, self.holiday_region))))
