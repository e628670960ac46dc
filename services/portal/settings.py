"""What the environment may tell the portal."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from shared.settings import ServiceSettings


class PortalSettings(ServiceSettings):
    """The portal keeps nothing: it has no database and reads no topic."""

    database: str = Field(default="", description="Not used: the portal keeps nothing")
    accounts: str = Field(default="127.0.0.1:50051", description="host:port of the accounts service's gRPC API")
    http_host: str = Field(
        default="127.0.0.1", description="Address the pages are served on; 0.0.0.0 in a container behind an ingress"
    )


@lru_cache(1)
def settings() -> PortalSettings:
    """Read once, at the first question."""
    return PortalSettings()
