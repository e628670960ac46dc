"""Settings of the risk service: the only place that reads its environment."""

from __future__ import annotations

from pydantic import Field

from services.risk.policy.business import BusinessDays, business_days
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has, where the API listens, in which calendar deadlines count, and how long topics must be
    quiet before anything is judged."""

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
        description="Seconds without a new fact before colours are judged: a replay is not judged half-way",
    )

    @property
    def business(self) -> BusinessDays:
        """The company's business days. Raises ValueError for a place without a calendar."""
        return business_days(self.zone, self.holiday_country, self.holiday_region)
