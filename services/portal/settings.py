"""What the environment may tell the portal."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from shared.settings import Port, ProcessSettings


class PortalSettings(ProcessSettings):
    """The portal keeps nothing: it has no database and reads no topic."""

    accounts: str = Field(default="127.0.0.1:50051", description="host:port of the accounts service's gRPC API")
    qbr: str = Field(default="127.0.0.1:50052", description="host:port of the qbr service's gRPC API")
    growth: str = Field(default="127.0.0.1:50053", description="host:port of the growth service's gRPC API")
    risk: str = Field(default="127.0.0.1:50054", description="host:port of the risk service's gRPC API")
    notifications: str = Field(
        default="127.0.0.1:50055", description="host:port of the notifications service's gRPC API"
    )
    insights: str = Field(default="127.0.0.1:50056", description="host:port of the insights service's gRPC API")
    crm_system: str = Field(default="sugar", description="Name of the CRM installation; part of every derived id")
    demo_user: str = Field(
        default="demo",
        min_length=1,
        description="Who acts until there is a sign-in: an employee's user id as the accounts service names them",
    )
    demo_roles: str = Field(
        default="head_of_kam",
        description="Roles of that person, comma-separated: what some decisions ask for",
    )
    demo_switch: bool = Field(
        default=False,
        description="Whether a reader may choose in whose name they act; only for a demo on one machine",
    )
    mailbox: str = Field(
        default="", description="Address of the local mail catcher, for example http://127.0.0.1:8427; empty: none"
    )
    http_port: Port = Field(default=0, description="Port of the pages and the JSON API; 0 takes a free one")
    http_host: str = Field(
        default="127.0.0.1", description="Address the pages are served on; 0.0.0.0 in a container behind an ingress"
    )


@lru_cache(1)
def settings() -> PortalSettings:
    """Read once, at the first question."""
    return PortalSettings()
