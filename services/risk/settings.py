"""Settings of the risk service: the only place that reads its environment."""

from __future__ import annotations

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has, where the API listens, and how long topics must be quiet before anything is judged."""

    grpc_host: str = Field(
        default="127.0.0.1", description="Address that the gRPC API listens on; 0.0.0.0 for every interface"
    )
    settle_seconds: float = Field(
        default=2.0,
        ge=0,
        description="Seconds without a new fact before colours are judged: a replay is not judged half-way",
    )
