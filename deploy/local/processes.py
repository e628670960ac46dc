"""The processes of the stack, in the order they are started, and the environment each one gets."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deploy.local.home import identity_keys
from deploy.local.plan import Plan, Port
from shared.kafka import Kafka

DATABASES = ("crm", "accounts", "qbr", "growth", "risk", "notifications", "insights")
"""The services with a database and a role of their own; each has the role `migrate`."""

GRPC: Mapping[str, Port] = {
    "accounts": "accounts-grpc", "qbr": "qbr-grpc", "growth": "growth-grpc", "risk": "risk-grpc",
    "notifications": "notifications-grpc", "insights": "insights-grpc",
}  # fmt: skip
"""The services that the portal asks, and the port each of them answers on."""


class Process(NamedTuple):
    """`python -m services.<service> <role>`; `health` names its port of probes and metrics."""

    service: str
    role: str
    health: Port

    @property
    def name(self) -> str:
        """Its prefix in the logs."""
        return f"{self.service}-{self.role}"


PROCESSES = (
    Process("crm", "worker", "crm-worker"),
    Process("crm", "relay", "crm-relay"),
    Process("accounts", "worker", "accounts-worker"),
    Process("accounts", "relay", "accounts-relay"),
    Process("accounts", "api", "accounts-api"),
    Process("qbr", "worker", "qbr-worker"),
    Process("qbr", "relay", "qbr-relay"),
    Process("qbr", "api", "qbr-api"),
    Process("growth", "worker", "growth-worker"),
    Process("growth", "relay", "growth-relay"),
    Process("growth", "api", "growth-api"),
    Process("risk", "worker", "risk-worker"),
    Process("risk", "relay", "risk-relay"),
    Process("risk", "api", "risk-api"),
    Process("notifications", "worker", "notifications-worker"),
    Process("notifications", "relay", "notifications-relay"),
    Process("notifications", "api", "notifications-api"),
    Process("insights", "worker", "insights-worker"),
    Process("insights", "relay", "insights-relay"),
    Process("insights", "api", "insights-api"),
    Process("portal", "api", "portal-health"),
)
BI_READER = "bi_reader"
"""The database role that may read the schema `bi` of insights and nothing else."""

DEMO_DOMAIN = "vendor.example.net"
"""Of the demo CRM's own company, whose users have no addresses there. Nobody can ever have it (RFC 2606)."""

LOCAL_KEY = "the secrets of web hooks of a demo are no secrets"
"""Key of web hooks on one machine with invented people."""

FRUGAL = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "65536", "MALLOC_MMAP_THRESHOLD_": "65536"}
"""glibc gives freed memory back at once: a worker that caught up with years of history holds little afterwards. As the
images have it."""

MAILBOX = "mailbox"
"""The mail catcher's name in the logs."""


def environment(plan: Plan, service: str, dsns: Mapping[str, str], kafka: Kafka) -> dict[str, str]:
    """The whole environment of a service's processes, but for the health port."""
    settings = {
        "STELLWERK_LOG_FORMAT": "console",
        **FRUGAL,
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "STELLWERK_KAFKA": kafka.servers,
        "STELLWERK_KAFKA_IDEMPOTENT": str(kafka.idempotent).lower(),
        "STELLWERK_KAFKA_REPLICATION": str(kafka.replication),
    }
    private, public = identity_keys(plan.home)
    if service in dsns:
        settings["STELLWERK_DATABASE"] = dsns[service]
    if service in GRPC:
        settings["STELLWERK_GRPC_PORT"] = str(plan.port_of(GRPC[service]))
        settings["STELLWERK_IDENTITY_KEYS"] = str(public)
    if service == "portal":
        settings["STELLWERK_HTTP_PORT"] = str(plan.port)
        for name, port in GRPC.items():
            settings[f"STELLWERK_{name.upper()}"] = f"127.0.0.1:{plan.port_of(port)}"
        settings["STELLWERK_IDENTITY_KEY"] = str(private)
        settings["STELLWERK_DEMO_SWITCH"] = "true"  # one machine, invented people: whoever looks may act as any of them
        settings["STELLWERK_MAILBOX"] = f"http://127.0.0.1:{plan.port_of('mailbox')}"
    if service == "notifications":
        settings["STELLWERK_PORTAL_URL"] = plan.url
        settings.setdefault("STELLWERK_WEBHOOK_KEY", LOCAL_KEY)
        settings.setdefault("STELLWERK_WEBHOOK_PRIVATE", "true")  # a receiver to try them with is on this machine
        if not settings.get("STELLWERK_SMTP_HOST"):  # who names a server means it; else no mail leaves the machine
            settings["STELLWERK_SMTP_HOST"] = "127.0.0.1"
            settings["STELLWERK_SMTP_PORT"] = str(plan.port_of("mailbox-smtp"))
            settings["STELLWERK_SMTP_SECURITY"] = "none"
            settings["STELLWERK_SMTP_USER"] = ""
            settings["STELLWERK_MAIL_DOMAIN"] = DEMO_DOMAIN
    return settings


def commands(plan: Plan, dsns: Mapping[str, str], kafka: Kafka) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """(name, command, environment) of every process."""
    for process in PROCESSES:
        settings = environment(plan, process.service, dsns, kafka)
        settings["STELLWERK_HEALTH_PORT"] = str(plan.port_of(process.health))
        yield process.name, [sys.executable, "-m", f"services.{process.service}", process.role], settings
    ports = str(plan.port_of("mailbox-smtp")), str(plan.port_of("mailbox"))
    mailbox = [sys.executable, "-m", "deploy.local.mailbox", str(plan.home / "mail"), *ports]
    yield MAILBOX, mailbox, dict(os.environ)
