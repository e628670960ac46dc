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
from typing import Any, NamedTuple

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


class Known(NamedTuple):
    """What a report says of an account beside its tier. `owner`: of the commercial theme now."""

    owner: str | None
    name: str
    crm_id: str


NOBODY = Known(None, "", "")


class Caps(NamedTuple):
    """How many accounts one owner may carry; None: the policy says nothing."""

    a: int | None
    a_and_b: int | None

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Caps:
        """Of the part `capacity` of a policy. Raises ValueError."""
        given = document.get("capacity")
        found = given if isinstance(given, dict) else {}
        names = ("A_per_kam", "A_plus_B_per_kam")
        return cls(*(_number(f"capacity.{n}", found[n]) if n in found else None for n in names))

    def exceeded(self, tiers: Mapping[str, int]) -> bool:
        """Whether an owner of so many accounts carries too much."""
        a, both = tiers.get("A", 0), tiers.get("A", 0) + tiers.get("B", 0)
        return (self.a is not None and a > self.a) or (self.a_and_b is not None and both > self.a_and_b)


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


def report(rows: Sequence[Mapping[str, Any]], known: Mapping[str, Known], caps: Caps) -> dict[str, Any]:
    """Who moves where, when first; how many accounts end in which tier; what each owner would carry, and whether that
    is more than the draft allows; changes of tier by month and owner, which is what people would have been told of."""
    last: dict[str, Mapping[str, Any]] = {}
    first: dict[str, Mapping[str, Any]] = {}
    changes: dict[tuple[str, str], list[int]] = {}
    flips = 0
    for r in rows:
        account, before = r["account_id"], last.get(r["account_id"])
        if r["draft"] is not None and r["draft"] != r["told"]:
            first.setdefault(account, r)
            flips += 1
        for n, side in enumerate(("told", "draft")):
            if before is not None and r[side] is not None and before[side] not in (None, r[side]):
                changes.setdefault((r["at"][:7], _owner(known, account)), [0, 0])[n] += 1
        last[account] = r
    moved = [
        {**last[a], "first_different_at": r["at"], **known.get(a, NOBODY)._asdict()}
        for a, r in first.items()
        if last[a]["draft"] not in (None, last[a]["told"])
    ]
    return {
        "assessments": len(rows), "accounts": len(last), "different_assessments": flips,
        "moved": sorted(moved, key=lambda r: (r["account_id"])),
        "by_tier_told": dict(Counter(r["told"] for r in last.values())),
        "by_tier_draft": dict(Counter(r["draft"] or "?" for r in last.values())),
        "by_owner": _carried(last, known, caps),
        "alerts": [
            {"month": month, "team": owner, "event": "TierChanged", "active": n[0], "draft": n[1]}
            for (month, owner), n in sorted(changes.items())
        ],
    }  # fmt: skip


def _owner(known: Mapping[str, Known], account: str) -> str:
    return known.get(account, NOBODY).owner or ""


def _carried(last: Mapping[str, Mapping[str, Any]], known: Mapping[str, Known], caps: Caps) -> dict[str, Any]:
    """Owner → tiers told and by the draft, and `over`: that is more than one owner may carry."""
    carries: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for a, r in last.items():
        told, draft = carries.setdefault(_owner(known, a), (Counter(), Counter()))
        told[r["told"]] += 1
        draft[r["draft"] or "?"] += 1
    return {
        owner: {"told": dict(told), "draft": dict(draft), "over": bool(owner) and caps.exceeded(draft)}
        for owner, (told, draft) in sorted(carries.items())
    }
