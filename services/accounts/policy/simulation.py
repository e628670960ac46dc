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
from services.accounts.policy.scoring import Facts, History, Rating, assess
from services.accounts.policy.tiering import LADDER


@dataclass(frozen=True, slots=True)
class Case:
    """One account as it stands: what the systems and people know, and its tier so far."""

    account_id: UUID
    facts: Facts
    ratings: Mapping[str, Rating] = field(default_factory=dict)
    history: History = field(default_factory=History)


@dataclass(frozen=True, slots=True)
class Report:
    """`rows`: per account the plain tiers and scores under both documents, biggest change first. `digest`: SHA-256."""

    rows: tuple[Mapping[str, Any], ...]
    up: int
    down: int
    by_tier: Mapping[str, int]
    digest: str


def simulate(
    draft: TierPolicyDocument, draft_version: int, active: TierPolicyDocument, active_version: int, cases: list[Case]
) -> Report:
    """Compares plain tiers (lines and gates, without hysteresis): what the draft means, not when it would bite."""
    rows = []
    for case in sorted(cases, key=lambda c: str(c.account_id)):
        then = assess(draft, draft_version, case.facts, case.ratings, case.history)
        now = assess(active, active_version, case.facts, case.ratings, case.history)
        rows.append(
            {
                "account_id": str(case.account_id),
                "tier_now": now.raw_tier,
                "tier_then": then.raw_tier,
                "score_now": now.score_bp,
                "score_then": then.score_bp,
                "completeness_then": then.completeness_bp,
                "steps": LADDER.index(then.raw_tier) - LADDER.index(now.raw_tier),
            }
        )
    text = json.dumps([draft_version, active_version, rows], sort_keys=True, separators=(",", ":"))
    return Report(
        rows=tuple(sorted(rows, key=lambda r: -abs(int(r["steps"] or 0)))),
        up=sum(int(r["steps"] or 0) > 0 for r in rows),
        down=sum(int(r["steps"] or 0) < 0 for r in rows),
        by_tier={t: sum(r["tier_then"] == t for r in rows) for t in ("A", "B", "C", "N")},
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
