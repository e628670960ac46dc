"""What-if: an account's whole history folded twice from nothing, by the model in force and by a draft, side by side.

Nothing is published and no cursor moves: the folds live only while the report is made. Days are daily ticks (05:00 of
the company), so figures are whole numbers and the same on every machine. What people decided (overrides,
countermeasures) counts for both; both decide over all of history, also where another version decided then.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.risk.policy.book import Book
from services.risk.policy.business import PlanDuty
from services.risk.policy.colour import RANK
from services.risk.policy.cursor import Cursor
from services.risk.policy.facts import Fact
from services.risk.policy.model import digest, model
from services.risk.policy.sweep import Found, InForce, Sweep

COLOURS = ("GREEN", "AMBER", "RED", "GREY")
ALERTING = ("RiskTurnedRed", "RiskTurnedAmber", "RiskEarlyWarningRaised", "RiskPlanMissed")
"""Events that alert rules watch or heads of KAM read: amber only where it got worse."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
YEAR = 365


@dataclass(frozen=True, slots=True)
class Company:
    """What a fold needs beside facts. `begin`: nothing is judged before; `until`: the horizon, included."""

    zone: ZoneInfo
    plan: PlanDuty
    begin: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """One account with all its facts, in order. `team`: whom its commercial owner reports to; empty: nobody known."""

    account_id: UUID
    absorbed: tuple[UUID, ...]
    facts: Sequence[Fact]
    team: str


@dataclass(frozen=True, slots=True)
class Path:
    """What one model says of an account. `days`: daily ticks by colour; `turns`: (instant, colour), unknown included;
    `alerts`: (instant, event)."""

    colour: str
    score: int | None
    days: Mapping[str, int]
    changes: int
    turns: tuple[tuple[str, str], ...]
    alerts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One account under both models. `facts`: SHA-256 over the ids of the facts that were folded."""

    account_id: str
    tier: str
    team: str
    active: Path
    draft: Path
    facts: str


def path(account: Account, document: Mapping[str, Any], company: Company) -> tuple[Path, str]:
    """(what a model says of an account's history, the tier at the end)."""
    first = account.facts[0].at if account.facts else _LONG_AGO
    in_force = [InForce(_LONG_AGO, 1, model(document))]
    sweep = Sweep(
        Book(account.account_id, account.absorbed), Cursor(), in_force, company.zone, max(first, company.begin),
        plan=company.plan,
    )  # fmt: skip
    found = sweep.run(account.facts, company.until)
    turns = tuple((f.at.isoformat(), f.turn.colour) for f in found if f.turn is not None)
    days = Counter(colour for _, _, colour in sweep.sampled)
    return Path(
        colour=sweep.cursor.shown, score=sweep.sampled[-1][1] if sweep.sampled else None,
        days={c: days[c] for c in COLOURS if days[c]}, turns=turns,
        changes=sum(f.turn is not None and f.data.get("from_") in RANK and f.turn.colour in RANK for f in found),
        alerts=tuple((f.at.isoformat(), f.kind) for f in found if _alerts(f)),
    ), sweep.book.tier or ""  # fmt: skip


def outcome(
    account: Account, active: Mapping[str, Any], draft: Mapping[str, Any], company: Company
) -> Outcome:  # fmt: skip
    """Both folds of one account."""
    now, tier = path(account, active, company)
    then, _ = path(account, draft, company)
    told = hashlib.sha256()
    for f in account.facts:
        if f.at <= company.until:
            told.update(f"{f.event}\n".encode())
    return Outcome(str(account.account_id), tier, account.team, now, then, told.hexdigest())


def input_hash(active: Mapping[str, Any], draft: Mapping[str, Any], company: Company, found: Sequence[Outcome]) -> str:
    """SHA-256 over both documents, the horizon and every fact that was folded: same inputs, same report."""
    total = hashlib.sha256(f"{digest(dict(active))}\n{digest(dict(draft))}\n".encode())
    total.update(f"{company.begin.isoformat()}\n{company.until.isoformat()}\n{company.zone}\n".encode())
    for o in sorted(found, key=lambda o: o.account_id):
        total.update(f"{o.account_id} {o.facts}\n".encode())
    return total.hexdigest()


def report(found: Iterable[Outcome]) -> dict[str, Any]:
    """Who is another colour at the end or was on the way, days by colour, colour changes, alerts by month and team."""
    judged = sorted((o for o in found if o.active.days or o.draft.days), key=lambda o: o.account_id)
    alerts: dict[tuple[str, str, str], list[int]] = {}
    for o in judged:
        for n, p in enumerate((o.active, o.draft)):
            for at, kind in p.alerts:
                alerts.setdefault((at[:7], o.team, kind), [0, 0])[n] += 1
    return {
        "accounts": len(judged),
        "moved": [_moved(o) for o in judged if o.active.turns != o.draft.turns],
        "by_colour": {c: [sum(p.colour == c for p in side) for side in _sides(judged)] for c in COLOURS},
        "colour_days": {c: [sum(p.days.get(c, 0) for p in side) for side in _sides(judged)] for c in COLOURS},
        "changes": [sum(p.changes for p in side) for side in _sides(judged)],
        "changes_per_account_year_c": [_per_year(side) for side in _sides(judged)],
        "alerts": [
            {"month": month, "team": team, "event": kind, "active": n[0], "draft": n[1]}
            for (month, team, kind), n in sorted(alerts.items())
        ],
    }  # fmt: skip


def _alerts(f: Found) -> bool:
    if f.kind == "RiskTurnedAmber":
        return bool(f.data["from_"] != "RED")
    return f.kind in ALERTING


def _sides(judged: Sequence[Outcome]) -> tuple[list[Path], list[Path]]:
    return [o.active for o in judged], [o.draft for o in judged]


def _per_year(side: Sequence[Path]) -> int:
    """Colour changes of an account in a year, in hundredths, rounded half up; 0 without a judged day."""
    days = sum(sum(p.days.values()) for p in side)
    return (2 * 100 * YEAR * sum(p.changes for p in side) + days) // (2 * days) if days else 0


def _moved(o: Outcome) -> dict[str, Any]:
    """`first_different_at`: the first turn that one model makes and the other does not."""
    different = set(o.active.turns) ^ set(o.draft.turns)
    return {
        "account_id": o.account_id, "tier": o.tier, "team": o.team, "active": o.active.colour, "draft": o.draft.colour,
        "active_score": o.active.score, "draft_score": o.draft.score,
        "first_different_at": min(different)[0] if different else "",
        "active_days": dict(o.active.days), "draft_days": dict(o.draft.days),
        "active_changes": o.active.changes, "draft_changes": o.draft.changes,
        "active_alerts": len(o.active.alerts), "draft_alerts": len(o.draft.alerts),
    }  # fmt: skip
