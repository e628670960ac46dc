"""What the environment may say, for every service alike. A service subclasses this in its own `settings.py`, the only
place that reads the environment; `docs/settings.md` is generated from the descriptions."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, FilePath
from pydantic_settings import BaseSettings, SettingsConfigDict


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as e:
        raise ValueError(f"{name!r} is no IANA time zone; write for example Europe/Berlin") from e


Port = Annotated[int, Field(ge=0, le=65535)]
Zone = Annotated[str, AfterValidator(_zone)]


class LogSettings(BaseSettings):
    """What a process needs before it knows anything else."""

    model_config = SettingsConfigDict(env_prefix="STELLWERK_", frozen=True, extra="ignore")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged")
    log_format: Literal["json", "console"] = Field("json", description="json: one object a line; console: for people")


class ProcessSettings(LogSettings):
    """Every process that runs long, also one that keeps nothing. Frozen; every variable begins with STELLWERK_."""

    health_port: Port = Field(0, description="HTTP port of /live, /ready and /metrics; 0 takes a free one")
    health_host: str = Field("127.0.0.1", description="Address that these listen on; 0.0.0.0 in a pod, for its probes")
    company_time_zone: Zone = Field("Europe/Berlin", description="IANA zone in which the company counts days")
    grpc_ca: FilePath | None = Field(None, description="PEM of the CA of services; with it gRPC is by TLS, both ways")
    grpc_certificate: FilePath | None = Field(None, description="PEM of this service's certificate on gRPC")
    grpc_key: FilePath | None = Field(None, description="PEM of its key")

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.company_time_zone)


class ServiceSettings(ProcessSettings):
    """A service with a database of its own and Kafka."""

    database: str = Field(
        pattern="^postgresql://", description="DSN: postgresql://user:password@host:5432/its_own_name"
    )
    kafka: str = Field("127.0.0.1:9092", description="Bootstrap servers of Kafka: host:port, comma-separated")
    kafka_idempotent: bool = Field(True, description="Producers let the broker drop repeats; false where it cannot")
    kafka_replication: int = Field(1, ge=1, description="Replication factor of the topics that we create")
    kafka_ca: FilePath | None = Field(None, description="PEM of the CA of the brokers; with it Kafka is by TLS")
    kafka_certificate: FilePath | None = Field(None, description="PEM that the brokers know this service by")
    kafka_key: FilePath | None = Field(None, description="PEM of its key")
    kafka_member: str = Field("", description="Name in every group that outlives a restart: the pod of a StatefulSet")
    grpc_callers: str = Field("portal", description="Services that may call, comma-separated, when gRPC is by TLS")
    identity_keys: str = Field("", description="File (JWK set) by which gRPC knows who calls; empty: only on loopback")
    grpc_port: Port = Field(0, description="Port of the gRPC API; 0 takes a free one")
    company_currency: str = Field("USD", pattern="^[A-Z]{3}$", description="ISO 4217 code; money is summed in it")
    crm_system: str = Field("sugar", description="Name of the CRM installation; part of every derived id")
    crm_edition: str = Field("suitecrm-7", description="Mapping of the CRM's tables: an edition's name or a .yaml file")

    @property
    def sqlalchemy_url(self) -> str:
        """The DSN for `create_async_engine`."""
        return self.database.replace("postgresql://", "postgresql+asyncpg://", 1)
