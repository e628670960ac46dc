"""Policy versions as the log tells them: which one held when, and who signed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads.states import fetch
from services.accounts.reads.tables import policy_steps

STATUS = {
    "drafted": "Draft", "submitted": "Submitted", "rejected": "Draft", "scheduled": "Scheduled", "activated": "Active",
    "superseded": "Superseded",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a policy. `signed_off` false: the shipped default."""

    version: int
    status: str
    document: Mapping[str, Any]
    signed_off_by: tuple[str, ...]
    signed_off: bool
    effective_from: datetime | None
    event_id: str
    author: str
    signers: tuple[str, ...]
    drafted_at: datetime


async def versions(conn: AsyncConnection, policy: str) -> list[PolicyVersion]:
    """Every version, lowest first. `policy`: tier or standards."""
    t = policy_steps
    rows = await fetch(conn, select(t).where(t.c.policy == policy).order_by(t.c.version, t.c.position))
    by_version: dict[int, list[dict[str, Any]]] = {}
    for r in rows:
        by_version.setdefault(r["version"], []).append(r)
    return [_version(number, steps) for number, steps in by_version.items()]


def _version(number: int, steps: Iterable[Mapping[str, Any]]) -> PolicyVersion:
    document: Mapping[str, Any] = {}
    status, signatures, signed, since, event = "Draft", dict[str, str](), False, None, ""
    told = list(steps)
    for r in told:
        status, event = STATUS.get(r["kind"], status), r["event_id"]
        document = r["document"] or document
        match r["kind"]:
            case "signed_off":
                signatures[r["function"]] = r["by"]
                status = "SignedOff" if len(signatures) == 3 else status
            case "rejected":
                signatures = {}
            case "activated":
                signed, since = bool(r["signed_off"]), r["effective_at"]
    first = told[0]
    return PolicyVersion(
        number, status, document, tuple(signatures), signed, since, event, first["by"], tuple(signatures.values()),
        first["effective_at"],
    )  # fmt: skip


def in_force(found: Iterable[PolicyVersion], at: datetime) -> PolicyVersion | None:
    """The version that held at an instant; before the first one began, that first one: the past is judged by the
    oldest rules there are. None: no version was ever activated."""
    begun = sorted((v for v in found if v.effective_from is not None), key=lambda v: (v.effective_from, v.version))
    held = [v for v in begun if v.effective_from is not None and v.effective_from <= at]
    return held[-1] if held else begun[0] if begun else None
