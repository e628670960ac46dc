"""What the environment may tell the portal."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import Port, ProcessSettings

SECRETS = (Path("/run/secrets/stellwerk"),)
"""Where a cluster mounts secrets as files."""


class PortalSettings(ProcessSettings):
    """The portal keeps nothing: it has no database and reads no topic.

    A secret may also come as a file, named as its variable in lower case, in `SECRETS`; a variable has precedence.
    """

    model_config = SettingsConfigDict(secrets_dir=[path for path in SECRETS if path.is_dir()])

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
        description="Who acts without an identity provider: an employee's user id as the accounts service names them",
    )
    demo_roles: str = Field(
        default="head_of_kam",
        description="Roles of that person, comma-separated: what some decisions ask for",
    )
    demo_switch: bool = Field(
        default=False,
        description="Whether a reader may choose in whose name they act; only for a demo on one machine",
    )
    oidc_issuer: str = Field(
        default="",
        description="Issuer of the company's identity provider, an https address; empty: the demo sign-in, which "
        "is only possible on a loopback address",
    )
    oidc_ca_file: str = Field(
        default="", description="CA certificate of the provider, PEM, where it is the company's own; empty: public ones"
    )
    oidc_client_id: str = Field(default="", description="Name under which the provider knows the portal")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The portal's secret at the provider; empty: a public client, PKCE alone"
    )
    oidc_audience: str = Field(
        default="", description="For whom bearer tokens of programs must be issued; empty: the client id"
    )
    oidc_scopes: str = Field(default="openid profile", description="Scopes that a sign-in asks for")
    oidc_user_claim: str = Field(
        default="sub", description="Claim with the employee's user id, as the CRM and so the account teams name them"
    )
    oidc_groups_claim: str = Field(
        default="groups", description="Claim with the groups; dots lead inwards, as in realm_access.roles"
    )
    oidc_group_roles: dict[str, list[str]] = Field(
        default={}, description="JSON: group of the provider to its roles here, as docs/access.md names them"
    )
    session_hours: int = Field(default=8, ge=1, le=24, description="Hours after which somebody must sign in again")
    public_url: str = Field(default="", description="Address by which browsers reach the portal; a sign-in needs it")
    identity_key: str = Field(
        default="",
        description="File (JWK set) with the private Ed25519 key that signs who acts, for the services; empty: calls "
        "are not signed, and services take them on a loopback address only",
    )
    works_council: bool = Field(
        default=True, description="Whether lists and figures about one employee are for that employee alone"
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
