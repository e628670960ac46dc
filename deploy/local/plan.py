"""What `make run` was asked for, from the environment, and what must hold before it begins."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from deploy.local.capture import Size

REPOSITORY = Path(__file__).parents[2]
NEEDED_BYTES = 1_000_000_000

Port = Literal[
    "portal", "accounts-grpc", "qbr-grpc", "growth-grpc", "postgres", "broker",
    "crm-worker", "crm-relay", "accounts-worker", "accounts-relay", "accounts-api",
    "qbr-worker", "qbr-relay", "qbr-api", "growth-worker", "growth-relay", "growth-api", "portal-health",
    "risk-grpc", "notifications-grpc", "risk-worker", "risk-relay", "risk-api",
    "notifications-worker", "notifications-relay", "notifications-api", "mailbox-smtp", "mailbox",
    "insights-grpc", "insights-worker", "insights-relay", "insights-api",
]  # fmt: skip
PORTS: tuple[Port, ...] = get_args(Port)
"""In this order from STELLWERK_PORT on; after the broker all are health ports but those that end in -grpc,
and the two of the mailbox."""


class Refused(Exception):  # not an error of ours: the message is one sentence for the user
    """`make run` cannot begin; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The variables of `make run`; `docs/settings.md` lists those of the services."""

    home: Path
    """STELLWERK_HOME: all data of this run; default .stellwerk in the repository."""
    port: int
    """STELLWERK_PORT: the portal's; the next ones belong to the rest of the stack. Default 8400."""
    data: Size
    """DATA: small (12 accounts) or full (85)."""
    shift: str
    """SHIFT: now, none, or the DATE that the capture shall end on."""
    kafka: str | None
    """STELLWERK_KAFKA: brokers to use instead of the embedded one."""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Plan:
        """Raises Refused for a value that makes no sense."""
        port, data = environment.get("STELLWERK_PORT") or "8400", environment.get("DATA") or "small"
        shift = environment.get("SHIFT") or "now"
        if not port.isdecimal() or not 1024 <= int(port) <= 65535 - len(PORTS):
            raise Refused(f"STELLWERK_PORT={port} is no port: give a number from 1024 to {65535 - len(PORTS)}.")
        if data not in get_args(Size):
            raise Refused(f"DATA={data} is unknown: give small or full.")
        if shift not in ("now", "none") and not _is_date(shift):
            raise Refused(f"SHIFT={shift} is neither now, none nor a date like 2026-11-15.")
        home = Path(environment.get("STELLWERK_HOME") or REPOSITORY / ".stellwerk").expanduser().absolute()
        return cls(home, int(port), cast(Size, data), shift, environment.get("STELLWERK_KAFKA") or None)

    def port_of(self, name: Port) -> int:
        """The port of a part of the stack."""
        return self.port + PORTS.index(name)

    @property
    def url(self) -> str:
        """Where the portal is."""
        return f"http://127.0.0.1:{self.port}"

    def check_home(self) -> None:
        """Make the home. Raises Refused if it cannot be written or the disk is nearly full."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            probe = self.home / ".probe"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Refused(
                f"{self.home} cannot be written ({error.strerror}): set STELLWERK_HOME to a directory of yours."
            ) from error
        for place in {self.home, (self.home / "postgres").resolve().parent}:
            free = shutil.disk_usage(place).free
            if free < NEEDED_BYTES:
                raise Refused(
                    f"Only {free / 1e6:,.0f} MB are free at {place} and {NEEDED_BYTES / 1e9:.0f} GB is needed: free "
                    "some space, or set STELLWERK_HOME to another disk."
                )

    def check_ports(self) -> None:
        """Raises Refused if one of our ports is taken."""
        for name in PORTS:
            if name == "broker" and self.kafka:
                continue
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    s.bind(("127.0.0.1", self.port_of(name)))
                except OSError as error:
                    raise Refused(
                        f"Port {self.port_of(name)} ({name}) is taken: stop what listens there, or set STELLWERK_PORT "
                        f"to a port that is free together with the {len(PORTS) - 1} after it."
                    ) from error


def this_plan() -> Plan:
    """The plan of this process's environment."""
    return Plan.read(os.environ)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
