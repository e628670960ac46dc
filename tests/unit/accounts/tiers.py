"""Accounts and histories that the tests of tiers share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.accounts.app import shipped
from services.accounts.domain import AccountTier
from services.accounts.policy.documents import tier_policy
from services.accounts.policy.results import Assessment
from services.accounts.policy.scoring import Facts, Figure, History, assess

ACCOUNT = UUID(int=7)
T0 = datetime(2026, 1, 5, 5, tzinfo=UTC)
QUARTER = timedelta(days=91)
POLICY = tier_policy(shipped("tier_policy.v1"))
HEAD = ("head_of_kam",)

A_FACTS = Facts(
    "USD",
    revenue=Figure(25_000_000),
    margin_bp=Figure(4000),
    potential=Figure(50_000_000),
    customer_revenue=Figure(10**12),
    employees=Figure(12_000),
    contacts=Figure(9),
    lines=frozenset({"GTX"}),
    reference=True,
)
B_FACTS = replace(A_FACTS, revenue=Figure(10_000_000), potential=Figure(20_000_000), reference=False)
N_FACTS = replace(
    A_FACTS,
    revenue=Figure(0),
    margin_bp=Figure(100),
    potential=Figure(0),
    customer_revenue=Figure(0),
    employees=Figure(0),
    contacts=Figure(0),
    lines=frozenset({"A", "B", "C"}),
    reference=False,
)
UNKNOWN = Facts("USD")
GATED = replace(A_FACTS, revenue=Figure(14_000_000), potential=Figure(39_000_000))


def judged(facts: Facts, history: History | None = None) -> Assessment:
    return assess(POLICY, 1, facts, {}, history or History())


started = (AccountTier.TieringStarted, {"account_id": ACCOUNT})


def assessed(facts: Facts, at: datetime = T0, current: str | None = None) -> tuple[Any, dict[str, Any]]:
    return AccountTier.TierAssessed, {
        "account_id": ACCOUNT,
        "at": at,
        "late_by_s": 0,
        "current": current,
        "assessment": judged(facts),
    }


def changed(to: str, was: str | None = None, by: str = "policy:tier") -> tuple[Any, dict[str, Any]]:
    return AccountTier.TierChanged, {
        "account_id": ACCOUNT,
        "effective_at": T0,
        "from_tier": was,
        "to_tier": to,
        "why": "first",
        "score_bp": 6000,
        "policy_version": 1,
        "decided_by": by,
        "provisional": by.startswith("policy:"),
    }


def proposed(to: str = "A", was: str = "B", proposer: str = "policy:tier") -> tuple[Any, dict[str, Any]]:
    return AccountTier.TierChangeProposed, {
        "account_id": ACCOUNT,
        "at": T0,
        "from_tier": was,
        "to_tier": to,
        "why": "promote",
        "score_bp": 8000,
        "policy_version": 1,
        "proposer": proposer,
    }


def key(tier: str) -> tuple[Any, dict[str, Any]]:
    return AccountTier.KeyAccountConfirmed, {"account_id": ACCOUNT, "at": T0, "tier": tier}


AS_B = (started, assessed(B_FACTS), changed("B"), key("B"))
AS_A = (started, assessed(A_FACTS), changed("A"), key("A"))
