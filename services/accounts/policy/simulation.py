"""What a draft tier policy would do: every account judged by both documents, side by side. Changes nothing.

The same inputs give the same report and digest on every machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.accounts.policy.documents import TierPolicyDocument
from services.accounts.policy.results import Assessment
from services.accounts.policy.scoring import Facts, History, Rating, assess
from services.accounts.policy.tiering import LADDER, TierName


@dataclass(frozen=True, slots=True)
class Case:
    """One account as it stands: what the systems and people know, and its tier so far."""

    account_id: UUID
    facts: Facts
    ratings: Mapping[str, Rating] = field(default_factory=dict)
    history: History = field(default_factory=History)


@dataclass(frozen=True, slots=True)
class Report:
    """`rows`: per account the plain tiers (None: too little is known) and scores under both, biggest change first.

    `by_tier`: how many accounts the draft would put where. `digest`: SHA-256.
    """

    rows: tuple[Mapping[str, Any], ...]
    up: int
    down: int
    by_tier: Mapping[TierName | None, int]
    digest: str


def simulate(
    draft: TierPolicyDocument, draft_version: int, active: TierPolicyDocument, active_version: int, cases: list[Case]
) -> Report:
    """Compares plain tiers (lines and gates, without hysteresis): what the draft means, not when it would bite."""
    rows: list[dict[str, Any]] = []
    for case in sorted(cases, key=lambda c: str(c.account_id)):
        then = assess(draft, draft_version, case.facts, case.ratings, case.history)
        now = assess(active, active_version, case.facts, case.ratings, case.history)
        rows.append(
            {
                "account_id": str(case.account_id),
                "tier_now": _plain(now),
                "tier_then": _plain(then),
                "score_now": now.score_bp,
                "score_then": then.score_bp,
                "completeness_then": then.completeness_bp,
                "steps": _steps(_plain(now), _plain(then)),
            }
        )
    text = json.dumps([draft_version, active_version, rows], sort_keys=True, separators=(",", ":"))
    return Report(
        rows=tuple(sorted(rows, key=lambda r: -abs(r["steps"]))),
        up=sum(r["steps"] > 0 for r in rows),
        down=sum(r["steps"] < 0 for r in rows),
        by_tier={t: sum(r["tier_then"] == t for r in rows) for t in ("A", "B", "C", "N", None)},
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _plain(result: Assessment) -> TierName | None:
    return None if result.reason == "incomplete" else result.raw_tier


def _steps(now: TierName | None, then: TierName | None) -> int:
    return LADDER.index(then) - LADDER.index(now) if now and then else 0
