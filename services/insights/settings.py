"""Settings of the insights service: the only place that reads its environment."""

from __future__ import annotations

from fractions import Fraction

from pydantic import Field, field_validator

from services.insights.policy.world import Terms
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has, where the API listens, who may read the BI tables, what readiness is measured by."""

    grpc_host: str = Field("127.0.0.1", description="Address that the gRPC API listens on; 0.0.0.0 for every interface")
    settle_seconds: float = Field(
        2.0, ge=0, description="Seconds without anything new to read before KPIs are computed: never on half a history"
    )
    bi_reader: str = Field(
        "bi_reader", pattern="^[a-z_][a-z0-9_]*$",
        description="Database role that may read the schema bi and nothing else; it is granted access if it exists",
    )  # fmt: skip
    bi_max_age_hours: int = Field(
        26, ge=1, description="Age of the newest business time from which the role check calls the BI tables stale"
    )
    kpi_months: int = Field(
        24, ge=1, le=120, description="Months back for which KPIs are computed at the first start; later ones are kept"
    )
    licensed_users: int = Field(
        0, ge=0, description="People who are meant to work with the system, for readiness Q9; 0: not known"
    )
    view_key: str = Field(
        "", description="Key of the hash under which opened views are counted; empty: a new one at each start"
    )
    rollout_phase: int = Field(
        4, ge=1, le=4,
        description="Roll-out phase: 1 tiering and 360, 2 QBR, 3 growth plan, 4 dashboards; later features are off",
    )  # fmt: skip
    exchange_rates: dict[str, str] = Field(
        default={}, description='Fixed value of a unit of other currencies in the company\'s: {"EUR": "1.08"}, as JSON'
    )

    @field_validator("exchange_rates")
    @classmethod
    def _rates(cls, value: dict[str, str]) -> dict[str, str]:
        for currency, rate in value.items():
            try:
                good = Fraction(rate) > 0
            except (ValueError, ZeroDivisionError):
                good = False
            if not good:
                raise ValueError(f"the rate {rate!r} of {currency} is no positive number; write for example 1.08")
        return value

    @property
    def terms(self) -> Terms:
        """What days and amounts mean."""
        return Terms(self.zone, self.company_currency, {c: Fraction(r) for c, r in self.exchange_rates.items()})
