"""What a draft tier policy would have meant: every assessment that was ever told, weighed again by the draft.

The accounts service tells each assessment with its signals and their values; the draft has other weights and lines.
Only that is applied here, as plain lines: gates stay as they were told, hysteresis and people's decisions are left out.
What a draft means for bands and gates of today is the accounts service's own simulation.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.insights.policy.facts import Fact

TIERS = ("A", "B", "C")
BP = 10_000


@dataclass(frozen=True, slots=True)
class Draft:
    """Weights of criteria, and the line of each tier, in basis points; the least share of weight with a value."""

    weights: Mapping[str, int]
    lines: Mapping[str, int]
    least: int

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Draft:
        """Of a document in the form of the tier policy that ships. Raises ValueError that names what is wrong."""
        weights = {str(k): _number(f"weights.{k}", v) for k, v in _table(document, "weights").items()}
        if sum(weights.values()) != BP:
            raise ValueError(f"weights: they sum to {sum(weights.values())}, not to {BP}")
        given = _table(document, "thresholds")
        lines = {tier: _number(f"thresholds.{tier}", given.get(tier)) for tier in TIERS}
        if not lines["A"] > lines["B"] > lines["C"] > 0:
            raise ValueError("thresholds: A must be above B, and B above C")
        return cls(weights, lines, _number("min_completeness", document.get("min_completeness", 7_000)))


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    if not isinstance(found, dict) or not found:
        raise ValueError(f"{name}: is missing; write them as in the tier policy that ships")
    return found


def _number(name: str, value: Any) -> int:
    """As the shipped documents write it: a number, or {value, why, source}."""
    number = value.get("value") if isinstance(value, dict) else value
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"{name}: {number!r} is no share in basis points")
    return number


def input_hash(document: Mapping[str, Any], assessments: Iterable[Fact]) -> str:
    """SHA-256 over the draft and the events that it is applied to: the same inputs give the same report."""
    digest = hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode())
    for f in assessments:
        digest.update(f"\n{f.event_id}".encode())
    return digest.hexdigest()


def plain(draft: Draft, fact: Fact) -> tuple[str | None, int | None]:
    """(tier by the draft's lines, score) of one assessment; None: too little is known."""
    score = weight = 0
    for c in fact.data["criteria"]:
        w = draft.weights.get(c["criterion"], 0)
        if c["value_bp"] is not None:
            score += w * c["value_bp"]
            weight += w
    if not weight or weight < draft.least:
        return None, None
    value = (2 * score + weight) // (2 * weight)
    closed = {t for g in fact.data["gates"] if not g["passed"] for t in g["tiers"]}
    return next((t for t in TIERS if value >= draft.lines[t] and t not in closed), "N"), value


def replay(draft: Draft, assessments: Sequence[Fact]) -> Iterator[dict[str, Any]]:
    """For each assessment, in order of time: what was told, and what the draft says."""
    for f in sorted(assessments, key=lambda f: (f.effective_at, f.position)):
        tier, score = plain(draft, f)
        yield {
            "account_id": str(f.account), "at": f.effective_at.isoformat(), "event_id": f.event_id,
            "told": f.data["raw_tier"], "told_score": f.data["score_bp"], "draft": tier, "draft_score": score,
        }  # fmt: skip


def report(rows: Sequence[Mapping[str, Any]], owners: Mapping[str, str | None]) -> dict[str, Any]:
    """Who moves, when first, how many accounts end in which tier, and what each owner would have to carry."""
    last: dict[str, Mapping[str, Any]] = {}
    first: dict[str, Mapping[str, Any]] = {}
    flips = 0
    for r in rows:
        if r["draft"] is not None and r["draft"] != r["told"]:
            first.setdefault(r["account_id"], r)
            flips += 1
        last[r["account_id"]] = r
    moved = [
        {**last[a], "first_different_at": r["at"]}
        for a, r in first.items()
        if last[a]["draft"] not in (None, last[a]["told"])
    ]
    carries: dict[str, Counter[str]] = {}
    for a, r in last.items():
        carries.setdefault(owners.get(a) or "", Counter())[r["draft"] or "?"] += 1
    return {
        "assessments": len(rows), "accounts": len(last), "different_assessments": flips,
        "moved": sorted(moved, key=lambda r: (r["account_id"])),
        "by_tier_told": dict(Counter(r["told"] for r in last.values())),
        "by_tier_draft": dict(Counter(r["draft"] or "?" for r in last.values())),
        "by_owner": {owner: dict(counts) for owner, counts in sorted(carries.items())},
    }  # fmt: skip
