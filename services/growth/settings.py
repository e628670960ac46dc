"""Settings of the growth service: the only place that reads its environment."""

from __future__ import annotations

from pydantic import Field

from services.growth.policy.calendar import Calendar, calendar
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has, where the API listens, and in which calendar business days are counted."""

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

    @property
    def calendar(self) -> Calendar:
        """The company's business days."""
        return calendar(self.holiday_country, self.holiday_region)
