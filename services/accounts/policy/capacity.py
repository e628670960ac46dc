"""Capacity: how many A and B accounts one owner and the company can serve (domain.md §13; limits from the policy
document).

A warning with a ranking, never a decision: nobody loses a tier because another account gained one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.accounts.policy.documents import TierPolicyDocument
from services.accounts.policy.tiering import LADDER, TierName, div_half_up

Cap = Literal["a_per_kam", "ab_per_kam", "a_share"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One active customer: its tier, last score and commercial owner."""

    account_id: UUID
    tier: TierName | None
    score_bp: int | None = None
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A cap that does not hold. `actual` and `limit`: accounts, or basis points of all active customers (a_share)."""

    cap: Cap
    tier: TierName
    limit: int
    actual: int
    owner_id: str | None
    ranking: tuple[Standing, ...]


def exceeded(document: TierPolicyDocument, standings: Iterable[Standing]) -> tuple[Exceeded, ...]:
    """Every cap that is exceeded, per owner and for the company; rankings are best score first."""
    everybody = list(standings)
    found: list[Exceeded] = []
    for owner in sorted({s.owner_id for s in everybody if s.owner_id}):
        mine = [s for s in everybody if s.owner_id == owner]
        found += _count(mine, ("A",), "a_per_kam", document.a_per_kam, owner)
        found += _count(mine, ("A", "B"), "ab_per_kam", document.ab_per_kam, owner)
    a = [s for s in everybody if s.tier == "A"]
    share = div_half_up(10000 * len(a), len(everybody)) if everybody else 0
    if share > document.a_share_bp:
        found.append(Exceeded("a_share", "A", document.a_share_bp, share, None, _ranked(a)))
    return tuple(found)


def would_exceed(document: TierPolicyDocument, others: Iterable[Standing], candidate: Standing) -> tuple[Exceeded, ...]:
    """The caps that fail once `candidate` has its new tier, as far as that tier is part of them."""
    if candidate.tier not in ("A", "B"):
        return ()
    after = [*(s for s in others if s.account_id != candidate.account_id), candidate]
    return tuple(e for e in exceeded(document, after) if any(r.account_id == candidate.account_id for r in e.ranking))


def _count(mine: list[Standing], tiers: tuple[str, ...], cap: Cap, limit: int, owner: str) -> list[Exceeded]:
    counted = [s for s in mine if s.tier in tiers]
    if len(counted) <= limit:
        return []
    lowest: TierName = "B" if "B" in tiers else "A"
    return [Exceeded(cap, lowest, limit, len(counted), owner, _ranked(counted))]


def _ranked(standings: list[Standing]) -> tuple[Standing, ...]:
    return tuple(sorted(standings, key=lambda s: (-LADDER.index(s.tier or "N"), -(s.score_bp or 0), str(s.account_id))))
